"""What stands around the forward and the backward of every operation, the reader's own among them."""

import functools

import numpy as np

from ..values import as_python, as_value, describe, outline, unbroadcast
from .keeping import refuse_changes


def checked_forward(rule):
    """A forward rule with its arguments checked; it remembers the outlines of inputs and output."""

    @functools.wraps(rule)
    def forward(self, *inputs):
        if type(self).forward is not forward:  # a subclass calls it from its own forward, whose inputs are checked
            return rule(self, *inputs)
        inputs = _accepted(self, inputs)
        output = self.apply(*inputs)
        self.last_forward, self.last_backward = (tuple(map(outline, inputs)), outline(output)), None
        return output

    forward.__doc__ = rule.__doc__ or (
        """Apply the operation to numbers or arrays, and remember what `backward` will need.

        Raises
        ------
        TypeError
            If an input is not numeric, or their number is wrong.
        ValueError
            If the shapes don't fit together.
        """
    )
    return forward


def checked_backward(rule):
    """A backward rule with its argument and what it returns checked.

    Where broadcasting stretched an input, its gradient is summed back to the shape that came in, and no gradient
    shares its memory with the upstream one.
    """
    start = (rule.__defaults__ or (None,))[0]  # a loss starts from 1

    @functools.wraps(rule)
    def backward(self, grad_output=start):
        if type(self).backward is not backward:
            return rule(self, grad_output)
        inputs, output = self.last_forward or (None, None)
        if not _alike(grad_output, output):
            grad_output = _accepted_upstream(self, grad_output)
        if self.noted:
            refuse_changes(self)
        gradients = self.pull_back(grad_output)
        if len(gradients) == 1 and gradients[0] is None and not self.needs_input_grad:
            self.last_backward = outline(grad_output), ()
            return None
        if self.given:
            inputs = [value for argument, value in zip(self.arguments, inputs) if argument not in self.given]
        if len(gradients) != len(inputs):
            raise ValueError(
                f"{type(self).__name__}.backward returned {len(gradients)} gradient{'s' * (len(gradients) != 1)} "
                f"for {len(inputs)} inputs: it must return a tuple with one for each"
            )
        try:
            gradients = tuple(map(own, gradients, inputs, [grad_output] * len(inputs)))
        except (TypeError, ValueError) as error:
            raise ValueError(f"{type(self).__name__}.backward is wrong: {error}") from None
        self.last_backward = outline(grad_output), tuple(map(outline, gradients))
        return gradients[0] if len(gradients) == 1 else gradients

    backward.__doc__ = rule.__doc__ or (
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
            If `forward` has not run, `grad_output` has another shape than the output, or what forward read has
            been changed in place.
        """
    )
    return backward


def own(gradient, value, grad_output=None):
    """A gradient in the shape and dtype of its value, in an array that nobody else holds.

    Addition hands the very array that it was given to both inputs; what is written into one must not reach the
    other.
    """
    if not _alike(gradient, value):
        gradient = as_python(unbroadcast(gradient, value))
    shared = isinstance(gradient, np.ndarray) and (
        grad_output is None
        or gradient is grad_output
        or not gradient.flags.writeable
        or (gradient.base is not None and np.may_share_memory(gradient, grad_output))
    )
    return gradient.copy() if shared else gradient


def _alike(value, expected):
    """Whether a value is, without a closer look, what an outline says: the commonest case, so that it takes no time."""
    return type(value) is float is type(expected) or (type(value) is np.ndarray and outline(value) is expected)


def _accepted(self, inputs):
    name, arguments, given = type(self).__name__, self.arguments, self.given
    if len(inputs) != len(arguments):
        wanted = f"{len(arguments)} input{'s' * (len(arguments) != 1)}"
        raise TypeError(f"{name}.forward expected {wanted} ({', '.join(arguments)}), got {len(inputs)}")
    for value, argument in zip(inputs, arguments):
        if (type(value) is not np.ndarray or value.dtype.kind != "f") and argument not in given:
            return tuple(
                value if argument in given else as_value(value, name, argument)
                for value, argument in zip(inputs, arguments)
            )
    return inputs


def _accepted_upstream(self, grad_output):
    name = type(self).__name__
    if self.last_forward is None:
        raise ValueError(f"{name}.backward was called before forward: forward keeps what backward needs")
    if type(grad_output) is not np.ndarray or grad_output.dtype.kind != "f":
        grad_output = as_value(grad_output, f"{name}.backward", "grad_output")
    shape = np.shape(self.last_forward[1])
    if np.shape(grad_output) != shape:
        raise ValueError(
            f"{name}.backward expected grad_output in the output's shape {shape}, "
            f"got {describe(grad_output)}: a gradient has the shape of the value it belongs to"
        )
    return grad_output
