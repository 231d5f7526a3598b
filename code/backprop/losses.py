"""Losses: one number for how wrong a batch of outputs is, and the gradient that says what to change."""

import numpy as np

from .layers.activations import sigmoid
from .layers.softmax import shifted_exponentials
from .operations import Operation
from .operations.keeping import note
from .values import as_value, describe, plain_array


class Loss(Operation):
    """An operation on scores and targets. Only the scores get a gradient: targets are given.

    `forward` returns the mean over the batch as a float; `backward()` starts from the gradient 1, and returns
    dL/d(scores), in the shape and dtype of the scores. It holds the 1/N of the mean.
    """

    arguments = ("scores", "targets")
    given = ("targets",)
    axes = (1, 2)  # how many the scores may have

    def apply(self, scores, targets):
        """Scores as rows: a single example is a batch of one, and a batch of sequences one of all their tokens."""
        scores = np.asarray(scores)
        if scores.ndim not in self.axes or scores.size == 0:
            raise ValueError(f"{type(self).__name__} expected scores of shape (N, C), got {describe(scores)}")
        rows = scores if scores.ndim == 2 else scores.reshape(-1, scores.shape[-1])
        if scores.ndim > 2:
            targets = self.targets_of_tokens(targets, scores)
        targets = self.rows_of_targets(targets, rows)
        self.scores_shape = scores.shape
        loss = float(self.forward_rule(rows, targets))
        note(self, (rows, targets), loss)
        return loss

    def pull_back(self, grad_output):
        (gradient,) = super().pull_back(grad_output)
        return (gradient if len(self.scores_shape) == 2 else np.reshape(gradient, self.scores_shape),)

    def rows_of_targets(self, targets, scores):
        """Targets as rows of the scores' shape (N, C), or an explanation of why they can't be."""
        name = type(self).__name__
        targets = np.asarray(as_value(targets, name, "targets"))
        if targets.size != scores.size or targets.shape[-1:] != scores.shape[-1:]:
            raise ValueError(f"{name} expected targets of the scores' shape {scores.shape}, got {describe(targets)}")
        return targets.reshape(scores.shape)


class SoftmaxWithLoss(Loss):
    """Softmax of the scores, then cross-entropy with the targets, in nats, mean over the batch (Bridle, 1990).

    p = exp(s) / sum(exp(s)) along the last axis and L = -sum(t * ln(p)) / N. The two belong together:
    their joint gradient is (p - t) / N. ln(p) is computed as s - logsumexp(s), with the row's greatest
    score taken off first: right for scores of +-1e4, and no epsilon inside the logarithm bends it.

    Targets are class indices (N,), or rows (N, C) of probabilities, one-hot rows among them. Scores of shape (N, T, C),
    for T tokens in each of N sequences, go with targets (N, T) or (N, T, C), and the mean is over all N T tokens.

    Raises
    ------
    TypeError
        If class indices aren't integers.
    ValueError
        If targets have another shape, an index is not among 0 to C - 1, or a row does not sum to 1.
    """

    symbol = "softmax + loss"
    axes = (1, 2, 3)

    def forward(self, scores, targets):
        shifted, exponentials, sums = shifted_exponentials(scores)
        self.probabilities, self.targets = exponentials / sums, targets
        if targets.ndim == 1:  # look up one logarithm in each row
            self.rows = np.arange(len(targets))
            return (np.log(sums[:, 0]) - shifted[self.rows, targets]).sum() / len(targets)
        return -(targets * (shifted - np.log(sums))).sum() / len(targets)

    def backward(self, grad_output=1.0):
        difference = self.probabilities.copy()
        if self.targets.ndim == 1:
            difference[self.rows, self.targets] -= 1
        else:
            difference -= self.targets
        difference *= grad_output / len(difference)
        return difference

    def rows_of_targets(self, targets, scores):
        """Class indices (N,), or probability rows (N, C), checked."""
        count, classes = scores.shape
        given = plain_array(targets, "SoftmaxWithLoss", "targets")
        if given.size == count and given.ndim < 2 and classes > 1:
            return self._indices(np.atleast_1d(given), classes)
        rows = super().rows_of_targets(targets, scores)
        sums = rows.sum(axis=1)
        if (rows < 0).any() or not np.allclose(sums, 1, atol=1e-3):
            wrong = int(np.argmax(np.abs(sums - 1)))
            raise ValueError(
                f"SoftmaxWithLoss expected target rows of probabilities that sum to 1; row {wrong} sums to "
                f"{sums[wrong]:.4g}, smallest entry {rows.min():.4g}"
            )
        return rows.astype(scores.dtype, copy=False)

    @staticmethod
    def targets_of_tokens(targets, scores):
        targets = plain_array(targets, "SoftmaxWithLoss", "targets")
        if targets.shape not in (scores.shape[:-1], scores.shape):
            raise ValueError(
                f"SoftmaxWithLoss expected targets of shape {scores.shape[:-1]}, a class for each token, or "
                f"{scores.shape}, got {describe(targets)}"
            )
        return targets.reshape(-1, *targets.shape[2:])

    @staticmethod
    def _indices(targets, classes):
        if targets.dtype.kind not in "iu":
            raise TypeError(f"SoftmaxWithLoss expected integer class indices, got {targets.dtype}")
        if targets.min() < 0 or targets.max() >= classes:
            outside = targets[(targets < 0) | (targets >= classes)]
            raise ValueError(
                f"SoftmaxWithLoss got class index {outside[0]}, but scores of {classes} classes "
                f"have indices 0 to {classes - 1}"
            )
        return targets


class SigmoidWithLoss(Loss):
    """Sigmoid of the scores, then binary cross-entropy, in nats: sum over outputs, mean over the batch.

    p = 1/(1 + exp(-s)) is the probability of the answer yes, and L = -sum(t ln(p) + (1 - t) ln(1 - p)) / N. The two
    belong together: their joint gradient is (p - t) / N. ln(p) is computed as -ln(1 + exp(-s)), with an exponent that
    is never positive: right for scores of +-1e4, and no epsilon inside the logarithm bends it.

    Scores and targets have the same shape, (N, M): M questions to be answered with yes or no about each of N examples,
    M = 1 for two classes. Targets are 0, 1, or probabilities between. torch's binary_cross_entropy_with_logits
    averages over all N * M: it is 1/M times this one, and the same for M = 1.

    Raises
    ------
    ValueError
        If the shapes differ, or a target is not between 0 and 1.
    """

    symbol = "sigmoid + loss"

    def forward(self, scores, targets):
        self.difference = sigmoid(scores) - targets
        return (np.maximum(scores, 0) - scores * targets + np.log1p(np.exp(-np.abs(scores)))).sum() / len(scores)

    def backward(self, grad_output=1.0):
        return grad_output * self.difference / len(self.difference)

    def rows_of_targets(self, targets, scores):
        rows = super().rows_of_targets(targets, scores)
        if not ((rows >= 0) & (rows <= 1)).all():
            raise ValueError(f"SigmoidWithLoss expected targets from 0 to 1, got {rows.min():.4g} to {rows.max():.4g}")
        return rows.astype(scores.dtype, copy=False)


class MeanSquaredError(Loss):
    """L = 1/2 * sum over outputs of (y - t)**2, mean over the batch (Rumelhart, Hinton and Williams, 1986, equation 3).

    Outputs and targets have the same shape, (N, M). The gradient is (y - t) / N. Others leave out the 1/2 and
    divide by N * M: torch's MSELoss is 2/M times this one.
    """

    symbol = "½(y − t)²"

    def forward(self, outputs, targets):
        self.difference = outputs - targets
        return 0.5 * (self.difference * self.difference).sum() / len(outputs)

    def backward(self, grad_output=1.0):
        return grad_output * self.difference / len(self.difference)
