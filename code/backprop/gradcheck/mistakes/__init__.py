"""Wrong implementations that people really write, in the order of the book: the one list of mistakes of rules."""

from . import activations, affine, arithmetic, losses, normalization, shared, softmax
from .planted import Planted

MODULES = (arithmetic, activations, softmax, affine, normalization, losses, shared)
PLANTED = [planted for module in MODULES for planted in module.PLANTED]
BY_NAME = {planted.name: planted for planted in PLANTED}

__all__ = ["BY_NAME", "PLANTED", "Planted"]
