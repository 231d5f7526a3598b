"""Derivatives from values alone: move an input a little, and see what the output does."""

from dataclasses import dataclass

import numpy as np

from ..values import as_value
from ..variable import Variable

EPS = np.finfo(np.float64).eps
STEP = np.cbrt(EPS)  # balances truncation (h**2) against rounding (eps/h)
SHRINK, TRIES = 8, 7  # a step that is too long for a bent function is divided by 8, at most six times
MOST_KEPT = 2_000_000  # entries of a Jacobian


def numerical_gradient(f, x, h=None):
    """The gradient of f at x by central differences: (f(x + h) - f(x - h)) / 2h, element by element.

    Parameters
    ----------
    f : function of one array (or number) to a number
    x : number or array
        Left as it is: f gets float64 copies, in each of which one element is moved.
    h : float above 0, optional
        The step. Left out, 6e-6 times the size of the element, or times 1 where that is smaller.

    Returns
    -------
    float64 array of the shape of x (a float for a number).

    Raises
    ------
    ValueError
        If f does not return a single number, or h is not above 0, or too short to move an element at all.
    """
    point = np.array(as_value(x, "numerical_gradient", "x"), dtype=np.float64)
    if h is not None and not h > 0:
        raise ValueError(f"numerical_gradient expected a step h above 0, got {h!r}")
    scalar = point.ndim == 0
    gradient = np.empty_like(point)
    for index in np.ndindex(point.shape):
        step = h or _step(point[index])
        right, left = _moved(lambda: _number(f(float(point) if scalar else point.copy())), point, index, step)
        if right[0] == left[0]:
            raise ValueError(
                f"numerical_gradient got h = {step:g}, too short a step for an element of {point[index]:g}"
            )
        gradient[index] = _slope(right, left)
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
        array = np.asarray(result.data if isinstance(result, Variable) else result, dtype=np.float64)
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
        How far rounding may put the gradient off; where no step was good, how far two steps disagree.
    kinks, edges : the same shape, bool
        Where the function has no derivative; where every step leaves its domain, or makes it overflow.
    jacobian : (array's size, output's size), or None where that would be too large to keep
        d(output)/d(element).
    """

    gradient: np.ndarray
    noise: np.ndarray
    kinks: np.ndarray
    edges: np.ndarray
    jacobian: np.ndarray | None


def derivatives(f, array, upstream, tolerance, rounding):
    """Move one element of `array` after the other, in place, and watch the whole output f().

    Every element gets a step of its own: shortened until two steps, h and h/2, tell the same story. Where
    they never do, and the function bends over the shortest step as much as over the first, there is a kink;
    else the step counts on which they agreed best.

    Parameters
    ----------
    f : function of nothing to the output, a float64 array
    upstream : of the output's shape
    tolerance : float
        The relative accuracy wanted.
    rounding : of the output's shape
        How far the output moves when all numbers that it depends on are rounded otherwise.
    """
    here, weights = f(), np.abs(upstream)
    noise_of_each = weights * (EPS * np.abs(here) + rounding)
    zeros, falses = np.zeros(array.shape), np.zeros(array.shape, bool)
    found = Derivatives(zeros, zeros.copy(), falses, falses.copy(), None)
    if array.size * here.size <= MOST_KEPT:
        found.jacobian = np.zeros((array.size, here.size))
    for row, index in enumerate(np.ndindex(array.shape)):
        tries = []
        for h in _steps(array[index]):
            (right, left), (near_right, near_left) = (_moved(f, array, index, step) for step in (h, h / 2))
            wide, narrow = _slope(right, left), _slope(near_right, near_left)
            bend = (right[1] - 2 * here + left[1]) / h
            near_bend = (near_right[1] - 2 * here + near_left[1]) / (h / 2)
            # Outputs that stay where they are have no part in this, nor has their rounding.
            moved = (right[1] != here) | (left[1] != here)
            wide, narrow, bend, near_bend = (np.where(moved, a, 0.0) for a in (wide, narrow, bend, near_bend))
            derivative = narrow + (narrow - wide) / 3  # Richardson: the error in h**2 cancels
            gradient = np.sum(upstream * derivative)
            # A smooth function bends half as much over half the step; a kink bends as much as before.
            disagreement = np.sum(weights * (np.abs(wide - narrow) + np.abs(bend - 2 * near_bend)))
            if not np.isfinite(gradient + disagreement):
                continue  # out of the domain: a shorter step may stay inside
            # Where none moves, as with a bias before batch norm, backward may still return a rounded 0.
            noise_of_moved = noise_of_each[moved] if moved.any() else noise_of_each
            noise = 40 * (noise_of_moved.sum() + EPS * np.abs(array).max(initial=0)) / h
            tries.append(
                (disagreement, gradient, max(noise, 3 * disagreement), derivative, np.sum(weights * np.abs(near_bend)))
            )
            if disagreement <= 0.1 * tolerance * abs(gradient) + noise:
                found.gradient[index], found.noise[index] = gradient, noise
                break
            if len(tries) == TRIES:
                break
        if not tries:
            found.edges[index], found.gradient[index], found.noise[index] = True, np.nan, 0
            continue
        if disagreement > 0.1 * tolerance * abs(gradient) + noise:
            found.kinks[index] = len(tries) > 1 and 0.3 < tries[-1][-1] / tries[0][-1] < 3
            _, found.gradient[index], found.noise[index], derivative, _ = min(tries, key=lambda a_try: a_try[0])
        if found.jacobian is not None:
            found.jacobian[row] = derivative.ravel()
    return found


def partial(f, array, index, upstream):
    """d(sum(upstream * output))/d(one element): a single difference, good enough to rule a guess out."""
    return float(np.sum(upstream * _slope(*_moved(f, array, index, _step(array[index])))))


def _steps(value):
    """From long to short. The last ones are for a number that stands close to the edge of a domain."""
    h = _step(value)
    for _ in range(TRIES):
        yield h
        h /= SHRINK
    while h > 16 * max(np.spacing(abs(value)), np.finfo(np.float64).tiny):
        yield h
        h /= SHRINK if h > abs(value) else SHRINK**2
