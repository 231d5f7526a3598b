"""Check an answer, and say what is wrong with it."""

import functools
import warnings
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import takewhile

import numpy as np

from .comparing import NUMERIC, Unlike, agree, difference, pairs
from .contents import find
from .explaining import explanation
from .running import attempt, in_an_answer, run


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
    if exercise.needs and not find_spec(exercise.needs):
        return Report(False, f"This exercise needs {exercise.needs}, which is not installed.", attempted=False)
    if callable(exercise.answer) and not callable(answer):
        kind = type(answer).__name__
        return Report(False, f"A function is wanted, but this is of type {kind}. Pass its name, without parentheses.")
    function = answer if callable(answer) else lambda: answer
    cases, expected = _right(exercise.id)
    outcomes = run(function, cases, exercise.errors)
    finished = list(takewhile(lambda outcome: outcome.out_of is None, outcomes))
    if len(finished) < len(cases):
        return Report(False, _known(exercise, finished) or outcomes[len(finished)].trouble)
    if all(outcome.trouble is None and _empty(outcome.result) for outcome in outcomes):
        return Report(False, "Nothing comes back. Put your answer after `return`, in place of None.", attempted=False)
    if _alike(outcomes, expected):
        return Report(passed=True)
    return Report(False, _known(exercise, outcomes) or _difference(function, exercise, outcomes))


@functools.cache
def _right(exercise_id):
    """The cases of an exercise, and what the right answer gives for each."""
    exercise = find(exercise_id)
    cases = exercise.cases(np.random.default_rng(0)) if exercise.cases else [()]
    return cases, _our_own(exercise, exercise.answer, cases)


@functools.cache
def _mistaken(exercise_id):
    """The explanation of each known mistake, and what it gives for each case."""
    exercise, (cases, _) = find(exercise_id), _right(exercise_id)
    return [(mistake.explanation, _our_own(exercise, mistake.answer, cases)) for mistake in exercise.mistakes]


def _known(exercise, outcomes):
    """The explanation of the known mistake that gives just this, if only in the calls that came to an end, or None."""
    if _alike(outcomes, _right(exercise.id)[1]):
        return None
    return next((said for said, mistaken in _mistaken(exercise.id) if _alike(outcomes, mistaken)), None)


def _our_own(exercise, answer, cases):
    """What one of the book's own answers gives: it needs no watching."""
    function = answer if callable(answer) else lambda: answer
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [attempt(function, case, exercise.errors) for case in cases]


def _explained(function, exercise, outcomes):
    """What the engine of `check_gradients` says of all results that came back, or None."""
    if not callable(exercise.answer):
        return None
    cases, expected = _right(exercise.id)
    came = [k for k, outcome in enumerate(outcomes) if outcome.trouble is None and not _empty(outcome.result)]
    results, right = ([found[k].result for k in came] for found in (outcomes, expected))
    return explanation(exercise.answer, function, [cases[k] for k in came], results, right)


def _difference(function, exercise, outcomes):
    """What is wrong in the first case that differs, in words."""
    for number, (outcome, right, case) in enumerate(zip(outcomes, *reversed(_right(exercise.id)))):
        told = f" (Tried with {_shown(case)}.)" if case else ""
        if outcome.trouble is None and agree(outcome.result, right.result):
            continue
        (repeated,) = run(function, [case], exercise.errors)
        if number and _alike([repeated], [right]):
            return (
                "The first call is right, but a later one isn't: something is left from an earlier call. Is it a "
                f"default argument that is changed, or a variable outside the function?{told}"
            )
        if outcome.trouble:
            return outcome.trouble + told
        once, again = outcome.result, repeated.result
        if _made_alike(once, again, like=right.result) and not agree(once, again):
            return (
                "Two calls with the same arguments give different results. Does it draw numbers that no seed fixes, or "
                f"is something left from an earlier call?{told}"
            )
        if _empty(outcome.result):
            return f"Nothing comes back. Is a `return` missing?{told}"
        explained = _explained(function, exercise, outcomes)
        alone = len(outcomes) == 1  # of several, what explains the numbers of one alone explains nothing
        return (explained or difference(outcome.result, right.result, alone, _whole(exercise.id))) + told
    return "The results differ from the right ones."


def _made_alike(*results, like):
    """Whether all are numbers in the shapes of the right ones."""
    try:
        return all(
            given.dtype.kind in NUMERIC and given.shape == wanted.shape
            for result in results
            for _, given, wanted in pairs(result, like)
        )
    except Unlike:
        return False


@functools.cache
def _whole(exercise_id):
    """Whether several right results are all made of whole numbers, such as places in a list."""
    _, expected = _right(exercise_id)
    kinds = {right.dtype.kind for e in expected for _, _, right in pairs(e.result, e.result)}
    return len(expected) > 1 and kinds <= {"i", "u"}


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
