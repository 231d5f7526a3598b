"""Start torchrun from Python, and never wait for it longer than was asked for."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import backprop

from ...values import real_number, whole_number

# What describes another run, or a cluster's network: set by a pod or a login script, torchrun takes it for arguments.
OF_OTHER_RUNS = ("PET_", "MASTER_", "TORCHELASTIC_", "GLOO_", "NCCL_SOCKET_")


@dataclass
class Run:
    """How a run of several processes ended.

    Attributes
    ----------
    status : int
        0 if every process ended well.
    output, errors : str
        What they printed, and what they and torchrun complained of.
    seconds : float
        From start to end.
    """

    status: int
    output: str = field(repr=False)
    errors: str = field(repr=False)
    seconds: float = field(repr=False)

    @property
    def reasons(self):
        """The processes' own last words, one sentence each, without torchrun's report around them."""
        return [line for line in self.errors.splitlines() if line.startswith("process ")]


def loopback_works():
    """Tell whether processes of this machine can talk to each other: cut off from all networks, some can't."""
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            socket.create_connection(server.getsockname(), timeout=5).close()
    except OSError:
        return False
    return True


def launch(processes, *arguments, program="backprop.scale.parallel", restarts=0, timeout=120.0):
    """Run a program in several processes with torchrun, wait for the end, and return how it went.

    Everything stays on this machine, and each process computes with one thread. Variables of the environment that
    describe other runs or a cluster's network (PET_*, MASTER_*, TORCHELASTIC_*, GLOO_*, NCCL_SOCKET_*) are kept out.

    Parameters
    ----------
    processes : int, 1 or more
    *arguments
        Words for the program's command line.
    program : str or Path
        A file that ends in .py, or the name of a module.
    restarts : int
        How often torchrun may start all of them anew after one has died.
    timeout : float
        Seconds after which everything is ended, whatever it is doing.

    Raises
    ------
    TypeError, ValueError
        If processes, restarts or timeout is no number, or out of range.
    OSError
        If this machine doesn't let its processes talk to each other.
    """
    whole_number(processes, "launch", "processes")
    whole_number(restarts, "launch", "restarts", least=0)
    real_number(timeout, "launch", "timeout", above=0)
    if not loopback_works():
        raise OSError("processes of this machine can't talk to each other: 127.0.0.1 is out of reach")
    what = [str(program)] if str(program).endswith(".py") else ["-m", str(program)]
    with tempfile.TemporaryDirectory(prefix="torchrun-") as logs:  # torchrun's own would stay behind
        command = [
            sys.executable, "-m", "torch.distributed.run", "--standalone", "--local-addr", "127.0.0.1",
            "--nproc-per-node", str(processes), "--max-restarts", str(restarts), "--log-dir", logs,
            "--monitor-interval", "0.3",  # after a death, time for the others to say what they saw
            *what, *map(str, arguments),
        ]  # fmt: skip
        return _watched(command, timeout)


def _watched(command, timeout):
    """Run a command until it ends, or until its time is over."""
    start = time.monotonic()
    # A session of its own, so that an interrupt reaches us first, and the end reaches torchrun's children too.
    running = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace", env=run_environment(),
        start_new_session=True,
    )  # fmt: skip
    try:
        output, errors = running.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        _end(running)
        output, errors = running.communicate()
        errors += f"\nprocess group ended from outside: it was still running after {timeout:g} s\n"
    except BaseException:  # an interrupt, above all
        _end(running)
        raise
    return Run(running.returncode, output, errors, time.monotonic() - start)


def run_environment():
    """The variables that torchrun and the processes get: this machine's, without those that describe other runs."""
    package = str(Path(backprop.__file__).resolve().parent.parent)
    others = os.environ.get("PYTHONPATH")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OF_OTHER_RUNS)}
    return kept | {
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "PYTHONPATH": os.pathsep.join([package, *([others] if others else [])]),
    }


def _end(running):
    """torchrun is asked first: it gives each worker a session of its own, and only it knows them all."""
    running.terminate()
    try:
        running.wait(timeout=10)
    except subprocess.TimeoutExpired:
        if hasattr(os, "killpg"):
            os.killpg(running.pid, signal.SIGKILL)
        running.kill()
