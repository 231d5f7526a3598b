"""The loop as a widely read textbook has it, written afresh: what the readable layers are measured against.

Its costs are kept, each of them: weights in float64 while images and one-hot rows are float32, np.random.choice for
every batch, the gradient of the images, which nobody uses, ReLU through a boolean mask, exponentials computed twice,
one-hot rows searched for their 1, and a second forward pass for the loss after every update.
"""

import numpy as np

from .contender import Contender


class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.shape = x.shape
        self.x = x.reshape(len(x), -1)
        return np.dot(self.x, self.W) + self.b

    def backward(self, upstream):
        grad_x = np.dot(upstream, self.W.T)
        self.grad_W = np.dot(self.x.T, upstream)
        self.grad_b = np.sum(upstream, axis=0)
        return grad_x.reshape(self.shape)


class ReLU:
    def forward(self, x):
        self.silent = x <= 0
        y = x.copy()
        y[self.silent] = 0
        return y

    def backward(self, upstream):
        upstream[self.silent] = 0  # in place: it changes what it was handed
        return upstream


class SoftmaxWithLoss:
    def forward(self, scores, rows):
        columns = scores.T - np.max(scores.T, axis=0)
        self.p = (np.exp(columns) / np.sum(np.exp(columns), axis=0)).T
        self.rows = rows
        classes = rows.argmax(axis=1)
        return -np.sum(np.log(self.p[np.arange(len(rows)), classes] + 1e-7)) / len(rows)

    def backward(self):
        return (self.p - self.rows) / len(self.rows)


class Textbook(Contender):
    """The textbook's loop, in float64 as it stands."""

    label = "textbook loop"
    dtype = np.float64

    def prepare(self):
        self._params = {name: value.astype(self.dtype) for name, value in self.first.items()}
        W1, b1, W2, b2 = self._params.values()
        self.layers = [Affine(W1, b1), ReLU(), Affine(W2, b2)]
        self.last = SoftmaxWithLoss()
        self.x, self.rows = self.digits.x, self.digits.rows
        self.random = np.random.RandomState(self.seed)  # np.random.choice, without a seed for all the world

    def loss(self, x, rows):
        for layer in self.layers:
            x = layer.forward(x)
        return self.last.forward(x, rows)

    def gradient(self, x, rows):
        self.loss(x, rows)
        upstream = self.last.backward()
        for layer in reversed(self.layers):
            upstream = layer.backward(upstream)
        first, _, second = self.layers
        return {"W1": first.grad_W, "b1": first.grad_b, "W2": second.grad_W, "b2": second.grad_b}

    def step(self):
        batch = self.random.choice(len(self.x), self.batch_size)
        x, rows = self.x[batch], self.rows[batch]
        grads = self.gradient(x, rows)
        for name in ("W1", "b1", "W2", "b2"):
            self._params[name] -= self.learning_rate * grads[name]
        return self.loss(x, rows)

    def params(self):
        return self._params


class Textbook32(Textbook):
    """The same with weights in float32: nothing else is changed."""

    label = "textbook loop, float32"
    dtype = np.float32
