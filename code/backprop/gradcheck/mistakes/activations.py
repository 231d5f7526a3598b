"""Mistakes in activation layers."""

import numpy as np

from ...layers import ELU, SELU, Identity, LeakyReLU, PReLU, ReLU, Sigmoid, Tanh
from ...layers.activations import SELU_ALPHA, SELU_SCALE
from .arithmetic import keeps_its_input
from .inputs import away_from_zero
from .planted import plant

X = away_from_zero((5, 3))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def relu_that_keeps_its_output(op, x):
    op.y = np.maximum(x, 0)
    return op.y


def set_to_zero(op, g):
    g[~op.mask] = 0
    return g


def relu_in_place(op, x):
    op.mask = x > 0
    x[~op.mask] = 0
    return x


def first_mask_kept(op, x):
    if not hasattr(op, "mask"):
        op.mask = x > 0
    return np.maximum(x, 0)


def leaky_in_place(op, g):
    g[~op.mask] *= op.slope
    return g


def with_slopes(gradient_of_slope):
    """A PReLU whose gradient of x is right."""

    def backward(op, g):
        op.grads["slope"] = gradient_of_slope(op, g)
        return np.where(op.x > 0, g, op.params["slope"] * g)

    return backward


def keeps_both(right):
    """The right forward, that keeps its input besides."""

    def forward(op, x):
        op.x = x
        return right.forward_rule(op, x)

    return forward


def all_outputs_kept(op, x):
    op.outputs = [*getattr(op, "outputs", []), sigmoid(x)]
    return op.outputs[-1]


def tanh_in_place(op, g):
    g *= 1 - op.y**2
    return g


PLANTED = [
    *plant(
        Identity, X,
        ("IdentityReturnsOnes", "upstream gradient ignored",
         "The local derivative 1 is returned in place of the upstream gradient.", lambda op, g: np.ones_like(g)),
    ),
    *plant(
        ReLU, X,
        ("ReLUMaskFromItsOutput", "mask never zero", "The mask tests the output with >=, which holds everywhere.",
         lambda op, g: g * (op.y >= 0), relu_that_keeps_its_output),
        ("ReLUTimesItsOutput", "wrong local derivative",
         "The upstream gradient is multiplied by the output, not the mask.",
         lambda op, g: g * op.y, relu_that_keeps_its_output),
        ("ReLUMaskInverted", "mask inverted", "The gradient passes where the input was negative.",
         lambda op, g: np.where(op.mask, 0, g)),
        ("ReLUMaskOfUpstream", "another value used",
         "The mask looks at the sign of the upstream gradient in place of the input's.", lambda op,
         g: np.maximum(g, 0)),
        ("ReLUIgnoresUpstream", "upstream gradient ignored",
         "The mask itself is returned, without the upstream gradient.",
         lambda op, g: op.mask.astype(float)),
        ("ReLUOverwritesUpstream", "upstream array modified",
         "The caller's upstream gradient is set to zero where the mask is.",
         set_to_zero),
        ("ReLUOverwritesItsInput", "input array modified", "Forward sets the caller's negative inputs to zero.",
         None, relu_in_place),
        ("ReLUKeepsTheFirstMask", "state of an earlier call",
         "The mask is made at the first call only, and is wrong at the next.", None, first_mask_kept),
    ),
    *plant(
        LeakyReLU, X,
        ("LeakyReLUSlopesExchanged", "mask inverted",
         "The slope is used where x is positive, and 1 where it is negative.",
         lambda op, g: np.where(op.mask, op.slope * g, g)),
        ("LeakyReLUOtherSlope", "wrong local derivative", "Backward has a slope of 0.1, forward one of 0.01.",
         lambda op, g: np.where(op.mask, g, 0.1 * g)),
        ("LeakyReLUOverwritesUpstream", "upstream array modified",
         "The caller's upstream gradient is multiplied by the slope in place.", leaky_in_place),
        ("LeakyReLUForgetsTheSlope", "local derivative left out",
         "The gradient passes unchanged where x is negative too.",
         lambda op, g: g),
    ),
    *plant(
        lambda: PReLU(slope=np.array([0.1, 0.25, 0.4])), X,
        ("PReLUSlopeWithoutMask", "mask never zero", "The slopes' gradient counts the positive inputs too.",
         with_slopes(lambda op, g: (g * op.x).sum(axis=0))),
        ("PReLUSlopeMaskInverted", "mask inverted",
         "The slopes' gradient counts the positive inputs in place of the negative ones.",
         with_slopes(lambda op, g: (g * op.x * (op.x > 0)).sum(axis=0))),
        ("PReLUSlopeNotSummed", "summed wrongly",
         "The slopes' gradient has one row for each example: it is not summed.",
         with_slopes(lambda op, g: g * np.minimum(op.x, 0))),
        ("PReLUSlopeMean", "constant factor",
         "The slopes' gradient is averaged over the batch, where it should be summed.",
         with_slopes(lambda op, g: (g * np.minimum(op.x, 0)).mean(axis=0))),
        ("PReLUSlopeAccumulates", "state of an earlier call",
         "The slopes' gradient is added to that of the call before.",
         with_slopes(lambda op, g: op.grads["slope"] + (g * np.minimum(op.x, 0)).sum(axis=0))),
    ),
    *plant(
        lambda: ELU(alpha=1.5), X,
        ("ELUFromItsInput", "input taken for output",
         "The derivative on the left is x + alpha, with the input in place of the output.",
         lambda op, g: np.where(op.mask, g, g * (op.x + op.alpha)), keeps_both(ELU)),
        ("ELUOfItsOutput", "output taken for input",
         "The derivative on the left is alpha * exp(y), with the output in place of the input.",
         lambda op, g: np.where(op.mask, g, g * op.alpha * np.exp(op.y))),
        ("ELUWithoutMask", "mask never zero", "The derivative of the left side is used on both sides.",
         lambda op, g: g * (op.y + op.alpha)),
    ),
    *plant(
        SELU, X,
        ("SELUForgetsTheScale", "constant factor", "Backward is that of ELU with the same alpha: the scale is missing.",
         lambda op, g: g * np.where(op.x > 0, 1, SELU_ALPHA * np.exp(op.x)), keeps_both(SELU)),
        ("SELUMaskInverted", "mask inverted",
         "The scale stands on the left and the exponential's derivative on the right.",
         lambda op, g: g * np.where(op.mask, op.y + SELU_SCALE * SELU_ALPHA, SELU_SCALE)),
    ),
    *plant(
        Sigmoid, X,
        ("SigmoidFromItsInput", "input taken for output",
         "The derivative is x (1 - x), with the input in place of the output.",
         lambda op, g: g * op.x * (1 - op.x), keeps_its_input(sigmoid)),
        ("SigmoidAtItsOutput", "output taken for input",
         "The sigmoid is applied once more to the output before the derivative is taken.",
         lambda op, g: g * sigmoid(op.y) * (1 - sigmoid(op.y))),
        ("SigmoidIgnoresUpstream", "upstream gradient ignored", "Only the local derivative y (1 - y) is returned.",
         lambda op, g: op.y * (1 - op.y)),
        ("SigmoidPassesOn", "local derivative left out",
         "The sigmoid's derivative is left out: the upstream gradient passes unchanged.", lambda op, g: g),
        ("SigmoidWithTheWrongSign", "constant factor", "The derivative is y (y - 1): the sign is wrong.",
         lambda op, g: g * op.y * (op.y - 1)),
        ("SigmoidOfTheFirstCall", "state of an earlier call",
         "Outputs are kept in a list, and backward takes the first of them.",
         lambda op, g: g * op.outputs[0] * (1 - op.outputs[0]), all_outputs_kept),
    ),
    *plant(
        Tanh, X,
        ("TanhFromItsInput", "input taken for output",
         "The derivative is 1 - x**2, with the input in place of the output.",
         lambda op, g: g * (1 - op.x**2), keeps_its_input(np.tanh)),
        ("TanhTwice", "output taken for input",
         "The derivative is 1 - tanh(y)**2: tanh is applied once more to the output.",
         lambda op, g: g * (1 - np.tanh(op.y) ** 2)),
        ("TanhForgetsTheSquare", "wrong local derivative", "The derivative is 1 - y, without the square.",
         lambda op, g: g * (1 - op.y)),
        ("TanhOverwritesUpstream", "upstream array modified",
         "The caller's upstream gradient is multiplied by the derivative in place.", tanh_in_place),
    ),
]  # fmt: skip  # a row each
