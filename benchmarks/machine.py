"""What a reader must know of the machine to judge the numbers: no names, no paths."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version

import numpy as np

THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def facts():
    """Dictionary of facts, ready for JSON."""
    blas = np.show_config(mode="dicts").get("Build Dependencies", {}).get("blas", {})
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "CPUs": usable,
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "Python": platform.python_version(),
        "NumPy": f"{np.__version__} with {blas.get('name', 'an unknown BLAS')}",
        "PyTorch": installed("torch"),
        "JAX": installed("jax"),
    }


def installed(package):
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def stay_on(threads):
    """Keep this process on so many CPUs: XLA takes as many threads as it sees CPUs, whatever it is told.

    Where a system can't do that, nothing happens.
    """
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


def environment(threads):
    """The environment variables of a process that is to compute on so many threads.

    They are read when a library is loaded, so each setting needs a process of its own.
    """
    return os.environ | {name: str(threads) for name in THREAD_VARIABLES}
