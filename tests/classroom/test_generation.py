"""The course that is built from the chapters: whole, the same each time, and without solutions for students."""

import contextlib
import re
import shutil
import sqlite3

import nbformat
import pytest

from classroom.assignments import BEGIN, assignment
from classroom.chapters import read_chapters
from classroom.course import build

CHAPTERS = read_chapters()


def notebooks(folder, version):
    return {path.stem: path for path in sorted((folder / version).glob("*/*.ipynb"))}


def graded_cells(nb):
    return [cell for cell in nb.cells if cell.metadata.get("nbgrader", {}).get("grade")]


@pytest.mark.parametrize("version", ["source", "release"])
def test_every_chapter_has_an_assignment_with_its_points(course, version):
    found = notebooks(course, version)
    assert list(found) == [chapter.slug for chapter in CHAPTERS]
    for chapter in CHAPTERS:
        nb = nbformat.read(found[chapter.slug], as_version=4)
        nbformat.validate(nb)
        points = [cell.metadata.nbgrader.points for cell in graded_cells(nb)]
        assert points == [task.points for task in chapter.tasks] and points
        assert all(cell.metadata.nbgrader.locked for cell in graded_cells(nb))


def test_cells_are_named_after_the_chapters_cells(course):
    for chapter in CHAPTERS:
        nb = nbformat.read(notebooks(course, "release")[chapter.slug], as_version=4)
        identities = [cell.id for cell in nb.cells]
        assert len(set(identities)) == len(identities)
        assert {task.stub.id for task in chapter.tasks} < set(identities)
        for cell in nb.cells:
            if "nbgrader" in cell.metadata:
                assert cell.metadata.nbgrader.grade_id == cell.id


def solution_lines(task):
    """The lines that give an answer away: those of the solution that neither the stub nor the question holds."""
    asked = "\n".join([task.stub_source, *(cell.source for cell in task.lead)])
    return {line.strip() for line in task.solution_source.splitlines()} - {line.strip() for line in asked.splitlines()}


def test_students_get_stubs_and_no_solution_no_output_no_path(course):
    for chapter in CHAPTERS:
        path = notebooks(course, "release")[chapter.slug]
        nb = nbformat.read(path, as_version=4)
        cells = {cell.id: cell for cell in nb.cells}
        lines = {line.strip() for cell in nb.cells for line in cell.source.splitlines()}
        for task in chapter.tasks:
            assert cells[task.stub.id].source.strip() == task.stub_source
            assert not solution_lines(task) & lines, f"{chapter.slug}, {task.id}"
        text = path.read_text(encoding="utf-8")
        assert BEGIN not in text and "solution" not in re.sub(r'"solution": (true|false)', "", text)
        assert all(not cell.get("outputs") and not cell.get("execution_count") for cell in nb.cells)
        assert not re.search(r"(?<![\w.~-])/(?:home|root|work|tmp|Users)/", text)
        assert not re.search(r"\b\d{4}-\d\d-\d\d\b", text)  # no date


def test_the_check_cell_knows_no_answer(course):
    for chapter in CHAPTERS:
        nb = nbformat.read(notebooks(course, "release")[chapter.slug], as_version=4)
        for task, cell in zip(chapter.tasks, graded_cells(nb), strict=True):
            code = [line for line in cell.source.splitlines() if line and not line.startswith("#")]
            assert code == [
                "from backprop.exercises import check",
                f'report = check("{task.id}", {task.name})',
                "print(report)",
                f"{task.points} if report.passed else 0",
            ]


def test_no_text_points_to_a_file_that_students_do_not_have(course):
    for path in notebooks(course, "release").values():
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                assert not re.search(r"\]\((?!https?:)", cell.source), f"{path.stem}: {cell.id}"


def test_building_twice_gives_the_same_bytes(course, small_course):
    for version in ("source", "release"):
        for slug, path in notebooks(small_course, version).items():
            assert path.read_bytes() == notebooks(course, version)[slug].read_bytes()
    for chapter in CHAPTERS:
        text = nbformat.v4.writes(assignment(chapter)) + "\n"
        assert text.encode() == notebooks(course, "source")[chapter.slug].read_bytes()


def test_building_again_keeps_submissions_settings_and_scores(graded, tmp_path):
    folder = tmp_path / "course"
    shutil.copytree(graded, folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.suffix != ".db"}
    with (folder / "nbgrader_config.py").open("a") as config:
        config.write("# mine")
    before[folder / "nbgrader_config.py"] += b"# mine"
    build(folder, [8])

    assert {path: path.read_bytes() for path in before} == before
    assert scores_in(folder) == scores_in(graded)


def scores_in(folder):
    with contextlib.closing(sqlite3.connect(folder / "gradebook.db")) as gradebook:
        scores = gradebook.execute("SELECT id, auto_score FROM grade ORDER BY id").fetchall()
    assert len(scores) > 30
    return scores
