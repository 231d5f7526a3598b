"""Values that operations accept, and elementary functions of them.

A value is a Python number or a NumPy array of floats. Python numbers stay Python numbers, so that a
first example reads `220.00000000000003`, not `np.float64(220.00000000000003)`. At the edges of a
domain both follow IEEE 754: log(0) is -inf, 1/0 is inf, log(-1) is nan.
"""

import math

import numpy as np


class ShapeError(ValueError):
    """Shapes that don't fit, explained by the operation itself."""


def as_value(value, owner, name):
    """Return `value` as an operation can use it, or say what is wrong with it.

    Python numbers and float arrays come back as they are; integer and boolean arrays and lists become
    float64 arrays, so that no gradient is ever rounded or wraps around.

    Raises
    ------
    TypeError
        If `value` is not numeric. `owner` and `name` (say "Multiply" and "x") go into the message.
    """
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value
    if isinstance(value, (bool, int, float)):
        return plain(value)  # a NumPy double would make float64 of every float32 that it meets
    try:
        array = np.asarray(value)
    except ValueError:  # rows of different lengths
        array = np.asarray(None)
    if array.dtype.kind == "f":
        return array[()]
    if array.dtype.kind in "iub":
        return array.astype(np.float64)[()]
    shown = value if isinstance(value, str) or value is None else type(value).__name__
    raise TypeError(f"{owner} expected {name} to be a number or an array of numbers, got {shown!r}")


def finite_number(value, owner, name):
    """`value` as a Python float, for settings such as a slope or a rate.

    Raises
    ------
    TypeError, ValueError
        If it is not numeric, or an array, infinite or nan.
    """
    number = as_value(value, owner, name)
    if np.ndim(number) or not np.isfinite(number):
        raise ValueError(f"{owner} expected {name} to be a finite number, got {value!r}")
    return float(number)


def plain(value):
    """NumPy's double as a Python float, a 0-dimensional array as a scalar; anything else as it is."""
    if type(value) is float or (isinstance(value, np.ndarray) and value.ndim):
        return value
    if isinstance(value, np.ndarray):
        value = value[()]
    return value.item() if isinstance(value, (np.float64, np.integer)) else value


def shape_of(value):
    """The shape of a value, () for a number. Sooner than np.shape, which makes an array of every number."""
    return value.shape if isinstance(value, (np.ndarray, np.generic)) else ()


def form_of(value):
    """What is worth remembering of a value when it is gone: of an array its shape and type, a number itself."""
    if isinstance(value, np.ndarray) and value.ndim:
        return value.shape, value.dtype.type
    return plain(value)


def describe(value):
    """'a number' or 'shape (2, 3)': what a value looks like, for messages."""
    shape = np.shape(value)
    return f"shape {shape}" if shape else "a number"


def fit(gradient, value):
    """Give a gradient the shape and dtype of the value that it belongs to.

    A value that was broadcast stands in several places of the output; what flows back from these
    places adds up. So every axis that broadcasting added or stretched is summed away again.
    """
    if isinstance(value, (int, float)) and isinstance(gradient, (int, float)):
        return gradient  # Python integers stay exact: 1 * 200 is 200
    return fit_to(gradient, *shape_and_type(value))


def fit_to_form(gradient, form):
    """As `fit`, where only the form of the value is left."""
    return fit_to(gradient, *form) if isinstance(form, tuple) else fit(gradient, form)


def shape_and_type(value):
    if isinstance(value, (np.ndarray, np.generic)):
        return value.shape, value.dtype.type
    return (), float


def fit_to(gradient, shape, type_):
    if shape_of(gradient) != shape:
        summed = np.asarray(gradient)
        added = summed.ndim - len(shape)
        if added >= 0:
            stretched = (added + axis for axis, size in enumerate(shape) if size == 1)
            summed = summed.sum(axis=tuple(stretched), keepdims=True).sum(axis=tuple(range(added)))
        if summed.shape != shape:
            raise ValueError(f"a gradient of shape {np.shape(gradient)} can't belong to a value of shape {shape}")
        gradient = summed
    if shape == ():
        return type_(gradient)
    return gradient if gradient.dtype == type_ else gradient.astype(type_)


def select(mask, value):
    """The value where mask is true, 0 elsewhere, even of a value that is infinite.

    A product is ten times faster than np.where, which takes every element of the mask as a fork in the road.
    """
    if isinstance(mask, bool):
        return value if mask else 0.0
    if is_finite(value):
        return value * mask + 0.0  # + 0.0 makes 0 of -0
    return np.where(mask, value, 0)


def is_finite(array):
    """Whether an array holds neither nan nor inf.

    Its sum of squares tells sooner than a look at each element. Only where that overflows do we look.
    """
    return math.isfinite(np.vdot(array, array)) or bool(np.isfinite(array).all())


def exp(x):
    if isinstance(x, (int, float)):
        try:
            return math.exp(x)
        except OverflowError:
            return math.inf
    return np.exp(x)


def log(x):
    if isinstance(x, (int, float)):
        if x > 0:
            return math.log(x)
        return -math.inf if x == 0 else math.nan
    return np.log(x)


def tanh(x):
    return math.tanh(x) if isinstance(x, (int, float)) else np.tanh(x)


def maximum(x, y):
    if isinstance(x, (int, float)) and isinstance(y, (int, float)):
        return y if y > x or math.isnan(y) else x
    return np.maximum(x, y)


def divide(x, y):
    try:
        return x / y
    except ZeroDivisionError:
        return np.divide(float(x), float(y)).item() if x else math.nan


def power(x, y):
    if isinstance(x, (int, float)) and isinstance(y, (int, float)):
        try:
            result = x**y
        except ZeroDivisionError:
            return math.inf
        except OverflowError:
            return math.inf if x > 0 or y % 2 == 0 else -math.inf
        return math.nan if isinstance(result, complex) else result
    return np.power(x, y)
