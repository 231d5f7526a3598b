"""The networks of the patients: each computes loss and gradients from parts that can be exchanged.

All have the same three methods: `first()` gives the first parameters, `scores(params, x)` a row of scores for each
image, `loss_and_gradients(params, x, targets)` the mean loss in nats and a gradient for each parameter. Their gradients
are right as long as no part is exchanged: tests/test_clinic.py has them checked by the ward.
"""

import numpy as np

from ...layers import Affine, BatchNorm, Dropout, ReLU
from ...networks import Sequential
from . import healthy
from .images import digits


class Network:
    """Affine layers 64-32-32-10 with an activation between them; the parts named below can be exchanged."""

    def __init__(
        self,
        activation="relu",
        sizes=(64, 32, 32, 10),
        first_layer=healthy.first_layer,
        sigmoid_backward=healthy.sigmoid_backward,
        output=healthy.softmax_with_loss,
        parameter_gradients=healthy.parameter_gradients,
        input_gradient=healthy.input_gradient,
    ):
        self.sizes, self.first_layer, self.output = sizes, first_layer, output
        self.parameter_gradients, self.input_gradient = parameter_gradients, input_gradient
        if activation == "relu":
            self.activate, self.activation_backward = (lambda z: np.maximum(z, 0)), healthy.relu_backward
        else:
            self.activate, self.activation_backward = healthy.sigmoid, sigmoid_backward

    def first(self):
        params = {}
        for number, (inputs, outputs) in enumerate(zip(self.sizes, self.sizes[1:]), start=1):
            params[f"W{number}"], params[f"b{number}"] = self.first_layer(inputs, outputs, number)
        return params

    def outputs(self, params, x):
        """The input, the outputs of the hidden layers, and the scores."""
        outputs = [x]
        last = len(self.sizes) - 1
        for number in range(1, last + 1):
            z = outputs[-1] @ params[f"W{number}"] + params[f"b{number}"]
            outputs.append(z if number == last else self.activate(z))
        return outputs

    def scores(self, params, x):
        return self.outputs(params, x)[-1]

    def loss_and_gradients(self, params, x, targets):
        *outputs, scores = self.outputs(params, x)
        loss, upstream = self.output(scores, targets)
        grads = {}
        for number in range(len(outputs), 0, -1):
            y = outputs[number - 1]
            grads[f"W{number}"], grads[f"b{number}"] = self.parameter_gradients(y, upstream)
            if number > 1:
                upstream = self.activation_backward(y, self.input_gradient(params[f"W{number}"], upstream))
        return loss, grads


class Matrices:
    """Three matrices with two ReLUs between them, without biases; `gradients` is the part that can be exchanged."""

    def __init__(self, gradients=healthy.network_gradients):
        self.gradients = gradients

    def first(self):
        return {f"W{n}": healthy.first_weights(i, o, n) for n, (i, o) in enumerate([(64, 32), (32, 32), (32, 10)], 1)}

    def scores(self, params, x):
        W1, W2, W3 = params.values()
        return np.maximum(np.maximum(x @ W1, 0) @ W2, 0) @ W3

    def loss_and_gradients(self, params, x, targets):
        loss, upstream = healthy.softmax_with_loss(self.scores(params, x), targets)
        return loss, dict(zip(params, self.gradients(x, *params.values(), upstream)))


class Blocks:
    """A matrix, three blocks x + relu(x @ W), and a matrix; `block_gradients` is the part that can be exchanged."""

    def __init__(self, block_gradients=healthy.block_gradients):
        self.block_gradients = block_gradients

    def first(self):
        sizes = [(64, 32), (32, 32), (32, 32), (32, 32), (32, 10)]
        return {f"W{n}": healthy.first_weights(i, o, n) for n, (i, o) in enumerate(sizes, 1)}

    def outputs(self, params, x):
        first, *blocks, last = params.values()
        outputs = [x, x @ first]
        for W in blocks:
            outputs.append(outputs[-1] + np.maximum(outputs[-1] @ W, 0))
        return [*outputs, outputs[-1] @ last]

    def scores(self, params, x):
        return self.outputs(params, x)[-1]

    def loss_and_gradients(self, params, x, targets):
        x, *outputs, scores = self.outputs(params, x)
        loss, upstream = healthy.softmax_with_loss(scores, targets)
        grads = {"W5": outputs[-1].T @ upstream}
        upstream = upstream @ params["W5"].T
        for number in (4, 3, 2):
            upstream, grads[f"W{number}"] = self.block_gradients(outputs[number - 2], params[f"W{number}"], upstream)
        grads["W1"] = x.T @ upstream
        return loss, grads


class OneLayer:
    """One affine layer; `step` gives its gradients, and looks at a test batch on the way."""

    def __init__(self, step=healthy.step):
        self.step = step

    def first(self):
        return {"W": healthy.first_weights(64, 10, 1), "b": np.zeros(10)}

    def scores(self, params, x):
        return x @ params["W"] + params["b"]

    def loss_and_gradients(self, params, x, targets):
        (images, labels), _ = digits()
        grad_W, grad_b, _ = self.step(
            params["W"], params["b"], x, targets, healthy.scaled(images[: len(x)]), labels[: len(x)]
        )
        return healthy.softmax_with_loss(self.scores(params, x), targets)[0], {"W": grad_W, "b": grad_b}


class Layers:
    """Affine, the package's Dropout or BatchNorm, ReLU, Affine. `part` stands in for that layer in predictions."""

    def __init__(self, part, rate=None):
        self.part, self.rate, self.predictions = part, rate, 0
        W1, W2 = healthy.first_weights(64, 64, 1), healthy.first_weights(64, 10, 2)
        middle = Dropout(rate, np.random.default_rng(0)) if rate else BatchNorm(np.ones(64), np.zeros(64))
        layers = (ReLU(), middle) if rate else (middle, ReLU())
        self.middle, self.network = middle, Sequential(Affine(W1, np.zeros(64)), *layers, Affine(W2, np.zeros(10)))

    def first(self):
        return dict(self.network.params)

    def loss_and_gradients(self, params, x, targets):
        for name, value in params.items():
            self.network.params[name] = value
        self.middle.rng = np.random.default_rng(targets.sum())  # one mask for one batch: it can be checked
        return self.network.loss_and_gradient(x, targets)

    def scores(self, params, x):
        W1, b1, *scale, W2, b2 = params.values()
        self.predictions += 1
        z = x @ W1 + b1
        if self.rate:
            y = self.part(np.maximum(z, 0), self.rate, self.predictions, training=False)
        else:
            z = self.part(z, self.middle.running_mean, self.middle.running_variance, training=False)
            y = np.maximum(scale[0] * z + scale[1], 0)
        return y @ W2 + b2
