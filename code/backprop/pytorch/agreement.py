"""One batch, one set of parameters, six ways to the gradients. They must agree."""

import numpy as np
import torch

from ..networks import TwoLayerNet
from ..variable import Variable
from .by_hand import HandNet
from .functions import affine, relu, softmax_with_loss
from .modules import ModuleNet
from .tensors import checked_params, params_from_numpy


def gradients_of_one_batch(params, x, t):
    """dL/d(parameter) of the two-layer network on one batch, computed in six ways, all in float64.

    Parameters
    ----------
    params : mapping of W1 (D, H), b1 (H,), W2 (H, C), b2 (C,) to arrays
    x : (N, D)
    t : (N,) class indices, or (N, C) rows of probabilities

    Returns
    -------
    dict of six dicts
        Each way's name ("numerical", "layers", "Variable", "tensors by hand", "autograd functions",
        "nn.Module") with its gradients W1, b1, W2, b2 as float64 arrays.

    Raises
    ------
    TypeError, ValueError
        If the parameters, x and t don't fit together.
    """
    params = {name: np.array(value, dtype=np.float64) for name, value in checked_params(params).items()}
    x, t = np.array(x, dtype=np.float64), np.array(t)
    network = network_of_layers(params)
    tensors = torch.tensor(x), torch.tensor(t, dtype=torch.int64 if t.ndim == 1 else torch.float64)
    ways = {
        "numerical": network.numerical_gradient(x, t),
        "layers": network.gradient(x, t),
        "Variable": with_variables(params, x, t),
        "tensors by hand": HandNet.from_numpy(params, device="cpu").loss_and_gradient(*tensors)[1],
        "autograd functions": with_functions(params, *tensors),
        "nn.Module": with_modules(params, *tensors),
    }
    return {way: {name: np.asarray(gradients[name]) for name in params} for way, gradients in ways.items()}


def network_of_layers(params):
    """Our own TwoLayerNet with these parameters."""
    network = TwoLayerNet(*params["W1"].shape, len(params["b2"]))
    network.params.update(params)
    return network


def with_variables(params, x, t):
    """The loss from elementary operations, and one backward pass through the recorded graph."""
    W1, b1, W2, b2 = (Variable(params[name], name) for name in ("W1", "b1", "W2", "b2"))
    scores = (x @ W1 + b1).relu() @ W2 + b2
    shifted = scores - scores.data.max(axis=1, keepdims=True)  # a constant: it changes no probability
    log_p = shifted - shifted.exp().sum(axis=1, keepdims=True).log()
    rows = np.eye(len(b2.data))[t] if t.ndim == 1 else t
    loss = -(rows * log_p).sum() / len(x)
    loss.backward()
    return {variable.name: variable.grad for variable in (W1, b1, W2, b2)}


def with_functions(params, x, t):
    """Our rules as torch.autograd.Functions; PyTorch records them and runs the backward pass."""
    tensors = params_from_numpy(params)
    W1, b1, W2, b2 = (tensor.requires_grad_() for tensor in tensors.values())
    softmax_with_loss(affine(relu(affine(x, W1, b1)), W2, b2), t).backward()
    return {name: tensor.grad for name, tensor in tensors.items()}


def with_modules(params, x, t):
    """PyTorch's own layers and loss. nn.Linear keeps its weights as (M, D), so their gradients are turned."""
    network = ModuleNet.from_numpy(params)
    torch.nn.CrossEntropyLoss()(network(x), t).backward()
    hidden, output = network.hidden, network.output
    return {
        "W1": hidden.weight.grad.T,
        "b1": hidden.bias.grad,
        "W2": output.weight.grad.T,
        "b2": output.bias.grad,
    }
