"""A bank of wrong implementations that people really write, in the order of the book."""

from . import activations, affine, arithmetic, losses, normalising, shared, softmax
from .planted import Planted

PLANTED = [
    *arithmetic.PLANTED,
    *activations.PLANTED,
    *softmax.PLANTED,
    *affine.PLANTED,
    *normalising.PLANTED,
    *losses.PLANTED,
    *shared.PLANTED,
]

__all__ = ["PLANTED", "Planted"]
