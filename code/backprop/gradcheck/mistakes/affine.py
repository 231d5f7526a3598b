"""Mistakes in the affine layer."""

import numpy as np

from ...layers import Affine
from .inputs import away_from_zero
from .planted import Planted


class FourToThree(Affine):
    """Affine from 4 inputs to 3 outputs: what most of the mistakes below start from."""

    def __init__(self):
        rng = np.random.default_rng(0)
        super().__init__(rng.normal(size=(4, 3)), rng.normal(size=3))


class FourToFour(Affine):
    """Affine with a square W, where a wrong transpose fits: what some mistakes below start from."""

    def __init__(self):
        rng = np.random.default_rng(0)
        super().__init__(rng.normal(size=(4, 4)), rng.normal(size=4))


class AffineIgnoresUpstreamInX(FourToThree):
    """The gradient of x is W.T alone, as if the upstream gradient were all ones."""

    def backward(self, grad_output):
        self.grads["W"] = self.x.T @ grad_output
        self.grads["b"] = grad_output.sum(axis=0)
        return np.ones_like(grad_output) @ self.params["W"].T


class AffineIgnoresUpstreamInW(FourToThree):
    """The gradient of W is x.T alone, as if the upstream gradient were all ones."""

    def backward(self, grad_output):
        self.grads["W"] = self.x.T @ np.ones_like(grad_output)
        self.grads["b"] = grad_output.sum(axis=0)
        return grad_output @ self.params["W"].T


class AffineIgnoresUpstreamInB(FourToThree):
    """The gradient of b is the number of examples: b's local derivative is 1."""

    def backward(self, grad_output):
        self.grads["W"] = self.x.T @ grad_output
        self.grads["b"] = np.ones_like(grad_output).sum(axis=0)
        return grad_output @ self.params["W"].T


class AffineWNotTransposed(FourToFour):
    """The gradient of x uses W, where it should use W.T."""

    def backward(self, grad_output):
        self.grads["W"] = self.x.T @ grad_output
        self.grads["b"] = grad_output.sum(axis=0)
        return grad_output @ self.params["W"]


class AffineWReshaped(FourToThree):
    """W is reshaped to the shape of its transpose, which puts its elements in a wrong order."""

    def backward(self, grad_output):
        self.grads["W"] = self.x.T @ grad_output
        self.grads["b"] = grad_output.sum(axis=0)
        return grad_output @ self.params["W"].reshape(3, 4)


class AffineGradientOfWTransposed(FourToFour):
    """The gradient of W comes out transposed: x and the upstream gradient are exchanged."""

    def backward(self, grad_output):
        self.grads["W"] = grad_output.T @ self.x
        self.grads["b"] = grad_output.sum(axis=0)
        return grad_output @ self.params["W"].T


class AffinePassesOn(FourToFour):
    """The gradient of x is the upstream gradient as it came, without W."""

    def backward(self, grad_output):
        self.grads["W"] = self.x.T @ grad_output
        self.grads["b"] = grad_output.sum(axis=0)
        return grad_output


class AffineBiasNotReduced(FourToThree):
    """The gradient of b has one row for each example: it is not summed over the batch."""

    def backward(self, grad_output):
        self.grads.update(W=self.x.T @ grad_output, b=grad_output)
        return grad_output @ self.params["W"].T


class AffineBiasOverAllAxes(FourToThree):
    """The gradient of b is summed over all axes, so all biases get the same."""

    def backward(self, grad_output):
        self.grads["W"] = self.x.T @ grad_output
        self.grads["b"][:] = grad_output.sum()
        return grad_output @ self.params["W"].T


class AffineBiasOverTheWrongAxis(FourToThree):
    """The gradient of b is summed over the outputs in place of the batch."""

    def backward(self, grad_output):
        self.grads["W"] = self.x.T @ grad_output
        self.grads["b"] = grad_output.sum(axis=1)
        return grad_output @ self.params["W"].T


class AffineBiasMean(FourToThree):
    """The gradient of b is averaged over the batch, where it should be summed."""

    def backward(self, grad_output):
        self.grads["W"] = self.x.T @ grad_output
        self.grads["b"] = grad_output.mean(axis=0)
        return grad_output @ self.params["W"].T


class AffineDividesByN(FourToThree):
    """The gradients of W and b are divided by N, which the loss has done already."""

    def backward(self, grad_output):
        count = len(self.x)
        self.grads["W"] = self.x.T @ grad_output / count
        self.grads["b"] = grad_output.sum(axis=0) / count
        return grad_output @ self.params["W"].T


class AffineLastExampleOnly(FourToThree):
    """A loop over the batch writes = for +=, so W learns from the last example only."""

    def backward(self, grad_output):
        for row, upstream in zip(self.x, grad_output):
            self.grads["W"] = np.outer(row, upstream)
        self.grads["b"] = grad_output.sum(axis=0)
        return grad_output @ self.params["W"].T


class AffineBiasOfTheFirstExample(FourToThree):
    """The gradient of b is that of the first example."""

    def backward(self, grad_output):
        self.grads["W"] = self.x.T @ grad_output
        self.grads["b"] = grad_output[0]
        return grad_output @ self.params["W"].T


class AffineUpdatesWFirst(FourToThree):
    """W is updated before the gradient of x is computed from it."""

    def backward(self, grad_output):
        self.grads["W"] = self.x.T @ grad_output
        self.grads["b"] = grad_output.sum(axis=0)
        self.params["W"] -= 0.1 * self.grads["W"]
        return grad_output @ self.params["W"].T


class AffineAccumulates(FourToThree):
    """The gradients of W and b are added to those of the call before."""

    def backward(self, grad_output):
        self.grads["W"] += self.x.T @ grad_output
        self.grads["b"] += grad_output.sum(axis=0)
        return grad_output @ self.params["W"].T


class AffineKeepsTheFirstInput(FourToThree):
    """The input is kept at the first call only, so later gradients of W use an old one."""

    def forward(self, x):
        if not hasattr(self, "x"):
            self.x = x
        self.x_shape = x.shape
        return x @ self.params["W"] + self.params["b"]


ROWS = away_from_zero((5, 4))

PLANTED = [
    Planted(AffineIgnoresUpstreamInX, ROWS, "upstream gradient ignored"),
    Planted(AffineIgnoresUpstreamInW, ROWS, "upstream gradient ignored"),
    Planted(AffineIgnoresUpstreamInB, ROWS, "upstream gradient ignored"),
    Planted(AffineWNotTransposed, ROWS, "transposed"),
    Planted(AffineWReshaped, ROWS, "transposed"),
    Planted(AffineGradientOfWTransposed, ROWS, "transposed"),
    Planted(AffinePassesOn, ROWS, "local derivative left out"),
    Planted(AffineBiasNotReduced, ROWS, "summed wrongly"),
    Planted(AffineBiasOverAllAxes, ROWS, "summed wrongly"),
    Planted(AffineBiasOverTheWrongAxis, away_from_zero((3, 4)), "summed wrongly"),
    Planted(AffineBiasMean, ROWS, "constant factor"),
    Planted(AffineDividesByN, ROWS, "constant factor"),
    Planted(AffineLastExampleOnly, ROWS, "summed wrongly"),
    Planted(AffineBiasOfTheFirstExample, ROWS, "summed wrongly"),
    Planted(AffineUpdatesWFirst, ROWS, "parameter modified"),
    Planted(AffineAccumulates, ROWS, "state of an earlier call"),
    Planted(AffineKeepsTheFirstInput, ROWS, "state of an earlier call"),
]
