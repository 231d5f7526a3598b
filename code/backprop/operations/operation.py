"""The one idea of this package: an operation knows how to go forward, and how to go back."""

from ..values import ShapeError, as_python, describe
from .checks import checked_backward, checked_forward
from .keeping import note


class Operation:
    """A function that can turn the gradient of its output into the gradient of each input.

    A subclass writes the two halves of this sentence, as the chapters do:

    - ``forward(*inputs)`` returns the output, and keeps on ``self`` what backward needs;
    - ``backward(grad_output)`` returns the upstream gradient times the local derivative: the gradient of the
      input, or a tuple with one for each of several inputs.

    Whoever calls the two gets them with the checks of `checks.py` around them.
    """

    symbol = "?"  # what a drawn graph shows in the node
    arguments = ("x",)  # names of the inputs, for messages
    given = ()  # those of them that get no gradient, such as the targets of a loss
    rules_only = True  # whether apply and pull_back add nothing to the rules: with floats, a Variable then calls these
    needs_input_grad = True  # False leaves that gradient out: nobody changes the input of a network's first layer
    last_forward = None  # outlines: ((of each input), of the output), for the checks of backward and for figures
    noted = ()  # what keeping.py compares before backward
    last_backward = None  # outlines: (of the upstream gradient, (of each gradient that was returned)), for figures

    # Operations without parameters; a Layer replaces both.
    params = property(lambda self: {})
    grads = property(lambda self: {})

    def __init_subclass__(cls, **options):
        """Put the checks around the forward and backward that a class writes; its own words become the rules."""
        super().__init_subclass__(**options)
        if "forward" in cls.__dict__:
            cls.forward_rule, cls.forward = cls.forward, checked_forward(cls.forward)
        if "backward" in cls.__dict__:
            cls.backward_rule, cls.backward = cls.backward, checked_backward(cls.backward)
        cls.rules_only = cls.apply is Operation.apply and cls.pull_back is Operation.pull_back

    def forward_rule(self, *inputs):
        raise NotImplementedError(f"{type(self).__name__} has no forward rule yet: write forward()")

    def backward_rule(self, grad_output):
        raise NotImplementedError(f"{type(self).__name__} has no backward rule yet: write backward()")

    forward, backward = checked_forward(forward_rule), checked_backward(backward_rule)

    def apply(self, *inputs):
        """`forward` for values that are checked: where their shapes don't fit, the operation says so in its words."""
        try:
            output = self.forward_rule(*inputs)
        except ShapeError:
            raise
        except ValueError as error:
            got = ", ".join(f"{name} of {describe(value)}" for name, value in zip(self.arguments, inputs))
            raise ShapeError(f"{repr(self).removesuffix('()')} got {got}: {error}") from None
        note(self, inputs, output)
        return output if type(output) is float else as_python(output)

    def pull_back(self, grad_output):
        """`backward` for an upstream gradient that is checked: always a tuple."""
        gradients = self.backward_rule(grad_output)
        return gradients if type(gradients) is tuple else (gradients,)

    def __repr__(self):
        return f"{type(self).__name__}()"
