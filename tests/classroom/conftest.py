"""Builds a course with the real nbgrader, and grades a small class that an LMS handed out: once for all tests."""

import csv
import importlib.util
import shutil
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
for folder in (HERE, HERE.parents[1], HERE.parents[1] / "tools"):
    sys.path.insert(0, str(folder))

from submissions import BILLS, CLASS, GRADIENTS, archive

CHAPTERS = [1, 8]  # those whose submissions are graded


@pytest.fixture(scope="session")
def needs_nbgrader():
    if not importlib.util.find_spec("nbgrader"):
        pytest.skip("nbgrader is not installed: `make classroom` installs it")


@pytest.fixture(scope="session")
def chapters():
    from classroom.chapters import read_chapters

    return read_chapters()


@pytest.fixture(scope="session")
def releases(needs_nbgrader, chapters):
    """The students' version of every chapter, as nbgrader makes it but without a gradebook, by name."""
    import nbformat
    from nbgrader.preprocessors import ClearOutput, ClearSolutions

    from classroom.assignments import assignment
    from classroom.course import CONFIG

    code_stub = {"python": ""}
    assert f"code_stub = {code_stub}".replace("'", '"') in CONFIG.read_text(encoding="utf-8")
    made = {}
    for chapter in chapters:
        nb, resources = nbformat.from_dict(assignment(chapter)), {"language": "python"}
        for step in (ClearSolutions(code_stub=code_stub), ClearOutput()):
            nb, resources = step.preprocess(nb, resources)
        made[chapter.slug] = nb
    return made


@pytest.fixture(scope="session")
def course(needs_nbgrader, tmp_path_factory):
    """A course with two chapters, as `make classroom` builds it, with a blank and an umlaut in its path."""
    from classroom.__main__ import main

    folder = tmp_path_factory.mktemp("a course") / "Übung"
    assert main(["build", "--course", str(folder), "--chapters", *map(str, CHAPTERS)]) == 0
    return folder


@pytest.fixture(scope="session")
def graded(course, releases, tmp_path_factory):
    """The course after grading: what a teacher has who follows the appendix.

    The solutions are not there while strangers' code runs, as the appendix advises.
    """
    from classroom.__main__ import main

    folder = tmp_path_factory.mktemp("graded")
    for name in ("release", "gradebook.db", "nbgrader_config.py"):
        copy = shutil.copytree if (course / name).is_dir() else shutil.copyfile
        copy(course / name, folder / name)
    with (folder / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write("\nc.Execute.timeout_func = lambda cell: 2 if 'takes forever' in cell.source else 60\n")
    archives = [archive(folder / f"{slug}.zip", slug, releases[slug]) for slug in (BILLS, GRADIENTS)]
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("PYTEST_CURRENT_TEST")  # with it, kernels leave out what is written past Python's stderr
        for words in (["tidy", *map(str, archives)], ["grade", "--jobs", "2"]):
            assert main([*words, "--course", str(folder)]) == 0
    worksheet = folder / "Grades-Calculus-Homework 8-77.csv"
    with worksheet.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Identifier", "Full name", "Status", "Grade", "Maximum Grade", "Feedback comments"])
        for number, name in enumerate(CLASS[GRADIENTS], start=800):
            writer.writerow([f"Participant {number}", name, "Submitted for grading", "", "22,00", ""])
        writer.writerow(["Participant 899", "Nothing Handed In", "No submission", "", "22,00", ""])
    assert main(["scores", str(worksheet), "--course", str(folder)]) == 0
    return folder


@pytest.fixture(scope="session")
def scores(graded):
    """The rows of scores.csv, by student and assignment."""
    with (graded / "scores.csv").open(encoding="utf-8-sig", newline="") as file:
        return {(row["student"], row["assignment"]): row for row in csv.DictReader(file)}
