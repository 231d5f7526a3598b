"""Every exercise: right answers pass, each known mistake is named as itself, and what is shared is written once."""

import ast
import collections
import inspect
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from backprop import exercises
from backprop.exercises import catalogue, check
from backprop.exercises.contents import CHAPTERS, CONTENTS, find

EXERCISES = catalogue()
FUNCTIONS = [exercise for exercise in EXERCISES if callable(exercise.answer)]
FILES = sorted(Path(exercises.__file__).parent.glob("chapter_*.py"))
NOTEBOOKS = sorted(Path(__file__).parents[2].glob("chapters/[01]*.ipynb"))

of_each = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
of_each_function = pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda exercise: exercise.id)


@of_each
def test_the_right_answer_passes(exercise):
    report = check(exercise.id, exercise.answer)

    assert report.passed and report.attempted and report.diagnosis is None
    assert str(report) == "Right."


@of_each
def test_each_known_mistake_is_rejected_and_named_as_itself(exercise):
    for mistake in exercise.mistakes:
        report = check(exercise.id, mistake.answer)

        assert not report.passed, mistake.explanation
        assert report.diagnosis == mistake.explanation
        assert str(report) == f"Not right yet. {mistake.explanation}"


@of_each
def test_the_untouched_stub_is_not_attempted(exercise):
    stub = (lambda *arguments: None) if callable(exercise.answer) else None

    for nothing in (None, stub):
        report = check(exercise.id, nothing)
        assert not report.attempted and not report.passed


@of_each_function
def test_a_hard_coded_answer_fails(exercise):
    memorised = exercise.answer(*exercise.cases(np.random.default_rng(0))[0])

    assert not check(exercise.id, lambda *arguments: memorised).passed


def changed(result, change):
    """The result with every array in it changed."""
    if isinstance(result, dict):
        return {name: changed(part, change) for name, part in result.items()}
    if isinstance(result, tuple):
        return tuple(changed(part, change) for part in result)
    return change(result) if isinstance(result, np.ndarray) else result


def axes(exercise):
    """The greatest number of axes of a result."""
    found = [0]
    for case in exercise.cases(np.random.default_rng(0)):
        changed(exercise.answer(*case), lambda array: found.append(array.ndim))
    return max(found)


@pytest.mark.parametrize("exercise", [e for e in FUNCTIONS if axes(e) > 1], ids=lambda exercise: exercise.id)
def test_an_axis_of_length_1_has_to_stay(exercise):
    assert not check(exercise.id, lambda *given: changed(exercise.answer(*given), np.squeeze)).passed


@of_each_function
def test_a_result_that_is_written_over_by_the_next_call_passes(exercise):
    used_again = {}

    def answer(*given):
        def kept(array):
            memory = used_again.setdefault((array.shape, next(place)), array)
            memory[...] = array
            return memory

        place = iter(range(100))
        return changed(exercise.answer(*given), kept)

    assert check(exercise.id, answer).passed


def test_a_check_loads_one_chapter():
    code = (
        "import sys; from backprop.exercises import check; check('affine-backward', 0);"
        "print(*(name[-2:] for name in sys.modules if 'exercises.chapter_' in name))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["06"]


def test_the_contents_are_what_stands_in_the_files():
    for chapter, names in CONTENTS.items():
        assert {CHAPTERS[name] for name in names.split()} == {chapter}
    for exercise in EXERCISES:
        assert exercise.chapter == CHAPTERS[exercise.id]
        assert exercise.points > 0 and exercise.minutes > 0 and len(exercise.mistakes) >= 4
    assert [file.name for file in FILES] == [f"chapter_{chapter:02}.py" for chapter in CONTENTS]
    assert sum(file.read_text().count(" = Exercise(") for file in FILES) == len(EXERCISES) == len(CHAPTERS)


def test_what_several_exercises_say_is_written_once():
    said = collections.Counter(
        node.value
        for file in [*FILES, Path(inspect.getfile(exercises.common))]
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) > 45
    )
    assert not [words for words, times in said.items() if times > 1]


def test_an_unknown_exercise_is_named():
    with pytest.raises(ValueError, match="no exercise 'bill-totl'.*bill-total"):
        find("bill-totl")
    for name in (None, 3, len, ["bill-total"]):
        with pytest.raises(ValueError, match="there is no exercise"):
            check(name, 264)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem[:2])
def test_no_solution_stands_open_in_a_notebook(notebook):
    """JupyterLab and VS Code fold what is `hidden` here, Colab what is a form."""
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if "solution" in cell["metadata"].get("tags", []):
            hidden = cell["metadata"].get("jupyter", {})
            assert hidden.get("source_hidden") and cell["metadata"].get("cellView") == "form", cell["id"]
            shown = "".join(
                "".join(output.get("text", output.get("data", {}).get("text/plain", ""))) for output in cell["outputs"]
            )
            assert hidden.get("outputs_hidden") or shown == "Right.", cell["id"]
