"""Mistakes in the softmax layer."""

import numpy as np

from ...layers import Softmax
from .inputs import away_from_zero
from .planted import plant


def over_the_batch(op, x):
    op.y = np.exp(x) / np.exp(x).sum(axis=0)
    return op.y


def shifted_in_place(op, x):
    x -= x.max(axis=-1, keepdims=True)
    return Softmax.forward_rule(op, x)


def subtracted_in_place(op, g):
    g -= inner(op, g)
    return g * op.y


def inner(op, g, axis=-1):
    return (g * op.y).sum(axis=axis, keepdims=True)


PLANTED = plant(
    Softmax, away_from_zero((5, 3)),
    ("SoftmaxElementwise", "treated as elementwise",
     "The derivative is y (1 - y), as if every output depended on its own input alone.",
     lambda op, g: g * op.y * (1 - op.y)),
    ("SoftmaxSumHeldConstant", "treated as elementwise",
     "Only exp is differentiated; the sum that it is divided by is taken for a constant.", lambda op, g: g * op.y),
    ("SoftmaxSummedOverTheBatch", "summed wrongly", "The sum of backward goes over the batch in place of the classes.",
     lambda op, g: op.y * (g - inner(op, g, axis=0))),
    ("SoftmaxSummedOverEverything", "summed wrongly", "The sum of backward has no axis, so it mixes the examples.",
     lambda op, g: op.y * (g - inner(op, g, axis=None))),
    ("SoftmaxForwardOverTheBatch", "summed wrongly",
     "Forward divides by the sum over the batch; backward goes along the classes.", None, over_the_batch),
    ("SoftmaxUpstreamNotWeighted", "summed wrongly",
     "The upstream gradients of a row are summed without their weights y.",
     lambda op, g: op.y * (g - g.sum(axis=-1, keepdims=True))),
    ("SoftmaxPassesOn", "local derivative left out",
     "The gradient passes unchanged: softmax's own derivative is left out.",
     lambda op, g: g),
    ("SoftmaxShiftsItsInput", "input array modified", "Forward subtracts the row's maximum from the caller's array.",
     None, shifted_in_place),
    ("SoftmaxOverwritesUpstream", "upstream array modified",
     "The weighted sum is subtracted from the caller's upstream gradient in place.", subtracted_in_place),
)  # fmt: skip  # a row each
