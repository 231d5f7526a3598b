"""What a layer adds to an operation: parameters, and their gradients."""

import numpy as np

from ..operations import Operation
from ..values import as_value, fit_to, plain, shape_and_type


class Layer(Operation):
    """An operation with parameters: arrays that are learned, and that get gradients of their own.

    Attributes
    ----------
    params, grads : dict of str to ndarray, with the same keys
        `backward` puts dL/d(parameter) into grads, in place of what an earlier call left there.
        Replace an array in params, or change it in place: the next `forward` uses what stands there.
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
        if isinstance(output, np.ndarray) and output.dtype == getattr(inputs[0], "dtype", None):
            return output
        wanted = np.result_type(*(shape_and_type(value)[1] for value in inputs))
        if isinstance(output, np.ndarray):
            return output.astype(wanted)
        return plain(wanted.type(output))

    def parameter_gradients(self, grad_output):
        self.gradients(grad_output)

    def set_grads(self, **gradients):
        """Put each parameter's gradient into grads, in its shape and dtype; a broadcast parameter's is summed."""
        for name, gradient in gradients.items():
            value = self.params[name]
            self.grads[name] = np.asarray(fit_to(gradient, value.shape, value.dtype.type))
