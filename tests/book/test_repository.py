"""What must not slip into the repository: leftovers of a merge, paths of one machine, huge files."""

import re
import shutil
import subprocess

import pytest
from notebooks import ROOT

MAX_BYTES = 1_500_000
RULES = {
    "a conflict marker": re.compile(r"^(?:<{7}|>{7})(?: |$)", re.MULTILINE),
    # Not part of a longer path or of an address: ./work/ and example.org/work/ may stand.
    "a path of one machine": re.compile(r"(?<![\w.~-])/(?:work|root)/"),
}


def unwelcome(path):
    """Return what is wrong with a file, as a list of findings."""
    found = []
    if path.stat().st_size > MAX_BYTES:
        found.append(f"{path.name}: more than {MAX_BYTES:,} bytes")
    text = path.read_bytes().decode("utf-8", errors="replace")
    for what, pattern in RULES.items():
        match = pattern.search(text)
        if match:
            found.append(f"{path.name}: {what} in line {text.count(chr(10), 0, match.start()) + 1}")
    return found


def tracked_files():
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("no git, or no .git folder: nothing tells which files belong to the project")
    run = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if run.returncode:
        pytest.skip(f"git can't list the project's files: {run.stderr.strip()}")
    # What is deleted but not yet committed is still listed.
    return [path for name in run.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def test_tracked_files_are_welcome():
    assert [finding for path in tracked_files() for finding in unwelcome(path)] == []


def test_code_is_no_package():
    # With one in it, code/ would shadow the standard library's `code`, and pdb would break.
    assert not (ROOT / "code" / "__init__.py").exists()


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        ("fine\n=======\nfine ./work/ https://example.org/root/ <<<<<<\n", []),
        ("a\n" + "<" * 7 + " ours\nb\n", ["file: a conflict marker in line 2"]),
        ("a\n" + ">" * 7 + " theirs\n", ["file: a conflict marker in line 2"]),
        ("a\n\nsee {}work/book".format("/"), ["file: a path of one machine in line 3"]),
        ('"{}root/.cache"'.format("/"), ["file: a path of one machine in line 1"]),
        ("x" * (MAX_BYTES + 1), [f"file: more than {MAX_BYTES:,} bytes"]),
    ],
    ids=["clean", "ours", "theirs", "work", "root", "size"],
)
def test_planted_fault_is_found(tmp_path, text, findings):
    path = tmp_path / "file"
    path.write_text(text, encoding="utf-8")
    assert unwelcome(path) == findings
