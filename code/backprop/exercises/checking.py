"""Check an answer, and say what is wrong with it."""

import importlib
import pkgutil
from dataclasses import dataclass

import numpy as np

from ..variable import Variable
from . import bank
from .comparing import agree, difference
from .running import Outcome, call


@dataclass
class Report:
    """The verdict on one answer. Its text is one short paragraph."""

    passed: bool
    diagnosis: str | None = None
    attempted: bool = True

    def __str__(self):
        if not self.attempted:
            return f"Not attempted yet. {self.diagnosis or 'Put your answer in place of None, and run the cell again.'}"
        return "Right." if self.passed else f"Not right yet. {self.diagnosis}"

    __repr__ = __str__


def check(exercise_id, answer):
    """Check an answer to one of the book's exercises.

    Whatever the answer is or does, the result is a Report: `.passed`, `.diagnosis` (None when it is
    right) and `.attempted`. A wrong answer is compared with the known mistakes, run on the same inputs,
    and the one that gives the same results everywhere is explained.

    Raises
    ------
    ValueError
        If there is no exercise of that name.
    """
    exercise = find(exercise_id)
    if _empty(answer):
        return Report(passed=False, attempted=False)
    if callable(exercise.answer) and not callable(answer):
        return Report(False, f"A function is wanted, and this is {_kind(answer)}. Hand over its name, without brackets.")
    if isinstance(answer, Variable):
        return Report(False, "This is a Variable. Hand over the number in it: its `.data`.")
    cases = exercise.cases(np.random.default_rng(0)) if exercise.cases else [()]
    outcomes = []
    for case in cases:
        outcomes.append(_outcome(answer, case))
        if outcomes[-1].endless:
            return Report(False, outcomes[-1].trouble)
    if all(outcome.trouble is None and _empty(outcome.result) for outcome in outcomes):
        return Report(False, "Nothing comes back. Put your answer after `return`, in place of None.", attempted=False)
    return _verdict(exercise, cases, outcomes)


def _verdict(exercise, cases, outcomes):
    expected = [_outcome(exercise.answer, case) for case in cases]
    if _alike(outcomes, expected):
        return Report(passed=True)
    for mistake in exercise.mistakes:
        if _alike(outcomes, [_outcome(mistake.answer, case) for case in cases]):
            return Report(False, mistake.explanation)
    for outcome, right, case in zip(outcomes, expected, cases):
        if outcome.trouble:
            return Report(False, outcome.trouble)
        told = f" (Tried with {_shown(case)}.)" if case else ""
        if _empty(outcome.result):
            return Report(False, f"Nothing comes back. Is a `return` missing?{told}")
        if not agree(outcome.result, right.result):
            return Report(False, difference(outcome.result, right.result) + told)


def _alike(outcomes, others):
    """Whether two answers did the same on all cases: gave the same results, or failed in the same way."""
    return all(
        ours.error == theirs.error if ours.error or theirs.error
        else ours.trouble is None and agree(ours.result, theirs.result)
        for ours, theirs in zip(outcomes, others)
    )  # fmt: skip


def _outcome(answer, case):
    return call(answer, case) if callable(answer) else Outcome(answer)


def _empty(value):
    return value is None or value is Ellipsis or value is NotImplemented


def _kind(value):
    return f"the number {value}" if isinstance(value, (int, float)) else f"of type {type(value).__name__}"


def _shown(case):
    return ", ".join(map(_described, case))


def _described(value):
    if callable(value):
        return "a function"
    if isinstance(value, dict):
        return f"a dictionary of {', '.join(map(str, value))}"
    if np.ndim(value):
        return f"an array of shape {np.shape(value)}" if isinstance(value, np.ndarray) else f"{value!r:.60}"
    return f"{value:.6g}"


def catalogue():
    """All exercises, in the order of the book."""
    modules = sorted(module.name for module in pkgutil.iter_modules(bank.__path__))
    exercises = [importlib.import_module(f"{bank.__name__}.{name}").exercise for name in modules]
    return sorted(exercises, key=lambda exercise: exercise.chapter)


def find(exercise_id):
    """The exercise of that name, or a ValueError that names the nearest ones."""
    exercises = {exercise.id: exercise for exercise in catalogue()}
    if exercise_id not in exercises:
        raise ValueError(f"there is no exercise {exercise_id!r}; there are {', '.join(exercises)}")
    return exercises[exercise_id]
