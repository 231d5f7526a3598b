"""Batch normalization: every column of a batch gets mean 0 and variance 1, then a scale and a shift."""

import numpy as np

from ..values import ShapeError, describe, real_number
from .layer import Layer


class BatchNorm(Layer):
    """y = gamma * (x - mean) / sqrt(variance + eps) + beta, column by column (Ioffe and Szegedy, 2015).

    In training, mean and variance (the mean squared deviation) are the batch's own, so every output depends on
    the whole column, and so does the gradient:
    dL/dx = gamma / sqrt(variance + eps) * (g - mean(g) - z * mean(g * z)), with g = dL/dy and z the
    normalized x. When `training` is False, running averages take their place and are constants.

    Parameters
    ----------
    gamma, beta : (D,)
        Scale and shift. Params "gamma" and "beta".
    momentum : float, 0 to 1
        The share of the newest batch in the running averages, as in torch.
    eps : float above 0
        Keeps the division from 0 where a column is constant.

    `forward` takes x of shape (N, D), in training with N of at least 2.

    Raises
    ------
    ValueError
        If gamma, beta and x don't fit together, or a training batch has fewer than 2 examples.
    """

    symbol = "batch norm"
    training = True

    def __init__(self, gamma, beta, momentum=0.1, eps=1e-5):
        super().__init__(gamma=gamma, beta=beta)
        gamma, beta = self.params["gamma"], self.params["beta"]
        if gamma.ndim != 1 or beta.shape != gamma.shape:
            raise ValueError(
                f"BatchNorm expected gamma and beta of the same shape (D,), got {describe(gamma)} and {describe(beta)}"
            )
        self.momentum = real_number(momentum, "BatchNorm", "momentum", least=0, most=1)
        self.eps = real_number(eps, "BatchNorm", "eps", above=0)
        self.running_mean, self.running_variance = np.zeros_like(gamma), np.ones_like(gamma)

    def forward(self, x):
        if self.training:
            mean, variance = x.mean(axis=0), x.var(axis=0)
            unbiased = variance * (len(x) / (len(x) - 1))  # the estimate for all data, as torch keeps it
            self.running_mean = self._mixed(self.running_mean, mean)
            self.running_variance = self._mixed(self.running_variance, unbiased)
        else:
            mean, variance = self.running_mean, self.running_variance
        self.deviation = np.sqrt(variance + self.eps)
        self.normalized = (x - mean) / self.deviation
        self.own_statistics = self.training  # backward belongs to this forward, whatever is set in between
        return self.params["gamma"] * self.normalized + self.params["beta"]

    def backward(self, grad_output):
        z = self.normalized
        self.grads["gamma"] = (grad_output * z).sum(axis=0)
        self.grads["beta"] = grad_output.sum(axis=0)
        gradient = grad_output
        if self.own_statistics:
            gradient = gradient - grad_output.mean(axis=0) - z * (grad_output * z).mean(axis=0)
        return self.params["gamma"] / self.deviation * gradient

    def apply(self, x):
        self._check(np.shape(x))
        return super().apply(x)

    def _mixed(self, old, new):
        return (1 - self.momentum) * old + self.momentum * new

    def _check(self, shape):
        width = self.params["gamma"].size
        if len(shape) != 2 or shape[1] != width:
            raise ShapeError(f"BatchNorm expected x of shape (N, {width}), got {shape}")
        if self.training and shape[0] < 2:
            raise ShapeError(
                f"BatchNorm expected at least 2 examples in training, got {shape[0]}: the variance of one is 0. "
                "To predict, set training = False"
            )

    def __repr__(self):
        return f"{type(self).__name__}({self.params['gamma'].size})"
