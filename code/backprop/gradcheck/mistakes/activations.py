"""Mistakes in activation layers."""

import numpy as np

from ...layers import ELU, SELU, Identity, LeakyReLU, PReLU, ReLU, Sigmoid, Tanh
from ...layers.activations import SELU_ALPHA, SELU_SCALE
from .inputs import away_from_zero
from .planted import Planted


class IdentityReturnsOnes(Identity):
    """The local derivative 1 is returned in place of the upstream gradient."""

    def backward(self, grad_output):
        return np.ones_like(grad_output)


class ReLUMaskFromItsOutput(ReLU):
    """The mask tests the output with >=, which holds everywhere."""

    def forward(self, x):
        self.y = np.maximum(x, 0)
        return self.y

    def backward(self, grad_output):
        return grad_output * (self.y >= 0)


class ReLUMaskInverted(ReLU):
    """The gradient passes where the input was negative."""

    def backward(self, grad_output):
        return np.where(self.mask, 0, grad_output)


class ReLUMaskOfUpstream(ReLU):
    """The mask looks at the sign of the upstream gradient in place of the input's."""

    def backward(self, grad_output):
        return np.maximum(grad_output, 0)


class ReLUIgnoresUpstream(ReLU):
    """The mask itself is returned, without the upstream gradient."""

    def backward(self, grad_output):
        return self.mask.astype(float)


class ReLUOverwritesUpstream(ReLU):
    """The caller's upstream gradient is set to zero where the mask is."""

    def backward(self, grad_output):
        grad_output[~self.mask] = 0
        return grad_output


class ReLUOverwritesItsInput(ReLU):
    """Forward sets the caller's negative inputs to zero."""

    def forward(self, x):
        self.mask = x > 0
        x[~self.mask] = 0
        return x


class ReLUKeepsTheFirstMask(ReLU):
    """The mask is made at the first call only, and is wrong at the next."""

    def forward(self, x):
        if not hasattr(self, "mask"):
            self.mask = x > 0
        return np.maximum(x, 0)


class LeakyReLUSlopesExchanged(LeakyReLU):
    """The slope is used where x is positive, and 1 where it is negative."""

    def backward(self, grad_output):
        return np.where(self.mask, self.slope * grad_output, grad_output)


class LeakyReLUOverwritesUpstream(LeakyReLU):
    """The caller's upstream gradient is multiplied with the slope in place."""

    def backward(self, grad_output):
        grad_output[~self.mask] *= self.slope
        return grad_output


class LeakyReLUForgetsTheSlope(LeakyReLU):
    """The gradient passes unchanged where x is negative too."""

    def backward(self, grad_output):
        return grad_output


class ThreePReLUs(PReLU):
    """PReLU with three slopes: what the mistakes below start from."""

    def __init__(self):
        super().__init__(slope=np.array([0.1, 0.25, 0.4]))


class PReLUSlopeWithoutMask(ThreePReLUs):
    """The slopes' gradient counts the positive inputs too."""

    def backward(self, grad_output):
        self.grads["slope"] = (grad_output * self.x).sum(axis=0)
        return np.where(self.x > 0, grad_output, self.params["slope"] * grad_output)


class PReLUSlopeMaskInverted(ThreePReLUs):
    """The slopes' gradient counts the positive inputs in place of the negative ones."""

    def backward(self, grad_output):
        self.grads["slope"] = (grad_output * self.x * (self.x > 0)).sum(axis=0)
        return np.where(self.x > 0, grad_output, self.params["slope"] * grad_output)


class PReLUSlopeNotSummed(ThreePReLUs):
    """The slopes' gradient has one row for each example: it is not summed."""

    def backward(self, grad_output):
        self.grads["slope"] = grad_output * np.minimum(self.x, 0)
        return np.where(self.x > 0, grad_output, self.params["slope"] * grad_output)


class PReLUSlopeMean(ThreePReLUs):
    """The slopes' gradient is averaged over the batch, where it should be summed."""

    def backward(self, grad_output):
        self.grads["slope"] = (grad_output * np.minimum(self.x, 0)).mean(axis=0)
        return np.where(self.x > 0, grad_output, self.params["slope"] * grad_output)


class PReLUSlopeAccumulates(ThreePReLUs):
    """The slopes' gradient is added to that of the call before."""

    def backward(self, grad_output):
        self.grads["slope"] += (grad_output * np.minimum(self.x, 0)).sum(axis=0)
        return np.where(self.x > 0, grad_output, self.params["slope"] * grad_output)


class SteeperELU(ELU):
    """ELU with alpha = 1.5: what the mistakes below start from."""

    def __init__(self):
        super().__init__(alpha=1.5)


class ELUFromItsInput(SteeperELU):
    """The derivative on the left is x + alpha, with the input in place of the output."""

    def forward(self, x):
        self.x = x
        return super().forward(x)

    def backward(self, grad_output):
        return np.where(self.mask, grad_output, grad_output * (self.x + self.alpha))


class ELUOfItsOutput(SteeperELU):
    """The derivative on the left is alpha * exp(y), with the output in place of the input."""

    def backward(self, grad_output):
        return np.where(self.mask, grad_output, grad_output * self.alpha * np.exp(self.y))


class ELUWithoutMask(SteeperELU):
    """The derivative of the left side is used on both sides."""

    def backward(self, grad_output):
        return grad_output * (self.y + self.alpha)


class SELUForgetsTheScale(SELU):
    """Backward is that of ELU with the same alpha: the scale is missing."""

    def forward(self, x):
        self.x = x
        return super().forward(x)

    def backward(self, grad_output):
        return grad_output * np.where(self.x > 0, 1, SELU_ALPHA * np.exp(self.x))


class SELUMaskInverted(SELU):
    """The scale stands on the left and the exponential's derivative on the right."""

    def backward(self, grad_output):
        return grad_output * np.where(self.mask, self.y + SELU_SCALE * SELU_ALPHA, SELU_SCALE)


class SigmoidFromItsInput(Sigmoid):
    """The derivative is x (1 - x), with the input in place of the output."""

    def forward(self, x):
        self.x = x
        return 1 / (1 + np.exp(-x))

    def backward(self, grad_output):
        return grad_output * self.x * (1 - self.x)


class SigmoidAtItsOutput(Sigmoid):
    """The sigmoid is applied once more to the output before the derivative is taken."""

    def backward(self, grad_output):
        s = 1 / (1 + np.exp(-self.y))
        return grad_output * s * (1 - s)


class SigmoidIgnoresUpstream(Sigmoid):
    """Only the local derivative y (1 - y) is returned."""

    def backward(self, grad_output):
        return self.y * (1 - self.y)


class SigmoidPassesOn(Sigmoid):
    """The sigmoid's derivative is left out: the upstream gradient passes unchanged."""

    def backward(self, grad_output):
        return grad_output


class SigmoidWithTheWrongSign(Sigmoid):
    """The derivative is y (y - 1): the sign is wrong."""

    def backward(self, grad_output):
        return grad_output * self.y * (self.y - 1)


class SigmoidOfTheFirstCall(Sigmoid):
    """Outputs are kept in a list, and backward takes the first of them."""

    def forward(self, x):
        self.outputs = [*getattr(self, "outputs", []), 1 / (1 + np.exp(-x))]
        return self.outputs[-1]

    def backward(self, grad_output):
        return grad_output * self.outputs[0] * (1 - self.outputs[0])


class TanhFromItsInput(Tanh):
    """The derivative is 1 - x**2, with the input in place of the output."""

    def forward(self, x):
        self.x = x
        return np.tanh(x)

    def backward(self, grad_output):
        return grad_output * (1 - self.x**2)


class TanhTwice(Tanh):
    """The derivative is 1 - tanh(y)**2: tanh is applied once more to the output."""

    def backward(self, grad_output):
        return grad_output * (1 - np.tanh(self.y) ** 2)


class TanhForgetsTheSquare(Tanh):
    """The derivative is 1 - y, without the square."""

    def backward(self, grad_output):
        return grad_output * (1 - self.y)


class TanhOverwritesUpstream(Tanh):
    """The caller's upstream gradient is multiplied with the derivative in place."""

    def backward(self, grad_output):
        grad_output *= 1 - self.y**2
        return grad_output


X = away_from_zero((5, 3))

PLANTED = [
    Planted(IdentityReturnsOnes, X, "upstream gradient ignored"),
    Planted(ReLUMaskFromItsOutput, X, "mask never zero"),
    Planted(ReLUMaskInverted, X, "mask inverted"),
    Planted(ReLUMaskOfUpstream, X, None),
    Planted(ReLUIgnoresUpstream, X, "upstream gradient ignored"),
    Planted(ReLUOverwritesUpstream, X, "upstream array modified"),
    Planted(ReLUOverwritesItsInput, X, "input array modified"),
    Planted(ReLUKeepsTheFirstMask, X, "state of an earlier call"),
    Planted(LeakyReLUSlopesExchanged, X, "mask inverted"),
    Planted(LeakyReLUOverwritesUpstream, X, "upstream array modified"),
    Planted(LeakyReLUForgetsTheSlope, X, "local derivative left out"),
    Planted(PReLUSlopeWithoutMask, X, "mask never zero"),
    Planted(PReLUSlopeMaskInverted, X, "mask inverted"),
    Planted(PReLUSlopeNotSummed, X, "summed wrongly"),
    Planted(PReLUSlopeMean, X, "constant factor"),
    Planted(PReLUSlopeAccumulates, X, "state of an earlier call"),
    Planted(ELUFromItsInput, X, "input taken for output"),
    Planted(ELUOfItsOutput, X, "output taken for input"),
    Planted(ELUWithoutMask, X, "mask never zero"),
    Planted(SELUForgetsTheScale, X, "constant factor"),
    Planted(SELUMaskInverted, X, "mask inverted"),
    Planted(SigmoidFromItsInput, X, "input taken for output"),
    Planted(SigmoidAtItsOutput, X, "output taken for input"),
    Planted(SigmoidIgnoresUpstream, X, "upstream gradient ignored"),
    Planted(SigmoidPassesOn, X, "local derivative left out"),
    Planted(SigmoidWithTheWrongSign, X, "constant factor"),
    Planted(SigmoidOfTheFirstCall, X, "state of an earlier call"),
    Planted(TanhFromItsInput, X, "input taken for output"),
    Planted(TanhTwice, X, "output taken for input"),
    Planted(TanhForgetsTheSquare, X, None),
    Planted(TanhOverwritesUpstream, X, "upstream array modified"),
]
