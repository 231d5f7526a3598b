"""Modules: layers that know their parameters, so that an optimizer finds them all by itself."""

import torch
from torch import nn

from ..values import whole_number
from .tensors import checked_generator, initial_params, normal_weights, params_from_numpy


class Linear(nn.Module):
    """y = x @ W + b, an affine layer of our own, with the weights as in the book: W (D, M), b (M,).

    An `nn.Parameter` is a tensor that requires a gradient and that `parameters()` lists. nn.Linear keeps its
    weights the other way around, as (M, D).

    Parameters
    ----------
    input_size, output_size : int
        D inputs, M outputs.
    weight_init_std : float
        Standard deviation of the normal distribution that the initial weights are drawn from. Biases start at 0.
    generator : torch.Generator on the CPU, optional
        Where the weights come from; seeded with 0 when left out. Give all layers of a network the same one.
    """

    def __init__(self, input_size, output_size, weight_init_std=0.01, generator=None):
        super().__init__()
        whole_number(input_size, "Linear", "input_size")
        whole_number(output_size, "Linear", "output_size")
        weights = normal_weights(input_size, output_size, weight_init_std, checked_generator(generator))
        self.W = nn.Parameter(weights.to(torch.get_default_dtype()))
        self.b = nn.Parameter(torch.zeros(output_size))

    def forward(self, x):
        return x @ self.W + self.b

    def extra_repr(self):
        return "{} -> {}".format(*self.W.shape)


class ModuleNet(nn.Module):
    """The network of HandNet made of PyTorch's own layers. Autograd finds the gradients.

    It returns scores: nn.CrossEntropyLoss holds the softmax. Parameters as for HandNet: the same generator
    gives the same initial weights.
    """

    def __init__(self, input_size, hidden_size, output_size, weight_init_std=0.01, generator=None):
        super().__init__()
        params = initial_params(input_size, hidden_size, output_size, weight_init_std, generator)
        self.hidden = nn.Linear(input_size, hidden_size)
        self.relu = nn.ReLU()
        self.output = nn.Linear(hidden_size, output_size)
        self._copy(params)

    @classmethod
    def from_numpy(cls, params):
        """A network on the CPU that starts with copies of a NumPy network's parameters, in their dtype."""
        tensors = params_from_numpy(params)
        network = cls(*tensors["W1"].shape, len(tensors["b2"])).to(tensors["W1"].dtype)
        network._copy(tensors)
        return network

    def forward(self, x):
        return self.output(self.relu(self.hidden(x)))

    def _copy(self, params):
        with torch.no_grad():  # writing into parameters is no part of the computation
            self.hidden.weight.copy_(params["W1"].T)
            self.hidden.bias.copy_(params["b1"])
            self.output.weight.copy_(params["W2"].T)
            self.output.bias.copy_(params["b2"])
