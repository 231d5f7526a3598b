"""The data that every contender gets: MNIST, or the stand-in where MNIST can't be had."""

from dataclasses import dataclass

import numpy as np

from backprop.datasets import load_mnist


@dataclass
class Digits:
    """Images x (N, 784) as float32 from 0 to 1 and labels t (N,) to learn from, and the same to test with."""

    x: np.ndarray
    t: np.ndarray
    x_test: np.ndarray
    t_test: np.ndarray

    @classmethod
    def load(cls):
        (x, t), (x_test, t_test) = load_mnist()
        return cls(x, t, x_test, t_test)

    @classmethod
    def drawn(cls, count=100, pixels=20, classes=10, seed=0):
        """Small random data that a network can learn: for tests."""
        rng = np.random.default_rng(seed)
        centres = rng.random((classes, pixels))
        t = np.arange(count) % classes
        x = np.clip(centres[t] + 0.1 * rng.standard_normal((count, pixels)), 0, 1)
        x = np.round(255 * x).astype(np.float32) / 255  # bytes, as a DataLoader starts from them
        return cls(x, t, x[: count // 2], t[: count // 2])

    @property
    def are_mnist(self):
        return len(self.x) == 60_000

    @property
    def rows(self):
        """The labels as one-hot rows (N, 10) of float32."""
        return np.eye(10, dtype=np.float32)[self.t]


def scores_of(params, x):
    """The scores (N, C) of the network that W1, b1, W2, b2 describe: one yardstick for all contenders."""
    return np.maximum(x @ params["W1"] + params["b1"], 0) @ params["W2"] + params["b2"]


def loss_of(params, x, t):
    """Its mean loss in nats, in float64."""
    scores = scores_of({name: np.asarray(value, np.float64) for name, value in params.items()}, x)
    shifted = scores - scores.max(axis=1, keepdims=True)
    return float(np.mean(np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(t)), t]))


def accuracy_of(params, x, t):
    """The share of images, 0 to 1, whose greatest score stands at the label."""
    return float(np.mean(scores_of(params, x).argmax(axis=1) == t))
