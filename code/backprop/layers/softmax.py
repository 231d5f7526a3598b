"""Softmax: scores become probabilities. The one activation whose outputs depend on each other."""

import numpy as np

from ..operations import Operation
from ..values import ShapeError, describe


class Softmax(Operation):
    """y = exp(x) / sum(exp(x)) along the last axis: positive, with the sum 1 (Bridle, 1990).

    Every output depends on every input of its row: dy_i/dx_j = y_i (1 if i == j else 0) - y_i y_j. So
    backward needs the whole row: dL/dx = y * (dL/dy - sum(dL/dy * y)). The output is all that is kept.

    A score of -infinity has probability 0. A row of nothing else has no probabilities: it becomes nan, as in torch.

    Raises
    ------
    ValueError
        If x is a single number, or its last axis is empty.
    """

    symbol = "softmax"

    def forward(self, x):
        _, exponentials, sums = shifted_exponentials(x)
        self.y = exponentials / sums
        return self.y

    def backward(self, grad_output):
        inner = (grad_output * self.y).sum(axis=-1, keepdims=True)
        return self.y * (grad_output - inner)

    def apply(self, x):
        if np.ndim(x) == 0 or np.shape(x)[-1] == 0:
            raise ShapeError(f"Softmax expected x of shape (C,) or (..., C) with at least one class, got {describe(x)}")
        return super().apply(x)

    def parts(self, x):
        """The same from elementary operations: exp, a sum along each row, a division."""
        exponentials = x.exp()
        return exponentials / exponentials.sum(axis=-1, keepdims=True)


def shifted_exponentials(scores):
    """Scores minus the row's greatest, their exp, and its sum: softmax is the same, and exp can't overflow."""
    classes_first = scores.T.copy()  # of rows as short as these, the greatest are found sooner along the first axis
    shifted = scores - np.maximum.reduce(classes_first).T[..., np.newaxis]
    exponentials = np.exp(shifted)
    return shifted, exponentials, np.add.reduce(exponentials, axis=-1, keepdims=True)
