"""Mistakes in the losses."""

import numpy as np

from ...losses import MeanSquaredError, SoftmaxWithLoss
from .inputs import far_scores_and_probabilities, outputs_and_targets, scores_and_one_hot, scores_and_probabilities
from .planted import plant


def greatest_class(op, g=1.0):
    difference, count = op.probabilities.copy(), len(op.targets)
    difference[np.arange(count), op.targets.argmax(axis=1)] -= 1
    return g * difference / count


def with_epsilon(op, scores, targets):
    SoftmaxWithLoss.forward_rule(op, scores, targets)
    return -(targets * np.log(op.probabilities + 1e-7)).sum() / len(targets)


def over_the_batch(op, scores, targets):
    op.probabilities, op.targets = np.exp(scores) / np.exp(scores).sum(axis=0), targets
    return -(targets * np.log(op.probabilities)).sum() / len(targets)


def dense_backward(op, g=1.0):
    return g * (op.probabilities - op.targets) / len(op.targets)


def subtracted_in_place(op, g=1.0):
    op.probabilities -= op.targets
    return g * op.probabilities / len(op.targets)


def squared(loss):
    """A forward of the squared error that keeps y - t, from what it makes of that."""

    def forward(op, outputs, targets):
        op.outputs, op.difference = outputs, outputs - targets
        return loss(op.difference)

    return forward


def reversed_difference(op, outputs, targets):
    op.difference = targets - outputs
    return 0.5 * (op.difference**2).sum() / len(outputs)


def outputs_in_place(op, outputs, targets):
    outputs -= targets
    op.difference = outputs
    return 0.5 * (outputs**2).sum() / len(outputs)


def half_squares(difference):
    return 0.5 * (difference**2).sum() / len(difference)


PLANTED = [
    *plant(
        SoftmaxWithLoss, scores_and_one_hot,
        ("CrossEntropyTargetsLeftOut", "targets left out", "The gradient is p / N: the targets are not subtracted.",
         lambda op, g=1.0: g * op.probabilities / len(op.targets)),
        ("CrossEntropyForgetsN", "constant factor", "The gradient is p - t, without the 1/N of the mean.",
         lambda op, g=1.0: g * (op.probabilities - op.targets)),
        ("CrossEntropyDividesTwice", "constant factor", "The gradient is divided by N twice.",
         lambda op, g=1.0: g * (op.probabilities - op.targets) / len(op.targets) ** 2, None, scores_and_probabilities),
        ("CrossEntropyReversed", "constant factor", "The gradient is (t - p) / N: the sign is wrong.",
         lambda op, g=1.0: g * (op.targets - op.probabilities) / len(op.targets)),
        ("CrossEntropyArgmaxOfTargets", "another value used",
         "Soft targets are reduced to their greatest class before they are subtracted.",
         greatest_class, None, scores_and_probabilities),
        ("CrossEntropyIgnoresUpstream", "upstream gradient ignored",
         "backward takes an upstream gradient, but does not multiply with it.",
         lambda op, g=1.0: SoftmaxWithLoss.backward_rule(op)),
        ("CrossEntropyWithEpsilon", None, "Forward adds 1e-7 inside the logarithm, which backward knows nothing of.",
         None, with_epsilon, far_scores_and_probabilities),
        ("CrossEntropySoftmaxElementwise", "treated as elementwise",
         "The cross-entropy's -t / p is multiplied by p (1 - p) only, not by the whole Jacobian.",
         lambda op, g=1.0: -g * op.targets * (1 - op.probabilities) / len(op.targets)),
        ("CrossEntropyOverTheBatch", "summed wrongly",
         "The exponentials are divided by their sum over the batch in place of the classes.", dense_backward,
         over_the_batch),
        ("CrossEntropySubtractsInPlace", "state of an earlier call",
         "The targets are subtracted from the kept probabilities, at every backward once more.", subtracted_in_place),
    ),
    *plant(
        MeanSquaredError, outputs_and_targets,
        ("SquaredErrorFactorTwo", "constant factor",
         "The gradient is 2 (y - t) / N, though the 1/2 of the loss cancels the 2.",
         lambda op, g=1.0: g * 2 * op.difference / len(op.difference)),
        ("SquaredErrorHalfForgotten", "constant factor", "Forward leaves out the 1/2 that backward counts on.",
         None, squared(lambda difference: 2 * half_squares(difference))),
        ("SquaredErrorMeanOverElements", "constant factor",
         "Backward divides by the number of elements, forward by the number of examples.",
         lambda op, g=1.0: g * op.difference / op.difference.size),
        ("SquaredErrorForgetsN", "constant factor", "The gradient is y - t, without the 1/N of the mean.",
         lambda op, g=1.0: g * op.difference),
        ("SquaredErrorReversed", "constant factor",
         "The difference is t - y: the loss is the same, the gradient has the wrong sign.", None, reversed_difference),
        ("SquaredErrorTargetsLeftOut", "targets left out", "The gradient is y / N: the targets are not subtracted.",
         lambda op, g=1.0: g * op.outputs / len(op.outputs), squared(half_squares)),
        ("SquaredErrorIgnoresUpstream", "upstream gradient ignored",
         "backward takes an upstream gradient, but does not multiply with it.",
         lambda op, g=1.0: MeanSquaredError.backward_rule(op)),
        ("SquaredErrorAveragedOverTheBatch", "summed wrongly",
         "Every example gets the batch's mean difference in place of its own.",
         lambda op, g=1.0: g * np.ones_like(op.difference) * op.difference.mean(axis=0)),
        ("SquaredErrorInPlace", "input array modified",
         "Forward subtracts the targets from the caller's outputs in place.",
         None, outputs_in_place),
    ),
]  # fmt: skip  # a row each
