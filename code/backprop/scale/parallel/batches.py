"""What is learned from: the images, and mini-batches in an order that a checkpoint can hold."""

import numpy as np
import torch

from ...values import whole_number

DATA = ("digits", "mnist")


def load_data(name, device="cpu", dtype=torch.float64):
    """Images x (N, D) with pixels 0 to 1, and digits t (N,), as tensors.

    "digits": the 1,797 images of 8 by 8 pixels that come with scikit-learn. "mnist": the 60,000 training images of
    MNIST, 28 by 28.

    Raises
    ------
    ValueError
        If the name is neither.
    """
    if name == "digits":
        from sklearn.datasets import load_digits  # here, because its import takes as long as torch's

        digits = load_digits()
        x, t = digits.data / 16, digits.target
    elif name == "mnist":
        from ...datasets import load_mnist

        x, t = load_mnist()[0]
    else:
        raise ValueError(f"expected data called {' or '.join(DATA)}, got {name!r}")
    return torch.from_numpy(x).to(device, dtype), torch.from_numpy(t.astype(np.int64)).to(device)


class Batches:
    """Endless mini-batches of indices: every epoch a new order of all rows, in slices.

    Every process draws the same ones from a generator with the same seed, so nobody has to send indices around.
    A last slice shorter than batch_size is left out.

    Parameters
    ----------
    count : int
        N rows to draw from.
    batch_size : int, 1 to count
    generator : torch.Generator on the CPU

    Raises
    ------
    TypeError, ValueError
        If batch_size is no whole number, or outside 1 to count.
    """

    def __init__(self, count, batch_size, generator):
        if whole_number(batch_size, "Batches", "batch_size") > count:
            raise ValueError(f"Batches expected a batch_size of 1 to {count}, the number of images, got {batch_size}")
        self.count, self.batch_size, self.generator = count, batch_size, generator
        self._new_epoch()

    def next(self):
        """The indices (batch_size,) of the next mini-batch."""
        if self.place + self.batch_size > self.count:
            self._new_epoch()
        batch = self.order[self.place : self.place + self.batch_size]
        self.place += self.batch_size
        return batch

    def state(self):
        """All that decides which batches come next."""
        return {"order": self.order.clone(), "place": self.place, "generator": self.generator.get_state()}

    def restore(self, state):
        """Go on from where state() was taken."""
        self.order, self.place = state["order"].clone(), state["place"]
        self.generator.set_state(state["generator"])

    def _new_epoch(self):
        self.order, self.place = torch.randperm(self.count, generator=self.generator), 0
