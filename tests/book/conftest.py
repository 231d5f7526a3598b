"""What all tests of the book share: they can import tools, extensions and rules, and the site is built once for all."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
for folder in (HERE, ROOT / "tools", ROOT / "_ext"):
    sys.path.insert(0, str(folder))


@pytest.fixture(scope="session")
def build(tmp_path_factory):
    """Build the book as the Makefile does, into a folder of its own; return (folder of the site, exit status, log)."""
    output = tmp_path_factory.mktemp("book")
    command = shutil.which("jupyter-book", path=Path(sys.executable).parent)
    assert command, f"jupyter-book is not installed beside {sys.executable}"
    run = subprocess.run(
        [command, "build", ".", "--path-output", str(output), "-W", "-n", "--keep-going"],
        cwd=ROOT, env={**os.environ, "BACKPROP_REPOSITORY": ""},
        capture_output=True, encoding="utf-8", errors="replace", timeout=600,
    )  # fmt: skip
    return output / "_build" / "html", run.returncode, run.stdout + run.stderr
