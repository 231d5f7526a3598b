"""Dropout: in training, a random part of the inputs is silenced."""

import numpy as np

from ..operations import Operation
from ..values import generator, real_number


class Dropout(Operation):
    """y = x * mask / (1 - rate), with a mask of random zeros and ones (Srivastava et al., 2014, section 4).

    Dividing by 1 - rate in training ("inverted" dropout) keeps the mean of every input as it is, so
    nothing needs scaling when `training` is False: then y = x. Backward uses the mask of forward.

    Parameters
    ----------
    rate : float, 0 <= rate < 1
        The probability with which an input becomes 0.
    rng : numpy.random.Generator
        Where the masks come from. Every forward in training draws a new one.

    Raises
    ------
    ValueError
        If the rate is outside 0 to 1.
    TypeError
        If the rate is no number, or rng no Generator.
    """

    symbol = "dropout"
    training = True

    def __init__(self, rate, rng):
        self.rate = real_number(rate, "Dropout", "rate", least=0, below=1)
        self.rng = generator(rng, "Dropout")

    def forward(self, x):
        if not self.training:
            self.scale = 1
            return np.array(x)
        type_ = getattr(x, "dtype", np.dtype(np.float64)).type
        self.scale = (self.rng.random(np.shape(x)) >= self.rate) / type_(1 - self.rate)
        return x * self.scale

    def backward(self, grad_output):
        return grad_output * self.scale

    def __repr__(self):
        return f"{type(self).__name__}(rate={self.rate:g})"
