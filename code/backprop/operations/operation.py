"""The one idea of this package: an operation knows how to go forward, and how to go back."""

import numpy as np

from ..values import ShapeError, as_value, describe, fit_to_form, form_of, plain, shape_of


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
    last_forward = None  # ((form of each input), form of the output): what backward and figures need to know
    last_backward = None  # (form of the upstream gradient, (form of each gradient handed on))

    input_forms = property(lambda self: self.last_forward[0])  # of the inputs that get a gradient

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
        for value in inputs:
            if type(value) is not np.ndarray or value.dtype.kind != "f":
                inputs = [as_value(value, name, argument) for value, argument in zip(inputs, self.arguments)]
                break
        output = self.apply(*inputs)
        self.last_forward, self.last_backward = (tuple(map(form_of, inputs)), form_of(output)), None
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
        forms = self.input_forms
        if len(gradients) != len(forms):
            raise ValueError(
                f"{type(self).__name__}.gradients returned {len(gradients)} gradient{'s' * (len(gradients) != 1)} "
                f"for {len(forms)} inputs: it must return a tuple with one for each"
            )
        try:
            gradients = [self._own(g, form, grad_output) for g, form in zip(gradients, forms)]
        except ValueError as error:
            raise ValueError(f"{type(self).__name__}.gradients is wrong: {error}") from None
        self.last_backward = form_of(grad_output), tuple(map(form_of, gradients))
        return gradients[0] if len(gradients) == 1 else tuple(gradients)

    def backward_into_parameters(self, grad_output):
        """As `backward`, without the gradients of the inputs: for the first layer, whose input nobody changes."""
        grad_output = self._checked_upstream(grad_output)
        self.parameter_gradients(grad_output)
        self.last_backward = form_of(grad_output), ()

    def parameter_gradients(self, grad_output):
        """The part of `gradients` that fills grads. Nothing to do without parameters."""

    def _checked_upstream(self, grad_output):
        if self.last_forward is None:
            name = type(self).__name__
            raise ValueError(f"{name}.backward was called before forward: forward keeps what backward needs")
        if type(grad_output) is not np.ndarray or grad_output.dtype.kind != "f":
            grad_output = as_value(grad_output, f"{type(self).__name__}.backward", "grad_output")
        form = self.last_forward[1]
        shape = form[0] if isinstance(form, tuple) else ()
        if shape_of(grad_output) != shape:
            raise ValueError(
                f"{type(self).__name__}.backward expected grad_output in the output's shape {shape}, "
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
        gradient = plain(fit_to_form(gradient, form))
        # Add hands on the very array that it was given; the caller gets one of their own to write into.
        shared = isinstance(gradient, np.ndarray) and (
            gradient is grad_output
            or not gradient.flags.writeable
            or (gradient.base is not None and np.may_share_memory(gradient, grad_output))
        )
        return gradient.copy() if shared else gradient

    def __repr__(self):
        return f"{type(self).__name__}()"
