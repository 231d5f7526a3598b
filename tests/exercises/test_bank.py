"""Every exercise: right answers pass, each known mistake is named as itself, and what is shared is written once."""

import ast
import collections
import copy
import inspect
import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from backprop import exercises
from backprop.exercises import catalogue, check
from backprop.exercises.comparing import agree
from backprop.exercises.contents import CHAPTERS, CONTENTS, find
from backprop.exercises.explaining import UPSTREAM_NAMES

EXERCISES = [exercise for exercise in catalogue() if not exercise.needs or find_spec(exercise.needs)]
FUNCTIONS = [exercise for exercise in EXERCISES if callable(exercise.answer)]
FILES = sorted(Path(exercises.__file__).parent.glob("chapter_*.py"))
NOTEBOOKS = sorted(Path(__file__).parents[2].glob("chapters/[0-9]*.ipynb"))

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


def wrong_at(*places):
    """Just these parts of the result are wrong, in one case or another."""
    return lambda right, given, _: (
        {k for r, g in zip(right, given) for k in range(len(r)) if not agree(g[k], r[k])} == {*places}
    )


def times(factor):
    return lambda right, given, _: all(
        agree(part, factor * good) for r, g in zip(right, given) for good, part in zip(r, g, strict=True)
    )


def rearranged(change):
    """The right numbers, in other places."""
    return lambda right, given, _: all(agree(change(g), change(r)) for r, g in zip(right, given))


def exchanged(right, given, _):
    return all(agree(g, r[::-1]) for r, g in zip(right, given))


def without_upstream(right, given, doubled):
    """A part of the result stays the same with twice the upstream gradient."""
    return any(all(agree(g[k], d[k]) for g, d in zip(given, doubled)) for k in range(len(right[0])))


# What an explanation says of the numbers, where it can be computed: else two explanations could be swapped unseen.
CLAIMS = {
    r"from the first one": wrong_at(0),
    r"(from|of) the second one|^The second one": wrong_at(1),
    r"missing from both": wrong_at(0, 1),
    r"^The two are |^Right, but in the wrong order": exchanged,
    r"^The sign( is reversed)?: (?!the slope|a step goes)": times(-1),
    r"^Yours is twice as large as it should be": times(2),
    r"^Yours is half as large as it should be": times(0.5),
    r"^That is in bits": times(1 / np.log(2)),
    r"^The numbers are right|in one long row": rearranged(lambda parts: [np.sort(np.ravel(part)) for part in parts]),
    r"^The result is transposed|^This is transposed": lambda right, given, _: all(
        agree(g[0].T, r[0]) for r, g in zip(right, given)
    ),
    r"(?<!is negative the )(?<!is positive the )upstream gradient is missing|^That is the local derivative alone|"
    r"^These are the local derivatives": without_upstream,
}


@of_each
def test_what_an_explanation_says_of_the_numbers_is_true(exercise):
    cases = exercise.cases(np.random.default_rng(0)) if callable(exercise.answer) else [()]
    arguments = list(inspect.signature(exercise.answer).parameters) if callable(exercise.answer) else []
    factors = [2 if name in UPSTREAM_NAMES else 1 for name in arguments]

    def results(answer, factors=()):
        for case in copy.deepcopy(cases):
            given = [factor * value if factor > 1 else value for factor, value in zip(factors, case)] or case
            with np.errstate(all="ignore"):
                result = answer(*given) if callable(answer) else answer
            parts = result.values() if isinstance(result, dict) else result
            yield tuple(parts) if isinstance(result, (dict, tuple)) else (result,)

    right = list(results(exercise.answer))
    for mistake in exercise.mistakes:
        for words, holds in CLAIMS.items():
            if re.search(words, mistake.explanation) and (2 in factors or holds is not without_upstream):
                given = list(results(mistake.answer))
                assert holds(right, given, list(results(mistake.answer, factors))), mistake.explanation


def test_every_claim_is_made():
    said = [mistake.explanation for exercise in EXERCISES for mistake in exercise.mistakes]
    assert [words for words in CLAIMS if not any(re.search(words, explanation) for explanation in said)] == []


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


@pytest.mark.parametrize(
    "exercise", [e for e in FUNCTIONS if not e.needs and axes(e) > 1], ids=lambda exercise: exercise.id
)
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
    for exercise in catalogue():
        assert exercise.chapter == CHAPTERS[exercise.id]
        assert exercise.points > 0 and exercise.minutes > 0 and len(exercise.mistakes) >= 4
    assert [file.name for file in FILES] == [f"chapter_{chapter:02}.py" for chapter in CONTENTS]
    assert sum(file.read_text().count(" = Exercise(") for file in FILES) == len(catalogue()) == len(CHAPTERS)


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
