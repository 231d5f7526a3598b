"""`make test` trusts nbval to notice when a chapter no longer computes what it shows. Here nbval has to prove it.

The project's own pytest settings are run on copies of the first chapter, each with one thing spoilt.
"""

import io
import os
import re
import shutil
import subprocess
import sys
import tokenize
from collections import defaultdict
from xml.etree import ElementTree

import notebooks
import pytest
from planting import code, notebook, shown, stream

FIRST_CHAPTER = min((notebooks.ROOT / "chapters").glob("0*.ipynb"), default=None)

# Run before a chapter: Multiply gets the sign of its gradients wrong.
# (Of all of them: with only the first wrong, two products in a row could mend each other.)
WRONG_SIGN = """
from pathlib import Path
from backprop.operations import Multiply

right = Multiply.backward_rule

def wrong(self, grad_output):
    Path({marker!r}).touch()
    return tuple(-gradient for gradient in right(self, grad_output))

Multiply.backward_rule = wrong
"""

MNIST_IS = """
import backprop.datasets

def load_mnist(stand_in):
    if not {answer}:
        raise backprop.datasets.MnistUnavailable("no network")

backprop.datasets.load_mnist = load_mnist
"""


def new_project(folder):
    """Copy what decides how a chapter is run, without a chapter in it."""
    (folder / "tests").mkdir()  # empty: what is found are the chapters
    for file in (
        "pytest.ini",
        "chapters/conftest.py",
        "tools/notebooks.py",
        "tools/plots.py",
        "tools/install_on_colab.py",
    ):
        (folder / file).parent.mkdir(exist_ok=True)
        shutil.copy(notebooks.ROOT / file, folder / file)
    return folder


@pytest.fixture
def project(tmp_path):
    return new_project(tmp_path)


def add(project, nb, name="01-copy"):
    (project / "chapters" / f"{name}.ipynb").write_text(notebooks.to_text(nb), encoding="utf-8")


def run_tests(project, *arguments, at_start=""):
    """Run pytest in a project as `make test` does; every Python that takes part executes `at_start` first."""
    site = project / "at-start"
    site.mkdir(exist_ok=True)
    (site / "sitecustomize.py").write_text(at_start, encoding="utf-8")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH")]))
    environment["OPENBLAS_NUM_THREADS"] = "2"  # the project's own settings have to win
    command = [sys.executable, "-m", "pytest", "--color=no", "-p", "no:cacheprovider", *arguments]
    run = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True)
    return run.returncode, run.stdout + run.stderr


def cells_of_a_run(project):
    """Run all notebooks of a project, some of whose cells must fail: {notebook: {cell: what is wrong with it, or None}}."""
    status, report = run_tests(project, "--junitxml=report.xml")
    assert status == 1, report
    found, names = defaultdict(dict), [path.stem for path in (project / "chapters").glob("*.ipynb")]
    for case in ElementTree.parse(project / "report.xml").iter("testcase"):
        problem = next((case.find(kind) for kind in ("failure", "error") if case.find(kind) is not None), None)
        name = next(name for name in names if f".{name}" in case.get("classname"))
        found[name][case.get("name")] = None if problem is None else problem.get("message") + (problem.text or "")
    return found


def failed_cells(project, nb):
    """Run one notebook: {id of a cell: what is wrong with it, or None}."""
    add(project, nb)
    found = cells_of_a_run(project)["01-copy"]
    return {cell: found[number] for cell, number in cell_numbers(nb).items()}


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


def cell_numbers(nb):
    return {cell.id: f"Cell {number}" for number, cell in enumerate(notebooks.code_cells(nb))}


@pytest.fixture(scope="module")
def spoilt():
    """The first chapter with up to four wrong outputs, and which cells show them."""
    nb, cells = notebooks.read(FIRST_CHAPTER), []
    for cell in notebooks.code_cells(nb):
        if not {"nbval-ignore-output", "mnist"} & set(notebooks.tags(cell)) and cell.outputs and len(cells) < 4:
            cells += [cell.id] if corrupt(cell.outputs[0]) else []
    assert cells, "the first chapter stores no output with a number in it"
    return nb, {cell_numbers(nb)[cell] for cell in cells}


@pytest.fixture(scope="module")
def results(spoilt, tmp_path_factory):
    """What one run says of all these copies: {name of the copy: {cell: what is wrong with it, or None}}."""
    project = new_project(tmp_path_factory.mktemp("project"))
    edited, wrong = notebooks.read(FIRST_CHAPTER), notebooks.read(FIRST_CHAPTER)
    change_first_number(edited)
    notebooks.code_cells(wrong)[0].source = WRONG_SIGN.format(marker=str(project / "marker"))
    copies = {"untouched": notebooks.read(FIRST_CHAPTER), "corrupted": spoilt[0], "edited": edited, "wrong-sign": wrong}
    for name, nb in {**copies, "kernel": KERNEL}.items():
        add(project, nb, name)
    found = cells_of_a_run(project)
    assert (project / "marker").exists(), "the first chapter goes not backward through Multiply: no sign can be wrong"
    return found


def failed(result):
    return {cell: words for cell, words in result.items() if words}


def test_untouched_copy_passes(results):
    assert failed(results["untouched"]) == {}
    assert list(results["untouched"]) == list(cell_numbers(notebooks.read(FIRST_CHAPTER)).values())


def test_corrupted_outputs_fail(results, spoilt):
    assert failed(results["corrupted"]).keys() == spoilt[1]
    assert all("Cell outputs differ" in words for words in failed(results["corrupted"]).values())


@pytest.mark.parametrize("copy", ["edited", "wrong-sign"])
def test_changed_code_fails(results, copy):
    found = failed(results[copy]).values()
    assert found
    assert all("Cell outputs differ" in words or "Cell execution caused an exception" in words for words in found)


KERNEL = notebook(
    code("import json, os\nfrom ipykernel.connect import get_connection_info", id="imports"),
    code(
        "json.loads(get_connection_info())['transport']",
        shown(text_plain=repr("tcp" if os.name == "nt" else "ipc")),  # ports, or socket files
        id="ports",
    ),
    code("print(os.environ['OPENBLAS_NUM_THREADS'])", stream("1\n"), id="threads"),
)


def test_kernels_need_no_network_and_use_one_thread(results):
    assert results["kernel"] == {"Cell 0": None, "Cell 1": None, "Cell 2": None}


# ---------------------------------------------------------------- with and without MNIST

MNIST_CHAPTER = notebook(
    code("print('stand-in')", stream("real\n"), id="digits", tags=["mnist"]),
    code("print('new')", stream("old\n"), id="something-else"),
)
SUMMARY = "MNIST cells that ran on the stand-in digits, without comparison: 1 of 01-copy.ipynb"


def test_without_mnist_only_its_cells_are_not_compared(project):
    add(project, MNIST_CHAPTER)
    status, report = run_tests(project, at_start=MNIST_IS.format(answer=False))
    assert "1 failed, 1 passed" in report and "print('new')" in report, report
    assert SUMMARY in report.splitlines()


def test_with_mnist_its_cells_are_compared(project):
    add(project, MNIST_CHAPTER)
    status, report = run_tests(project, at_start=MNIST_IS.format(answer=True))
    assert "2 failed" in report, report
    assert "without comparison" not in report


def test_nothing_is_said_where_no_chapter_runs(project):
    add(project, MNIST_CHAPTER)
    (project / "tests" / "test_one.py").write_text("def test_one(): pass\n", encoding="utf-8")
    status, report = run_tests(project, "tests", at_start=MNIST_IS.format(answer=False))
    assert status == 0 and "1 passed" in report, report
    assert "without comparison" not in report
