"""Mistakes in the softmax layer."""

import numpy as np

from ...layers import Softmax
from .inputs import away_from_zero
from .planted import Planted


class SoftmaxElementwise(Softmax):
    """The derivative is y (1 - y), as if every output had its own input alone."""

    def backward(self, grad_output):
        return grad_output * self.y * (1 - self.y)


class SoftmaxSumHeldConstant(Softmax):
    """Only exp is differentiated; the sum that it is divided by is taken for a constant."""

    def backward(self, grad_output):
        return grad_output * self.y


class SoftmaxSummedOverTheBatch(Softmax):
    """The sum of backward goes over the batch in place of the classes."""

    def backward(self, grad_output):
        inner = (grad_output * self.y).sum(axis=0, keepdims=True)
        return self.y * (grad_output - inner)


class SoftmaxSummedOverEverything(Softmax):
    """The sum of backward has no axis, so it mixes the examples."""

    def backward(self, grad_output):
        return self.y * (grad_output - (grad_output * self.y).sum())


class SoftmaxForwardOverTheBatch(Softmax):
    """Forward divides by the sum over the batch; backward goes along the classes."""

    def forward(self, x):
        self.y = np.exp(x) / np.exp(x).sum(axis=0)
        return self.y


class SoftmaxUpstreamNotWeighted(Softmax):
    """The upstream gradients of a row are summed without their weights y."""

    def backward(self, grad_output):
        return self.y * (grad_output - grad_output.sum(axis=-1, keepdims=True))


class SoftmaxPassesOn(Softmax):
    """The gradient passes unchanged: softmax's own derivative is left out."""

    def backward(self, grad_output):
        return grad_output


class SoftmaxShiftsItsInput(Softmax):
    """Forward subtracts the row's maximum from the caller's array."""

    def forward(self, x):
        x -= x.max(axis=-1, keepdims=True)
        self.y = np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)
        return self.y


class SoftmaxOverwritesUpstream(Softmax):
    """The weighted sum is subtracted from the caller's upstream gradient in place."""

    def backward(self, grad_output):
        grad_output -= (grad_output * self.y).sum(axis=-1, keepdims=True)
        return grad_output * self.y


X = away_from_zero((5, 3))

PLANTED = [
    Planted(SoftmaxElementwise, X, "treated as elementwise"),
    Planted(SoftmaxSumHeldConstant, X, "treated as elementwise"),
    Planted(SoftmaxSummedOverTheBatch, X, "summed wrongly"),
    Planted(SoftmaxSummedOverEverything, X, "summed wrongly"),
    Planted(SoftmaxForwardOverTheBatch, X, "summed wrongly"),
    Planted(SoftmaxUpstreamNotWeighted, X, "summed wrongly"),
    Planted(SoftmaxPassesOn, X, "local derivative left out"),
    Planted(SoftmaxShiftsItsInput, X, "input array modified"),
    Planted(SoftmaxOverwritesUpstream, X, "upstream array modified"),
]
