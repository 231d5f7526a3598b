"""What a layer adds to an operation: parameters, and their gradients."""

import numpy as np

from ..operations import Operation
from ..values import as_python, as_value


class Layer(Operation):
    """An operation with parameters: arrays that are learned, and that get gradients of their own.

    Its `backward` puts dL/d(parameter) into grads, and returns the gradient of its input; that one it may leave out
    where `needs_input_grad` is False.

    Attributes
    ----------
    params, grads : dict of str to ndarray, with the same keys
        Each backward replaces what an earlier one left in grads. Replace an array in params, or change it in place:
        the next `forward` uses what stands there.
    """

    params = None
    grads = None

    def __init__(self, **params):
        name = type(self).__name__
        self.params = {key: np.asarray(as_value(value, name, key)) for key, value in params.items()}
        self.grads = {key: np.zeros_like(value) for key, value in self.params.items()}

    def apply(self, *inputs):
        """The output has the inputs' dtype, whatever the parameters have."""
        output = super().apply(*inputs)
        dtype = getattr(inputs[0], "dtype", None) if len(inputs) == 1 else np.result_type(*inputs)
        if isinstance(output, np.ndarray):
            return output if output.dtype == dtype else output.astype(dtype or float)
        return float(output) if dtype is None else as_python(dtype.type(output))

    def pull_back(self, grad_output):
        """Each parameter's gradient has the parameter's dtype, whatever the upstream gradient has."""
        gradients = super().pull_back(grad_output)
        for name, value in self.params.items():
            self.grads[name] = np.asarray(self.grads[name], value.dtype)
        return gradients
