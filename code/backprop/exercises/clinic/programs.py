"""The patients' programs: layers of the package in a row, in which one part can be replaced by a function.

A function goes into the backward (or, for Dropout and BatchNorm, the predictions) of a layer of its own. Without one,
a program is the package's own and right.
"""

import numpy as np

from ...layers import Affine, BatchNorm, Dropout, ReLU, Sigmoid
from ...layers.layer import Layer
from ...losses import SoftmaxWithLoss
from ...networks import Sequential, without_input_gradient
from . import healthy


class Program(Sequential):
    """Layers and a loss. Its parameters may be of any shape: a wrong update makes them so."""

    sizes = (64, 32, 32, 10)

    def at(self, params):
        """The program itself, with these parameters in its layers."""
        layers = [layer for layer in self.layers if layer.params]
        for name, value in params.items():
            layers[int(name[-1]) - 1].params[name[:-1]] = value
        return self

    def loss_and_gradient(self, x, t):
        return self.loss(x, t), self.gradients_of_loss(x, t)

    def gradients_of_loss(self, x, t):
        """The gradients of the parameters, for the loss of the batch that has just been computed."""
        with without_input_gradient(self):
            self.backward(self.loss_function.backward())
        return dict(self.grads)

    def outputs(self, x):
        """The input, the outputs of the hidden layers, and the scores."""
        outputs = [x]
        for layer in self.layers:
            outputs.append(layer.forward(outputs[-1]))
        return outputs[::2] + outputs[-1:]  # an affine layer's output goes on into its activation


class Network(Program):
    """Affine layers 64-32-32-10 with ReLU, or another activation, between them."""

    def __init__(
        self,
        activation=ReLU,
        sizes=Program.sizes,
        first_layer=healthy.first_layer,
        sigmoid_backward=None,
        output=None,
        parameter_gradients=None,
        input_gradient=None,
    ):
        layers = []
        for number, (inputs, outputs) in enumerate(zip(sizes, sizes[1:]), start=1):
            affine = PatchedAffine(*first_layer(inputs, outputs, number))
            affine.parameter_gradients, affine.input_gradient = parameter_gradients, input_gradient
            layers += [affine, PatchedSigmoid(sigmoid_backward) if sigmoid_backward else activation()]
        super().__init__(*layers[:-1], loss_function=PatchedLoss(output) if output else None)


class Matrices(Program):
    """Three matrices with two ReLUs between them; `gradients` finds the gradients of all three."""

    def __init__(self, gradients, sizes=Program.sizes):
        W1, W2, W3 = (Matrix(healthy.first_weights(*ends, n)) for n, ends in enumerate(zip(sizes, sizes[1:]), 1))
        super().__init__(W1, ReLU(), W2, ReLU(), W3)
        self.gradients = gradients

    def backward(self, grad_output):
        matrices = self.layers[::2]
        found = self.gradients(matrices[0].x, *(matrix.params["W"] for matrix in matrices), grad_output)
        for matrix, gradient in zip(matrices, found):
            matrix.grads["W"] = gradient


class Blocks(Program):
    """A matrix, three blocks x + relu(x @ W), and a matrix."""

    sizes = (64, 32, 32, 32, 32, 10)

    def __init__(self, block_gradients, sizes=sizes):
        W = [healthy.first_weights(*ends, n) for n, ends in enumerate(zip(sizes, sizes[1:]), 1)]
        super().__init__(Matrix(W[0]), *(Block(inner, block_gradients) for inner in W[1:-1]), Matrix(W[-1]))


class OneLayer(Program):
    """One affine layer; `step` gives its gradients, and looks at a test batch on the way."""

    sizes = (64, 10)

    def __init__(self, step, sizes=sizes):
        super().__init__(Affine(*healthy.first_layer(*sizes, 1)))
        self.step = step

    def gradients_of_loss(self, x, t):
        grad_W, grad_b, _ = self.step(*self.params.values(), x, t, x[::-1], t[::-1])  # a test batch of the same size
        return {"W1": grad_W, "b1": grad_b}


class InTwoModes(Program):
    """Affine, ReLU with Dropout behind or BatchNorm before it, Affine; `part` stands for that layer in predictions."""

    sizes = (64, 64, 10)

    def __init__(self, part, rate=None, sizes=sizes):
        inputs, units, outputs = sizes
        if rate:
            patched = PatchedDropout(rate, np.random.default_rng(0))
            middle = ReLU(), patched
        else:
            patched = PatchedBatchNorm(np.ones(units), np.zeros(units))
            middle = patched, ReLU()
        patched.part = part
        first, last = (
            Affine(*healthy.first_layer(*ends, n)) for n, ends in ((1, (inputs, units)), (2, (units, outputs)))
        )
        super().__init__(first, *middle, last)


class Matrix(Layer):
    """Y = X @ W: an affine layer without a bias."""

    def __init__(self, W):
        super().__init__(W=W)

    def forward(self, x):
        self.x = x
        return x @ self.params["W"]

    def backward(self, grad_output):
        self.grads["W"] = self.x.T @ grad_output
        return grad_output @ self.params["W"].T


class Block(Matrix):
    """Y = X + relu(X @ W)."""

    def __init__(self, W, gradients):
        super().__init__(W)
        self.gradients = gradients

    def forward(self, x):
        return x + np.maximum(super().forward(x), 0)

    def backward(self, grad_output):
        gradient, self.grads["W"] = self.gradients(self.x, self.params["W"], grad_output)
        return gradient


class PatchedAffine(Affine):
    """An affine layer in which functions may stand for either half of backward."""

    parameter_gradients = input_gradient = None

    def backward(self, grad_output):
        gradient = super().backward(grad_output)
        if self.parameter_gradients:
            self.grads["W"], self.grads["b"] = self.parameter_gradients(self.x, grad_output)
        if self.input_gradient and self.needs_input_grad:
            gradient = self.input_gradient(self.params["W"], grad_output)
        return gradient

    def __repr__(self):
        return super().__repr__().removeprefix("Patched")


class PatchedSigmoid(Sigmoid):
    """A sigmoid with another backward."""

    def __init__(self, rule):
        self.rule = rule

    def backward(self, grad_output):
        return self.rule(self.y, grad_output)


class PatchedLoss(SoftmaxWithLoss):
    """A loss that a function computes together with its gradient."""

    def __init__(self, loss_and_gradient):
        self.loss_and_gradient = loss_and_gradient

    def forward(self, scores, targets):
        loss, self.gradient = self.loss_and_gradient(scores, targets)
        return loss

    def backward(self, grad_output=1.0):
        return grad_output * self.gradient


class PatchedDropout(Dropout):
    """Dropout with a function for its predictions, which gets a seed of its own each time."""

    predictions = 0

    def forward(self, x):
        if self.training:
            return super().forward(x)
        self.predictions += 1
        return self.part(x, self.rate, self.predictions, training=False)


class PatchedBatchNorm(BatchNorm):
    """BatchNorm with a function that normalises for its predictions."""

    def forward(self, x):
        if self.training:
            return super().forward(x)
        normalised = self.part(x, self.running_mean, self.running_variance, training=False)
        return self.params["gamma"] * normalised + self.params["beta"]
