"""Layers: operations with a place in a network."""

from ..operations import Add, Multiply
from .activations import ELU, SELU, Identity, LeakyReLU, PReLU, ReLU, Sigmoid, Tanh
from .affine import Affine
from .batchnorm import BatchNorm
from .dropout import Dropout
from .layer import Layer
from .softmax import Softmax

__all__ = [
    "Add", "Affine", "BatchNorm", "Dropout", "ELU", "Identity", "Layer", "LeakyReLU", "Multiply", "PReLU", "ReLU",
    "SELU", "Sigmoid", "Softmax", "Tanh",
]  # fmt: skip
