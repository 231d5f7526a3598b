"""Mistakes in dropout and batch norm."""

import numpy as np

from ...layers import BatchNorm, Dropout
from .inputs import away_from_zero
from .planted import Planted


class FourInTen(Dropout):
    """Dropout with the rate 0.4: what the mistakes below start from."""

    def __init__(self):
        super().__init__(0.4, np.random.default_rng(0))


class DropoutMaskInverted(FourInTen):
    """The gradient passes where the input was dropped."""

    def backward(self, grad_output):
        return grad_output * (self.scale == 0) / (1 - self.rate)


class DropoutMaskForgotten(FourInTen):
    """The gradient is scaled, but the mask is not applied to it."""

    def backward(self, grad_output):
        return grad_output / (1 - self.rate)


class DropoutScaleForgotten(FourInTen):
    """The mask is applied, but the division by 1 - rate is missing in backward."""

    def backward(self, grad_output):
        return grad_output * (self.scale > 0)


class DropoutNewMask(FourInTen):
    """Backward draws a mask of its own, where it should use that of forward."""

    def backward(self, grad_output):
        mask = self.rng.random(grad_output.shape) >= self.rate
        return grad_output * mask / (1 - self.rate)


class DropoutMaskOfTheFirstCall(FourInTen):
    """Every forward draws a mask, but only the first one is kept for backward."""

    def forward(self, x):
        scale = (self.rng.random(x.shape) >= self.rate) / (1 - self.rate)
        if not hasattr(self, "scale"):
            self.scale = scale
        return x * scale


class DropoutInPlace(FourInTen):
    """Forward multiplies the caller's array with the mask in place."""

    def forward(self, x):
        self.scale = (self.rng.random(x.shape) >= self.rate) / (1 - self.rate)
        x *= self.scale
        return x


class ThreeColumns(BatchNorm):
    """Batch norm of three columns: what the mistakes below start from."""

    def __init__(self):
        super().__init__(gamma=np.array([0.5, 1.5, 2.0]), beta=np.array([0.3, -0.4, 0.7]))


class BatchNormStatisticsConstant(ThreeColumns):
    """Mean and variance are taken for constants: only scaling is differentiated."""

    def backward(self, g):
        self.grads["gamma"] = (g * self.normalized).sum(axis=0)
        self.grads["beta"] = g.sum(axis=0)
        return self.params["gamma"] / self.deviation * g


class BatchNormVarianceConstant(ThreeColumns):
    """The variance is taken for a constant; only the mean's dependence on x is counted."""

    def backward(self, g):
        self.grads["gamma"] = (g * self.normalized).sum(axis=0)
        self.grads["beta"] = g.sum(axis=0)
        return self.params["gamma"] / self.deviation * (g - g.mean(axis=0))


class BatchNormMeanConstant(ThreeColumns):
    """The mean is taken for a constant; only the variance's dependence on x is counted."""

    def backward(self, g):
        z = self.normalized
        self.grads["gamma"] = (g * z).sum(axis=0)
        self.grads["beta"] = g.sum(axis=0)
        return self.params["gamma"] / self.deviation * (g - z * (g * z).mean(axis=0))


class BatchNormGammaForgotten(ThreeColumns):
    """The gradient of x lacks the factor gamma."""

    def backward(self, g):
        z = self.normalized
        self.grads["gamma"] = (g * z).sum(axis=0)
        self.grads["beta"] = g.sum(axis=0)
        return (g - g.mean(axis=0) - z * (g * z).mean(axis=0)) / self.deviation


class BatchNormDividesByNMinusOne(ThreeColumns):
    """Backward divides by N - 1, where forward's variance divides by N."""

    def backward(self, g):
        z, count = self.normalized, len(g) - 1
        self.grads["gamma"] = (g * z).sum(axis=0)
        self.grads["beta"] = g.sum(axis=0)
        return self.params["gamma"] / self.deviation * (g - g.mean(axis=0) - z * (g * z).sum(axis=0) / count)


class BatchNormGammaFromTheInput(ThreeColumns):
    """The gradient of gamma uses x, where it should use the normalised x."""

    def forward(self, x):
        self.x = x
        return super().forward(x)

    def backward(self, g):
        gradients = super().backward(g)
        self.grads["gamma"] = (g * self.x).sum(axis=0)
        return gradients


class BatchNormBetaMean(ThreeColumns):
    """The gradient of beta is averaged over the batch, where it should be summed."""

    def backward(self, g):
        gradients = super().backward(g)
        self.grads["beta"] = g.mean(axis=0)
        return gradients


class BatchNormGammaNotSummed(ThreeColumns):
    """The gradient of gamma has one row for each example: it is not summed."""

    def backward(self, g):
        gradients = super().backward(g)
        self.grads["gamma"] = g * self.normalized
        return gradients


class BatchNormMeansAlongRows(ThreeColumns):
    """The means of backward go along the rows in place of the batch."""

    def backward(self, g):
        z = self.normalized
        self.grads["gamma"] = (g * z).sum(axis=0)
        self.grads["beta"] = g.sum(axis=0)
        centred = g - g.mean(axis=1, keepdims=True) - z * (g * z).mean(axis=1, keepdims=True)
        return self.params["gamma"] / self.deviation * centred


class BatchNormCentresItsInput(ThreeColumns):
    """Forward subtracts the mean from the caller's array."""

    def forward(self, x):
        x -= x.mean(axis=0)
        return super().forward(x)


X = away_from_zero((5, 3))

PLANTED = [
    Planted(DropoutMaskInverted, X, "mask inverted"),
    Planted(DropoutMaskForgotten, X, "mask never zero"),
    Planted(DropoutScaleForgotten, X, "constant factor"),
    Planted(DropoutNewMask, X, None),
    Planted(DropoutMaskOfTheFirstCall, X, "state of an earlier call"),
    Planted(DropoutInPlace, X, "input array modified"),
    Planted(BatchNormStatisticsConstant, X, "statistics held constant"),
    Planted(BatchNormVarianceConstant, X, "statistics held constant"),
    Planted(BatchNormMeanConstant, X, "statistics held constant"),
    Planted(BatchNormGammaForgotten, X, None),
    Planted(BatchNormDividesByNMinusOne, X, None),
    Planted(BatchNormGammaFromTheInput, X, None),
    Planted(BatchNormBetaMean, X, "constant factor"),
    Planted(BatchNormGammaNotSummed, X, "summed wrongly"),
    Planted(BatchNormMeansAlongRows, X, "summed wrongly"),
    Planted(BatchNormCentresItsInput, X, "input array modified"),
]
