"""The three activations that a Variable knows; layers/activations.py has the others."""

import numpy as np

from ..values import tanh
from .operation import Operation


class ReLU(Operation):
    """y = max(x, 0), any shape: the rectified linear unit (Nair and Hinton, 2010).

    The local derivative is 1 where x > 0 and 0 elsewhere. Convention: 0 at the kink x = 0, as in torch.
    """

    symbol = "ReLU"

    def forward(self, x):
        self.mask = x > 0
        return np.maximum(x, 0.0)

    def backward(self, grad_output):
        return np.where(self.mask, grad_output, 0.0)

    def apply(self, x):
        """The same for a Python number, without NumPy, which takes its time with a single one."""
        if type(x) is not float or type(self) is not ReLU:  # a subclass may have a rule of its own
            return super().apply(x)
        self.mask = x > 0
        return x if self.mask or x != x else 0.0

    def pull_back(self, grad_output):
        if type(grad_output) is float and type(self.mask) is bool and type(self) is ReLU:
            return (grad_output if self.mask else 0.0,)
        return super().pull_back(grad_output)


class Sigmoid(Operation):
    """y = 1/(1 + exp(-x)), any shape, between 0 and 1 (Rumelhart, Hinton and Williams, 1986, equation 2).

    The local derivative is y (1 - y), so the output is all that is kept. The exponent is never
    positive, so exp can't overflow, however large x is.
    """

    symbol = "sigmoid"

    def forward(self, x):
        small = np.exp(-np.abs(x))
        self.y = np.where(x >= 0, 1.0, small) / (1.0 + small)
        return self.y

    def backward(self, grad_output):
        return grad_output * self.y * (1 - self.y)

    def parts(self, x):
        """The same from elementary operations: times -1, exp, plus 1, 1/x."""
        return ((x * -1).exp() + 1).reciprocal()


class Tanh(Operation):
    """y = tanh(x), any shape, between -1 and 1 (LeCun et al., 1998, "Efficient BackProp", section 4.4).

    The local derivative is 1 - y**2, so the output is all that is kept.
    """

    symbol = "tanh"

    def forward(self, x):
        self.y = tanh(x)
        return self.y

    def backward(self, grad_output):
        return grad_output * (1 - self.y * self.y)
