"""What a number or an array may be, for all operations, and elementary functions of both.

Python numbers stay Python numbers, so that a first example reads `220.00000000000003`, not
`np.float64(220.00000000000003)`. At the edges of a domain both follow IEEE 754: log(0) is -inf, 1/0 is inf,
log(-1) is nan.
"""

import functools
import math
from numbers import Real

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
    if type(value) is np.ndarray and value.dtype.kind == "f":
        return value
    if isinstance(value, (bool, int, float)):
        return as_python(value)  # a NumPy double would make float64 of every float32 that it meets
    array = plain_array(value, owner, name)
    if array.dtype.kind == "f":
        return array[()]
    if array.dtype.kind in "iub":
        return array.astype(np.float64)[()]
    shown = value if isinstance(value, str) or value is None else type(value).__name__
    raise TypeError(f"{owner} expected {name} to be a number or an array of numbers, got {shown!r}")


def plain_array(value, owner, name):
    """np.asarray: a matrix becomes an ordinary array, whose * is elementwise; rows of different lengths become None.

    Raises
    ------
    TypeError
        If `value` is an array with masked elements: what stands under the mask would count.
    """
    if type(value) is np.ndarray:
        return value
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        raise TypeError(
            f"{owner} expected {name} without masked elements: fill them first, with .filled(0) for example"
        )
    try:
        return np.asarray(value)
    except ValueError:
        return np.asarray(None)


def real_number(value, owner, name, *, least=-math.inf, above=-math.inf, most=math.inf, below=math.inf):
    """`value` as a float within a range, for hyperparameters such as a slope or a rate.

    Raises
    ------
    TypeError
        If it is no single number.
    ValueError
        If it is nan, infinite or out of range.
    """
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{owner} expected {name} to be a number, got {value!r}")
    if not (math.isfinite(value) and least <= value <= most and above < value < below):
        raise ValueError(f"{owner} expected {name} to be {_range(least, above, most, below)}, got {value!r}")
    return float(value)


def _range(least, above, most, below):
    lower = f"above {above:g}" if above > -math.inf else f"of {least:g} or more" if least > -math.inf else ""
    upper = f"below {below:g}" if below < math.inf else f"at most {most:g}" if most < math.inf else ""
    return "a number " + " and ".join(filter(None, [lower, upper])) if lower or upper else "a finite number"


def whole_number(value, owner, name, least=1):
    """`value` as an int of `least` or more, for sizes and counts.

    Raises
    ------
    TypeError
        If it is no whole number.
    ValueError
        If it is too small.
    """
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{owner} expected {name} to be a whole number, got {value!r}")
    if value < least:
        raise ValueError(f"{owner} expected {name} to be {least} or more, got {value}")
    return int(value)


def generator(value, owner, name="rng"):
    """`value` if it is a numpy.random.Generator; a TypeError that says how to make one if not."""
    if not isinstance(value, np.random.Generator):
        raise TypeError(
            f"{owner} expected {name} to be a numpy.random.Generator, such as np.random.default_rng(0), got {value!r}"
        )
    return value


def as_python(value):
    """NumPy's double as a Python float, a 0-dimensional array as a scalar; anything else as it is."""
    if type(value) is float or (isinstance(value, np.ndarray) and value.ndim):
        return value
    if isinstance(value, np.ndarray):
        value = value[()]
    return value.item() if isinstance(value, (np.float64, np.integer, np.bool_)) else value


def describe(value):
    """'a number' or 'shape (2, 3)': what a value looks like, for messages."""
    shape = np.shape(value)
    return f"shape {shape}" if shape else "a number"


def outline(value):
    """A number itself; of an array one of the same shape and dtype that takes up no memory, each time the same."""
    if isinstance(value, np.ndarray) and value.ndim:
        return _blank(value.shape, value.dtype)
    return as_python(value)


@functools.lru_cache(maxsize=1024)
def _blank(shape, dtype):
    return np.ndarray(shape, dtype, bytes(dtype.itemsize), strides=(0,) * len(shape))


def unbroadcast(gradient, value):
    """The gradient in the shape and dtype of the value that it belongs to.

    A value that was broadcast stands in several places of the output; what flows back from these
    places adds up. So every axis that broadcasting added or stretched is summed away again.

    Raises
    ------
    ValueError
        If broadcasting can't have made the gradient's shape of the value's.
    """
    if isinstance(value, (int, float)) and isinstance(gradient, (int, float)):
        return gradient  # Python integers stay exact: 1 * 200 is 200
    shape = np.shape(value)
    if np.shape(gradient) != shape:
        added = np.ndim(gradient) - len(shape)
        summed = gradient
        if added >= 0:
            stretched = tuple(added + axis for axis, size in enumerate(shape) if size == 1)
            summed = np.sum(np.sum(gradient, axis=stretched, keepdims=True), axis=tuple(range(added)))
        if np.shape(summed) != shape:
            raise ValueError(f"a gradient of shape {np.shape(gradient)} can't belong to a value of shape {shape}")
        gradient = summed
    dtype = getattr(value, "dtype", np.dtype(float))
    if shape == () and isinstance(gradient, (int, float, np.generic, np.ndarray)):
        return dtype.type(gradient) if isinstance(value, np.generic) else float(gradient)
    return gradient if gradient.dtype == dtype else gradient.astype(dtype)


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
        return y if y > x or y != y else x  # nan where there is one, as in NumPy
    return np.maximum(x, y)


def divide(x, y):
    try:
        return x / y
    except ZeroDivisionError:
        return x * math.copysign(math.inf, y)


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
