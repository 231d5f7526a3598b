"""The recurrent layer: one cell that reads a sequence step by step, and remembers."""

import numpy as np

from ..values import ShapeError, describe
from .layer import Layer


class Recurrent(Layer):
    """h_t = tanh(x_t @ Wx + h_(t-1) @ Wh + b) for t = 1 to T, with h_0 = 0 (Elman, 1990).

    Backward is backpropagation through time (Werbos, 1990): the steps in reverse. A state is read twice, by the
    output and by the next step, so its gradient is a sum: grad_output at t, plus what step t + 1 sends back.
    All steps share Wx, Wh and b, whose gradients are sums over the steps and the batch.

    Parameters
    ----------
    Wx : (D, H)
        From the D inputs of one step to the H numbers of the state.
    Wh : (H, H)
        From the state before.
    b : (H,)

    `forward` takes x of shape (N, T, D), N sequences of T steps, and returns all states, (N, T, H).

    Raises
    ------
    ValueError
        If Wx, Wh, b and x don't fit together.
    """

    symbol = "recurrent"

    def __init__(self, Wx, Wh, b):
        super().__init__(Wx=Wx, Wh=Wh, b=b)
        Wx, Wh, b = self.params["Wx"], self.params["Wh"], self.params["b"]
        if Wx.ndim != 2:
            raise ValueError(f"Recurrent expected Wx of shape (D, H), got {describe(Wx)}")
        size = Wx.shape[1]
        for name, value, wanted in (("Wh", Wh, (size, size)), ("b", b, (size,))):
            if value.shape != wanted:
                raise ValueError(
                    f"Recurrent expected {name} of shape {wanted}, to fit Wx {Wx.shape}, got {describe(value)}"
                )

    def forward(self, x):
        from_input = x @ self.params["Wx"] + self.params["b"]  # of all steps at once: none needs another
        self.x, self.states = x, np.empty_like(from_input)
        state = np.zeros((len(x), from_input.shape[2]), from_input.dtype)
        for t in range(x.shape[1]):
            state = np.tanh(from_input[:, t] + state @ self.params["Wh"])
            self.states[:, t] = state
        return self.states

    def backward(self, grad_output):
        grad_sums = self._through_time(grad_output)
        before = np.zeros_like(self.states)  # the state that each step read
        before[:, 1:] = self.states[:, :-1]
        grad_rows = as_rows(grad_sums)
        self.grads["Wx"] = as_rows(self.x).T @ grad_rows
        self.grads["Wh"] = as_rows(before).T @ grad_rows
        self.grads["b"] = grad_rows.sum(axis=0)
        if self.needs_input_grad:
            return grad_sums @ self.params["Wx"].T

    def apply(self, x):
        self._check(np.shape(x))
        return super().apply(x)

    def _through_time(self, grad_output):
        """The gradients of the sums that go into tanh, from the last step to the first."""
        grad_sums = np.empty_like(self.states)
        from_next = 0  # nobody comes after the last step
        for t in reversed(range(self.states.shape[1])):
            grad_state = grad_output[:, t] + from_next
            grad_sums[:, t] = grad_state * (1 - self.states[:, t] ** 2)
            from_next = grad_sums[:, t] @ self.params["Wh"].T
        return grad_sums

    def _check(self, shape):
        inputs = self.params["Wx"].shape[0]
        if len(shape) != 3 or shape[2] != inputs:
            hint = ": a single sequence is a batch of one" if shape[1:] == (inputs,) else ""
            raise ShapeError(f"Recurrent expected x of shape (N, T, {inputs}), got {shape}{hint}")

    def __repr__(self):
        inputs, size = self.params["Wx"].shape
        return f"{type(self).__name__}({inputs} -> {size})"


def as_rows(sequences):
    """(N, T, D) as N * T rows: where all steps are treated alike, a sequence is only a larger batch."""
    return sequences.reshape(-1, sequences.shape[2])
