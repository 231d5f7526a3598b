"""What a layer adds to an operation: parameters, and their gradients."""

from collections.abc import Mapping
from operator import attrgetter

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
        the next `forward` uses what stands there (between a forward and its backward this is refused). What is
        assigned to params as a whole is copied into the layer, if names and shapes fit.
    """

    def __init__(self, **params):
        name = type(self).__name__
        self._params = {key: np.asarray(as_value(value, name, key)) for key, value in params.items()}
        self._grads = {key: np.zeros_like(value) for key, value in self._params.items()}

    def _assign_params(self, values):
        if not hasattr(self, "_params"):  # a class of the reader's own that begins with them
            self._params = values
        else:
            replace_all(self._params, values, repr(self))

    def _assign_grads(self, values):
        self._grads = values

    params = property(attrgetter("_params"), _assign_params)
    grads = property(attrgetter("_grads"), _assign_grads)

    def apply(self, *inputs):
        """The output has the inputs' dtype, whatever the parameters have; given ones, such as ids, don't count."""
        output = super().apply(*inputs)
        if self.given:
            inputs = [value for value, name in zip(inputs, self.arguments) if name not in self.given]
            if not inputs:
                return output
        dtype = getattr(inputs[0], "dtype", None) if len(inputs) == 1 else np.result_type(*inputs)
        if isinstance(output, np.ndarray):
            return output if output.dtype == dtype else output.astype(dtype or float)
        return float(output) if dtype is None else as_python(dtype.type(output))

    def pull_back(self, grad_output):
        """Each parameter's gradient has the parameter's dtype, whatever the upstream gradient has."""
        gradients = super().pull_back(grad_output)
        grads = self.grads
        for name, value in self.params.items():
            grads[name] = np.asarray(grads[name], value.dtype)
        return gradients


def replace_all(params, values, owner):
    """Copy arrays into the places of a mapping, in its dtypes: all of them, or none where one doesn't fit.

    Raises
    ------
    TypeError
        If `values` is no mapping, or a value not numeric.
    ValueError
        If the names or a shape differ.
    """
    if not isinstance(values, Mapping):
        raise TypeError(f"{owner} expected params to be a dictionary of arrays, got {type(values).__name__}")
    if values.keys() != params.keys():
        raise ValueError(f"params {sorted(values)} don't name the arrays of {owner}, {sorted(params)}")
    arrays = {}
    for name, now in params.items():
        array = np.array(as_value(values[name], owner, name), dtype=now.dtype)
        if array.shape != now.shape:
            raise ValueError(f"{name} has shape {now.shape}, got an array of shape {array.shape}")
        arrays[name] = array
    for name, array in arrays.items():
        params[name] = array
