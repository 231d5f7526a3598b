"""Training: draw a mini-batch, compute the gradient, update, repeat."""

import math
import sys
from dataclasses import dataclass, field

import numpy as np
from tqdm import tqdm

from .values import generator, whole_number


@dataclass
class History:
    """What happened while a network learned.

    Attributes
    ----------
    losses : list of float
        Mean loss of each step's mini-batch, in the loss's unit (nats for cross-entropy).
    steps : list of int
        The steps after which accuracy was measured: 0, and the end of every epoch.
    train_accuracy, test_accuracy : lists of float, 0 to 1
        One entry for each entry of `steps`; test_accuracy is empty without test data.
    """

    losses: list = field(default_factory=list)
    steps: list = field(default_factory=list)
    train_accuracy: list = field(default_factory=list)
    test_accuracy: list = field(default_factory=list)

    def __repr__(self):
        last = f", last loss {self.losses[-1]:.4f}" if self.losses else ""
        return f"History({len(self.losses)} steps{last})"


def mini_batches(count, batch_size, rng):
    """Endless arrays of indices: every epoch a new order of all `count` examples, in slices.

    A last slice shorter than batch_size is left out; the next epoch draws from all examples again.
    """
    while True:
        order = rng.permutation(count)
        for start in range(0, count - batch_size + 1, batch_size):
            yield order[start : start + batch_size]


def train(network, x, t, *, optimizer, steps, rng, batch_size=100, test_data=None, progress=False, stop=None):
    """Train a network in mini-batches, and record how it went.

    Parameters
    ----------
    network : Sequential, TwoLayerNet, or anything with params, loss_and_gradient and accuracy
    x, t : arrays
        N training examples and their targets.
    optimizer
        Something with step(params, grads), such as SGD.
    steps : int
        How many mini-batches.
    rng : numpy.random.Generator
        Decides the order of the examples.
    test_data : (x_test, t_test), optional
        Measured beside the training data after each epoch; never learned from.
    progress : bool
        Show a progress bar.
    stop : function of (network, step), optional
        Asked after each epoch, such as `regularization.EarlyStopping`; training ends when it says True.

    Returns
    -------
    History

    Raises
    ------
    TypeError
        If steps or batch_size is no whole number, rng no Generator, the optimizer can't step or `stop` is no function.
    ValueError
        If the sizes don't fit, or the loss stops being a finite number.
    """
    x, t = np.asarray(x), np.asarray(t)
    if len(x) != len(t):
        raise ValueError(f"train got {len(x)} examples but {len(t)} targets: each example needs one")
    if whole_number(batch_size, "train", "batch_size") > len(x):
        raise ValueError(f"train expected a batch_size of 1 to {len(x)}, the number of examples, got {batch_size}")
    whole_number(steps, "train", "steps", least=0)
    generator(rng, "train")
    if isinstance(optimizer, type) or not hasattr(optimizer, "step"):
        raise TypeError(f"train expected an optimizer, such as SGD(0.1), got {optimizer!r}")
    if stop is not None and (not callable(stop) or isinstance(stop, type)):
        raise TypeError(
            f"train expected stop to be a function of (network, step), such as EarlyStopping(...), got {stop!r}"
        )
    history = History()
    steps_per_epoch = len(x) // batch_size

    def measure(step):
        history.steps.append(step)
        history.train_accuracy.append(network.accuracy(x, t))
        if test_data is not None:
            history.test_accuracy.append(network.accuracy(*test_data))

    measure(0)
    batches = mini_batches(len(x), batch_size, rng)
    x_batch = np.empty((batch_size, *x.shape[1:]), x.dtype)  # one array for all batches
    for step in tqdm(range(1, steps + 1), disable=not progress, unit="step", file=sys.stdout):
        batch = next(batches)
        np.take(x, batch, axis=0, out=x_batch, mode="clip")  # clip: or else take makes a copy of its own
        loss, grads = network.loss_and_gradient(x_batch, t[batch])
        if not math.isfinite(loss):
            raise ValueError(
                f"the loss became {loss} at step {step}: the learning rate may be too large ({optimizer!r}), "
                "or the data holds values that aren't finite"
            )
        optimizer.step(network.params, grads)
        history.losses.append(loss)
        if step % steps_per_epoch == 0 or step == steps:
            measure(step)
            if stop is not None and stop(network, step):
                break
    return history
