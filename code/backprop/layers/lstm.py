"""The LSTM: a recurrent layer with a memory that gates open and close."""

import numpy as np

from ..values import ShapeError, describe
from .activations import sigmoid
from .layer import Layer
from .recurrent import as_rows


class LSTM(Layer):
    """c_t = f * c_(t-1) + i * g and h_t = o * tanh(c_t) for t = 1 to T, with c_0 = h_0 = 0.

    The gates i (input), f (forget), o (output) are sigmoids and the candidate g is a tanh, each of its own quarter of
    the pre-activation z_t = x_t @ Wx + h_(t-1) @ Wh + b, in the order i, f, g, o, as in torch. Long short-term memory:
    Hochreiter and Schmidhuber (1997), with the forget gate of Gers et al. (2000).

    Backward is backpropagation through time. From c_(t-1) to c_t the gradient is only multiplied by f, not by a matrix:
    with f near 1 it reaches far back.

    Parameters
    ----------
    Wx : (D, 4 H)
        From the D inputs of one step to the four quarters.
    Wh : (H, 4 H)
        From the state h before.
    b : (4 H,)

    `forward` takes x of shape (N, T, D) and returns all h, (N, T, H). Afterwards `memory`, (N, T, H), holds all c.

    Raises
    ------
    ValueError
        If Wx, Wh, b and x don't fit together.
    """

    symbol = "LSTM"

    def __init__(self, Wx, Wh, b):
        super().__init__(Wx=Wx, Wh=Wh, b=b)
        Wx, Wh, b = self.params["Wx"], self.params["Wh"], self.params["b"]
        if Wx.ndim != 2 or Wx.shape[1] % 4:
            raise ValueError(f"LSTM expected Wx of shape (D, 4 H), a quarter for each gate, got {describe(Wx)}")
        width = Wx.shape[1]
        for name, value, wanted in (("Wh", Wh, (width // 4, width)), ("b", b, (width,))):
            if value.shape != wanted:
                raise ValueError(f"LSTM expected {name} of shape {wanted}, to fit Wx {Wx.shape}, got {describe(value)}")

    def forward(self, x):
        from_input = x @ self.params["Wx"] + self.params["b"]  # of all steps at once: none needs another
        size = from_input.shape[2] // 4
        self.x, self.gates = x, np.empty_like(from_input)
        self.memory, self.states = np.empty_like(from_input[..., :size]), np.empty_like(from_input[..., :size])
        h = c = np.zeros((len(x), size), from_input.dtype)
        for t in range(x.shape[1]):
            z = from_input[:, t] + h @ self.params["Wh"]
            i, f, o = sigmoid(z[:, :size]), sigmoid(z[:, size : 2 * size]), sigmoid(z[:, 3 * size :])
            g = np.tanh(z[:, 2 * size : 3 * size])
            c = f * c + i * g
            h = o * np.tanh(c)
            self.gates[:, t], self.memory[:, t], self.states[:, t] = np.hstack([i, f, g, o]), c, h
        return self.states

    def backward(self, grad_output):
        grad_z = self._through_time(grad_output)
        before = np.zeros_like(self.states)  # the state that each step read
        before[:, 1:] = self.states[:, :-1]
        self.grads["Wx"] = as_rows(self.x).T @ as_rows(grad_z)
        self.grads["Wh"] = as_rows(before).T @ as_rows(grad_z)
        self.grads["b"] = as_rows(grad_z).sum(axis=0)
        if self.needs_input_grad:
            return grad_z @ self.params["Wx"].T

    def apply(self, x):
        inputs, shape = self.params["Wx"].shape[0], np.shape(x)
        if len(shape) != 3 or shape[2] != inputs:
            hint = ": a single sequence is a batch of one" if shape[1:] == (inputs,) else ""
            raise ShapeError(f"LSTM expected x of shape (N, T, {inputs}), got {shape}{hint}")
        return super().apply(x)

    def _through_time(self, grad_output):
        """The gradients of the pre-activations, from the last step to the first."""
        grad_z = np.empty_like(self.gates)
        h_from_next = c_from_next = 0  # nobody comes after the last step
        for t in reversed(range(self.states.shape[1])):
            i, f, g, o = np.split(self.gates[:, t], 4, axis=1)
            tanh_c = np.tanh(self.memory[:, t])
            c_before = self.memory[:, t - 1] if t else np.zeros_like(tanh_c)
            grad_h = grad_output[:, t] + h_from_next
            grad_c = grad_h * o * (1 - tanh_c * tanh_c) + c_from_next
            grad_z[:, t] = np.hstack(
                [
                    grad_c * g * i * (1 - i),
                    grad_c * c_before * f * (1 - f),
                    grad_c * i * (1 - g * g),
                    grad_h * tanh_c * o * (1 - o),
                ]
            )
            h_from_next = grad_z[:, t] @ self.params["Wh"].T
            c_from_next = grad_c * f
        return grad_z

    def __repr__(self):
        return f"{type(self).__name__}({self.params['Wx'].shape[0]} -> {self.params['Wh'].shape[0]})"
