"""Every exercise of the bank: right answers pass, and each known mistake is named as itself."""

import numpy as np
import pytest

from backprop.exercises import catalogue, check
from backprop.exercises.checking import find

EXERCISES = catalogue()
MISTAKES = [(exercise, mistake) for exercise in EXERCISES for mistake in exercise.mistakes]


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_the_right_answer_passes(exercise):
    report = check(exercise.id, exercise.answer)

    assert report.passed and report.attempted and report.diagnosis is None
    assert str(report) == "Right."


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES, ids=[f"{e.id}-{m.explanation[:30]}" for e, m in MISTAKES])
def test_each_known_mistake_is_rejected_and_named_as_itself(exercise, mistake):
    report = check(exercise.id, mistake.answer)

    assert not report.passed
    assert report.diagnosis == mistake.explanation
    assert mistake.explanation in str(report)


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_the_untouched_stub_is_not_attempted(exercise):
    stub = (lambda *arguments: None) if callable(exercise.answer) else None

    assert not check(exercise.id, None).attempted
    assert not check(exercise.id, stub).attempted
    assert not check(exercise.id, stub).passed


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_a_hard_coded_answer_fails(exercise):
    if not callable(exercise.answer):
        pytest.skip("the answer is a number, not a function")
    first_case = exercise.cases(np.random.default_rng(0))[0]
    memorised = exercise.answer(*first_case)

    assert not check(exercise.id, lambda *arguments: memorised).passed


def test_ids_are_unique_and_every_exercise_has_points_and_minutes():
    assert len({exercise.id for exercise in EXERCISES}) == len(EXERCISES)
    for exercise in EXERCISES:
        assert exercise.points > 0 and exercise.minutes > 0 and len(exercise.mistakes) >= 4


def test_the_catalogue_is_in_the_order_of_the_book():
    chapters = [exercise.chapter for exercise in EXERCISES]
    assert chapters == sorted(chapters)


def test_an_unknown_exercise_is_named():
    with pytest.raises(ValueError, match="no exercise 'bill-totl'.*bill-total"):
        find("bill-totl")
