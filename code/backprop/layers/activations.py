"""Activation layers: the same function applied to every element."""

import numpy as np

from ..operations import Operation
from ..operations.numbers import plain


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
