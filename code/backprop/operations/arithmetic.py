"""Two values in, one value out: the nodes of a shopping bill.

Every `backward` below is the upstream gradient times the local derivative, once for each input.
"""

import numpy as np

from ..values import as_python, divide, log, maximum, power
from .operation import Operation


class Elementwise(Operation):
    """An operation on two values of shapes that broadcast."""

    arguments = ("x", "y")


class Add(Elementwise):
    """z = x + y. Both local derivatives are 1: addition passes the gradient on."""

    symbol = "+"

    def forward(self, x, y):
        return x + y

    def backward(self, grad_output):
        return grad_output, grad_output


class Subtract(Elementwise):
    """z = x - y. The local derivatives are 1 and -1."""

    symbol = "−"

    def forward(self, x, y):
        return x - y

    def backward(self, grad_output):
        return grad_output, -grad_output


class Multiply(Elementwise):
    """z = x * y. Each local derivative is the other input: multiplication swaps."""

    symbol = "×"

    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y

    def backward(self, grad_output):
        return grad_output * self.y, grad_output * self.x


class Divide(Elementwise):
    """z = x / y. The local derivatives are 1/y and -x/y**2."""

    symbol = "/"

    def forward(self, x, y):
        self.x, self.y = x, y
        return divide(x, y)

    def backward(self, grad_output):
        grad_x = divide(grad_output, self.y)
        return grad_x, -divide(grad_x * self.x, self.y)


class Power(Elementwise):
    """z = x**y. The local derivatives are y * x**(y - 1) and x**y * ln(x).

    Convention: where y is 0 the derivative for x is 0, and where x is 0 or negative the derivative
    for y is given as 0 (there x**y has no real derivative in y, save 0 for x = 0 and y > 0).
    """

    symbol = "**"

    def forward(self, x, y):
        self.x, self.y = x, y
        self.z = power(x, y)
        return self.z

    def backward(self, grad_output):
        x, y = self.x, self.y
        # Where y is 0 the exponent y - 1 would divide by zero for x = 0; any other exponent will do.
        grad_x = grad_output * y * power(x, as_python(np.where(y == 0, 1, y - 1)))
        positive = x > 0
        return grad_x, np.where(positive, grad_output * self.z * log(as_python(np.where(positive, x, 1.0))), 0.0)


class Maximum(Elementwise):
    """z = max(x, y). The larger input gets the whole gradient, the smaller one none.

    Convention: equal inputs share it half and half, as in torch.
    """

    symbol = "max"

    def forward(self, x, y):
        self.share = (x > y) + 0.5 * (x == y)  # of the gradient that goes to x
        return maximum(x, y)

    def backward(self, grad_output):
        return grad_output * self.share, grad_output * (1 - self.share)
