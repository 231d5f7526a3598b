"""Memory against time: keep few activations on the way forward, and compute the others again on the way back."""

import copy

import numpy as np

from ..networks import Sequential, flat
from ..values import whole_number


class RecomputingSequential(Sequential):
    """A Sequential that keeps the input of every k-th layer only. Gradients are the same, to the last bit.

    Forward runs on copies of the layers, which share the parameters and are thrown away with all that they
    remember. Backward takes the segments of k layers from the last to the first: it runs the segment forward once
    more, from the input that was kept, and then back. So it holds at most L/k inputs and what k layers remember;
    k near sqrt(L) makes the sum smallest. It costs one more forward pass. Libraries call this gradient checkpointing.

    Random layers draw the same numbers the second time, and running averages move once.

    Parameters
    ----------
    *layers, loss_function
        As for Sequential. A Sequential among the layers counts as the layers inside it.
    every : int, 1 or more
        k, the number of layers from one kept input to the next.

    Raises
    ------
    TypeError, ValueError
        If `every` is not a whole number of 1 or more, or backward has no forward of its own before it.

    Source: Griewank (1992), doi:10.1080/10556789208805505; for networks Chen et al. (2016), arXiv:1604.06174.
    """

    def __init__(self, *layers, every, loss_function=None):
        self.every = whole_number(every, "RecomputingSequential", "every")
        super().__init__(*layers, loss_function=loss_function)

    @Sequential.layers.setter
    def layers(self, layers):
        Sequential.layers.fset(self, layers)
        self._layers = tuple(flat(self._layers))
        self._lasting = [tuple(getattr(layer, "__dict__", ())) for layer in self._layers]
        self._kept = None

    def forward(self, x):
        self.loss_function.last_forward = None
        self._kept = []
        for start in range(0, len(self.layers), self.every):
            segment = self.layers[start : start + self.every]
            as_they_are = [copy.copy(layer) for layer in segment]  # `training` may be switched before backward
            self._kept.append((x, as_they_are, _random_states(segment)))
            for layer, lasting in zip(segment, self._lasting[start:]):
                x = self._forward_and_forget(layer, lasting, x)
        return x

    def backward(self, grad_output):
        if not self._kept:
            raise ValueError("backward has used up what the last forward kept: run forward first")
        wanted = self.layers[0].needs_input_grad  # of the layer itself: what runs again is an older copy
        while self._kept:
            layers = self._run_again(*self._kept.pop())
            if not self._kept:
                layers[0].needs_input_grad = wanted
            while layers:  # popped, so that what a layer remembers goes as soon as it is used
                grad_output = layers.pop().backward(grad_output)
        return grad_output

    @staticmethod
    def _forward_and_forget(layer, lasting, x):
        """Forward, from which the layer keeps only what it had from the start, such as BatchNorm's averages."""
        forgetful = copy.copy(layer)
        output = forgetful.forward(x)
        for name in lasting:
            setattr(layer, name, getattr(forgetful, name))
        return output

    @staticmethod
    def _run_again(x, layers, random_states):
        """The layers of a segment after the same forward as the first time, now with all that they remember."""
        states_now = _random_states(layers)
        _restore(random_states)
        for layer in layers:
            x = layer.forward(x)
        _restore(states_now)
        return layers


def _random_states(layers):
    """Every random generator that a layer holds, with the state it is in."""
    things = (thing for layer in layers for thing in getattr(layer, "__dict__", {}).values())
    return [(thing, thing.bit_generator.state) for thing in things if isinstance(thing, np.random.Generator)]


def _restore(states):
    for generator, state in states:
        generator.bit_generator.state = state
