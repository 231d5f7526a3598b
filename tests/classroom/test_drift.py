"""Stub, check, solution and package agree in every chapter, and a test of each kind of disagreement."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from classroom.__main__ import main
from classroom.assignments import assignment
from classroom.chapters import CHAPTERS, ChapterError, drift, read_chapter, read_chapters

CHAPTER = CHAPTERS / "08-checking-gradients.ipynb"


@pytest.mark.parametrize("chapter", read_chapters(), ids=lambda chapter: chapter.slug)
def test_chapter_and_package_agree(chapter):
    assert drift(chapter) == []
    assert 3 <= len(chapter.tasks)


def run_cells(*paths):
    run = subprocess.run(
        [sys.executable, Path(__file__).with_name("run_cells.py"), *paths],
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"},
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return {Path(path).stem: said for path, said in json.loads(run.stdout).items()}


@pytest.fixture(scope="session")
def verdicts(tmp_path_factory):
    """What the check cells of every chapter say, with the stubs and with the solutions."""
    folder = tmp_path_factory.mktemp("versions")
    for chapter in read_chapters():
        nbformat.write(assignment(chapter), folder / f"{chapter.slug}.ipynb")
    return run_cells(*[path for path in sorted(folder.glob("*.ipynb")) if runs_here(path)])


def runs_here(path):
    return importlib.util.find_spec("torch") or "import torch" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("chapter", read_chapters(), ids=lambda chapter: chapter.slug)
@pytest.mark.parametrize(("version", "word"), [("solved", "Right."), ("untouched", "Not attempted yet.")])
def test_solutions_get_all_points_and_stubs_none(verdicts, chapter, version, word):
    if chapter.slug not in verdicts:
        pytest.skip("PyTorch is not installed")
    said = {cell: versions[version] for cell, versions in verdicts[chapter.slug].items()}
    assert {cell: score for cell, (score, _) in said.items()} == {
        task.stub.id.removesuffix("-answer") + "-check": task.points if version == "solved" else 0
        for task in chapter.tasks
    }
    assert all(printed.startswith(word) for _, printed in said.values())


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
    monkeypatch.setattr("classroom.course.read_chapters", lambda: [read_chapter(drifted)])

    assert main(["--course", str(tmp_path / "course")]) == 1
    assert "points 3 on the page, 2 in the package" in capsys.readouterr().err
    assert not (tmp_path / "course").exists()


def test_a_chapter_that_does_not_exist_is_named(tmp_path, capsys):
    assert main(["--course", str(tmp_path / "course"), "--chapters", "1", "99"]) == 1
    assert capsys.readouterr().err == "no chapter 99\n"


def test_a_solution_that_does_not_pass_gets_no_points(tmp_path):
    chapter = read_chapter(changed(tmp_path, "exercise-passes-solution", "2 * (784", "3 * (784"))
    path = tmp_path / "assignment.ipynb"
    nbformat.write(assignment(chapter), path)
    said = run_cells(path)["assignment"]["exercise-passes-check"]
    assert said["solved"][0] == said["untouched"][0] == 0
    assert said["solved"][1].startswith("Not right yet.")
