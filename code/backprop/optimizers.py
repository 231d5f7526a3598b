"""Optimizers: what to do with a gradient once it is there."""

import math
from numbers import Real


class SGD:
    """Stochastic gradient descent: w <- w - learning_rate * dL/dw (Robbins and Monro, 1951).

    Parameters
    ----------
    learning_rate : float above 0
        Step length, in units of the parameter squared per unit of loss.
    """

    def __init__(self, learning_rate=0.01):
        if not isinstance(learning_rate, Real) or isinstance(learning_rate, bool) or not 0 < learning_rate < math.inf:
            raise ValueError(f"SGD expected a learning rate above 0, got {learning_rate!r}")
        self.learning_rate = learning_rate

    def step(self, params, grads):
        """Change every array in params, in place, by its gradient in grads."""
        if params.keys() != grads.keys():
            raise ValueError(f"params {sorted(params)} and grads {sorted(grads)} don't name the same arrays")
        for name, gradient in grads.items():
            params[name] -= self.learning_rate * gradient

    def __repr__(self):
        return f"SGD(learning_rate={self.learning_rate})"
