"""Self-attention: every token asks, every token answers, and each takes the mixture that its question earns."""

import math

import numpy as np

from ..values import ShapeError, describe, whole_number
from .layer import Layer
from .recurrent import as_rows
from .softmax import shifted_exponentials


class Attention(Layer):
    """softmax(Q @ K.T / sqrt(d)) @ V @ W_o, with Q = x @ W_q, K = x @ W_k, V = x @ W_v (Vaswani et al., 2017).

    Row t of the softmax says how much token t takes from each token. With several heads, the D columns of Q, K and V
    are cut into `heads` pieces of d = D / heads; each attends by itself, and the pieces are put side by side again.
    Backward is a row of known rules: products of matrices (Affine), softmax, and the sum where x is read three times.

    Parameters
    ----------
    W_q, W_k, W_v, W_o : (D, D)
        For queries, keys, values and the output.
    heads : int, 1 or more
        D must be a multiple of it.
    causal : bool
        Whether a token may look only at itself and those before it: later scores become -infinity, so they get
        probability 0, and no gradient comes back from them. Each token sees at least itself: no row is masked whole.

    `forward` takes x of shape (N, T, D), T of at least 1, and returns the same shape. Afterwards `probabilities`,
    (N, heads, T, T), holds the softmax.

    Raises
    ------
    TypeError
        If heads is no whole number.
    ValueError
        If the weights, heads and x don't fit together.
    """

    symbol = "attention"

    def __init__(self, W_q, W_k, W_v, W_o, heads=1, causal=True):
        super().__init__(W_q=W_q, W_k=W_k, W_v=W_v, W_o=W_o)
        size = self.params["W_q"].shape[:1]
        for name, weights in self.params.items():
            if weights.shape != 2 * size:
                raise ValueError(f"Attention expected {name} of shape (D, D), as W_q has, got {describe(weights)}")
        self.heads, self.causal = whole_number(heads, "Attention", "heads"), bool(causal)
        if size[0] % self.heads:
            raise ValueError(f"Attention can't cut {size[0]} columns into {self.heads} heads of the same width")

    def forward(self, x):
        self.x = x
        self.q, self.k, self.v = (self._split(x @ self.params[name]) for name in ("W_q", "W_k", "W_v"))
        scores = self.q @ self.k.swapaxes(-1, -2) / math.sqrt(self.q.shape[-1])
        if self.causal:
            scores[..., later_tokens(x.shape[1])] = -np.inf
        _, exponentials, sums = shifted_exponentials(scores)
        self.probabilities = exponentials / sums
        self.mixed = self._merge(self.probabilities @ self.v)
        return self.mixed @ self.params["W_o"]

    def extend(self, x, cache):
        """`forward` for tokens x (N, T, D) that come after others, without computing those anew; it has no backward.

        cache : dict
            {} at first; then it holds the keys and values, "k" and "v", of all tokens so far, (N, heads, T, d) each.
        """
        q, k, v = (self._split(x @ self.params[name]) for name in ("W_q", "W_k", "W_v"))
        if cache:
            k, v = (np.concatenate([cache[name], new], axis=2) for name, new in (("k", k), ("v", v)))
        cache["k"], cache["v"] = k, v
        scores = q @ k.swapaxes(-1, -2) / math.sqrt(q.shape[-1])
        if self.causal:
            scores[..., later_tokens(k.shape[2])[-x.shape[1] :]] = -np.inf
        _, exponentials, sums = shifted_exponentials(scores)
        self.probabilities = exponentials / sums
        return self._merge(self.probabilities @ v) @ self.params["W_o"]

    def backward(self, grad_output):
        p = self.probabilities
        self.grads["W_o"] = as_rows(self.mixed).T @ as_rows(grad_output)
        grad_mixed = self._split(grad_output @ self.params["W_o"].T)
        grad_p = grad_mixed @ self.v.swapaxes(-1, -2)
        grad_scores = p * (grad_p - (grad_p * p).sum(axis=-1, keepdims=True)) / math.sqrt(self.q.shape[-1])
        grad_x = 0
        for name, gradient in (
            ("W_q", grad_scores @ self.k),
            ("W_k", grad_scores.swapaxes(-1, -2) @ self.q),
            ("W_v", p.swapaxes(-1, -2) @ grad_mixed),
        ):
            gradient = self._merge(gradient)
            self.grads[name] = as_rows(self.x).T @ as_rows(gradient)
            grad_x = grad_x + gradient @ self.params[name].T
        return grad_x

    def apply(self, x):
        shape, width = np.shape(x), len(self.params["W_q"])
        if len(shape) != 3 or shape[1] == 0 or shape[2] != width:
            hint = ": a single sequence is a batch of one" if shape[1:] == (width,) else ""
            raise ShapeError(
                f"Attention expected x of shape (N, T, {width}) with at least one token, got {shape}{hint}"
            )
        return super().apply(x)

    def _split(self, x):
        """(N, T, D) as (N, heads, T, d): each head has its own columns."""
        return x.reshape(*x.shape[:2], self.heads, x.shape[2] // self.heads).swapaxes(1, 2)

    def _merge(self, x):
        """(N, heads, T, d) as (N, T, D) again."""
        return x.swapaxes(1, 2).reshape(x.shape[0], x.shape[2], len(self.params["W_q"]))

    def __repr__(self):
        heads = "" if self.heads == 1 else f", heads={self.heads}"
        return f"{type(self).__name__}({len(self.params['W_q'])}{heads}{'' if self.causal else ', causal=False'})"


def later_tokens(count):
    """(T, T): True where the column's token comes after the row's."""
    return np.triu(np.ones((count, count), dtype=bool), k=1)
