"""Check an answer, and say what is wrong with it."""

import difflib
import functools
import importlib
import pkgutil
import time
from dataclasses import dataclass

import numpy as np

from ..variable import Variable
from . import bank
from .comparing import agree, difference
from .explaining import explanation
from .running import TIME_LIMIT, Outcome, call, in_an_answer


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
    if in_an_answer():
        return Report(False, "An answer that calls `check` would never end. Call it below the function.")
    if _empty(answer):
        return Report(passed=False, attempted=False)
    if callable(exercise.answer) and not callable(answer):
        kind = type(answer).__name__
        return Report(False, f"A function is wanted, and this is of type {kind}. Hand over its name, without brackets.")
    if isinstance(answer, Variable):
        return Report(False, "This is a Variable. Hand over the number in it: its `.data`.")
    cases, expected = _right(exercise.id)
    outcomes, deadline = [], time.monotonic() + TIME_LIMIT
    for case in cases:
        outcomes.append(_outcome(answer, case, deadline - time.monotonic()))
        if outcomes[-1].endless:
            return Report(False, outcomes[-1].trouble)
    if all(outcome.trouble is None and _empty(outcome.result) for outcome in outcomes):
        return Report(False, "Nothing comes back. Put your answer after `return`, in place of None.", attempted=False)
    if _alike(outcomes, expected):
        return Report(passed=True)
    for explanation, mistaken in _mistaken(exercise.id):
        if _alike(outcomes, mistaken):
            return Report(False, explanation)
    return Report(False, _difference(exercise.answer, answer, cases, outcomes, expected))


@functools.cache
def _right(exercise_id):
    """The cases of an exercise, and what the right answer gives for each."""
    exercise = find(exercise_id)
    cases = exercise.cases(np.random.default_rng(0)) if exercise.cases else [()]
    return cases, [_outcome(exercise.answer, case) for case in cases]


@functools.cache
def _mistaken(exercise_id):
    """The explanation of each known mistake, and what it gives for each case."""
    cases, _ = _right(exercise_id)
    return [(m.explanation, [_outcome(m.answer, case) for case in cases]) for m in find(exercise_id).mistakes]


def _difference(right_answer, answer, cases, outcomes, expected):
    """What is wrong in the first case that differs, in words."""
    for outcome, right, case in zip(outcomes, expected, cases):
        told = f" (Tried with {_shown(case)}.)" if case else ""
        if outcome.trouble:
            return outcome.trouble + told
        if _empty(outcome.result):
            return f"Nothing comes back. Is a `return` missing?{told}"
        if not agree(outcome.result, right.result):
            done = [k for k, other in enumerate(outcomes) if other.trouble is None and not _empty(other.result)]
            found = explanation(
                right_answer, answer, *([values[k] for k in done] for values in (cases,)),
                [outcomes[k].result for k in done], [expected[k].result for k in done],
            ) if callable(right_answer) else None  # fmt: skip
            return (found or difference(outcome.result, right.result)) + told
    return "The results differ."


def _alike(outcomes, others):
    """Whether two answers did the same on all cases: gave the same results, or failed in the same way."""
    with_message = all(outcome.error for outcome in outcomes)  # one that never gets anywhere shows only by its message
    return all(
        _same_error(ours.error, theirs.error, with_message) if ours.error or theirs.error
        else ours.trouble == theirs.trouble and agree(ours.result, theirs.result)
        for ours, theirs in zip(outcomes, others)
    )  # fmt: skip


def _same_error(ours, theirs, with_message):
    return ours is not None and theirs is not None and (ours == theirs if with_message else ours[0] == theirs[0])


def _outcome(answer, case, seconds=60.0):
    """What an answer does with a case. The book's own answers may take their time on a machine that is busy."""
    return call(answer, case, seconds) if callable(answer) else Outcome(answer)


def _empty(value):
    return value is None or value is Ellipsis or value is NotImplemented


def _shown(case):
    return ", ".join(map(_described, case))


def _described(value):
    if callable(value):
        return "a function"
    if isinstance(value, dict):
        return f"a dictionary of {', '.join(map(str, value))}"
    if isinstance(value, np.ndarray):
        numbers = value.round(4) if value.dtype.kind == "f" else value
        return f"{numbers.tolist()}" if value.size <= 6 else f"an array of shape {value.shape}"
    if isinstance(value, list):
        return f"a list of length {len(value)}" if len(repr(value)) > 60 else repr(value)
    return f"{value:.6g}" if isinstance(value, float) else repr(value)


def catalogue():
    """All exercises, in the order of the book."""
    modules = sorted(module.name for module in pkgutil.iter_modules(bank.__path__))
    exercises = [importlib.import_module(f"{bank.__name__}.{name}").exercise for name in modules]
    return sorted(exercises, key=lambda exercise: exercise.chapter)


def find(exercise_id):
    """The exercise of that name, or a ValueError that names the nearest ones."""
    exercises = {exercise.id: exercise for exercise in catalogue()}
    if not isinstance(exercise_id, str) or exercise_id not in exercises:
        nearest = difflib.get_close_matches(str(exercise_id), exercises, n=3, cutoff=0)
        raise ValueError(f"there is no exercise {exercise_id!r}; the nearest names are {', '.join(nearest)}")
    return exercises[exercise_id]
