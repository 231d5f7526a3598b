"""Answers that the bank doesn't know: every wrong one is rejected, and every right one passes, whatever its style."""

import re

import numpy as np
import pytest
from styles import RIGHT
from unseen import WRONG

from backprop.exercises import catalogue, check

FUNCTIONS = [exercise for exercise in catalogue() if callable(exercise.answer)]


def numbered(answers):
    return [
        pytest.param(name, answer, id=f"{name}-{k}") for name, some in answers.items() for k, answer in enumerate(some)
    ]


@pytest.mark.parametrize(("name", "answer"), numbered(WRONG))
def test_a_wrong_answer_is_rejected(name, answer):
    report = check(name, answer)

    assert not report.passed and report.attempted and report.diagnosis


@pytest.mark.parametrize(("name", "answer"), numbered(RIGHT))
def test_a_right_answer_in_another_style_passes(name, answer):
    report = check(name, answer)

    assert report.passed, report


PLACE = re.compile(r"which is too (small|large)|The results differ")


def test_most_of_them_are_told_what_is_wrong():
    """Not only the place of the first wrong number: a known mistake, a signature of the engine, a shape, an error."""
    told = [not PLACE.search(check(name, answer).diagnosis) for name, some in WRONG.items() for answer in some]
    assert np.mean(told) >= 0.85


def test_every_exercise_is_tried():
    assert set(RIGHT) == {exercise.id for exercise in catalogue()}
    for exercise in FUNCTIONS:
        assert len(WRONG[exercise.id]) >= 2


def changed(result, change):
    """The result with every array in it changed."""
    if isinstance(result, dict):
        return {name: changed(part, change) for name, part in result.items()}
    if isinstance(result, tuple):
        return tuple(changed(part, change) for part in result)
    return change(np.asarray(result, dtype=float))


CHANGES = {
    "sign": lambda array: -array,
    "a factor of 2": lambda array: 2 * array,
    "slightly too large": lambda array: 1.001 * array + 1e-5,
    "an axis in front": lambda array: array[np.newaxis],
    "an axis behind": lambda array: array[..., np.newaxis],
    "not a number": lambda array: array * np.nan,
    "infinite": lambda array: array + np.inf,
    "text": lambda array: array.astype(str),
    "zeros": np.zeros_like,
    "ones": np.ones_like,
    "nothing": lambda array: None,
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda exercise: exercise.id)
def test_a_right_answer_spoiled_is_rejected(exercise, change):
    report = check(exercise.id, lambda *given: changed(exercise.answer(*given), CHANGES[change]))

    assert not report.passed and report.diagnosis


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda exercise: exercise.id)
def test_one_wrong_number_is_enough(exercise):
    def spoiled(*given):
        parts = []

        def keep(array):
            parts.append(array)
            return array

        result = changed(exercise.answer(*given), keep)
        parts[-1].flat[-1:] += 1e-3 + 1e-3 * np.abs(parts[-1].flat[-1:])
        return result

    assert not check(exercise.id, spoiled).passed
