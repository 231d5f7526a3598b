"""Activation layers: the same function applied to every element."""

import numpy as np

from ..operations import Operation
from ..operations.numbers import ShapeError, as_value, describe, plain
from .layer import Layer

# The two numbers that make mean 0 and variance 1 a fixed point of SELU: Klambauer et al. (2017), equation 14.
SELU_SCALE = 1.0507009873554805
SELU_ALPHA = 1.6732632423543772


class Identity(Operation):
    """y = x. The local derivative is 1."""

    symbol = "id"

    def compute(self, x):
        return np.array(x)[()] if isinstance(x, np.ndarray) else x

    def gradients(self, grad_output):
        return (grad_output,)


class ReLU(Operation):
    """y = max(x, 0): the rectified linear unit (Nair and Hinton, 2010).

    The local derivative is 1 where x > 0 and 0 elsewhere. Convention: 0 at the kink x = 0, as in torch.
    """

    symbol = "ReLU"

    def compute(self, x):
        self.mask = x > 0
        return np.maximum(x, 0)

    def gradients(self, grad_output):
        return (np.where(self.mask, grad_output, 0),)


class Sigmoid(Operation):
    """y = 1/(1 + exp(-x)), between 0 and 1.

    The local derivative is y (1 - y), so the output is all that is kept. The exponent is never
    positive, so exp can't overflow, however large x is.
    """

    symbol = "sigmoid"

    def compute(self, x):
        small = np.exp(-np.abs(x))
        self.y = plain(np.where(np.asarray(x) >= 0, 1, small) / (1 + small))
        return self.y

    def gradients(self, grad_output):
        return (grad_output * self.y * (1 - self.y),)

    def parts(self, x):
        """The same from elementary operations: times -1, exp, plus 1, 1/x."""
        return ((x * -1).exp() + 1).reciprocal()


class Tanh(Operation):
    """y = tanh(x), between -1 and 1. The local derivative is 1 - y**2."""

    symbol = "tanh"

    def compute(self, x):
        self.y = plain(np.tanh(x))
        return self.y

    def gradients(self, grad_output):
        return (grad_output * (1 - self.y * self.y),)


class LeakyReLU(Operation):
    """y = x where x > 0, slope * x elsewhere, with a fixed slope (Maas, Hannun and Ng, 2013).

    The local derivative is 1 where x > 0 and the slope elsewhere. Convention: the slope at the kink x = 0,
    as in torch.
    """

    symbol = "leaky ReLU"

    def __init__(self, slope=0.01):
        self.slope = _number(slope, "LeakyReLU", "slope")

    def compute(self, x):
        self.mask = x > 0
        return np.where(self.mask, x, self.slope * x)

    def gradients(self, grad_output):
        return (np.where(self.mask, grad_output, self.slope * grad_output),)

    def __repr__(self):
        return f"LeakyReLU(slope={self.slope:g})"


class PReLU(Layer):
    """y = x where x > 0, slope * x elsewhere, with a slope that is learned (He et al., 2015, equation 1).

    The local derivative for x is 1 where x > 0 and the slope elsewhere (at the kink x = 0 too, as in
    torch). The local derivative for the slope is 0 where x > 0 and x elsewhere (equation 8); the slope
    serves many elements, so their gradients are summed.

    Parameters
    ----------
    slope : number, or (D,)
        One slope for all, or one for each of the D entries of the last axis. Params: "slope".

    Raises
    ------
    ValueError
        If x of `forward` has another last axis than the slopes.
    """

    symbol = "PReLU"

    def __init__(self, slope=0.25):
        super().__init__(slope=slope)

    def compute(self, x):
        slope = self.params["slope"]
        if slope.ndim and slope.shape not in ((1,), np.shape(x)[-1:]):
            raise ShapeError(f"PReLU has {slope.size} slopes, one for each entry of the last axis, got {describe(x)}")
        self.x = x
        return np.where(x > 0, x, slope * x)

    def gradients(self, grad_output):
        self.set_grads(slope=grad_output * np.minimum(self.x, 0))
        return (np.where(self.x > 0, grad_output, self.params["slope"] * grad_output),)

    def __repr__(self):
        slope = self.params["slope"]
        return f"PReLU({slope.size} slopes)" if slope.size > 1 else f"PReLU(slope={slope.item():g})"


class ELU(Operation):
    """y = x where x > 0, alpha * (exp(x) - 1) elsewhere: the exponential linear unit (Clevert et al., 2016).

    alpha is not a slope: -alpha is the value that y approaches far to the left. The local derivative is 1
    where x > 0 and y + alpha elsewhere. Convention at x = 0: alpha, as in torch; with alpha = 1 there is
    no kink.
    """

    symbol = "ELU"

    def __init__(self, alpha=1.0):
        self.alpha = _number(alpha, "ELU", "alpha")

    def compute(self, x):
        self.mask = x > 0
        self.y = plain(np.where(self.mask, x, self.alpha * np.expm1(np.minimum(x, 0))))
        return self.y

    def gradients(self, grad_output):
        return (np.where(self.mask, grad_output, grad_output * (self.y + self.alpha)),)

    def __repr__(self):
        return f"ELU(alpha={self.alpha:g})"


class SELU(Operation):
    """y = scale * ELU(x), with the two constants that keep mean 0 and variance 1 (Klambauer et al., 2017).

    The local derivative is scale where x > 0 and y + scale * alpha elsewhere, at x = 0 too. It holds mean
    and variance only for standardised inputs and weights of mean 0 and variance 1/D (LeCun's).
    """

    symbol = "SELU"

    def compute(self, x):
        self.mask = x > 0
        self.y = plain(SELU_SCALE * np.where(self.mask, x, SELU_ALPHA * np.expm1(np.minimum(x, 0))))
        return self.y

    def gradients(self, grad_output):
        return (grad_output * np.where(self.mask, SELU_SCALE, self.y + SELU_SCALE * SELU_ALPHA),)


def _number(value, owner, name):
    number = as_value(value, owner, name)
    if np.ndim(number) or not np.isfinite(number):
        raise ValueError(f"{owner} expected {name} to be a finite number, got {value!r}")
    return float(number)
