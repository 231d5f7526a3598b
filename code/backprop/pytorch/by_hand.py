"""The network of chapter 11 on tensors, forward and backward written out: autograd has nothing to do."""

import math
from dataclasses import dataclass, field

import torch

from ..values import real_number, whole_number
from .checks import check_inputs, check_target_values, check_targets, class_rows
from .tensors import best_device, check_dtype, checked_generator, initial_params, params_from_numpy


class HandNet:
    """scores = relu(x @ W1 + b1) @ W2 + b2, then softmax and cross-entropy, with the gradients by hand.

    The formulas are those of `backprop.networks.TwoLayerNet`; only NumPy's names became PyTorch's. The
    parameters are plain tensors: none requires a gradient, so PyTorch records nothing.

    Parameters
    ----------
    input_size, hidden_size, output_size : int
        D inputs, H hidden units, C classes.
    weight_init_std : float
        Standard deviation of the normal distribution that the initial weights are drawn from.
    generator : torch.Generator on the CPU, optional
        Where the weights come from; seeded with 0 when left out. The same on every device.
    device : optional
        Where everything is computed; `best_device(dtype)` when left out.
    dtype : torch.dtype
        float32, which GPUs are made for, or float64, which gradient checks want.

    Attributes
    ----------
    params : dict of W1 (D, H), b1 (H,), W2 (H, C), b2 (C,) to tensors
    """

    def __init__(self, input_size, hidden_size, output_size, weight_init_std=0.01, generator=None, device=None,
                 dtype=torch.float32):  # fmt: skip
        device = best_device(dtype) if device is None else torch.device(device)
        check_dtype(dtype, device)
        params = initial_params(input_size, hidden_size, output_size, weight_init_std, generator)
        self.params = {name: value.to(device, dtype) for name, value in params.items()}

    @classmethod
    def from_numpy(cls, params, device=None, dtype=None):
        """A network that starts with copies of a NumPy network's parameters, in their dtype unless another is given."""
        network = cls.__new__(cls)
        tensors = params_from_numpy(params, device, dtype)
        if device is None:
            best = best_device(tensors["W1"].dtype)
            tensors = {name: value.to(best) for name, value in tensors.items()}
        network.params = tensors
        return network

    def forward(self, x):
        """The scores (N, C) of a batch x (N, D)."""
        return self._hidden_and_scores(x)[1]

    def predict(self, x):
        """As `forward`: the greatest score of a row is the network's answer."""
        return self.forward(x)

    def loss_and_gradient(self, x, t):
        """The mean loss of a batch, in nats, and dL/d(parameter) of every parameter.

        The loss is a tensor, not a float: float(loss) waits until the GPU has finished, and then
        the GPU waits for the next step. So read it now and then, not in every step.

        Targets t are class indices (N,), or rows (N, C) of probabilities. Their values are not looked at,
        for the same reason: `check_data` does that, once.
        """
        hidden, scores = self._hidden_and_scores(x)
        check_targets("HandNet", t, scores.shape, scores.device)
        loss, d_scores = softmax_with_loss(scores, class_rows(t, scores.shape[1], scores.dtype))
        d_hidden = (d_scores @ self.params["W2"].T).mul_(hidden > 0)
        return loss, {
            "W1": x.T @ d_hidden,
            "b1": d_hidden.sum(dim=0),
            "W2": hidden.T @ d_scores,
            "b2": d_scores.sum(dim=0),
        }

    def step(self, grads, learning_rate):
        """w <- w - learning_rate * dL/dw for every parameter, in place."""
        if grads.keys() != self.params.keys():
            raise ValueError(f"params {sorted(self.params)} and grads {sorted(grads)} don't name the same tensors")
        for name, gradient in grads.items():
            self.params[name].sub_(gradient, alpha=learning_rate)

    def accuracy(self, x, t):
        """The share of examples, 0 to 1, whose greatest score stands at the target's class, as a float."""
        scores = self.forward(x)
        check_targets("HandNet", t, scores.shape, scores.device)
        classes = t.argmax(dim=1) if t.ndim == 2 else t
        return (scores.argmax(dim=1) == classes).sum().item() / len(x)

    def check_data(self, x, t):
        """Look at every target once, and at shapes, dtypes and devices, before training starts.

        Raises
        ------
        TypeError, ValueError
            If the network can't learn from x and t.
        """
        check_inputs("HandNet", x, self.params["W1"])
        classes = len(self.params["b2"])
        check_targets("HandNet", t, (len(x), classes), x.device)
        check_target_values("HandNet", t, classes)

    def _hidden_and_scores(self, x):
        check_inputs("HandNet", x, self.params["W1"])
        params = self.params
        hidden = torch.addmm(params["b1"], x, params["W1"]).relu_()  # x @ W1 + b1; relu_ writes into it
        return hidden, torch.addmm(params["b2"], hidden, params["W2"])

    def __repr__(self):
        (inputs, hidden), outputs = self.params["W1"].shape, len(self.params["b2"])
        return f"HandNet({inputs} -> {hidden} -> {outputs}, {self.params['W1'].device})"


def softmax_with_loss(scores, rows):
    """L = -sum(t * ln(p)) / N of scores (N, C) and target rows t (N, C), and dL/d(scores) = (p - t) / N.

    ln(p) = s - ln(sum(exp(s))), with the row's greatest score taken off first, so that exp can't overflow.
    """
    shifted = scores - scores.amax(dim=1, keepdim=True)
    log_p = shifted - shifted.exp().sum(dim=1, keepdim=True).log()
    loss = (rows * log_p).sum() / -len(rows)
    return loss, log_p.exp().sub_(rows).div_(len(rows))


@dataclass
class EpochHistory:
    """What happened while a network learned: for each epoch, the mean loss of its mini-batches, in nats."""

    losses: list = field(default_factory=list)

    def __repr__(self):
        last = f", last loss {self.losses[-1]:.4f}" if self.losses else ""
        return f"EpochHistory({len(self.losses)} epochs{last})"


def train_by_hand(network, x, t, *, epochs, batch_size, learning_rate, generator):
    """Train a HandNet in mini-batches of x (N, D) and t, which are on its device already.

    Every epoch draws a new order of all examples and takes it in slices. There is no DataLoader, which would
    fetch one example at a time; a last slice shorter than batch_size is left out.

    Parameters
    ----------
    epochs : int
        How often to go through the examples.
    learning_rate : float above 0
        Step length, in units of the parameter squared per nat.
    generator : torch.Generator on the CPU
        Decides the order of the examples, the same on every device.

    Returns
    -------
    EpochHistory

    Raises
    ------
    TypeError, ValueError
        If the data or the settings don't fit, or the loss stops being a finite number: looked at once an epoch.
    """
    network.check_data(x, t)
    if whole_number(batch_size, "train_by_hand", "batch_size") > len(x):
        raise ValueError(f"train_by_hand expected a batch_size of 1 to {len(x)}, the examples, got {batch_size}")
    whole_number(epochs, "train_by_hand", "epochs", least=0)
    real_number(learning_rate, "train_by_hand", "learning_rate", above=0)
    generator = checked_generator(generator)
    rows = class_rows(t, len(network.params["b2"]), x.dtype)
    history = EpochHistory()
    for epoch in range(1, epochs + 1):
        order = torch.randperm(len(x), generator=generator).to(x.device)
        losses = []
        for start in range(0, len(x) - batch_size + 1, batch_size):
            batch = order[start : start + batch_size]
            loss, grads = network.loss_and_gradient(x.index_select(0, batch), rows.index_select(0, batch))
            network.step(grads, learning_rate)
            losses.append(loss)
        history.losses.append(torch.stack(losses).mean().item())
        if not math.isfinite(history.losses[-1]):
            raise ValueError(
                f"the mean loss became {history.losses[-1]} in epoch {epoch}: the learning rate may be too large "
                f"({learning_rate}), or the data holds values that aren't finite"
            )
    return history
