"""Layers: operations with a place in a network."""

from ..operations import Add, Multiply, ReLU, Sigmoid, Tanh
from .activations import ELU, SELU, Identity, LeakyReLU, PReLU
from .affine import Affine
from .batchnorm import BatchNorm
from .convolution import Convolution
from .dropout import Dropout
from .layer import Layer
from .recurrent import Recurrent
from .softmax import Softmax

__all__ = [
    "Add", "Affine", "BatchNorm", "Convolution", "Dropout", "ELU", "Identity", "Layer", "LeakyReLU", "Multiply", "PReLU",
    "ReLU", "Recurrent", "SELU", "Sigmoid", "Softmax", "Tanh",
]  # fmt: skip
