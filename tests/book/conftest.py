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

    Where several processes run the tests, the first that comes here builds, and the others wait for it.
    """
    output = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        output = output.parent  # of all processes of this run
    output /= "book"
    with FileLock(output.with_suffix(".lock")):
        result = output / "result.json"
        if not result.exists():
            status, log = build_into(output)
            result.write_text(json.dumps([status, log]), encoding="utf-8")
        status, log = json.loads(result.read_text(encoding="utf-8"))
    return output / "_build" / "html", status, log


def build_into(folder):
    folder.mkdir()
    command = shutil.which("jupyter-book", path=Path(sys.executable).parent)
    assert command, f"jupyter-book is not installed beside {sys.executable}"
    run = subprocess.run(
        [command, "build", ".", "--path-output", str(folder), "-W", "-n", "--keep-going"],
        cwd=ROOT,
        env={**os.environ, "BACKPROP_REPOSITORY": ""},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    return run.returncode, run.stdout + run.stderr
