"""Mistakes in the losses."""

import numpy as np

from ...losses import MeanSquaredError, SoftmaxWithLoss
from .inputs import far_scores_and_probabilities, outputs_and_targets, scores_and_one_hot, scores_and_probabilities
from .planted import Planted


class CrossEntropyTargetsLeftOut(SoftmaxWithLoss):
    """The gradient is p / N: the targets are not subtracted."""

    def backward(self, grad_output=1.0):
        return grad_output * self.probabilities / len(self.targets)


class CrossEntropyForgetsN(SoftmaxWithLoss):
    """The gradient is p - t, without the 1/N of the mean."""

    def backward(self, grad_output=1.0):
        return grad_output * (self.probabilities - self.targets)


class CrossEntropyDividesTwice(SoftmaxWithLoss):
    """The gradient is divided by N twice."""

    def backward(self, grad_output=1.0):
        difference = (self.probabilities - self.targets) / len(self.targets)
        return grad_output * difference / len(self.targets)


class CrossEntropyReversed(SoftmaxWithLoss):
    """The gradient is (t - p) / N: the sign is wrong."""

    def backward(self, grad_output=1.0):
        return grad_output * (self.targets - self.probabilities) / len(self.targets)


class CrossEntropyArgmaxOfTargets(SoftmaxWithLoss):
    """Soft targets are reduced to their greatest class before they are subtracted."""

    def backward(self, grad_output=1.0):
        count = len(self.targets)
        difference = self.probabilities.copy()
        difference[np.arange(count), self.targets.argmax(axis=1)] -= 1
        return grad_output * difference / count


class CrossEntropyIgnoresUpstream(SoftmaxWithLoss):
    """backward takes an upstream gradient, but does not multiply with it."""

    def backward(self, grad_output=1.0):
        return super().backward()


class CrossEntropyWithEpsilon(SoftmaxWithLoss):
    """Forward adds 1e-7 inside the logarithm, which backward knows nothing of."""

    def forward(self, scores, targets):
        super().forward(scores, targets)
        return -(targets * np.log(self.probabilities + 1e-7)).sum() / len(targets)


class CrossEntropySoftmaxElementwise(SoftmaxWithLoss):
    """The cross-entropy's -t / p is multiplied with p (1 - p) only, not with the whole Jacobian."""

    def backward(self, grad_output=1.0):
        p = self.probabilities
        return -grad_output * self.targets / p * p * (1 - p) / len(p)


class CrossEntropyOverTheBatch(SoftmaxWithLoss):
    """The exponentials are divided by their sum over the batch in place of the classes."""

    def forward(self, scores, targets):
        self.probabilities, self.targets = np.exp(scores) / np.exp(scores).sum(axis=0), targets
        return -(targets * np.log(self.probabilities)).sum() / len(targets)


class CrossEntropySubtractsInPlace(SoftmaxWithLoss):
    """The targets are subtracted from the kept probabilities, at every backward once more."""

    def backward(self, grad_output=1.0):
        self.probabilities -= self.targets
        return grad_output * self.probabilities / len(self.targets)


class SquaredErrorFactorTwo(MeanSquaredError):
    """The gradient is 2 (y - t) / N, though the 1/2 of the loss cancels the 2."""

    def backward(self, grad_output=1.0):
        return grad_output * 2 * self.difference / len(self.difference)


class SquaredErrorHalfForgotten(MeanSquaredError):
    """Forward leaves out the 1/2 that backward counts on."""

    def forward(self, outputs, targets):
        self.difference = outputs - targets
        return (self.difference**2).sum() / len(outputs)


class SquaredErrorMeanOverElements(MeanSquaredError):
    """Backward divides by the number of elements, forward by the number of examples."""

    def backward(self, grad_output=1.0):
        return grad_output * self.difference / self.difference.size


class SquaredErrorForgetsN(MeanSquaredError):
    """The gradient is y - t, without the 1/N of the mean."""

    def backward(self, grad_output=1.0):
        return grad_output * self.difference


class SquaredErrorReversed(MeanSquaredError):
    """The difference is t - y: the loss is the same, the gradient has the wrong sign."""

    def forward(self, outputs, targets):
        self.difference = targets - outputs
        return 0.5 * (self.difference**2).sum() / len(outputs)


class SquaredErrorTargetsLeftOut(MeanSquaredError):
    """The gradient is y / N: the targets are not subtracted."""

    def forward(self, outputs, targets):
        self.outputs = outputs
        return super().forward(outputs, targets)

    def backward(self, grad_output=1.0):
        return grad_output * self.outputs / len(self.outputs)


class SquaredErrorIgnoresUpstream(MeanSquaredError):
    """backward takes an upstream gradient, but does not multiply with it."""

    def backward(self, grad_output=1.0):
        return super().backward()


class SquaredErrorAveragedOverTheBatch(MeanSquaredError):
    """Every example gets the batch's mean difference in place of its own."""

    def backward(self, grad_output=1.0):
        return grad_output * np.ones_like(self.difference) * self.difference.mean(axis=0)


class SquaredErrorInPlace(MeanSquaredError):
    """Forward subtracts the targets from the caller's outputs in place."""

    def forward(self, outputs, targets):
        outputs -= targets
        self.difference = outputs
        return 0.5 * (outputs**2).sum() / len(outputs)


PLANTED = [
    Planted(CrossEntropyTargetsLeftOut, scores_and_one_hot, "targets left out"),
    Planted(CrossEntropyForgetsN, scores_and_one_hot, "constant factor"),
    Planted(CrossEntropyDividesTwice, scores_and_probabilities, "constant factor"),
    Planted(CrossEntropyReversed, scores_and_one_hot, "constant factor"),
    Planted(CrossEntropyArgmaxOfTargets, scores_and_probabilities, None),
    Planted(CrossEntropyIgnoresUpstream, scores_and_one_hot, "upstream gradient ignored"),
    Planted(CrossEntropyWithEpsilon, far_scores_and_probabilities, None),
    Planted(CrossEntropySoftmaxElementwise, scores_and_one_hot, "treated as elementwise"),
    Planted(CrossEntropyOverTheBatch, scores_and_one_hot, "summed wrongly"),
    Planted(CrossEntropySubtractsInPlace, scores_and_one_hot, "state of an earlier call"),
    Planted(SquaredErrorFactorTwo, outputs_and_targets, "constant factor"),
    Planted(SquaredErrorHalfForgotten, outputs_and_targets, "constant factor"),
    Planted(SquaredErrorMeanOverElements, outputs_and_targets, "constant factor"),
    Planted(SquaredErrorForgetsN, outputs_and_targets, "constant factor"),
    Planted(SquaredErrorReversed, outputs_and_targets, "constant factor"),
    Planted(SquaredErrorTargetsLeftOut, outputs_and_targets, "targets left out"),
    Planted(SquaredErrorIgnoresUpstream, outputs_and_targets, "upstream gradient ignored"),
    Planted(SquaredErrorAveragedOverTheBatch, outputs_and_targets, "summed wrongly"),
    Planted(SquaredErrorInPlace, outputs_and_targets, "input array modified"),
]
