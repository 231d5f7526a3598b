"""What all tests of the book share: they can import tools, extensions and rules, and the site is built once for all."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
for folder in (HERE, ROOT / "tools", ROOT / "_ext"):
    sys.path.insert(0, str(folder))


@pytest.fixture(scope="session")
def build(tmp_path_factory):
    """Build the book as the Makefile does, into a folder of its own; return (folder of the site, exit status, log).

    Where tests run on several processes, the first one that asks builds for all.
    """
    return built_with(tmp_path_factory, "html")


def built_with(tmp_path_factory, builder):
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # the one that all processes share
    output, result = folder / "book", folder / f"{builder}.json"
    with FileLock(folder / "book.lock"):  # one at a time: they share what was read of the pages
        if not result.exists():
            words = [] if builder == "html" else ["--builder=custom", f"--custom-builder={builder}"]
            result.write_text(json.dumps(run_jupyter_book(output, *words)))
    status, log = json.loads(result.read_text())
    return output / "_build" / builder, status, log


def run_jupyter_book(output, *words):
    command = shutil.which("jupyter-book", path=Path(sys.executable).parent)
    assert command, f"jupyter-book is not installed beside {sys.executable}"
    run = subprocess.run(
        [command, "build", ".", "--path-output", str(output), "-W", "-n", "--keep-going", *words],
        cwd=ROOT,
        env={**os.environ, "BACKPROP_REPOSITORY": ""},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    return run.returncode, run.stdout + run.stderr
