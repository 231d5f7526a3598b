"""Backpropagation, readable: a value that records how it was made, and walks back.

The package reads like the course: `operations`, `variable`, `layers`, `losses`, `networks`,
`optimizers`, `training`, and `gradcheck`, which proves that every gradient is right.
"""

from .figures import draw, step_through
from .variable import Variable

__all__ = ["Variable", "draw", "step_through"]
