"""Check an answer, and say what is wrong with it."""

import importlib
import pkgutil
from dataclasses import dataclass

import numpy as np

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
            return "Not attempted yet. Put your answer in place of None, and run the cell again."
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
    cases = exercise.cases(np.random.default_rng(0)) if exercise.cases else [None]
    outcomes = []
    for case in cases:
        outcomes.append(_outcome(answer, case))
        if outcomes[-1].trouble:
            return Report(False, outcomes[-1].trouble)
    if all(outcome.trouble is None and _empty(outcome.result) for outcome in outcomes):
        return Report(passed=False, attempted=False)
    return _verdict(exercise, cases, outcomes)


def _verdict(exercise, cases, outcomes):
    expected = [_outcome(exercise.answer, case).result for case in cases]
    for outcome, case in zip(outcomes, cases):
        if _empty(outcome.result):
            return Report(False, f"It returns nothing for {_shown(case)}. Is a `return` missing?")
    given = [outcome.result for outcome in outcomes]
    if all(agree(g, e) for g, e in zip(given, expected)):
        return Report(passed=True)
    for mistake in exercise.mistakes:
        wrong = [_outcome(mistake.answer, case).result for case in cases]
        if all(agree(g, w) for g, w in zip(given, wrong)):
            return Report(False, mistake.explanation)
    for g, e, case in zip(given, expected, cases):
        if not agree(g, e):
            told = "" if case is None else f" (Tried with {_shown(case)}.)"
            return Report(False, difference(g, e) + told)


def _outcome(answer, case):
    if case is None:
        return Outcome(answer() if callable(answer) else answer)
    return call(answer, case)


def _empty(value):
    return value is None or value is Ellipsis or value is NotImplemented


def _kind(value):
    return f"the number {value}" if isinstance(value, (int, float)) else f"of type {type(value).__name__}"


def _shown(case):
    texts = [f"shape {np.shape(value)}" if np.ndim(value) else f"{value!r:.40}" for value in case]
    return f"{'arguments' if len(texts) > 1 else 'argument'} {', '.join(texts)}"


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
