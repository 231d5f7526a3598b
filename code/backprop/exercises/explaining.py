"""What is wrong with an answer, by the engine of `check_gradients`.

The engine asks what is right for other arguments: the right answer is a function, so it can tell.
"""

import contextlib
import inspect
import types
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..gradcheck.case import UPSTREAM, Case
from ..gradcheck.diagnosis import diagnose
from ..gradcheck.signatures.dependence import changed_arguments
from .comparing import NUMERIC, agree, pairs, told

UPSTREAM_NAMES = {"grad_output", "g", "grad", "upstream", "grad_scores", "delta", "delta_next", "dz2"}
MOST = 100  # elements of an upstream gradient for which a Jacobian is made, a call for each


def explanation(right, answer, cases, results, expected):
    """A sentence about the first array that is wrong, or None where no known mistake explains it in all cases.

    Parameters
    ----------
    right : function
        The right answer.
    answer
        The learner's; only its arguments' names are looked at.
    cases, results, expected : lists
        Arguments, what the learner's function gave for them, and what is right.
    """
    try:
        return _explained(right, answer, cases, results, expected)
    except Exception:  # whatever the answer returned, an explanation is more than it can claim
        return None


def _explained(right, answer, cases, results, expected):
    wrong = [k for k, (result, good) in enumerate(zip(results, expected)) if not agree(result, good)]
    tried = [_Tried(right, _names(right, answer, case), case, *pair) for case, *pair in zip(cases, results, expected)]
    position = tried[wrong[0]].first_wrong()
    if position is None:
        return None
    part = name, given, good = tried[wrong[0]].parts[position]
    if not np.isfinite(given.astype(float)).all():
        return None
    same = len(wrong) == len(results) > 2 and all(agree(result, results[0]) for result in results[1:])
    if same and given.any() and given.shape == good.shape:
        return "It is the same for all arguments. Does the function use what it is given?"
    found = diagnose(*_cases(tried, name))
    if found is None or (found.fitted and len(wrong) < len(tried)):  # numbers fitted call by call say less
        where = _only_where(tried, wrong, name)
        if where:
            return f"{part[0][0].upper()}{part[0][1:]} differs, {where}."
    return told(*part, found) if found else None


@dataclass
class _Tried:
    """One call of the learner's function."""

    right: Callable
    names: list
    arguments: tuple
    result: object
    expected: object

    def __post_init__(self):
        self.parts = []
        with contextlib.suppress(Exception):
            parts = list(pairs(self.result, self.expected))
            if all(given.dtype.kind in NUMERIC + "b" for _, given, _ in parts):
                self.parts = parts

    def first_wrong(self):
        return next((k for k, (_, given, good) in enumerate(self.parts) if not agree(given, good)), None)

    def part(self, name):
        """The array of that name, or else the first wrong one: (name, the learner's, the right one), or None."""
        wrong = self.first_wrong()
        return next((p for p in self.parts if p[0] == name), None if wrong is None else self.parts[wrong])

    @property
    def upstream(self):
        """The position of the upstream gradient among the arguments, or None."""
        own = list(inspect.signature(self.right).parameters)
        found = [k for k, name in enumerate(own) if name in UPSTREAM_NAMES and k < len(self.arguments)]
        return found[0] if found and not isinstance(self.arguments[found[0]], dict) else None

    def values(self, key):
        """The arguments as arrays, of dictionaries what stands under the key."""
        found = {}
        for k, (name, argument) in enumerate(zip(self.names, self.arguments)):
            if isinstance(argument, dict):
                argument = argument.get(key)
            array = _numbers(argument)
            if array is not None and k != self.upstream:
                found[name] = array if isinstance(argument, (list, tuple, np.ndarray)) else argument
        return found

    def right_with(self, changes, part, key):
        arguments = list(self.arguments)
        for name, value in changes.items():
            k = self.upstream if name == UPSTREAM else self.names.index(name)
            if isinstance(arguments[k], dict):
                value = arguments[k] | {key: value}
            elif isinstance(arguments[k], (list, tuple)):
                value = type(arguments[k])(value.tolist() if np.ndim(value) == 1 else value)
            arguments[k] = value
        with np.errstate(all="ignore"):
            parts = {name: given for name, given, _ in pairs(self.right(*arguments), self.expected)}
        return parts[part].astype(float)


def _cases(tried, name):
    """The wrong array for every call, as cases for the engine."""
    usable = [call for call in tried if call.part(name) and _finite_where_right_is(*call.part(name))]
    seen = [{name: v for name, v in call.values(None).items() if np.ndim(v) == 0} for call in usable]
    for call in usable:
        own, given, good = call.part(name)
        key = _key(own)
        values = call.values(key)
        g = None if call.upstream is None else _numbers(call.arguments[call.upstream])
        yield Case(
            answer=given.astype(float),
            right=good.astype(float),
            values=values,
            right_with=lambda changes, call=call, own=own, key=key: call.right_with(changes, own, key),
            upstream=None if g is None else g.astype(float),
            others={
                other[0].lower() + other[1:]: (a.astype(float), b.astype(float))
                for other, a, b in call.parts
                if other != own
            },
            exact=given.dtype != np.float32,
            own=own[0].lower() + own[1:],
            jacobian_by=lambda call=call, g=g, good=good, own=own, key=key: _jacobian(call, g, good, own, key),
            alternatives=lambda v=values, g=g, good=good: () if _is_share(good, v) else _alternatives(v, g, seen),
        )


def _finite_where_right_is(_, given, good):
    """An infinite number, such as from a division by N - 1 where N is 1, fits no formula."""
    return given.shape != good.shape or not np.any(~np.isfinite(given.astype(float)) & np.isfinite(good))


def _alternatives(values, g, seen):
    elsewhere = {name: [others[name] for others in seen if name in others] for name in values}
    return changed_arguments(values | ({UPSTREAM: g} if g is not None else {}), elsewhere)


def _is_share(good, values):
    """Whether it is 3 of 8, say, such as an accuracy: many a mistake gives the same, so none can be told from it."""
    return not good.ndim and any(np.ndim(v) and float(good * len(v)).is_integer() for v in values.values())


def _jacobian(call, g, good, name, key):
    """d(output)/d(value), from upstream gradients with a single 1, where the right answer is linear in them."""
    if g is None or g.size > MOST:
        return None
    columns = []
    for k in range(g.size):
        one = np.zeros(g.shape)
        one.flat[k] = 1
        columns.append(call.right_with({UPSTREAM: one}, name, key).ravel())
    jacobian = np.stack(columns, axis=1)
    return jacobian if np.allclose(jacobian @ g.ravel(), good.ravel()) else None


def _names(right, answer, case):
    """What the learner calls the arguments; or what the exercise calls them."""
    own = list(inspect.signature(right).parameters)
    if isinstance(answer, types.FunctionType) and answer.__code__.co_argcount == len(case):
        return list(answer.__code__.co_varnames[: len(case)])
    return own if len(own) == len(case) else [f"argument {k}" for k in range(1, len(case) + 1)]


def _numbers(argument):
    """As an array of numbers, or None."""
    if isinstance(argument, (bool, int, float, np.ndarray, np.generic, list, tuple)):
        try:
            array = np.asarray(argument)
        except ValueError:
            return None
        return array if array.dtype.kind in NUMERIC + "b" else None
    return None


NUMBERS = {
    "is positive": lambda v: v > 0,
    "is negative": lambda v: v < 0,
    "is 0": lambda v: v == 0,
    "is 0 or less": lambda v: v <= 0,
    "is 0 or more": lambda v: v >= 0,
    "is 1": lambda v: v == 1,
}
TRUTHS = {"is true": lambda v: v, "is false": np.logical_not}
LESS = {"{} < {}": lambda a, b: a < b, "|{}| < |{}|": lambda a, b: np.abs(a) < np.abs(b)}
SHAPES = {
    "has a single row": lambda v: v.ndim > 0 and len(v) == 1,
    "has an axis of length 1": lambda v: 1 in v.shape,
    "is square": lambda v: v.ndim == 2 and v.shape[0] == v.shape[1],
    "is not square": lambda v: v.ndim == 2 and v.shape[0] != v.shape[1],
}


def _only_where(tried, wrong, name):
    """A condition on an argument that holds just where the answer is wrong: for elements, or for whole calls."""
    usable = [k for k, call in enumerate(tried) if call.part(name)]
    wrong = [k for k in wrong if k in usable]
    values = [
        {n: np.asarray(v) for n, v in tried[k].values(_key(tried[k].part(name)[0])).items()}
        | ({UPSTREAM: _numbers(tried[k].arguments[tried[k].upstream])} if tried[k].upstream is not None else {})
        for k in usable
    ]
    some_right = len(usable) - len(wrong) > 1  # a single one may be right by chance
    all_over = all(_all_over(tried[k].part(name)) for k in wrong)
    for value in values[0]:
        conditions = TRUTHS if values[0][value].dtype == bool else NUMBERS
        for words, condition in conditions.items():
            places = [_just_there(tried[k].part(name), v.get(value), condition) for k, v in zip(usable, values)]
            if all(place is not None for place in places) and any(0 < place < 1 for place in places):
                return f"and only where {value} {words}"
        for words, condition in conditions.items():
            if some_right and all(v[value].ndim == 0 and bool(condition(v[value])) == (k in wrong)
                                  for k, v in zip(usable, values) if value in v):  # fmt: skip
                return f"and only where {value} {words}"
        for other in values[0]:
            for words, less in LESS.items():
                places = [
                    _just_there(tried[k].part(name), _compared(less, v.get(value), v.get(other)), TRUTHS["is true"])
                    for k, v in zip(usable, values)
                ]
                if all(place is not None for place in places) and any(0 < place < 1 for place in places):
                    return f"and only where {words.format(value, other)}"
        for words, condition in SHAPES.items():
            if some_right and all_over and all(condition(v[value]) == (k in wrong) for k, v in zip(usable, values)):
                return f"and only where {value} {words}"
    return None


def _compared(less, a, b):
    return None if a is None or b is None or a.shape != b.shape or "b" in (a.dtype.kind, b.dtype.kind) else less(a, b)


def _all_over(part):
    """Whether most elements are wrong, as where axes are mixed up, or even the shape is."""
    _, given, good = part
    return given.shape != good.shape or np.mean(~np.isclose(given, good, rtol=1e-6, atol=1e-9)) > 0.5


def _key(name):
    return name.split("'")[1] if "['" in name else None


def _just_there(part, value, condition):
    """The share of wrong elements, if they are just those where the condition holds; or else None."""
    _, given, good = part
    if value is None or value.shape != good.shape or given.shape != good.shape or not good.ndim:
        return None
    with np.errstate(all="ignore"):
        wrong = ~np.isclose(given.astype(float), good.astype(float), rtol=1e-6, atol=1e-9, equal_nan=True)
    return float(wrong.mean()) if np.all(wrong == condition(value)) else None
