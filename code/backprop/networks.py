"""Networks: layers in a row, with a loss at the end."""

import copy
from collections.abc import MutableMapping

import numpy as np

from .layers import Affine, ReLU
from .layers.layer import replace_all
from .losses import SoftmaxWithLoss
from .operations.keeping import unwatched
from .randomness import generators_in
from .values import as_value, real_number, whole_number


class Sequential:
    """Layers applied one after the other; the gradient passes through them in reverse.

    Parameters
    ----------
    *layers
        Anything with forward and backward, another Sequential too.
    loss_function : loss, optional
        What `loss` and `gradient` measure the output with; SoftmaxWithLoss by default.

    Attributes
    ----------
    layers : tuple
        Others may be assigned, such as `(*net.layers[:-1], new_head)`; params and grads follow.
    params, grads
        All layers' parameters and gradients under one roof, named by the position of their layer
        among those that have any: W1, b1, W2, b2. They are the layers' own arrays, not copies. What is assigned
        to params as a whole, such as weights that were loaded, is copied into the layers.
    needs_input_grad : bool
        False leaves out the gradient of the input, which saves the first layer a product of matrices.
    """

    arguments = ("x",)
    needs_input_grad = True

    def __init__(self, *layers, loss_function=None):
        self.layers = layers
        self.loss_function = loss_function or SoftmaxWithLoss()

    @property
    def layers(self):
        return self._layers

    @layers.setter
    def layers(self, layers):
        layers = tuple(layers)
        for position, layer in enumerate(layers):
            if not (hasattr(layer, "forward") and hasattr(layer, "backward")) or isinstance(layer, type):
                hint = ": did you forget the parentheses?" if isinstance(layer, type) else ""
                raise TypeError(f"Sequential expected layers, got {layer!r} at position {position}{hint}")
        seen = set()
        for position, layer in enumerate(flat(layers)):
            if id(layer) in seen:
                raise ValueError(
                    f"{layer!r} appears twice, again at position {position}: it remembers one forward pass, so "
                    "give every position a layer of its own"
                )
            seen.add(id(layer))
        self._layers, self._mappings = layers, None
        self._nested = any(isinstance(layer, Sequential) for layer in layers)

    @property
    def params(self):
        return self._named()[1]

    @params.setter
    def params(self, loaded):
        replace_all(self.params, loaded, "this network")

    @property
    def grads(self):
        return self._named()[2]

    def _named(self):
        """Made anew when a layer has been replaced, in a network inside this one too."""
        layers = list(flat(self._layers)) if self._nested else self._layers
        if self._mappings is None or self._mappings[0] != layers:
            self._mappings = layers, Parameters(layers, "params"), Parameters(layers, "grads")
        return self._mappings

    def forward(self, x):
        self.loss_function.last_forward = None  # the loss of an earlier batch says nothing of this one
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, grad_output):
        for layer in reversed(self.layers):
            grad_output = layer.backward(grad_output)
        return grad_output

    def predict(self, x):
        """The scores of a batch: (N, D) in, (N, C) out. The greatest score is the network's answer.

        Layers that behave differently in training, such as Dropout and BatchNorm, are switched over meanwhile.
        """
        training = [layer for layer in flat(self.layers) if getattr(layer, "training", False)]
        for layer in training:
            layer.training = False
        try:
            with unwatched():
                return self.forward(x)
        finally:
            for layer in training:
                layer.training = True

    def loss(self, x, t):
        """The mean loss over a batch x with targets t, as a float (in nats for SoftmaxWithLoss)."""
        return self.loss_function.forward(self.forward(x), t)

    def accuracy(self, x, t):
        """The share of examples, 0 to 1, whose greatest score stands at the target's class."""
        targets = np.asarray(t)
        answers = self.predict(x).argmax(axis=-1)
        classes = targets.argmax(axis=-1) if targets.ndim > answers.ndim else targets
        if classes.shape != answers.shape:
            raise ValueError(f"accuracy expected {answers.shape} targets, one for each example, got {targets.shape}")
        return float(np.mean(answers == classes))

    def gradient(self, x, t):
        """dL/d(parameter) of every parameter, by backpropagation: one forward pass, one backward."""
        return self.loss_and_gradient(x, t)[1]

    def loss_and_gradient(self, x, t):
        """Both from the same forward pass, so that printing the loss costs no second one."""
        with unwatched(), without_input_gradient(self):
            loss = self.loss(x, t)
            self.backward(self.loss_function.backward())
        return loss, dict(self.grads)

    def numerical_gradient(self, x, t):
        """The same gradients by central differences: two forward passes for every single weight.

        Computed in float64 on a copy of the network, whatever its own dtype is. Dropout uses one mask throughout,
        the one that `gradient` would draw next.
        """
        from .gradcheck import numerical_gradient  # here: who trains a network needs no checker

        network = copy.deepcopy(self)
        random_states = [(generator, generator.bit_generator.state) for generator in generators_in(network)]
        x = np.asarray(x, dtype=np.float64)
        gradients = {}
        for name, value in self.params.items():
            moved = np.array(value, dtype=np.float64)

            def loss_at(array, name=name):
                network.params[name] = array
                for generator, state in random_states:
                    generator.bit_generator.state = state
                return network.loss(x, t)

            with unwatched():
                gradients[name] = numerical_gradient(loss_at, moved)
            network.params[name] = moved
        return gradients

    def __repr__(self):
        return f"{type(self).__name__}({', '.join(map(repr, self.layers))})"


class TwoLayerNet(Sequential):
    """Affine, ReLU, Affine, and softmax with loss: the network of the chapter on MNIST.

    Parameters
    ----------
    input_size, hidden_size, output_size : int
        D inputs, the width of the hidden layer, C classes.
    weight_init_std : float
        Standard deviation of the normal distribution that the initial weights are drawn from.
    rng : numpy.random.Generator, optional
        Where the weights come from; `numpy.random.default_rng(0)` when left out.
    dtype
        float64, which gradient checks want, or float32, which is faster.
    """

    def __init__(self, input_size, hidden_size, output_size, weight_init_std=0.01, rng=None, dtype=np.float64):
        for name, size in (("input_size", input_size), ("hidden_size", hidden_size), ("output_size", output_size)):
            whole_number(size, "TwoLayerNet", name)
        weight_init_std = real_number(weight_init_std, "TwoLayerNet", "weight_init_std", least=0)
        rng = np.random.default_rng(0) if rng is None else rng

        def affine(inputs, outputs):
            weights = weight_init_std * rng.standard_normal((inputs, outputs))
            return Affine(weights.astype(dtype), np.zeros(outputs, dtype))

        super().__init__(affine(input_size, hidden_size), ReLU(), affine(hidden_size, output_size))


class Parameters(MutableMapping):
    """The dictionaries of several layers as one, with numbered names. Writing goes through to the layer."""

    def __init__(self, layers, kind):
        self._kind = kind
        with_parameters = [layer for layer in flat(layers) if getattr(layer, "params", None)]
        self._places = {
            f"{key}{number}": (layer, key)
            for number, layer in enumerate(with_parameters, start=1)
            for key in layer.params
        }

    def __getitem__(self, name):
        layer, key = self._places.get(name) or self._place(name)
        return getattr(layer, self._kind)[key]

    def keys(self):
        return self._places.keys()  # of a dict: compared with other names at once

    def __setitem__(self, name, value):
        home, key = self._place(name)
        value = np.asarray(as_value(value, "a network", name))
        if value.shape != home[key].shape:
            raise ValueError(f"{name} has shape {home[key].shape}, got an array of shape {value.shape}")
        home[key] = value

    def __delitem__(self, name):
        raise TypeError(f"{name} belongs to its layer and can't be taken out")

    def _place(self, name):
        try:
            layer, key = self._places[name]
            return getattr(layer, self._kind), key
        except KeyError:
            raise KeyError(f"{name!r} is not one of {', '.join(self._places)}") from None

    def __iter__(self):
        return iter(self._places)

    def __len__(self):
        return len(self._places)

    def __repr__(self):
        return "{" + ", ".join(f"{name}: {value.shape}" for name, value in self.items()) + "}"


class without_input_gradient:
    """Meanwhile the first layer computes the gradients of its parameters only: nobody changes the images."""

    def __init__(self, network):
        self.first = next(flat(network.layers), network)

    def __enter__(self):
        self.before = getattr(self.first, "needs_input_grad", True)
        self.first.needs_input_grad = False

    def __exit__(self, *error):
        self.first.needs_input_grad = self.before


def flat(layers):
    """Every single layer, those of a Sequential inside among them, in the order in which they run."""
    for layer in layers:
        if isinstance(layer, Sequential):
            yield from flat(layer.layers)
        else:
            yield layer
