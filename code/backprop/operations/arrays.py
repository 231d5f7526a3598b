"""Operations that move, sum or multiply whole arrays."""

import numpy as np

from ..values import ShapeError, describe, outline, unbroadcast
from .operation import Operation


class Sum(Operation):
    """y = the sum of x over `axis` (all axes when None). Backward: every summand gets the same gradient.

    The mirror image of `Broadcast`: what one does forward, the other does backward.
    """

    symbol = "sum"

    def __init__(self, axis=None, keepdims=False):
        self.axis, self.keepdims = axis, keepdims

    def __repr__(self):
        return f"Sum(axis={self.axis})"

    def forward(self, x):
        self.shape = np.shape(x)
        return np.sum(x, axis=self.axis, keepdims=self.keepdims)

    def backward(self, grad_output):
        if self.axis is not None and not self.keepdims:
            grad_output = np.expand_dims(grad_output, self.axis)
        return np.broadcast_to(grad_output, self.shape)


class Max(Operation):
    """y = the greatest element of x along `axis` (of all when None). Backward: it gets the whole gradient.

    Convention: equal greatest elements share it evenly, as in torch's amax (its max(axis) gives one of them all).
    """

    symbol = "max"

    def __init__(self, axis=None, keepdims=False):
        self.axis, self.keepdims = axis, keepdims

    def __repr__(self):
        return f"Max(axis={self.axis})"

    def forward(self, x):
        greatest = np.max(x, axis=self.axis, keepdims=True)
        at_top = x == greatest
        self.share = at_top / at_top.sum(axis=self.axis, keepdims=True)
        return greatest if self.keepdims else np.max(x, axis=self.axis)

    def backward(self, grad_output):
        if self.axis is not None and not self.keepdims:
            grad_output = np.expand_dims(grad_output, self.axis)
        return grad_output * self.share


class Broadcast(Operation):
    """y = x repeated to `shape` by NumPy's rules. Backward: the copies' gradients add up.

    The mirror image of `Sum`.
    """

    symbol = "broadcast"

    def __init__(self, shape):
        self.shape = shape

    def __repr__(self):
        return f"Broadcast({self.shape})"

    def forward(self, x):
        self.x = outline(x)
        return np.broadcast_to(x, self.shape)

    def backward(self, grad_output):
        return unbroadcast(grad_output, self.x)


class Reshape(Operation):
    """y = x with its elements, in order, in another shape. Backward: the old shape."""

    symbol = "reshape"

    def __init__(self, shape):
        self.shape = shape

    def __repr__(self):
        return f"Reshape({self.shape})"

    def forward(self, x):
        self.from_shape = np.shape(x)
        return np.reshape(x, self.shape)

    def backward(self, grad_output):
        return np.reshape(grad_output, self.from_shape)


class Transpose(Operation):
    """y = x with its axes in the order of `axes` (in reverse order when None). Backward: the old order."""

    symbol = "T"

    def __init__(self, axes=None):
        self.axes = axes

    def forward(self, x):
        return np.transpose(x, self.axes)

    def backward(self, grad_output):
        return np.transpose(grad_output, self.axes if self.axes is None else np.argsort(np.array(self.axes)))


class MatMul(Operation):
    """Z = X @ Y for vectors, matrices, or stacks of matrices.

    dL/dX = dL/dZ @ Y.T and dL/dY = X.T @ dL/dZ: the only products of these arrays whose shapes fit.
    """

    symbol = "@"
    arguments = ("x", "y")

    def forward(self, x, y):
        self.x, self.y = x, y
        return x @ y

    def backward(self, grad_output):
        # A vector is a matrix with one row (on the left) or one column (on the right).
        x = self.x[np.newaxis, :] if self.x.ndim == 1 else self.x
        y = self.y[:, np.newaxis] if self.y.ndim == 1 else self.y
        grad = grad_output
        if self.x.ndim == 1:
            grad = np.expand_dims(grad, -1 if self.y.ndim == 1 else -2)
        if self.y.ndim == 1:
            grad = np.expand_dims(grad, -1)
        grad_x = grad @ np.swapaxes(y, -1, -2)
        grad_y = np.swapaxes(x, -1, -2) @ grad
        return self._drop(grad_x, self.x, -2), self._drop(grad_y, self.y, -1)

    def apply(self, x, y):
        got = f"MatMul got x of {describe(x)}, y of {describe(y)}"
        if np.ndim(x) == 0 or np.ndim(y) == 0:
            raise ShapeError(f"{got}: both must be arrays; for numbers use *")
        if x.shape[-1] != y.shape[max(y.ndim - 2, 0)]:
            raise ShapeError(
                f"{got}: the last axis of x must be as long as the second-to-last of y (the only one of a vector)"
            )
        return super().apply(x, y)

    @staticmethod
    def _drop(gradient, value, axis):
        return gradient.squeeze(axis) if value.ndim == 1 else gradient
