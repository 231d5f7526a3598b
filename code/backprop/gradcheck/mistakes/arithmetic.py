"""Mistakes in arithmetic, elementary functions, sums and matrix products."""

import numpy as np

from ...operations import Add, Broadcast, Divide, Exp, Log, MatMul, Maximum, Multiply, Power, Reciprocal, Subtract, Sum
from .inputs import away_from_zero, between, never_equal
from .planted import plant

ONE, PAIR = away_from_zero((5, 3)), away_from_zero((5, 3), (5, 3))
ROW, POSITIVE = away_from_zero((3,)), between(0.5, 2, (5, 3))
POWERS, SQUARE = between(1.2, 2.5, (5, 3), (5, 3)), away_from_zero((4, 4), (4, 4))


def multiplied_in_place(op, g):
    grad_x = g
    grad_x *= op.y
    return grad_x, g * op.x


def first_inputs_kept(op, x, y):
    if not hasattr(op, "x"):
        op.x, op.y = x, y
    return x * y


def keeps_its_input(function):
    """A forward that keeps x, where the right one keeps its output."""

    def forward(op, x):
        op.x = x
        return function(x)

    return forward


def log_that_keeps_its_output(op, x):
    op.y = np.log(x)
    return op.y


def smaller_wins(op, x, y):
    op.mask = x < y
    return np.maximum(x, y)


def first_row_only(op, g):
    grad_x = np.zeros(op.shape)
    grad_x[0] = g
    return grad_x


PLANTED = [
    *plant(
        Add, PAIR,
        ("AddIgnoresUpstream", "upstream gradient ignored", "Both gradients are 1, as if addition were the last node.",
         lambda op, g: (np.ones_like(g), np.ones_like(g))),
        ("AddSharesTheGradient", "constant factor",
         "The gradient is shared half and half, where each summand gets all of it.",
         lambda op, g: (g / 2, g / 2)),
    ),
    *plant(
        Subtract, PAIR,
        ("SubtractForgetsTheSign", "constant factor", "The subtracted input gets the gradient with the wrong sign.",
         lambda op, g: (g, g)),
    ),
    *plant(
        Multiply, PAIR,
        ("MultiplyNotSwapped", "inputs exchanged", "The gradient of each input uses that input in place of the other.",
         lambda op, g: (g * op.x, g * op.y)),
        ("MultiplyIgnoresUpstream", "upstream gradient ignored",
         "Only the local derivatives are returned; the upstream gradient is left out.", lambda op, g: (op.y, op.x)),
        ("MultiplyIgnoresUpstreamInY", "upstream gradient ignored",
         "The upstream gradient is left out of the second gradient.", lambda op, g: (g * op.y, op.x)),
        ("MultiplyPassesOn", "local derivative left out", "The gradient passes unchanged, as through an addition.",
         lambda op, g: (g, g)),
        ("MultiplyInPlace", "upstream array modified",
         "The upstream array is multiplied in place, and used again for the other input.", multiplied_in_place),
        ("MultiplyKeepsTheFirstInputs", "state of an earlier call",
         "The inputs are kept at the first call only, so later calls use old ones.", None, first_inputs_kept),
    ),
    *plant(
        Divide, PAIR,
        ("DivideForgetsTheSign", "constant factor", "The minus of the derivative -x/y**2 is missing.",
         lambda op, g: (g / op.y, g * op.x / op.y**2)),
        ("DivideExchangesTheInputs", "inputs exchanged", "The two gradients are returned in the wrong order.",
         lambda op, g: (-g * op.x / op.y**2, g / op.y)),
    ),
    *plant(
        Power, POWERS,
        ("PowerExponentNotReduced", "wrong local derivative",
         "The derivative is y * x**y: the exponent is not reduced by 1.",
         lambda op, g: (g * op.y * op.x**op.y, g * op.z * np.log(op.x))),
        ("PowerOfItsOutput", "output taken for input", "The output is raised to y - 1, in place of the input.",
         lambda op, g: (g * op.y * op.z ** (op.y - 1), g * op.z * np.log(op.x))),
        ("PowerForgetsUpstream", "upstream gradient ignored",
         "The derivative for the base is not multiplied by the upstream gradient.",
         lambda op, g: (op.y * op.x ** (op.y - 1), g * op.z * np.log(op.x))),
    ),
    *plant(
        Exp, ONE,
        ("ExpFromItsInput", "input taken for output",
         "The upstream gradient is multiplied by the input in place of the output.",
         lambda op, g: g * op.x, keeps_its_input(np.exp)),
        ("ExpTwice", "output taken for input",
         "The derivative is exp of the output, where it should be exp of the input.",
         lambda op, g: g * np.exp(op.y)),
        ("ExpPassesOn", "local derivative left out",
         "The gradient passes unchanged, because exp is its own derivative.",
         lambda op, g: g),
    ),
    *plant(
        Log, POSITIVE,
        ("LogFromItsOutput", "output taken for input",
         "The upstream gradient is divided by the output in place of the input.",
         lambda op, g: g / op.y, log_that_keeps_its_output, between(1.2, 3, (5, 3))),
        ("LogToBaseTen", "constant factor",
         "Forward takes the logarithm to base 10, backward the derivative of the natural one.",
         None, keeps_its_input(np.log10)),
        ("LogIgnoresUpstream", "upstream gradient ignored",
         "The derivative 1/x is returned without the upstream gradient.",
         lambda op, g: 1 / op.x),
    ),
    *plant(
        Reciprocal, POSITIVE,
        ("ReciprocalForgetsTheSign", "constant factor", "The minus of the derivative -y**2 is missing.",
         lambda op, g: g * op.y**2),
        ("ReciprocalFromItsInput", "input taken for output",
         "The derivative is -x**2, with the input in place of the output.",
         lambda op, g: -g * op.x**2, keeps_its_input(np.reciprocal)),
    ),
    *plant(
        Maximum, never_equal,
        ("MaximumToBoth", "mask never zero", "Both inputs get the whole gradient, the smaller one too.", lambda op,
         g: (g, g)),
        ("MaximumToTheSmaller", "mask inverted", "The smaller input gets the gradient, the larger one none.",
         lambda op, g: (g * op.mask, g * ~op.mask), smaller_wins),
    ),
    *plant(
        lambda: Sum(axis=0), ONE,
        ("SumToTheFirstOnly", "summed wrongly", "Only the first summand gets the gradient.", first_row_only),
        ("SumSharesTheGradient", "constant factor", "The gradient is divided by the number of summands, as for a mean.",
         lambda op, g: np.broadcast_to(g / op.shape[0], op.shape)),
        ("SumReturnsOnes", "upstream gradient ignored", "Every summand gets 1 in place of the upstream gradient.",
         lambda op, g: np.ones(op.shape)),
    ),
    *plant(
        lambda: Broadcast((5, 3)), ROW,
        ("BroadcastMean", "constant factor", "The copies' gradients are averaged, where they should be summed.",
         lambda op, g: g.mean(axis=0)),
        ("BroadcastLastCopy", "summed wrongly",
         "Each row overwrites the one before (= for +=), so only the last copy counts.",
         lambda op, g: g[-1]),
    ),
    *plant(
        lambda: Broadcast((4, 4)), away_from_zero((4,)),
        ("BroadcastSumsAlongRows", "summed wrongly",
         "The copies stand below each other, but the sum goes along the rows.",
         lambda op, g: g.sum(axis=1)),
    ),
    *plant(
        MatMul, SQUARE,
        ("MatMulNotTransposed", "transposed", "Both matrices are used as they are; neither is transposed.",
         lambda op, g: (g @ op.y, op.x @ g)),
        ("MatMulSecondTransposed", "transposed",
         "The gradient of y comes out transposed: the upstream is transposed in place of x.",
         lambda op, g: (g @ op.y.T, g.T @ op.x)),
        ("MatMulExchangesTheInputs", "inputs exchanged", "The two gradients are returned in the wrong order.",
         lambda op, g: (op.x.T @ g, g @ op.y.T)),
        ("MatMulElementwise", "treated as elementwise", "The derivatives are those of x * y, element by element.",
         lambda op, g: (g * op.y, g * op.x)),
        ("MatMulIgnoresUpstream", "upstream gradient ignored", "Ones stand where the upstream gradient should.",
         lambda op, g: (np.ones_like(g) @ op.y.T, op.x.T @ np.ones_like(g)), None, away_from_zero((5, 4), (4, 3))),
    ),
]  # fmt: skip  # a row each
