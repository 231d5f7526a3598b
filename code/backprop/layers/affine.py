"""The affine layer: every output is a weighted sum of all inputs, plus a bias; and the same without a bias."""

import math

import numpy as np

from ..values import ShapeError, describe
from .layer import Layer


class Affine(Layer):
    """Y = X @ W + b, with the batch first: chapter 6 derives it.

    Backward: dL/dX = dL/dY @ W.T, dL/dW = X.T @ dL/dY, dL/db = dL/dY summed over the batch, because
    the one bias was broadcast to every row.

    Parameters
    ----------
    W : (D, M)
        Weights, from D inputs to M outputs.
    b : (M,)
        Bias.

    `forward` takes x of shape (N, D); (N, ...) with D elements in each example, which is flattened and
    whose gradient gets its shape back; or a single example (D,). It returns (N, M) or (M,).

    Raises
    ------
    ValueError
        If W is not a matrix, b does not fit it, or x has another number of inputs than W has rows.
    """

    symbol = "Affine"

    def __init__(self, W, b):
        super().__init__(W=W, b=b)
        W, b = self.params["W"], self.params["b"]
        if W.ndim != 2:
            raise ValueError(f"Affine expected W of shape (D, M), got {describe(W)}")
        if b.shape != W.shape[1:]:
            raise ValueError(
                f"Affine expected b of shape {W.shape[1:]}, one bias for each column of W {W.shape}, got {describe(b)}"
            )

    def forward(self, x):
        self.x = x
        return x @ self.params["W"] + self.params["b"]

    def backward(self, grad_output):
        self.grads["W"] = self.x.T @ grad_output
        self.grads["b"] = grad_output.sum(axis=0)
        if self.needs_input_grad:
            return grad_output @ self.params["W"].T

    def apply(self, x):
        """Every example as a row: an image is flattened, and a single example is a batch of one."""
        if getattr(x, "shape", ())[1:] == self.params["W"].shape[:1]:  # rows already
            self.x_shape = x.shape
            return super().apply(x)
        self._check(np.shape(x))
        self.x_shape = x.shape
        y = super().apply(np.atleast_2d(x).reshape(-1, len(self.params["W"])))
        return y if x.ndim > 1 else y[0]

    def pull_back(self, grad_output):
        if len(self.x_shape) == 2:
            return super().pull_back(grad_output)
        (gradient,) = super().pull_back(np.atleast_2d(grad_output))
        return (None if gradient is None else gradient.reshape(self.x_shape),)

    def parts(self, x, W, b):
        """The same from elementary operations: a matrix product, and an addition that broadcasts b."""
        if len(x.shape) > 2:
            x = x.reshape(x.shape[0], W.shape[0])
        return x @ W + b

    def _check(self, shape):
        inputs = self.params["W"].shape[0]
        if shape != (inputs,) and (len(shape) < 2 or math.prod(shape[1:]) != inputs):
            hint = ": flatten each image first" if len(shape) > 1 and shape[-1] == shape[-2] else ""
            raise ShapeError(f"Affine expected x of shape (N, {inputs}), got {shape}{hint}")

    def __repr__(self):
        inputs, outputs = self.params["W"].shape
        return f"{type(self).__name__}({inputs} -> {outputs})"


class Linear(Layer):
    """Y = X @ W: Affine without its bias, along the last axis (torch.nn.Linear with bias=False).

    Parameters
    ----------
    W : (D, M)

    `forward` takes x of shape (..., D) and returns (..., M).

    Raises
    ------
    ValueError
        If W is not a matrix, or x has another number of inputs than W has rows.
    """

    symbol = "linear"

    def __init__(self, W):
        super().__init__(W=W)
        if self.params["W"].ndim != 2:
            raise ValueError(f"Linear expected W of shape (D, M), got {describe(self.params['W'])}")

    def forward(self, x):
        self.x = x
        return x @ self.params["W"]

    def backward(self, grad_output):
        inputs, outputs = self.params["W"].shape
        self.grads["W"] = self.x.reshape(-1, inputs).T @ grad_output.reshape(-1, outputs)
        return grad_output @ self.params["W"].T

    def apply(self, x):
        inputs = len(self.params["W"])
        if np.shape(x)[-1:] != (inputs,):
            raise ShapeError(f"Linear expected x of shape (..., {inputs}), got {describe(x)}")
        return super().apply(x)

    def __repr__(self):
        inputs, outputs = self.params["W"].shape
        return f"{type(self).__name__}({inputs} -> {outputs})"
