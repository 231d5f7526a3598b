"""Layers: operations with a place in a network."""

from ..operations import Add, Multiply, ReLU, Sigmoid, Tanh
from .activations import ELU, GELU, SELU, Identity, LeakyReLU, PReLU, SiLU
from .affine import Affine, Linear
from .attention import Attention
from .batchnorm import BatchNorm
from .convolution import Convolution
from .dropout import Dropout
from .embedding import Embedding, Positions
from .layer import Layer
from .layernorm import LayerNorm
from .lstm import LSTM
from .pooling import MaxPooling
from .recurrent import Recurrent
from .softmax import Softmax

__all__ = [
    "Add", "Affine", "Attention", "BatchNorm", "Convolution", "Dropout", "ELU", "Embedding", "GELU", "Identity", "LSTM",
    "Layer", "LayerNorm", "LeakyReLU", "Linear", "MaxPooling", "Multiply", "PReLU", "Positions", "ReLU", "Recurrent",
    "SELU", "SiLU", "Sigmoid", "Softmax", "Tanh",
]  # fmt: skip
