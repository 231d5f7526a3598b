"""What a planted mistake is."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Planted:
    """A wrong implementation that people really write, and what a good checker says of it.

    Attributes
    ----------
    make : function of no arguments
        Makes the wrong operation, layer or loss.
    inputs : function of a numpy Generator to a tuple
        What to check it on.
    kind : str or None
        The diagnosis (one of `backprop.gradcheck.KINDS`) that names the mistake; None where none fits.
    """

    make: Callable
    inputs: Callable
    kind: str | None

    @property
    def name(self):
        return self.make.__name__

    @property
    def says(self):
        """The mistake in a sentence: the first line of the docstring."""
        return self.make.__doc__.split("\n")[0]
