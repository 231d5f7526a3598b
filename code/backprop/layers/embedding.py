"""The embedding: a table with a row of numbers for each token; and another with a row for each place."""

import numpy as np

from ..values import ShapeError, describe, plain_array
from .layer import Layer


class Embedding(Layer):
    """y = W[ids]: the rows of a table, one for each id (Bengio et al., 2003, section 2).

    The same as Affine without bias for inputs that are one-hot, but nothing is multiplied. Backward adds the gradient
    of each place to the row that was read there: a token that occurs twice gets both. Ids have no gradient, so
    `backward` returns None.

    Parameters
    ----------
    W : (V, D)
        A row of D numbers for each of V tokens.

    `forward` takes ids of any shape, such as (N, T), whole numbers from 0 to V - 1, and returns (N, T, D).

    Raises
    ------
    TypeError
        If ids aren't whole numbers.
    ValueError
        If W is no matrix, or an id has no row.
    """

    symbol = "embedding"
    arguments = given = ("ids",)
    needs_input_grad = False

    def __init__(self, W):
        super().__init__(W=W)
        if self.params["W"].ndim != 2:
            raise ValueError(f"Embedding expected W of shape (V, D), got {describe(self.params['W'])}")

    def forward(self, ids):
        self.ids = ids
        return self.params["W"][ids]

    def backward(self, grad_output):
        self.grads["W"] = np.zeros_like(self.params["W"])
        np.add.at(self.grads["W"], self.ids, grad_output)

    def apply(self, ids):
        ids = plain_array(ids, "Embedding", "ids")
        rows = len(self.params["W"])
        if ids.dtype.kind not in "iu":
            raise TypeError(f"Embedding expected ids to be whole numbers, got {ids.dtype}")
        outside = ids[(ids < 0) | (ids >= rows)]
        if outside.size:
            raise ShapeError(f"Embedding got id {outside[0]}, but W has rows 0 to {rows - 1}")
        return super().apply(ids)

    def __repr__(self):
        rows, width = self.params["W"].shape
        return f"{type(self).__name__}({rows} x {width})"


class Positions(Layer):
    """y = x + W[:T]: each token gets the row of its place added (Radford et al., 2019; learned, not computed).

    Backward: x gets the upstream gradient, and each row of W the sum over the batch, because it was added to the token
    at its place in every sequence. Rows from T on get 0.

    Parameters
    ----------
    W : (L, D)
        A row for each of L places.

    `forward` takes x of shape (N, T, D), T at most L.

    Raises
    ------
    ValueError
        If W is no matrix, or x doesn't fit.
    """

    symbol = "+ positions"

    def __init__(self, W):
        super().__init__(W=W)
        if self.params["W"].ndim != 2:
            raise ValueError(f"Positions expected W of shape (L, D), got {describe(self.params['W'])}")

    def forward(self, x):
        return x + self.params["W"][: x.shape[1]]

    def backward(self, grad_output):
        self.grads["W"] = np.zeros_like(self.params["W"])
        self.grads["W"][: grad_output.shape[1]] = grad_output.sum(axis=0)
        return grad_output

    def apply(self, x):
        places, width = self.params["W"].shape
        shape = np.shape(x)
        if len(shape) != 3 or shape[1] > places or shape[2] != width:
            raise ShapeError(f"Positions expected x of shape (N, T, {width}), T at most {places}, got {shape}")
        return super().apply(x)

    def __repr__(self):
        places, width = self.params["W"].shape
        return f"{type(self).__name__}({places} x {width})"
