"""NumPy at its fastest: one step without layers, every result in a buffer of its own. And the floor under it."""

import numpy as np

from .contender import Contender


class Buffers:
    """Arrays of float32 for a batch (N, D), hidden values (N, H), scores (N, C) and the gradients of both weights."""

    def __init__(self, batch, inputs, hidden, classes):
        self.x = np.empty((batch, inputs), np.float32)
        self.h, self.d = (np.empty((batch, hidden), np.float32) for _ in range(2))
        self.s = np.empty((batch, classes), np.float32)
        self.W1 = np.empty((inputs, hidden), np.float32)
        self.W2 = np.empty((hidden, classes), np.float32)
        self.active = np.empty((batch, hidden), bool)
        self.rows = np.arange(batch)


class Fused(Contender):
    """Forward, backward and update in one function. The learning rate is multiplied into the smallest gradient."""

    label = "NumPy, fused by hand"

    def prepare(self):
        self._params = {name: value.astype(np.float32) for name, value in self.first.items()}
        self.buffers = Buffers(self.batch_size, self.digits.x.shape[1], self.hidden, 10)
        self.batches = self.new_batches()

    def step(self):
        W1, b1, W2, b2 = self._params.values()
        buffers = self.buffers
        x, h, s, d, rows = buffers.x, buffers.h, buffers.s, buffers.d, buffers.rows

        batch = next(self.batches)
        np.take(self.digits.x, batch, axis=0, out=x, mode="clip")
        t = self.digits.t[batch]

        np.matmul(x, W1, out=h)
        h += b1
        np.maximum(h, 0, out=h)
        np.matmul(h, W2, out=s)
        s += b2

        s -= s.max(axis=1, keepdims=True)
        right = s[rows, t].sum()
        np.exp(s, out=s)
        sums = s.sum(axis=1, keepdims=True)
        loss = float(np.log(sums).sum() - right) / len(batch)

        s /= sums  # from here on s holds learning_rate * dL/d(scores)
        s[rows, t] -= 1
        s *= self.learning_rate / len(batch)
        np.matmul(s, W2.T, out=d)
        np.greater(h, 0, out=buffers.active)
        d *= buffers.active

        W2 -= np.matmul(h.T, s, out=buffers.W2)
        b2 -= s.sum(axis=0)
        W1 -= np.matmul(x.T, d, out=buffers.W1)
        b1 -= d.sum(axis=0)
        return loss

    def params(self):
        return self._params


class Floor(Contender):
    """The five products of matrices that no step can do without, on one batch again and again. It learns nothing."""

    label = "the five products alone"

    def prepare(self):
        W1, _, W2, _ = (value.astype(np.float32) for value in self.first.values())
        buffers = Buffers(self.batch_size, self.digits.x.shape[1], self.hidden, 10)
        buffers.x[:] = self.digits.x[: self.batch_size]
        rng = np.random.default_rng(self.seed)
        g = rng.standard_normal(buffers.s.shape, np.float32) / self.batch_size
        d = rng.standard_normal(buffers.d.shape, np.float32) / self.batch_size
        h = np.maximum(buffers.x @ W1, 0)
        self.products = [(buffers.x, W1, buffers.h), (h, W2, buffers.s), (h.T, g, buffers.W2), (g, W2.T, buffers.d),
                         (buffers.x.T, d, buffers.W1)]  # fmt: skip

    def step(self):
        for left, right, out in self.products:
            np.matmul(left, right, out=out)

    def params(self):
        return {}
