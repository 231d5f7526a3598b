"""What a layer adds to an operation: parameters, and their gradients."""

import numpy as np

from ..operations import Operation
from ..operations.numbers import as_value


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
