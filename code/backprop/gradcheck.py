"""Gradient checks: is what backward returns really the derivative of what forward computes?"""

import inspect
from dataclasses import dataclass

import numpy as np

from .losses import Loss
from .operations.numbers import as_value

STEP = np.cbrt(np.finfo(np.float64).eps)  # balances truncation (h**2) against rounding (eps/h)


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
    gradient = np.empty_like(point)
    scalar = point.ndim == 0
    for index in np.ndindex(point.shape):
        value = point[index]
        step = h if h is not None else STEP * max(1.0, abs(value))
        ends = []
        for moved in (value + step, value - step):
            point[index] = moved
            ends.append((moved, _number(f(float(moved) if scalar else point))))
        point[index] = value
        (x_plus, f_plus), (x_minus, f_minus) = ends
        gradient[index] = (f_plus - f_minus) / (x_plus - x_minus)  # the step as rounding left it
    return float(gradient) if scalar else gradient


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
class ArrayCheck:
    """The verdict on one array: the gradient of one input or one parameter.

    `noise` is how far rounding alone may put the central difference off.
    """

    name: str
    analytic: np.ndarray
    numeric: np.ndarray
    tolerance: float
    noise: float = 0.0

    @property
    def wrong(self):
        """Where the two disagree: a boolean array."""
        size = np.maximum(np.abs(self.analytic), np.abs(self.numeric))
        with np.errstate(invalid="ignore"):
            agrees = np.abs(self.analytic - self.numeric) <= self.tolerance * size + self.noise
        return ~(agrees & np.isfinite(size + self.noise))  # infinity agrees with nothing

    @property
    def passed(self):
        return self.analytic.shape == self.numeric.shape and not self.wrong.any()

    def __str__(self):
        if self.analytic.shape != self.numeric.shape:
            return f"{self.name}: WRONG: gradient of shape {self.analytic.shape}, value of shape {self.numeric.shape}"
        if self.passed:
            return f"{self.name}: right, all {self.numeric.size} elements"
        with np.errstate(invalid="ignore"):
            size = np.maximum(np.abs(self.analytic), np.abs(self.numeric))
            error = np.abs(self.analytic - self.numeric) / np.maximum(size, np.finfo(float).tiny)
        error = np.where(np.isfinite(error), error, np.inf)
        worst = np.unravel_index(np.argmax(np.where(self.wrong, error, -1)), error.shape)
        index = f"[{', '.join(map(str, worst))}]" if worst else ""
        return (
            f"{self.name}: WRONG in {self.wrong.sum()} of {error.size} elements; worst {self.name}{index}: "
            f"backward says {self.analytic[worst]:.6g}, central difference {self.numeric[worst]:.6g}"
        )


@dataclass
class GradientReport:
    """What `check_gradients` found. True when every gradient agrees; print it to read why not."""

    subject: str
    checks: list

    @property
    def passed(self):
        return all(check.passed for check in self.checks)

    def __bool__(self):
        return self.passed

    def __str__(self):
        verdict = "all gradients agree" if self.passed else "a gradient is wrong"
        return "\n".join([f"{self.subject}: {verdict}", *(f"  {check}" for check in self.checks)])

    __repr__ = __str__


def check_gradients(operation, *inputs, rng=0, tolerance=1e-6):
    """Compare what backward returns with central differences, for every input and every parameter.

    All is computed in float64. The upstream gradient is random: with all ones, a backward that
    forgets to multiply by it would pass.

    Parameters
    ----------
    operation : operation, layer, network or loss
    *inputs
        What its forward takes. A loss's targets are given, so they get no gradient.
    rng : int or numpy.random.Generator
        Where the upstream gradient comes from.
    tolerance : float
        Greatest relative error that counts as agreement.

    Returns
    -------
    GradientReport
    """
    names = _input_names(operation)
    if len(inputs) != len(names):
        raise TypeError(
            f"{operation!r} takes {len(names)} input{'s' * (len(names) != 1)} ({', '.join(names)}), "
            f"check_gradients got {len(inputs)}"
        )
    is_loss = isinstance(operation, Loss)
    given = inputs[1:] if is_loss else ()
    moved = [(name, value) for name, value in zip(names, inputs)][: 1 if is_loss else None]
    arrays = {
        name: np.array(as_value(value, "check_gradients", name), dtype=np.float64) for name, value in moved
    }
    parameters = getattr(operation, "params", {})
    kept = dict(parameters)
    try:
        for name, value in kept.items():
            parameters[name] = np.array(value, dtype=np.float64)
        moving = arrays | {name: parameters[name] for name in kept}
        output = operation.forward(*(_own(value) for value in arrays.values()), *given)
        upstream = 1.0 if is_loss else np.random.default_rng(rng).standard_normal(np.shape(output))[()]
        analytic = _analytic(operation, upstream, list(arrays), list(kept))

        def projected():
            return np.sum(upstream * operation.forward(*(_own(value) for value in arrays.values()), *given))

        # Rounding puts f off by some eps of the terms that it sums and of the values that it starts from
        # (a loss of 1e-12 is the difference of two scores of 17); the division by 2h makes that larger.
        size = np.sum(np.abs(upstream * output)) + max(np.abs(array).max(initial=0) for array in moving.values())
        noise = 20 * np.finfo(np.float64).eps * float(size) / STEP
        checks = [
            ArrayCheck(name, analytic[name], _differences(projected, array), tolerance, noise)
            for name, array in moving.items()
        ]
    finally:
        for name, value in kept.items():
            parameters[name] = value
    return GradientReport(repr(operation), checks)


def _input_names(operation):
    if isinstance(operation, type) or not (hasattr(operation, "forward") and hasattr(operation, "backward")):
        hint = ": did you forget the brackets?" if isinstance(operation, type) else ""
        raise TypeError(f"check_gradients expected something with forward and backward, got {operation!r}{hint}")
    return getattr(operation, "arguments", None) or tuple(inspect.signature(operation.forward).parameters)


def _analytic(operation, upstream, inputs, parameters):
    """What backward gives: the gradient of each input, and of each parameter."""
    returned = operation.backward(upstream)
    returned = returned if isinstance(returned, tuple) else (returned,)
    if len(returned) != len(inputs):
        raise ValueError(
            f"{operation!r}.backward returned {len(returned)} gradient{'s' * (len(returned) != 1)} "
            f"for {len(inputs)} inputs ({', '.join(inputs)})"
        )
    gradients = dict(zip(inputs, returned)) | {name: operation.grads[name] for name in parameters}
    return {name: np.array(gradient, dtype=np.float64) for name, gradient in gradients.items()}


def _own(array):
    return array.copy()[()]  # a number for a 0-dimensional array


def _differences(f, array):
    """Central differences of f() while the elements of `array` are moved in place."""

    def at(values):
        array[...] = values
        return f()

    start = array.copy()
    try:
        return np.asarray(numerical_gradient(at, start))
    finally:
        array[...] = start
