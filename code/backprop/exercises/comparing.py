"""Compare a learner's result with the right one, and say in what they differ."""

from decimal import Decimal
from itertools import permutations
from numbers import Real

import numpy as np

from ..gradcheck.case import Case
from ..gradcheck.diagnosis import diagnose
from ..variable import Variable

RELATIVE, ABSOLUTE = 1e-6, 1e-9
RELATIVE_32, OF_THE_GREATEST_32 = 1e-4, 1e-6  # float32 is as right as float32 can be
NUMERIC = "fiu"


class Unlike(Exception):
    """The result is not made like the right one; the message says how."""


def pairs(result, expected, name="the result"):
    """Walk through both side by side: (name, the learner's array, the right array) for every array.

    A tuple is matched by any sequence of its length, a dictionary by one with the same keys.
    Raises Unlike where that fails.
    """
    if isinstance(expected, dict):
        if not isinstance(result, dict) or result.keys() != expected.keys():
            got = f"the keys {', '.join(map(repr, result))}" if isinstance(result, dict) else _kind(result)
            raise Unlike(f"Expected a dictionary with the keys {', '.join(map(repr, expected))}, got {got}.")
        for key in expected:
            yield from pairs(result[key], expected[key], f"{name}[{key!r}]")
    elif isinstance(expected, tuple):
        several = isinstance(result, (tuple, list)) or (getattr(result, "shape", ()) and len(result) == len(expected))
        if not several and len(expected) == 1:
            result = (result,)
        elif not several:
            got = "one" if isinstance(result, (Real, np.ndarray)) else _kind(result)
            raise Unlike(f"Expected {len(expected)} results, got {got}.")
        elif len(result) != len(expected):
            raise Unlike(f"Expected {len(expected)} results, got {'one' if len(result) == 1 else len(result)}.")
        for number, (given, right) in enumerate(zip(result, expected), start=1):
            yield from pairs(given, right, f"result {number}" if name == "the result" else f"{name}, item {number}")
    else:
        right = np.asarray(expected)
        yield name, _array(result, right.shape, name), right


def _array(value, shape, name):
    """The learner's value as an array, of numbers where that is possible."""
    name = name[0].upper() + name[1:]
    if isinstance(value, Variable):
        raise Unlike(f"{name} is a Variable. Give the numbers in it: its `.data`.")
    if isinstance(value, (list, tuple)) and (not shape or len(value) != shape[0]):  # before a huge one is made an array
        raise Unlike(f"{name} should {_shape(shape)}, but yours is a {type(value).__name__} of length {len(value)}.")
    try:
        array = np.asarray(value)
        if array.dtype == object and all(isinstance(item, (Real, Decimal)) for item in array.flat):
            array = array.astype(float)  # fractions, decimals, very long integers
    except ValueError:
        raise Unlike(f"{name} is made of rows of different lengths.") from None
    except Exception as error:  # a tensor that requires a gradient, say
        raise Unlike(f"{name} can't be turned into an array: {error}") from None
    return array


def agree(result, expected, exactly=False):
    """True when both hold the same numbers in the same shapes. Whatever the result is, no exception comes out."""
    try:
        return all(_close(a, b, exactly) for _, a, b in pairs(result, expected))
    except Exception:
        return False


def difference(result, expected, by_numbers=True, whole=False):
    """In a sentence: how many parts, which shape, what explains the numbers if asked for, or which element is wrong."""
    try:
        if isinstance(expected, tuple) and any(agree(result, other) for other in permutations(expected)):
            return "The results are right, but in another order."
        for name, given, right in pairs(result, expected):
            if not _close(given, right):
                numbers = by_numbers and given.dtype.kind in NUMERIC
                return told(name, given, right, diagnose(numbers_alone(given, right)) if numbers else None, whole)
    except Unlike as unlike:
        return str(unlike)
    except Exception:
        pass
    return "The results differ from the right ones."


def numbers_alone(given, right):
    """A case for the engine in which nothing is known but the numbers."""
    return Case(given.astype(float), right.astype(float), values={}, right_with=None, exact=True)


def told(name, given, right, found, whole=False):
    """What is wrong with one array: its kind, its shape, what the engine found, or the first wrong element."""
    name = name[0].upper() + name[1:]
    if given.dtype.kind not in NUMERIC:
        return f"{name} should be made of numbers, but yours is {_kind(given.item(0) if given.size else given)}."
    likely = f"{found.text}{'' if found.text.endswith('?') else '.'}" if found else ""
    if given.shape != right.shape:
        yours = f"has shape {given.shape}" if given.shape else "is a single number"
        return f"{name} should {_shape(right.shape)}, but yours {yours}{': ' if likely else '.'}{likely}"
    return f"{name} differs: {likely or _place(given.astype(float), right.astype(float), given.dtype, whole)}"


def _shape(shape):
    return f"have shape {shape}" if shape else "be a single number"


def _near(given, right, dtype):
    """Element by element: whether both are equal, as far as rounding goes."""
    relative, absolute = RELATIVE, ABSOLUTE
    if dtype == np.float32:
        greatest = np.abs(right[np.isfinite(right)]).max(initial=0)
        relative, absolute = RELATIVE_32, max(ABSOLUTE, OF_THE_GREATEST_32 * greatest)
    with np.errstate(all="ignore"):
        return np.isclose(given, right, rtol=relative, atol=absolute, equal_nan=True)


def _close(given, right, exactly=False):
    if given.shape != right.shape:
        return False
    numbers = given.dtype.kind in NUMERIC and right.dtype.kind in NUMERIC
    if exactly or not numbers:
        return bool(np.array_equal(given, right, equal_nan=numbers))
    return bool(_near(given.astype(float), right.astype(float), given.dtype).all())


def _is_iterator(value):
    return hasattr(value, "__next__")


def _kind(value):
    hint = ", which is used up as it is read: make a list of it" if _is_iterator(value) else ""
    return f"a value of type {type(value).__name__}{hint}"


def _place(given, right, dtype, whole):
    wrong = ~_near(given, right, dtype)
    index = tuple(int(i) for i in np.argwhere(wrong)[0])
    if not index and abs(given - right) < 0.005 * abs(right) and given in [right.round(digits) for digits in range(8)]:
        return f"{given:.8g} is rounded. Give all digits, or let Python compute it."
    where = f"element {list(index)} is " if index else "it is "
    size = "not a number" if np.isnan(given[index]) else "too small" if given[index] < right[index] else "too large"
    if whole and np.isfinite(given[index]) and not given[index].is_integer():
        return f"{where}{given[index]:.6g}, which is not a whole number."
    near = abs(given[index] - right[index]) < 1e-3 * abs(right[index])
    digits = 10 if near or given[index].is_integer() else 6
    return f"{where}{given[index] + 0.0:.{digits}g}, which is {size}."
