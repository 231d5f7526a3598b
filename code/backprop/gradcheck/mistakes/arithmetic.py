"""Mistakes in arithmetic, elementary functions, sums and matrix products."""

import numpy as np

from ...operations import Add, Broadcast, Divide, Exp, Log, MatMul, Maximum, Multiply, Power, Reciprocal, Subtract, Sum
from .inputs import away_from_zero, between, never_equal
from .planted import Planted


class AddIgnoresUpstream(Add):
    """Both gradients are 1, as if addition were the last node."""

    def backward(self, grad_output):
        return np.ones_like(grad_output), np.ones_like(grad_output)


class AddSharesTheGradient(Add):
    """The gradient is shared half and half, where each summand gets all of it."""

    def backward(self, grad_output):
        return grad_output / 2, grad_output / 2


class SubtractForgetsTheSign(Subtract):
    """The subtracted input gets the gradient with the wrong sign."""

    def backward(self, grad_output):
        return grad_output, grad_output


class MultiplyNotSwapped(Multiply):
    """Each input is multiplied with itself in place of the other."""

    def backward(self, grad_output):
        return grad_output * self.x, grad_output * self.y


class MultiplyIgnoresUpstream(Multiply):
    """Only the local derivatives are returned; the upstream gradient is left out."""

    def backward(self, grad_output):
        return self.y, self.x


class MultiplyIgnoresUpstreamInY(Multiply):
    """The upstream gradient is left out of the second gradient."""

    def backward(self, grad_output):
        return grad_output * self.y, self.x


class MultiplyPassesOn(Multiply):
    """The gradient passes unchanged, as through an addition."""

    def backward(self, grad_output):
        return grad_output, grad_output


class MultiplyInPlace(Multiply):
    """The upstream array is multiplied in place, and used again for the other input."""

    def backward(self, grad_output):
        grad_x = grad_output
        grad_x *= self.y
        return grad_x, grad_output * self.x


class MultiplyKeepsTheFirstInputs(Multiply):
    """The inputs are kept at the first call only, so later calls use old ones."""

    def forward(self, x, y):
        if not hasattr(self, "x"):
            self.x, self.y = x, y
        return x * y


class DivideForgetsTheSign(Divide):
    """The minus of the derivative -x/y**2 is missing."""

    def backward(self, grad_output):
        return grad_output / self.y, grad_output * self.x / self.y**2


class DivideExchangesTheInputs(Divide):
    """The two gradients are returned in the wrong order."""

    def backward(self, grad_output):
        return -grad_output * self.x / self.y**2, grad_output / self.y


class PowerExponentNotReduced(Power):
    """The derivative is y * x**y: the exponent is not reduced by 1."""

    def backward(self, grad_output):
        return grad_output * self.y * self.x**self.y, grad_output * self.z * np.log(self.x)


class PowerOfItsOutput(Power):
    """The output is raised to y - 1, in place of the input."""

    def backward(self, grad_output):
        return grad_output * self.y * self.z ** (self.y - 1), grad_output * self.z * np.log(self.x)


class PowerForgetsUpstream(Power):
    """The derivative for the base is not multiplied with the upstream gradient."""

    def backward(self, grad_output):
        return self.y * self.x ** (self.y - 1), grad_output * self.z * np.log(self.x)


class ExpFromItsInput(Exp):
    """The upstream gradient is multiplied with the input in place of the output."""

    def forward(self, x):
        self.x = x
        return np.exp(x)

    def backward(self, grad_output):
        return grad_output * self.x


class ExpTwice(Exp):
    """The derivative is exp of the output, where it should be exp of the input."""

    def backward(self, grad_output):
        return grad_output * np.exp(self.y)


class ExpPassesOn(Exp):
    """The gradient passes unchanged, because exp is its own derivative."""

    def backward(self, grad_output):
        return grad_output


class LogFromItsOutput(Log):
    """The upstream gradient is divided by the output in place of the input."""

    def forward(self, x):
        self.y = np.log(x)
        return self.y

    def backward(self, grad_output):
        return grad_output / self.y


class LogToBaseTen(Log):
    """Forward takes the logarithm to base 10, backward the derivative of the natural one."""

    def forward(self, x):
        self.x = x
        return np.log10(x)


class LogIgnoresUpstream(Log):
    """The derivative 1/x is returned without the upstream gradient."""

    def backward(self, grad_output):
        return 1 / self.x


class ReciprocalForgetsTheSign(Reciprocal):
    """The minus of the derivative -y**2 is missing."""

    def backward(self, grad_output):
        return grad_output * self.y**2


class ReciprocalFromItsInput(Reciprocal):
    """The derivative is -x**2, with the input in place of the output."""

    def forward(self, x):
        self.x = x
        return 1 / x

    def backward(self, grad_output):
        return -grad_output * self.x**2


class MaximumToBoth(Maximum):
    """Both inputs get the whole gradient, the smaller one too."""

    def backward(self, grad_output):
        return grad_output, grad_output


class MaximumToTheSmaller(Maximum):
    """The smaller input gets the gradient, the larger one none."""

    def forward(self, x, y):
        self.mask = x < y
        return np.maximum(x, y)

    def backward(self, grad_output):
        return grad_output * self.mask, grad_output * ~self.mask


class SumOverRows(Sum):
    """y = the sum of x over the batch: what the mistakes below start from."""

    def __init__(self):
        super().__init__(axis=0)


class SumToTheFirstOnly(SumOverRows):
    """Only the first summand gets the gradient."""

    def backward(self, grad_output):
        grad_x = np.zeros(self.shape)
        grad_x[0] = grad_output
        return grad_x


class SumSharesTheGradient(SumOverRows):
    """The gradient is divided by the number of summands, as for a mean."""

    def backward(self, grad_output):
        return np.broadcast_to(grad_output / self.shape[0], self.shape)


class SumReturnsOnes(SumOverRows):
    """Every summand gets 1 in place of the upstream gradient."""

    def backward(self, grad_output):
        return np.ones(self.shape)


class BroadcastToRows(Broadcast):
    """y = x repeated in 5 rows: what the mistakes below start from."""

    def __init__(self):
        super().__init__((5, 3))


class BroadcastNotSummed(BroadcastToRows):
    """The gradient keeps the output's shape: those of the copies are not summed."""

    def backward(self, grad_output):
        return grad_output.copy()


class BroadcastMean(BroadcastToRows):
    """The copies' gradients are averaged, where they should be summed."""

    def backward(self, grad_output):
        return grad_output.mean(axis=0)


class BroadcastLastCopy(BroadcastToRows):
    """Each row overwrites the one before (= for +=), so only the last copy counts."""

    def backward(self, grad_output):
        for row in grad_output:
            grad_x = row
        return grad_x


class BroadcastSumsAlongRows(Broadcast):
    """The copies stand below each other, but the sum goes along the rows."""

    def __init__(self):
        super().__init__((4, 4))

    def backward(self, grad_output):
        return grad_output.sum(axis=1)


class MatMulNotTransposed(MatMul):
    """Both matrices are used as they are; neither is transposed."""

    def backward(self, grad_output):
        return grad_output @ self.y, self.x @ grad_output


class MatMulSecondTransposed(MatMul):
    """The gradient of y comes out transposed: the upstream is transposed in place of x."""

    def backward(self, grad_output):
        return grad_output @ self.y.T, grad_output.T @ self.x


class MatMulExchangesTheInputs(MatMul):
    """The two gradients are returned in the wrong order."""

    def backward(self, grad_output):
        return self.x.T @ grad_output, grad_output @ self.y.T


class MatMulElementwise(MatMul):
    """The derivatives are those of x * y, element by element."""

    def backward(self, grad_output):
        return grad_output * self.y, grad_output * self.x


class MatMulIgnoresUpstream(MatMul):
    """Ones stand where the upstream gradient should."""

    def backward(self, grad_output):
        ones = np.ones_like(grad_output)
        return ones @ self.y.T, self.x.T @ ones


ONE, PAIR = away_from_zero((5, 3)), away_from_zero((5, 3), (5, 3))
POSITIVE = between(0.5, 2, (5, 3))
POWERS = between(1.2, 2.5, (5, 3), (5, 3))
SQUARE = away_from_zero((4, 4), (4, 4))

PLANTED = [
    Planted(AddIgnoresUpstream, PAIR, "upstream gradient ignored"),
    Planted(AddSharesTheGradient, PAIR, "constant factor"),
    Planted(SubtractForgetsTheSign, PAIR, "constant factor"),
    Planted(MultiplyNotSwapped, PAIR, "inputs exchanged"),
    Planted(MultiplyIgnoresUpstream, PAIR, "upstream gradient ignored"),
    Planted(MultiplyIgnoresUpstreamInY, PAIR, "upstream gradient ignored"),
    Planted(MultiplyPassesOn, PAIR, "local derivative left out"),
    Planted(MultiplyInPlace, PAIR, "upstream array modified"),
    Planted(MultiplyKeepsTheFirstInputs, PAIR, "state of an earlier call"),
    Planted(DivideForgetsTheSign, PAIR, "constant factor"),
    Planted(DivideExchangesTheInputs, PAIR, "inputs exchanged"),
    Planted(PowerExponentNotReduced, POWERS, None),
    Planted(PowerOfItsOutput, POWERS, "output taken for input"),
    Planted(PowerForgetsUpstream, POWERS, "upstream gradient ignored"),
    Planted(ExpFromItsInput, ONE, "input taken for output"),
    Planted(ExpTwice, ONE, "output taken for input"),
    Planted(ExpPassesOn, ONE, "local derivative left out"),
    Planted(LogFromItsOutput, between(1.2, 3, (5, 3)), "output taken for input"),
    Planted(LogToBaseTen, POSITIVE, "constant factor"),
    Planted(LogIgnoresUpstream, POSITIVE, "upstream gradient ignored"),
    Planted(ReciprocalForgetsTheSign, POSITIVE, "constant factor"),
    Planted(ReciprocalFromItsInput, POSITIVE, "input taken for output"),
    Planted(MaximumToBoth, never_equal, "mask never zero"),
    Planted(MaximumToTheSmaller, never_equal, "mask inverted"),
    Planted(SumToTheFirstOnly, ONE, "summed wrongly"),
    Planted(SumSharesTheGradient, ONE, "constant factor"),
    Planted(SumReturnsOnes, ONE, "upstream gradient ignored"),
    Planted(BroadcastNotSummed, away_from_zero((3,)), "summed wrongly"),
    Planted(BroadcastMean, away_from_zero((3,)), "constant factor"),
    Planted(BroadcastLastCopy, away_from_zero((3,)), "summed wrongly"),
    Planted(BroadcastSumsAlongRows, away_from_zero((4,)), "summed wrongly"),
    Planted(MatMulNotTransposed, SQUARE, "transposed"),
    Planted(MatMulSecondTransposed, SQUARE, "transposed"),
    Planted(MatMulExchangesTheInputs, SQUARE, "inputs exchanged"),
    Planted(MatMulElementwise, SQUARE, "treated as elementwise"),
    Planted(MatMulIgnoresUpstream, away_from_zero((5, 4), (4, 3)), "upstream gradient ignored"),
]
