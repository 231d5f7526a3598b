"""Compare a learner's result with the right one, and say in what they differ."""

import numpy as np

RELATIVE, ABSOLUTE = 1e-6, 1e-9
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
        if not (isinstance(result, (tuple, list)) or getattr(result, "shape", ())):
            result = (result,)  # one result where a tuple was wanted
        count = len(result)
        if count != len(expected):
            raise Unlike(f"Expected {len(expected)} results, got {'one' if count == 1 else count}.")
        for number, (given, right) in enumerate(zip(result, expected), start=1):
            yield from pairs(given, right, f"result {number}" if name == "the result" else f"{name}, item {number}")
    else:
        try:
            yield name, np.asarray(result), np.asarray(expected)
        except ValueError:
            raise Unlike(f"{name.capitalize()} is made of rows of different lengths.") from None


def agree(result, expected, exactly=False):
    """True when both hold the same numbers in the same shapes."""
    try:
        return all(a.shape == b.shape and _close(a, b, exactly) for _, a, b in pairs(result, expected))
    except (Unlike, TypeError, ValueError):
        return False


def difference(result, expected):
    """In a sentence: how many parts, which shape, which factor, which element."""
    try:
        for name, given, right in pairs(result, expected):
            name = name.capitalize()
            if given.dtype.kind not in NUMERIC:
                return f"{name} should be made of numbers, yours is {_kind(given[()])}."
            if given.shape != right.shape:
                return f"{name} should have shape {right.shape}, yours has {given.shape}."
            if not _close(given, right):
                return f"{name} differs: {_how(given.astype(float), right.astype(float))}"
    except Unlike as unlike:
        return str(unlike)
    return "The results differ."


def _close(given, right, exactly=False):
    numbers = given.dtype.kind in NUMERIC and right.dtype.kind in NUMERIC
    if exactly or not numbers:
        return bool(np.array_equal(given, right, equal_nan=numbers))
    relative = 1e-4 if given.dtype == np.float32 else RELATIVE  # float32 is as right as float32 can be
    return bool(np.allclose(given.astype(float), right.astype(float), rtol=relative, atol=ABSOLUTE, equal_nan=True))


def _kind(value):
    return f"of type {type(value).__name__}"


def _how(given, right):
    nonzero = right != 0
    if nonzero.any() and np.array_equal(given != 0, nonzero):
        factors = given[nonzero] / right[nonzero]
        if np.allclose(factors, -1):
            return "it has the wrong sign."
        if right.size > 1 and np.allclose(factors, factors[0], rtol=1e-6):
            return f"it is {factors[0]:.4g} times what it should be, everywhere."
    wrong = ~np.isclose(given, right, rtol=RELATIVE, atol=ABSOLUTE)
    index = tuple(int(i) for i in np.argwhere(wrong)[0])
    where = f"element {list(index)} is " if index else ""
    size = "not a number" if np.isnan(given[index]) else "too small" if given[index] < right[index] else "too large"
    return f"{where}{given[index]:.6g}, which is {size}."
