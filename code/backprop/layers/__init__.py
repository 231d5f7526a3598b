"""Layers: operations with a place in a network."""

from ..operations import Add, Multiply
from .activations import Identity, ReLU, Sigmoid, Tanh
from .affine import Affine
from .layer import Layer

__all__ = ["Add", "Affine", "Identity", "Layer", "Multiply", "ReLU", "Sigmoid", "Tanh"]
