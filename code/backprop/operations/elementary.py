"""One value in, one value out, element by element."""

import numpy as np

from ..values import divide, exp, log
from .operation import Operation


class Negate(Operation):
    """y = -x. The local derivative is -1."""

    symbol = "neg"

    def forward(self, x):
        return -x

    def backward(self, grad_output):
        return -grad_output


class Absolute(Operation):
    """y = |x|. The local derivative is the sign of x. Convention: 0 at the kink x = 0, as in torch."""

    symbol = "abs"

    def forward(self, x):
        self.sign = np.sign(x)
        return abs(x)

    def backward(self, grad_output):
        return grad_output * self.sign


class Exp(Operation):
    """y = exp(x). The local derivative is the output itself, so the output is what is kept."""

    symbol = "exp"

    def forward(self, x):
        self.y = exp(x)
        return self.y

    def backward(self, grad_output):
        return grad_output * self.y


class Log(Operation):
    """y = ln(x), the natural logarithm. The local derivative is 1/x."""

    symbol = "log"

    def forward(self, x):
        self.x = x
        return log(x)

    def backward(self, grad_output):
        return divide(grad_output, self.x)


class Reciprocal(Operation):
    """y = 1/x. The local derivative is -1/x**2, which is -y**2."""

    symbol = "1/x"

    def forward(self, x):
        self.y = divide(1.0, x)
        return self.y

    def backward(self, grad_output):
        return -grad_output * self.y * self.y
