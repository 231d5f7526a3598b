"""Derivatives from values alone: move an input a little, and see what the output does."""

from dataclasses import dataclass

import numpy as np

from ..operations.numbers import as_value

EPS = np.finfo(np.float64).eps
STEP = np.cbrt(EPS)  # balances truncation (h**2) against rounding (eps/h)
SHRINK, TRIES = 8, 5  # a step that is too long for a bent function is divided by 8, at most four times


def numerical_gradient(f, x, h=None):
    """The gradient of f at x by central differences: (f(x + h) - f(x - h)) / 2h, element by element.

    Parameters
    ----------
    f : function of one array (or number) to a number
    x : number or array
        Left as it is: f gets a float64 copy, in which one element at a time is moved.
    h : float above 0, optional
        The step. Left out, 6e-6 times the size of the element, or times 1 where that is smaller.

    Returns
    -------
    float64 array of the shape of x (a float for a number).

    Raises
    ------
    ValueError
        If f does not return a single number, or h is not above 0.
    """
    point = np.array(as_value(x, "numerical_gradient", "x"), dtype=np.float64)
    if h is not None and not h > 0:
        raise ValueError(f"numerical_gradient expected a step h above 0, got {h!r}")
    scalar = point.ndim == 0
    gradient = np.empty_like(point)
    for index in np.ndindex(point.shape):
        ends = _moved(lambda: _number(f(float(point) if scalar else point)), point, index, h or _step(point[index]))
        gradient[index] = _slope(*ends)
    return float(gradient) if scalar else gradient


def _step(value):
    return STEP * max(1.0, abs(value))


def _moved(f, array, index, h):
    """((x + h, f), (x - h, f)), with one element moved in place and put back. x +- h as rounding leaves it."""
    value = array[index]
    ends = []
    try:
        for moved in (value + h, value - h):
            array[index] = moved
            ends.append((moved, f()))
    finally:
        array[index] = value
    return ends


def _slope(right, left):
    return (right[1] - left[1]) / (right[0] - left[0])


def _number(result):
    try:
        array = np.asarray(result, dtype=np.float64)
    except (TypeError, ValueError):
        array = None
    if array is None or array.size != 1 or result is None:
        got = f"shape {array.shape}" if array is not None and result is not None else repr(result)
        raise ValueError(f"numerical_gradient expected f to return a number, got {got}")
    return array.item()


@dataclass
class Derivatives:
    """What moving every element of an array says about sum(upstream * output).

    Attributes
    ----------
    gradient : float64, in the array's shape
    noise : the same shape
        How far rounding alone may put the gradient off.
    kinks : the same shape, bool
        Where the function has no derivative.
    jacobian : (array's size, output's size), or None where that would be too large to keep
        d(output)/d(element).
    """

    gradient: np.ndarray
    noise: np.ndarray
    kinks: np.ndarray
    jacobian: np.ndarray | None


MOST_KEPT = 2_000_000  # entries of a Jacobian


def derivatives(f, array, upstream, size, tolerance):
    """Move one element of `array` after the other, in place, and watch the whole output f().

    Every element gets a step of its own: shortened until two steps, h and h/2, tell the same story. Where
    they never do, there is a kink or a jump within the shortest step.

    Parameters
    ----------
    f : function of nothing to the output, a float64 array
    upstream : of the output's shape
    size : float
        Of the numbers that are added up on the way: rounding puts f off by some eps of it.
    tolerance : float
        The relative accuracy wanted.
    """
    here, weights = f(), np.abs(upstream)
    found = Derivatives(*(np.zeros(array.shape) for _ in range(2)), np.zeros(array.shape, bool), None)
    if array.size * here.size <= MOST_KEPT:
        found.jacobian = np.zeros((array.size, here.size))
    for row, index in enumerate(np.ndindex(array.shape)):
        h = _step(array[index])
        for _ in range(TRIES):
            (right, left), (near_right, near_left) = (_moved(f, array, index, step) for step in (h, h / 2))
            wide, narrow = _slope(right, left), _slope(near_right, near_left)
            bend = (right[1] - 2 * here + left[1]) / h
            near_bend = (near_right[1] - 2 * here + near_left[1]) / (h / 2)
            derivative = (4 * narrow - wide) / 3  # Richardson: the error in h**2 cancels
            # A smooth function bends half as much over half the step; a kink bends as much as before.
            strange = np.sum(weights * (np.abs(wide - narrow) + np.abs(bend - 2 * near_bend)))
            gradient, noise = np.sum(upstream * derivative), 40 * EPS * size / h
            if strange <= 0.1 * tolerance * abs(gradient) + noise:
                break
            h /= SHRINK
        else:
            found.kinks[index] = np.isfinite(strange)
        found.gradient[index], found.noise[index] = gradient, noise
        if found.jacobian is not None:
            found.jacobian[row] = derivative.ravel()
    return found
