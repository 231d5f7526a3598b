"""What a planted mistake is."""

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace


@dataclass(frozen=True)
class Planted:
    """A wrong implementation that people really write, and what a good checker says of it.

    Attributes
    ----------
    name : str
    right : function of no arguments
        Makes the operation that the mistake is planted in: its class, where that needs no arguments.
    inputs : function of a numpy Generator to a tuple
        What to check it on.
    kind : str or None
        The diagnosis (one of `backprop.gradcheck.KINDS`) that names the mistake; None where none fits.
    says : str
        The mistake in a sentence.
    backward, forward : functions, or None where the right one stays
        With the operation as their first argument, as methods have it.
    """

    name: str
    right: Callable
    inputs: Callable
    kind: str | None
    says: str
    backward: Callable | None = None
    forward: Callable | None = None

    def make(self):
        """The wrong operation, layer or loss."""
        operation = self.right()
        rules = {"forward": self.forward, "backward": self.backward}
        members = {"__doc__": self.says} | {name: rule for name, rule in rules.items() if rule}
        operation.__class__ = type(self.name, (type(operation),), members)
        return operation

    def gradient(self, *inputs, grad_output):
        """The mistake as a function: what backward returns after forward got these inputs."""
        operation = self.make()
        operation.forward(*inputs)
        return operation.backward(grad_output)

    def rule(self, grad_output, **kept):
        """The wrong rule by itself: from the upstream gradient and what forward keeps, such as y for a sigmoid."""
        return self.backward(SimpleNamespace(**kept), grad_output)


def plant(right, inputs, *rows):
    """Mistakes in one operation, a row each: name, kind, sentence, backward, and maybe forward and other inputs."""
    return [
        Planted(name, right, other[1] if len(other) > 1 else inputs, kind, says, backward, other[0] if other else None)
        for name, kind, says, backward, *other in rows
    ]
