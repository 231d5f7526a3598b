"""A bank of wrong implementations that people really write, in the order of the book."""

from . import activations, affine, arithmetic, losses, normalising, softmax
from .planted import Planted

PLANTED = [
    *arithmetic.PLANTED,
    *activations.PLANTED,
    *softmax.PLANTED,
    *affine.PLANTED,
    *normalising.PLANTED,
    *losses.PLANTED,
]

__all__ = ["PLANTED", "Planted"]
