"""A process that measures one section on a given number of threads, and prints the result as JSON.

`python -m benchmarks.worker '{"section": "steps", "threads": 1, "options": {"hidden": 50}}'`
"""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

from .machine import environment, stay_on

ROOT = Path(__file__).resolve().parents[1]


def in_a_process(section, threads=1, **options):
    """Start this module as a process and return what `section` measured there. Raises RuntimeError if it failed."""
    order = json.dumps({"section": section, "threads": threads, "options": options})
    command = [sys.executable, "-m", "benchmarks.worker", order]
    run = subprocess.run(command, cwd=ROOT, env=environment(threads), stdout=subprocess.PIPE, text=True, check=False)
    if run.returncode:
        raise RuntimeError(f"measuring {section} {options} on {threads} threads failed: see above")
    return json.loads(run.stdout.splitlines()[-1])


def obey(order):
    """Measure what the order names, in this process."""
    stay_on(order["threads"])
    if importlib.util.find_spec("torch"):
        import torch

        torch.set_num_threads(order["threads"])
    section = importlib.import_module(f"benchmarks.{order['section']}")
    return section.measure(**order["options"])


if __name__ == "__main__":
    print(json.dumps(obey(json.loads(sys.argv[1]))))
