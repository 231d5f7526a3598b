"""What every contender can do: take steps of gradient descent, and show its parameters."""

import numpy as np

from backprop.networks import TwoLayerNet
from backprop.training import mini_batches

LOOK_EVERY = 100  # steps between two looks at the accuracy


class Contender:
    """A way to train the network D -> hidden -> 10 with mini-batches of 100.

    Each begins with the same weights, fetches its batches in its own way, computes the loss of every step, and
    updates with w <- w - learning_rate * dL/dw.

    Parameters
    ----------
    digits : Digits
    hidden : int
    seed : int
        Decides the order of the images. The first weights are the same for every seed.
    learning_rate, momentum, weight_init_std : float
        The recipe; momentum is for those that go through an optimizer.
    """

    label = "?"
    batch_size = 100

    def __init__(self, digits, hidden, seed=0, learning_rate=0.1, momentum=0.0, weight_init_std=0.01):
        self.digits, self.hidden, self.seed = digits, hidden, seed
        self.learning_rate, self.momentum = learning_rate, momentum
        self.first = TwoLayerNet(digits.x.shape[1], hidden, 10, weight_init_std, rng=np.random.default_rng(0)).params
        self.prepare()

    def prepare(self):
        """What happens once, before the first step; not timed."""

    def step(self):
        """Fetch a batch, learn from it, return its loss."""
        raise NotImplementedError(f"{type(self).__name__} has no step")

    def params(self):
        """W1 (D, H), b1, W2 (H, C), b2 as arrays."""
        raise NotImplementedError(f"{type(self).__name__} has no params")

    def run(self, steps, look=None):
        """Take steps, and return their losses. look() is called every 100 steps; what is true there ends the run."""
        losses = []
        for number in range(1, steps + 1):
            losses.append(self.step())
            if look is not None and number % LOOK_EVERY == 0 and look():
                break
        return losses

    def new_batches(self):
        """Endless arrays of indices: every epoch in a new order, in slices, as backprop.training takes them."""
        return mini_batches(len(self.digits.x), self.batch_size, np.random.default_rng(self.seed))
