"""Binder and Codespaces find what they look for, and install the package and PyTorch's CPU build in tested versions."""

import json
import os
import subprocess
import sys

import pytest
import workflow_rules
from notebooks import ROOT

CONTAINER = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
POST_BUILD = ROOT / ".binder" / "postBuild"
INSTALL = {
    "binder": [str(POST_BUILD)],
    "codespaces": ["sh", "-c", CONTAINER["postCreateCommand"]],
}
NOTE = '#!{}\nimport json, sys\nwith open({!r}, "a") as file: print(json.dumps(sys.argv[1:]), file=file)\n'


@pytest.mark.skipif(os.name == "nt", reason="both run on Linux")
@pytest.mark.parametrize("place", INSTALL)
def test_what_is_installed(place, tmp_path):
    """The command runs, with a pip and a uv that only note what they are told."""
    for name in ("pip", "uv"):
        (tmp_path / name).write_text(NOTE.format(sys.executable, str(tmp_path / f"{name}.txt")))
        (tmp_path / name).chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(INSTALL[place], cwd=ROOT, env={**os.environ, "PATH": path}, check=True, timeout=60)
    assert (tmp_path / "pip.txt").read_text().count('"uv"') == 1
    [words] = [json.loads(line) for line in (tmp_path / "uv.txt").read_text().splitlines()]
    assert words[:3] == ["pip", "install", "--system"] and "--torch-backend=cpu" in words and words[-1] == "torch"
    given = {words[i]: words[i + 1] for i in range(len(words) - 1) if words[i] in ("-c", "-e", "-r")}
    assert all((ROOT / file).exists() for file in given.values()) and given["-c"] == "constraints.txt"
    wanted = (ROOT / given["-r"]).read_text(encoding="utf-8").splitlines() if "-r" in given else [f"-e {given['-e']}"]
    assert "-e ./code" in wanted


def test_both_run_a_tested_python():
    tested = workflow_rules.supported_pythons(ROOT)
    assert (ROOT / ".binder" / "runtime.txt").read_text().strip().removeprefix("python-") in tested
    assert CONTAINER["image"].removeprefix("python:") in tested


def test_codespaces_opens_a_chapter():
    assert all((ROOT / file).is_file() for file in CONTAINER["customizations"]["codespaces"]["openFiles"])
    # Binder reads no other file of .binder, and none of the root, once that folder is there.
    assert sorted(path.name for path in POST_BUILD.parent.iterdir()) == ["postBuild", "runtime.txt"]
