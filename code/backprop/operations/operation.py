"""The one idea of this package: an operation knows how to go forward, and how to go back."""

import numpy as np

from .numbers import ShapeError, as_value, describe, fit_to, plain, shape_and_type, shape_of, shown


class Operation:
    """A function that can turn the gradient of its output into the gradient of each input.

    A subclass writes the two halves of this sentence:

    - ``compute(*inputs)`` returns the output and keeps on ``self`` what the way back needs;
    - ``gradients(grad_output)`` returns a tuple: for each input, the upstream gradient times the
      local derivative.

    ``forward`` and ``backward`` are these two with their arguments checked. Where broadcasting
    stretched an input, ``backward`` sums its gradient back to the shape that came in.
    """

    symbol = "?"  # what a drawn graph shows in the node
    arguments = ("x",)  # names of the inputs, for messages

    # Operations without parameters; layers that have some replace both.
    params = property(lambda self: {})
    grads = property(lambda self: {})

    def compute(self, *inputs):
        raise NotImplementedError(f"{type(self).__name__} has no forward rule yet: write compute()")

    def gradients(self, grad_output):
        raise NotImplementedError(f"{type(self).__name__} has no backward rule yet: write gradients()")

    def forward(self, *inputs):
        """Apply the operation to numbers or arrays, and remember what `backward` will need.

        Raises
        ------
        TypeError
            If an input is not numeric, or their number is wrong.
        ValueError
            If the shapes don't fit together.
        """
        name = type(self).__name__
        if len(inputs) != len(self.arguments):
            wanted = f"{len(self.arguments)} input{'s' * (len(self.arguments) != 1)}"
            raise TypeError(f"{name}.forward expected {wanted} ({', '.join(self.arguments)}), got {len(inputs)}")
        inputs = [as_value(value, name, argument) for value, argument in zip(inputs, self.arguments)]
        output = self.apply(*inputs)
        self.input_forms, self.output_shape = [shape_and_type(value) for value in inputs], shape_of(output)
        self.last_forward, self.last_backward = (tuple(map(shown, inputs)), shown(output)), None
        return output

    def backward(self, grad_output):
        """Return the gradient of the input: upstream gradient times local derivative.

        Parameters
        ----------
        grad_output : number or array of the output's shape
            The upstream gradient dL/d(output). It is never changed.

        Returns
        -------
        The gradient dL/d(input) in the input's shape, or a tuple of them for several inputs.

        Raises
        ------
        ValueError
            If `forward` has not run, or `grad_output` has another shape than the output.
        """
        grad_output = self._checked_upstream(grad_output)
        gradients = self.gradients(grad_output)
        name = type(self).__name__
        if len(gradients) != len(self.input_forms):
            raise ValueError(
                f"{name}.gradients returned {len(gradients)} gradient{'s' * (len(gradients) != 1)} "
                f"for {len(self.input_forms)} inputs: it must return a tuple with one for each"
            )
        try:
            gradients = [self._own(g, form, grad_output) for g, form in zip(gradients, self.input_forms)]
        except ValueError as error:
            raise ValueError(f"{name}.gradients is wrong: {error}") from None
        self.last_backward = shown(grad_output), tuple(map(shown, gradients))
        return gradients[0] if len(gradients) == 1 else tuple(gradients)

    def backward_into_parameters(self, grad_output):
        """As `backward`, without the gradients of the inputs: for the first layer, whose input nobody changes."""
        grad_output = self._checked_upstream(grad_output)
        self.parameter_gradients(grad_output)
        self.last_backward = shown(grad_output), ()

    def parameter_gradients(self, grad_output):
        """The part of `gradients` that fills grads. Nothing to do without parameters."""

    def _checked_upstream(self, grad_output):
        name = type(self).__name__
        if not hasattr(self, "output_shape"):
            raise ValueError(f"{name}.backward was called before forward: forward keeps what backward needs")
        grad_output = as_value(grad_output, name + ".backward", "grad_output")
        if shape_of(grad_output) != self.output_shape:
            raise ValueError(
                f"{name}.backward expected grad_output in the output's shape {self.output_shape}, "
                f"got {describe(grad_output)}: a gradient has the shape of the value it belongs to"
            )
        return grad_output

    def apply(self, *inputs):
        """`compute`, with NumPy's complaints about shapes put into the operation's words."""
        try:
            output = self.compute(*inputs)
            return output if type(output) is float else plain(output)
        except ShapeError:
            raise
        except ValueError as error:
            got = ", ".join(f"{name} of {describe(value)}" for name, value in zip(self.arguments, inputs))
            raise ShapeError(f"{repr(self).removesuffix('()')} got {got}: {error}") from None

    @staticmethod
    def _own(gradient, form, grad_output):
        if form == ((), float) and isinstance(gradient, (int, float)):
            return plain(gradient)  # Python integers stay exact: 1 * 200 is 200
        gradient = plain(fit_to(gradient, *form))
        # Add hands on the very array that it was given; the caller gets one of their own to write into.
        shared = isinstance(gradient, np.ndarray) and (
            gradient is grad_output
            or not gradient.flags.writeable
            or (gradient.base is not None and np.may_share_memory(gradient, grad_output))
        )
        return gradient.copy() if shared else gradient

    def __repr__(self):
        return f"{type(self).__name__}()"
