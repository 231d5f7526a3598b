"""The patients' programs: layers of the package in a row, in which functions may stand for a part.

Where a program is made with the functions of `healthy`, it computes what the package's own layers do.
"""

from types import MethodType

import numpy as np

from ...layers import Affine, BatchNorm, Dropout, Linear, ReLU, Sigmoid
from ...losses import SoftmaxWithLoss
from ...networks import Sequential, without_input_gradient
from . import healthy


def replaced(operation, **rules):
    """The operation with functions for its `forward` or `backward`: they stand within the checks, as methods would."""
    for name, rule in rules.items():
        setattr(operation, f"{name}_rule", MethodType(rule, operation))
    return operation


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
        parameter_gradients=healthy.parameter_gradients,
        input_gradient=healthy.input_gradient,
        output=None,
    ):
        def backward(self, grad_output):
            self.grads["W"], self.grads["b"] = parameter_gradients(self.x, grad_output)
            return input_gradient(self.params["W"], grad_output) if self.needs_input_grad else None

        layers = []
        for affine in affine_layers(sizes, first_layer):
            layers += [replaced(affine, backward=backward), activation()]
        super().__init__(*layers[:-1], loss_function=output and loss_by(output))


def affine_layers(sizes, first_layer=healthy.first_layer):
    return [Affine(*first_layer(*ends, number)) for number, ends in enumerate(zip(sizes, sizes[1:]), start=1)]


def sigmoid_by(part):
    """A sigmoid whose backward is part(y, grad_output)."""
    return replaced(Sigmoid(), backward=lambda self, grad_output: part(self.y, grad_output))


def loss_by(part):
    """A loss that part(scores, targets) computes together with its gradient."""

    def forward(self, scores, targets):
        loss, self.gradient = part(scores, targets)
        return loss

    return replaced(SoftmaxWithLoss(), forward=forward, backward=lambda self, grad_output: grad_output * self.gradient)


class Matrices(Program):
    """Three matrices with two ReLUs between them; `gradients` finds the gradients of all three."""

    def __init__(self, gradients, sizes=Program.sizes):
        W1, W2, W3 = (Linear(healthy.first_weights(*ends, n)) for n, ends in enumerate(zip(sizes, sizes[1:]), 1))
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
        def forward(self, x):
            return x + np.maximum(Linear.forward_rule(self, x), 0)

        def backward(self, grad_output):
            gradient, self.grads["W"] = block_gradients(self.x, self.params["W"], grad_output)
            return gradient

        first, *inner, last = (Linear(healthy.first_weights(*e, n)) for n, e in enumerate(zip(sizes, sizes[1:]), 1))
        super().__init__(first, *(replaced(block, forward=forward, backward=backward) for block in inner), last)


class OneLayer(Program):
    """One affine layer; `step` gives its gradients, and looks at a test batch on the way."""

    sizes = (64, 10)

    def __init__(self, step, sizes=sizes):
        super().__init__(Affine(*healthy.first_layer(*sizes, 1)))
        self.step = step

    def gradients_of_loss(self, x, t):
        grad_W, grad_b, _ = self.step(*self.params.values(), x, t, x[::-1], t[::-1])  # a test batch of the same size
        return {"W1": grad_W, "b1": grad_b}


class WithDropout(Program):
    """Affine, ReLU, dropout with the rate 1/2, Affine; `part` stands for dropout in predictions."""

    sizes = (64, 64, 10)

    def __init__(self, part, sizes=sizes):
        def forward(self, x):
            if self.training:
                return Dropout.forward_rule(self, x)
            self.predictions += 1
            return part(x, self.rate, self.predictions, training=False)

        dropout = replaced(Dropout(0.5, np.random.default_rng(0)), forward=forward)
        dropout.predictions = 0
        first, last = affine_layers(sizes)
        super().__init__(first, ReLU(), dropout, last)


class WithBatchNorm(Program):
    """Affine, batch norm, ReLU, Affine; in predictions, `part` normalizes for batch norm."""

    sizes = (64, 64, 10)

    def __init__(self, part, sizes=sizes):
        def forward(self, x):
            if self.training:
                return BatchNorm.forward_rule(self, x)
            normalized = part(x, self.running_mean, self.running_variance, training=False)
            return self.params["gamma"] * normalized + self.params["beta"]

        norm = replaced(BatchNorm(np.ones(sizes[1]), np.zeros(sizes[1])), forward=forward)
        first, last = affine_layers(sizes)
        super().__init__(first, norm, ReLU(), last)
