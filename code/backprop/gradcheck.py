"""Gradient checks: is what backward returns really the derivative of what forward computes?"""

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
            result = np.asarray(f(float(moved) if scalar else point))
            if result.size != 1:
                raise ValueError(f"numerical_gradient expected f to return a number, got shape {result.shape}")
            ends.append((moved, result.item()))
        point[index] = value
        (x_plus, f_plus), (x_minus, f_minus) = ends
        gradient[index] = (f_plus - f_minus) / (x_plus - x_minus)  # the step as rounding left it
    return float(gradient) if scalar else gradient


@dataclass
class ArrayCheck:
    """The verdict on one array: the gradient of one input or one parameter."""

    name: str
    analytic: np.ndarray
    numeric: np.ndarray
    tolerance: float

    @property
    def errors(self):
        """|analytic - numeric| over the larger of the two, or over 1e-3 of the array's greatest one."""
        size = np.maximum(np.abs(self.analytic), np.abs(self.numeric))
        return np.abs(self.analytic - self.numeric) / np.maximum(size, max(1e-3 * size.max(initial=0), 1e-8))

    @property
    def passed(self):
        return self.analytic.shape == self.numeric.shape and bool((self.errors <= self.tolerance).all())

    def __str__(self):
        if self.analytic.shape != self.numeric.shape:
            return f"{self.name}: WRONG: gradient of shape {self.analytic.shape}, value of shape {self.numeric.shape}"
        if self.passed:
            return f"{self.name}: right, all {self.errors.size} elements"
        worst = np.unravel_index(np.nanargmax(np.where(np.isnan(self.errors), np.inf, self.errors)), self.errors.shape)
        wrong = int((~(self.errors <= self.tolerance)).sum())
        index = f"[{', '.join(map(str, worst))}]" if worst else ""
        return (
            f"{self.name}: WRONG in {wrong} of {self.errors.size} elements; worst {self.name}{index}: "
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
    rng = np.random.default_rng(rng)
    is_loss = isinstance(operation, Loss)
    moved_inputs = inputs[:1] if is_loss else inputs
    arrays = {
        name: np.array(as_value(value, "check_gradients", name), dtype=np.float64)
        for name, value in zip(operation.arguments, moved_inputs)
    }
    given = inputs[len(moved_inputs) :]
    kept = dict(operation.params)
    for name, value in kept.items():
        operation.params[name] = np.array(value, dtype=np.float64)
    params = {name: operation.params[name] for name in kept}
    try:
        output = operation.forward(*(_own(value) for value in arrays.values()), *given)
        upstream = rng.standard_normal(np.shape(output))[()]
        returned = operation.backward(1.0 if is_loss else upstream)
        returned = returned if isinstance(returned, tuple) else (returned,)
        analytic = dict(zip(arrays, returned)) | {name: operation.grads[name] for name in kept}

        def projected():
            output = operation.forward(*(_own(value) for value in arrays.values()), *given)
            return output if is_loss else np.sum(upstream * output)

        checks = []
        for name, array in (arrays | params).items():
            numeric = _differences(projected, array)
            checks.append(ArrayCheck(name, np.array(analytic[name], dtype=np.float64), numeric, tolerance))
    finally:
        for name, value in kept.items():
            operation.params[name] = value
    return GradientReport(repr(operation), checks)


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
