"""Stub, check, solution and package agree in every chapter, and a test of each kind of disagreement."""

import nbformat
import pytest
from run_cells import verdicts

from classroom.__main__ import main
from classroom.assignments import assignment
from classroom.chapters import CHAPTERS, ChapterError, drift, read_chapter
from classroom.needs import names

CHAPTER = CHAPTERS / "08-checking-gradients.ipynb"


SLUGS = [path.stem for path in sorted(CHAPTERS.glob("[0-9][0-9]-*.ipynb"))]
# Two import torch, and the clinic trains its patients. As all chapters, they run where the outputs are compared.
QUICK = [slug for slug in SLUGS if slug[:2] not in ("12", "13", "19")]


def named(chapters, slug):
    return next(chapter for chapter in chapters if chapter.slug == slug)


@pytest.mark.parametrize("slug", SLUGS)
def test_chapter_and_package_agree(chapters, slug):
    chapter = named(chapters, slug)
    assert drift(chapter) == []
    assert 3 <= len(chapter.tasks)


@pytest.mark.parametrize("slug", SLUGS)
def test_an_assignment_defines_all_that_it_uses(chapters, slug):
    known = set()
    for cell in assignment(named(chapters, slug)).cells:
        if cell.cell_type == "code":
            defined, used = names(cell.source)
            assert used <= known, cell.id
            known |= defined


@pytest.mark.parametrize("slug", QUICK)
def test_solutions_get_all_points_and_stubs_none(chapters, slug):
    nb = assignment(named(chapters, slug))
    said = verdicts(nb)
    marks = {cell.id: cell.metadata.nbgrader for cell in nb.cells if "nbgrader" in cell.metadata}
    wanted = {name: mark.points for name, mark in marks.items() if mark.grade}
    scores = {version: {name: score for name, (score, _) in given.items()} for version, given in said.items()}
    assert scores == {"solved": wanted, "untouched": dict.fromkeys(wanted, 0)}
    assert all(printed.startswith("Right.") for _, printed in said["solved"].values())
    assert all(printed.startswith("Not attempted yet.") for _, printed in said["untouched"].values())


def changed(tmp_path, cell, old, new):
    """The chapter with one change in one cell."""
    nb = nbformat.read(CHAPTER, as_version=4)
    target = next(c for c in nb.cells if c.id == cell)
    assert old in target.source
    target.source = target.source.replace(old, new)
    path = tmp_path / CHAPTER.name
    nbformat.write(nb, path)
    return path


ANSWER, SOLUTION = "exercise-relative-answer", "exercise-relative-solution"
ID, CALL = '"relative-error"', 'check("relative-error", relative_error)'


@pytest.mark.parametrize(
    ("cell", "old", "new", "finding"),
    [
        ("exercise-relative", "(2 points, 5", "(3 points, 5", "points 3 on the page, 2 in the package (relative-"),
        ("exercise-relative", "points, 5 min", "points, 7 min", "minutes 7 on the page, 5 in the package"),
        ("exercise-relative", "Exercise 3", "Exercise 4", "exercise 4 stands in place 3"),
        (ANSWER, ID, '"relative-eror"', "the package knows no exercise relative-eror"),
        (ANSWER, ID, '"relative-eror"', "the package has an exercise relative-error, and the"),
        (ANSWER, ID, '"bill-total"', "chapter 8 on the page, 1 in the package"),
        (SOLUTION, ID, '"tanh-mended"', "the stub is checked as relative-error, the solution as tanh-mended"),
        (ANSWER, "relative_error", "tanh_backward", "tanh_backward is defined elsewhere too"),
        ("exercise-tanh-report", "class Fault", "tanh_backward = 1\nclass Fault", "tanh_backward is defined elsewhere"),
    ],
)
def test_drift_is_found(tmp_path, cell, old, new, finding):
    findings = drift(read_chapter(changed(tmp_path, cell, old, new)))
    assert any(finding in said for said in findings), findings


@pytest.mark.parametrize(
    ("cell", "old", "new", "problem"),
    [
        ("exercise-relative", "(2 points, 5 minutes)", "", f"cell {ANSWER}: above it, nothing says its points"),
        (ANSWER, CALL, "", f"cell {ANSWER}: its last statement has to be check"),
        (ANSWER, CALL, f"{CALL[:-1]}, 3)", f"cell {ANSWER}: its last statement has to be check"),
        (ANSWER, ", relative_error)", ", lambda a, b: 0)", f"cell {ANSWER}: hand a name to check"),
        (SOLUTION, CALL, "pass", f"cell {SOLUTION}: its last statement has to be check"),
    ],
)
def test_a_chapter_that_breaks_the_conventions_is_refused(tmp_path, cell, old, new, problem):
    with pytest.raises(ChapterError, match=f"08-checking-gradients.ipynb: {problem}"):
        read_chapter(changed(tmp_path, cell, old, new))


def test_no_course_is_built_from_a_chapter_that_drifted(tmp_path, monkeypatch, capsys):
    drifted = changed(tmp_path, "exercise-relative", "(2 points", "(3 points")
    monkeypatch.setattr("classroom.course.read_chapters", lambda numbers: [read_chapter(drifted)])

    assert main(["build", "--course", str(tmp_path / "course")]) == 1
    assert "points 3 on the page, 2 in the package" in capsys.readouterr().err
    assert not (tmp_path / "course").exists()


def test_a_chapter_that_does_not_exist_is_named(tmp_path, capsys):
    assert main(["build", "--course", str(tmp_path / "course"), "--chapters", "1", "99"]) == 1
    assert capsys.readouterr().err == "no chapter 99\n"


def test_a_solution_that_does_not_pass_gets_no_points(tmp_path):
    nb = assignment(read_chapter(changed(tmp_path, "exercise-passes-solution", "2 * (784", "3 * (784")))
    score, printed = verdicts(nb)["solved"]["exercise-passes-check"]
    assert score == 0 and printed.startswith("Not right yet.")
