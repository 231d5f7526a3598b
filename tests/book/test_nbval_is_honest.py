"""`make test` trusts nbval to notice when a chapter no longer computes what it shows. Here nbval has to prove it.

Each test runs the project's own pytest settings on a copy of the first chapter, with one thing spoilt.
"""

import io
import os
import re
import shutil
import subprocess
import sys
import tokenize

import notebooks
import pytest
from planting import code, notebook, shown, stream

FIRST_CHAPTER = min((notebooks.ROOT / "chapters").glob("0*.ipynb"), default=None)

# Run by every Python that is started below, kernels included: Multiply gets the sign of its gradients wrong.
# (Of all of them: with only the first wrong, two products in a row could mend each other.)
WRONG_SIGN = """
from pathlib import Path
from backprop.operations import Multiply

method = next(name for name in ("gradients", "backward") if name in vars(Multiply))
right = getattr(Multiply, method)

def wrong(self, grad_output):
    Path({marker!r}).touch()
    return tuple(-gradient for gradient in right(self, grad_output))

setattr(Multiply, method, wrong)
"""

MNIST_IS = """
import backprop.datasets

def load_mnist(stand_in):
    if not {answer}:
        raise backprop.datasets.MnistUnavailable("no network")

backprop.datasets.load_mnist = load_mnist
"""


@pytest.fixture
def project(tmp_path):
    """A copy of what decides how a chapter is run, without a chapter in it."""
    (tmp_path / "tests").mkdir()  # empty: what is found are the chapters
    for file in ("pytest.ini", "chapters/conftest.py", "tools/notebooks.py", "tools/install_on_colab.py"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        shutil.copy(notebooks.ROOT / file, tmp_path / file)
    return tmp_path


def add(project, nb):
    path = project / "chapters" / "01-copy.ipynb"
    path.write_text(notebooks.to_text(nb), encoding="utf-8")


def run_tests(project, at_start="", *arguments):
    """Run pytest in a project as `make test` does; every Python that takes part executes `at_start` first."""
    site = project / "at-start"
    site.mkdir(exist_ok=True)
    (site / "sitecustomize.py").write_text(at_start, encoding="utf-8")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH")]))
    environment["OPENBLAS_NUM_THREADS"] = "2"  # the project's own settings have to win
    command = [sys.executable, "-m", "pytest", "--color=no", "-p", "no:cacheprovider", *arguments]
    run = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, timeout=300)
    return run.returncode, run.stdout + run.stderr


def corrupt(output):
    """Change one digit of a stored output that nbval compares; return which kind of output that was, if any."""
    holder = output if output.output_type == "stream" else output.get("data", {})
    for kind in ("text", "image/svg+xml", "text/html", "text/plain"):
        digits = re.search(r"\d(?=\D*$)", holder.get(kind, ""))
        if digits:
            at = digits.start()
            holder[kind] = f"{holder[kind][:at]}{(int(digits[0]) + 1) % 10}{holder[kind][at + 1 :]}"
            return kind
    return None


def change_first_number(nb):
    """Add 7 to the first number of two digits or more in the code; return the cell."""
    for cell in notebooks.code_cells(nb):
        for token in tokenize.generate_tokens(io.StringIO(cell.source).readline):
            if token.type == tokenize.NUMBER and re.match(r"\d\d", token.string):
                cell.source = cell.source.replace(token.string, f"({token.string} + 7)", 1)
                return cell
    raise AssertionError("no number to change in the first chapter")


def test_untouched_copy_passes(project):
    add(project, notebooks.read(FIRST_CHAPTER))
    status, report = run_tests(project)
    assert status == 0, report


def test_corrupted_outputs_fail(project):
    nb = notebooks.read(FIRST_CHAPTER)
    spoilt = {}
    for cell in notebooks.code_cells(nb):
        if not {"nbval-ignore-output", "mnist"} & set(notebooks.tags(cell)) and cell.outputs:
            kind = corrupt(cell.outputs[0]) if len(spoilt) < 4 else None
            if kind:
                spoilt[cell.id] = cell
    assert spoilt, "the first chapter stores no output with a number in it"
    add(project, nb)
    status, report = run_tests(project)
    assert status == 1, report
    # In CI pytest's closing lines say it again, so each cell is counted once.
    assert len(set(re.findall(r"Cell \d+: Cell outputs differ", report))) == len(spoilt), report
    for cell in spoilt.values():
        assert f"Input:\n{cell.source}" in report


def test_edited_cell_fails(project):
    nb = notebooks.read(FIRST_CHAPTER)
    cell = change_first_number(nb)
    add(project, nb)
    status, report = run_tests(project)
    assert status == 1, report
    assert "Cell outputs differ" in report or "Cell execution caused an exception" in report, cell.source


def test_wrong_sign_in_a_backward_fails(project):
    add(project, notebooks.read(FIRST_CHAPTER))
    marker = project / "marker"
    status, report = run_tests(project, WRONG_SIGN.format(marker=str(marker)))
    assert marker.exists(), "the first chapter never went backward through Multiply, so this test shows nothing"
    assert status == 1, report
    assert "Cell outputs differ" in report or "Cell execution caused an exception" in report


# ---------------------------------------------------------------- with and without MNIST

MNIST_CHAPTER = notebook(
    code("print('stand-in')", stream("real\n"), id="digits", tags=["mnist"]),
    code("print('new')", stream("old\n"), id="something-else"),
)
SUMMARY = "MNIST cells that ran on the stand-in digits, without comparison: 1 of 01-copy.ipynb"


def test_without_mnist_only_its_cells_are_not_compared(project):
    add(project, MNIST_CHAPTER)
    status, report = run_tests(project, MNIST_IS.format(answer=False))
    assert "1 failed, 1 passed" in report and "print('new')" in report, report
    assert SUMMARY in report.splitlines()


def test_with_mnist_its_cells_are_compared(project):
    add(project, MNIST_CHAPTER)
    status, report = run_tests(project, MNIST_IS.format(answer=True))
    assert "2 failed" in report, report
    assert "without comparison" not in report


def test_nothing_is_said_where_no_chapter_runs(project):
    add(project, MNIST_CHAPTER)
    (project / "tests" / "test_one.py").write_text("def test_one(): pass\n", encoding="utf-8")
    status, report = run_tests(project, MNIST_IS.format(answer=False), "tests")
    assert status == 0 and "1 passed" in report, report
    assert "without comparison" not in report


# ---------------------------------------------------------------- kernels


def test_kernels_need_no_network_and_use_one_thread(project):
    transport = "tcp" if os.name == "nt" else "ipc"  # ports, or socket files
    nb = notebook(
        code("import json, os\nfrom ipykernel.connect import get_connection_info", id="imports"),
        code("json.loads(get_connection_info())['transport']", shown(text_plain=repr(transport)), id="ports"),
        code("print(os.environ['OPENBLAS_NUM_THREADS'])", stream("1\n"), id="threads"),
    )
    add(project, nb)
    status, report = run_tests(project)
    assert status == 0, report
