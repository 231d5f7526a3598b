"""Activation layers: the same function applied to every element."""

import math

import numpy as np

from ..operations import Operation, Sigmoid
from ..values import ShapeError, describe, real_number, unbroadcast
from .layer import Layer

# The two numbers that make mean 0 and variance 1 a fixed point of SELU: Klambauer et al. (2017), equation 14.
SELU_SCALE = 1.0507009873554805
SELU_ALPHA = 1.6732632423543772


class Identity(Operation):
    """y = x, any shape. The local derivative is 1: chapter 5."""

    symbol = "id"

    def forward(self, x):
        return np.array(x)

    def backward(self, grad_output):
        return grad_output


class LeakyReLU(Operation):
    """y = x where x > 0, slope * x elsewhere, with a fixed slope (Maas, Hannun and Ng, 2013).

    The local derivative is 1 where x > 0 and the slope elsewhere. Convention: the slope at the kink x = 0,
    as in torch.
    """

    symbol = "leaky ReLU"

    def __init__(self, slope=0.01):
        self.slope = real_number(slope, "LeakyReLU", "slope")

    def forward(self, x):
        self.mask = x > 0
        return np.where(self.mask, x, self.slope * x)

    def backward(self, grad_output):
        return np.where(self.mask, grad_output, self.slope * grad_output)

    def __repr__(self):
        return f"{type(self).__name__}(slope={self.slope:g})"


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
        If the slopes have more than one axis, or x of `forward` has another last axis than the slopes.
    """

    symbol = "PReLU"

    def __init__(self, slope=0.25):
        super().__init__(slope=slope)
        slope = self.params["slope"]
        if slope.ndim > 1 or slope.size == 0:
            raise ValueError(f"PReLU expected one slope, or slopes of shape (D,), got {describe(slope)}")

    def forward(self, x):
        self.x = x
        return np.where(x > 0, x, self._slope() * x)

    def backward(self, grad_output):
        shares = np.atleast_1d(np.where(self.x > 0, 0, grad_output * self.x))
        self.grads["slope"] = unbroadcast(shares, self.params["slope"])
        return np.where(self.x > 0, grad_output, self._slope() * grad_output)

    def apply(self, x):
        slopes = self.params["slope"]
        if slopes.size != 1 and slopes.shape != np.shape(x)[-1:]:
            raise ShapeError(f"PReLU has {slopes.size} slopes, one for each entry of the last axis, got {describe(x)}")
        return super().apply(x)

    def _slope(self):
        """The slopes as they broadcast with x: a single one as a number."""
        slope = self.params["slope"]
        return slope.item() if slope.size == 1 else slope

    def __repr__(self):
        slope = self.params["slope"]
        name = type(self).__name__
        return f"{name}({slope.size} slopes)" if slope.size > 1 else f"{name}(slope={slope.item():g})"


class ELU(Operation):
    """y = x where x > 0, alpha * (exp(x) - 1) elsewhere: the exponential linear unit (Clevert et al., 2016).

    alpha is not a slope: -alpha is the value that y approaches far to the left. The local derivative is 1
    where x > 0 and y + alpha elsewhere. Convention at x = 0: alpha, as in torch; with alpha = 1 there is
    no kink.
    """

    symbol = "ELU"

    def __init__(self, alpha=1.0):
        self.alpha = real_number(alpha, "ELU", "alpha")

    def forward(self, x):
        self.mask = x > 0
        self.y = np.where(self.mask, x, self.alpha * np.expm1(np.minimum(x, 0)))
        return self.y

    def backward(self, grad_output):
        return np.where(self.mask, grad_output, grad_output * (self.y + self.alpha))

    def __repr__(self):
        return f"{type(self).__name__}(alpha={self.alpha:g})"


class SELU(Operation):
    """y = scale * ELU(x), with the two constants that keep mean 0 and variance 1 (Klambauer et al., 2017).

    The local derivative is scale where x > 0 and y + scale * alpha elsewhere, at x = 0 too. It holds mean
    and variance only for standardised inputs and weights of mean 0 and variance 1/D (LeCun's).
    """

    symbol = "SELU"

    def forward(self, x):
        self.mask = x > 0
        self.y = SELU_SCALE * np.where(self.mask, x, SELU_ALPHA * np.expm1(np.minimum(x, 0)))
        return self.y

    def backward(self, grad_output):
        return grad_output * np.where(self.mask, SELU_SCALE, self.y + SELU_SCALE * SELU_ALPHA)


class GELU(Operation):
    """y = x * P(z < x) for a standard normal z: the Gaussian error linear unit (Hendrycks and Gimpel, 2016).

    The local derivative is P(z < x) + x * density(x), the density being exp(-x**2 / 2) / sqrt(2 pi). Left of
    x = -0.75 the curve falls: it is no monotone function.

    Parameters
    ----------
    approximate : "none" or "tanh"
        "tanh" takes 1/2 (1 + tanh(u)) with u = sqrt(2/pi) (x + 0.044715 x**3) for P(z < x), as GPT-2 did; y then
        differs by less than 0.0005. Names as in torch.

    Raises
    ------
    ValueError
        If `approximate` is something else.
    """

    symbol = "GELU"

    def __init__(self, approximate="none"):
        if approximate not in ("none", "tanh"):
            raise ValueError(f'GELU expected approximate to be "none" or "tanh", got {approximate!r}')
        self.approximate = approximate

    def forward(self, x):
        self.x = x
        if self.approximate == "tanh":
            self.share = 0.5 * (1 + np.tanh(ROOT_2_OVER_PI * (x + CUBIC * x * x * x)))
        else:
            self.share = below(x)
        return x * self.share

    def backward(self, grad_output):
        x, share = self.x, self.share
        if self.approximate == "tanh":  # tanh is 2 share - 1, so its slope 1 - tanh**2 is 4 share (1 - share)
            slope = 2 * share * (1 - share) * ROOT_2_OVER_PI * (1 + 3 * CUBIC * x * x)
        else:
            slope = np.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)
        return grad_output * (share + x * slope)

    def __repr__(self):
        return "GELU()" if self.approximate == "none" else "GELU(approximate='tanh')"


ROOT_2_OVER_PI, CUBIC = math.sqrt(2 / math.pi), 0.044715  # Hendrycks and Gimpel (2016), section 2


def below(x):
    """The probability that a standard normal number is below x."""
    from scipy.special import ndtr  # here: who needs no GELU needn't wait for SciPy

    return ndtr(x)


class SiLU(Operation):
    """y = x * sigmoid(x), any shape: the sigmoid linear unit, also called Swish (Elfwing et al., 2018).

    The local derivative is s + y (1 - s), with s = sigmoid(x).
    """

    symbol = "SiLU"

    def forward(self, x):
        self.sigmoid = sigmoid(x)
        self.y = x * self.sigmoid
        return self.y

    def backward(self, grad_output):
        return grad_output * (self.sigmoid + self.y * (1 - self.sigmoid))


def sigmoid(x):
    """The rule of the layer Sigmoid, for layers that hold one inside."""
    return Sigmoid().forward_rule(x)
