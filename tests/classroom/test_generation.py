"""The course that is built from the chapters: whole, the same each time, and without solutions for students."""

import contextlib
import re
import shutil
import sqlite3
from pathlib import Path

import nbformat
import notebooks
import pytest

from classroom.assignments import BEGIN, assignment
from classroom.chapters import ROOT, read_chapter
from classroom.course import build, gradebook

CHAPTERS = [pytest.param(path.stem, id=path.stem) for path in sorted((ROOT / "chapters").glob("[0-9][0-9]-*.ipynb"))]


@pytest.fixture
def chapter(chapters, request):
    return next(chapter for chapter in chapters if chapter.slug == request.param)


each_chapter = pytest.mark.parametrize("chapter", CHAPTERS, indirect=True)


def graded_cells(nb):
    return [cell for cell in nb.cells if cell.metadata.get("nbgrader", {}).get("grade")]


@each_chapter
def test_every_chapter_has_an_assignment_with_its_points(releases, chapter):
    for nb in (assignment(chapter), releases[chapter.slug]):
        nbformat.validate(nb)
        points = [cell.metadata.nbgrader.points for cell in graded_cells(nb)]
        assert points == [task.points for task in chapter.tasks] and points
        assert all(cell.metadata.nbgrader.locked for cell in graded_cells(nb))


@each_chapter
def test_cells_are_named_after_the_chapters_cells(releases, chapter):
    nb = releases[chapter.slug]
    identities = [cell.id for cell in nb.cells]
    assert len(set(identities)) == len(identities)
    assert {task.stub.id for task in chapter.tasks} < set(identities)
    assert all(cell.metadata.nbgrader.grade_id == cell.id for cell in nb.cells if "nbgrader" in cell.metadata)


def solution_lines(task):
    """The lines that give an answer away: those of the solution that neither the stub nor the question holds."""
    asked = "\n".join([task.stub_source, *(cell.source for cell in task.lead)])
    return {line.strip() for line in task.solution_source.splitlines()} - {line.strip() for line in asked.splitlines()}


@each_chapter
def test_students_get_stubs_and_no_solution_no_output_no_path(releases, chapter):
    nb = releases[chapter.slug]
    cells = {cell.id: cell for cell in nb.cells}
    everything = "\n".join(cell.source for cell in nb.cells)
    lines = {line.strip() for line in everything.splitlines()}
    page = notebooks.read(notebooks.ROOT / "chapters" / f"{chapter.slug}.ipynb")
    shown = (cell.source for cell in page.cells if "solution" not in notebooks.tags(cell))
    on_the_page = {line.strip() for source in shown for line in source.splitlines()}
    for task in chapter.tasks:
        assert cells[task.stub.id].source.strip() == task.stub_source
        assert not solution_lines(task) & lines - on_the_page, task.id
        assert task.solution_source.strip() not in everything
    text = nbformat.v4.writes(nb)
    assert BEGIN not in text and "solution" not in re.sub(r'"solution": (true|false)', "", text)
    assert all(not cell.get("outputs") and not cell.get("execution_count") for cell in nb.cells)
    assert not re.search(r"(?<![\w.~-])/(?:home|root|work|tmp|Users)/", text)
    assert not re.search(r"\b\d{4}-\d\d-\d\d\b", text)  # no date


@each_chapter
def test_the_check_cell_knows_no_answer(releases, chapter):
    for task, cell in zip(chapter.tasks, graded_cells(releases[chapter.slug]), strict=True):
        code = [line for line in cell.source.splitlines() if line and not line.startswith("#")]
        assert code == [
            "from backprop.exercises import check",
            f'report = check("{task.id}", {task.name})',
            "print(report)",
            f"{task.points} if report.passed else 0",
        ]


@each_chapter
def test_no_text_points_to_a_file_that_students_do_not_have(releases, chapter):
    for cell in releases[chapter.slug].cells:
        if cell.cell_type == "markdown":
            assert not re.search(r"\]\((?!https?:)", cell.source), cell.id


def test_the_built_course_holds_the_same_notebooks(course, releases, chapters):
    slugs = {path.stem for path in course.glob("release/*/*.ipynb")}
    assert slugs == {"01-computation-graphs", "08-checking-gradients"}
    for chapter in (chapter for chapter in chapters if chapter.slug in slugs):
        source = (course / "source" / chapter.slug / f"{chapter.slug}.ipynb").read_bytes()
        assert source == (nbformat.v4.writes(assignment(chapter)) + "\n").encode()
        built = nbformat.read(course / "release" / chapter.slug / f"{chapter.slug}.ipynb", as_version=4)
        assert [(cell.id, cell.source) for cell in built.cells] == [
            (cell.id, cell.source) for cell in releases[chapter.slug].cells
        ]


def test_the_same_chapters_give_the_same_notebooks(chapters):
    again = read_chapter(ROOT / "chapters" / "08-checking-gradients.ipynb")
    assert nbformat.v4.writes(assignment(again)) == nbformat.v4.writes(assignment(chapters[7]))


def test_a_gradebook_is_made_without_a_file_that_alembic_reads_in_ascii(course, tmp_path, monkeypatch):
    """Where LC_ALL is C, it would fail on an umlaut in the path."""
    from nbgrader.dbutil import ALEMBIC_DIR

    monkeypatch.setattr("nbgrader.api._temp_alembic_ini", None)
    shutil.copy(course / "nbgrader_config.py", tmp_path)
    with gradebook(tmp_path) as book:
        assert book.assignments == []
    with contextlib.closing(sqlite3.connect(tmp_path / "gradebook.db")) as made:
        (version,) = made.execute("SELECT version_num FROM alembic_version").fetchone()
    assert len(list(Path(ALEMBIC_DIR, "versions").glob(f"{version}_*.py"))) == 1


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
    assert len(scores) > 20
    return scores
