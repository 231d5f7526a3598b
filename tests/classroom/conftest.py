"""Builds the course with the real nbgrader, hands in sample submissions, and grades them: once for all tests."""

import csv
import importlib.util
import os
import shutil
import sys
import tempfile
from pathlib import Path

import nbformat
import pytest

HERE = Path(__file__).resolve().parent
for folder in (HERE, HERE.parents[1]):
    sys.path.insert(0, str(folder))

from submissions import BILLS, OTHER_FILES, SUBMISSIONS

SMALL = [1, 8]  # the chapters whose submissions are graded


@pytest.fixture(scope="session")
def needs_nbgrader():
    if not importlib.util.find_spec("nbgrader"):
        pytest.skip("nbgrader is not installed: `make classroom` installs it")


@pytest.fixture(scope="session")
def course(needs_nbgrader, tmp_path_factory):
    """The course with all chapters, as `make classroom` builds it."""
    from classroom.__main__ import main

    folder = tmp_path_factory.mktemp("course")
    assert main(["--course", str(folder)]) == 0
    return folder


@pytest.fixture(scope="session")
def small_course(needs_nbgrader, tmp_path_factory):
    """A course with two chapters, in a folder of its own."""
    from classroom.course import build

    folder = tmp_path_factory.mktemp("small-course")
    build(folder, SMALL)
    return folder


@pytest.fixture(scope="session")
def graded(small_course, tmp_path_factory):
    """The small course after grading: what a teacher has who follows the appendix.

    The solutions are not there while strangers' code runs, as the appendix advises.
    """
    from classroom.course import CourseError, nbgrader

    folder = tmp_path_factory.mktemp("graded")
    for name in ("gradebook.db", "nbgrader_config.py"):
        shutil.copy(small_course / name, folder)
    for student, handed_in in SUBMISSIONS.items():
        for slug, change in handed_in.items():
            nb = nbformat.read(small_course / "release" / slug / f"{slug}.ipynb", as_version=4)
            change(nb)
            target = folder / "submitted" / student / slug / f"{slug}.ipynb"
            target.parent.mkdir(parents=True)
            nbformat.write(nb, target)
    for name, source in OTHER_FILES.items():
        target = folder / "submitted" / "tampered" / BILLS / name
        target.parent.mkdir(exist_ok=True)
        target.write_text(source, encoding="utf-8")
    config = (folder / "nbgrader_config.py").open("a", encoding="utf-8")
    with config, tempfile.TemporaryDirectory() as sockets, pytest.MonkeyPatch.context() as environment:
        environment.delenv("PYTEST_CURRENT_TEST")  # with it, kernels leave out what is written past Python's stderr
        config.write("\nc.Execute.timeout = 8\n")
        if os.name != "nt":  # kernels that need no network: where tests run, there may be none
            config.write(f"c.KernelManager.transport = 'ipc'\nc.KernelManager.ip = {str(Path(sockets, 's'))!r}\n")
        config.flush()
        # One submission can't be graded: nbgrader says whose, and grades the others.
        with pytest.raises(CourseError, match="'01-computation-graphs' for student 'lost-cells'") as problem:
            nbgrader(folder, "autograde", "*")
        assert str(problem.value).count("for student") == 1
    nbgrader(folder, "generate_feedback", "*")
    nbgrader(folder, "export", "--to", "grades.csv")
    return folder


@pytest.fixture(scope="session")
def scores(graded):
    """What the exported gradebook says: {(student, assignment): (score, greatest possible score)}."""
    with (graded / "grades.csv").open(encoding="utf-8") as file:
        return {
            (row["student_id"], row["assignment"]): (float(row["score"]), float(row["max_score"]))
            for row in csv.DictReader(file)
        }
