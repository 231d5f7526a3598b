"""Backpropagation, readable: a value that records how it was made, and walks back.

The package reads like the course: `operations`, `variable`, `layers`, `losses`, `networks`,
`optimizers`, `training`, and `gradcheck`, which proves that every gradient is right.
"""

from .variable import Variable

__all__ = ["Variable", "draw", "draw_a_digit", "explore", "step_through"]


def __getattr__(name):
    """The figures come when they are first used: who computes needs no figures."""
    if name in ("draw", "draw_a_digit", "explore", "step_through"):
        from . import figures

        return getattr(figures, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return __all__
