"""Layer normalization: every example by itself gets mean 0 and variance 1, then a scale and a shift."""

import numpy as np

from ..values import ShapeError, describe, real_number
from .layer import Layer


class LayerNorm(Layer):
    """y = gamma * (x - mean) / sqrt(variance + eps) + beta, along the last axis (Ba, Kiros and Hinton, 2016).

    The same as BatchNorm with rows in place of columns, so no example depends on the others, and nothing changes
    when training ends. Mean and variance (the mean squared deviation) depend on the whole row, so with g = dL/dy,
    h = gamma * g, and z the normalized x: dL/dx = (h - mean(h) - z * mean(h * z)) / sqrt(variance + eps).

    Parameters
    ----------
    gamma, beta : (D,)
        Scale and shift, the same for all rows: their gradients are sums over the rows. Params "gamma" and "beta".
    eps : float above 0
        Keeps the division from 0 where a row is constant.

    `forward` takes x of shape (..., D).

    Raises
    ------
    ValueError
        If gamma, beta and x don't fit together.
    """

    symbol = "layer norm"

    def __init__(self, gamma, beta, eps=1e-5):
        super().__init__(gamma=gamma, beta=beta)
        gamma, beta = self.params["gamma"], self.params["beta"]
        if gamma.ndim != 1 or beta.shape != gamma.shape or gamma.size == 0:
            raise ValueError(
                f"LayerNorm expected gamma and beta of the same shape (D,), got {describe(gamma)} and {describe(beta)}"
            )
        self.eps = real_number(eps, "LayerNorm", "eps", above=0)

    def forward(self, x):
        deviations = x - x.mean(axis=-1, keepdims=True)
        self.deviation = np.sqrt((deviations * deviations).mean(axis=-1, keepdims=True) + self.eps)
        self.normalized = deviations / self.deviation
        return self.params["gamma"] * self.normalized + self.params["beta"]

    def backward(self, grad_output):
        z = self.normalized
        rows = tuple(range(z.ndim - 1))
        self.grads["gamma"] = (grad_output * z).sum(axis=rows)
        self.grads["beta"] = grad_output.sum(axis=rows)
        grad_z = self.params["gamma"] * grad_output
        means = grad_z.mean(axis=-1, keepdims=True) + z * (grad_z * z).mean(axis=-1, keepdims=True)
        return (grad_z - means) / self.deviation

    def apply(self, x):
        width = self.params["gamma"].size
        if np.shape(x)[-1:] != (width,):
            raise ShapeError(f"LayerNorm expected x of shape (..., {width}), got {describe(x)}")
        return super().apply(x)

    def __repr__(self):
        return f"{type(self).__name__}({self.params['gamma'].size})"
