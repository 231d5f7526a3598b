"""Recomputing gives the gradients of Sequential to the last bit, and holds less: measured with tracemalloc."""

import tracemalloc

import numpy as np
import pytest

from backprop.layers import Affine, BatchNorm, Dropout, ReLU, Sigmoid, Tanh
from backprop.networks import Sequential
from backprop.scale.recomputing import RecomputingSequential

ROWS, WIDTH = 7, 5
KINDS = (ReLU, Tanh, Sigmoid)


def layers(depth=17, seed=0, width=WIDTH):
    """Affine layers, activations, batch normalization and dropout in turn: depth of them, and a last affine layer."""
    rng, masks = np.random.default_rng(seed), np.random.default_rng(seed + 1)
    made = []
    for number in range(depth):
        if number % 2 == 0:
            made.append(Affine(rng.normal(size=(width, width)), rng.normal(size=width)))
        elif number % 8 == 3:
            made.append(BatchNorm(rng.normal(size=width), rng.normal(size=width)))
        elif number % 8 == 5:
            made.append(Dropout(0.4, masks))
        else:
            made.append(KINDS[number % 3]())
    return [*made, Affine(rng.normal(size=(width, 3)), np.zeros(3))]


def batch(seed=5, width=WIDTH):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(ROWS, width)), rng.integers(0, 3, ROWS)


@pytest.mark.parametrize("every", [1, 3, 50])
def test_every_bit_is_the_same(every):
    plain, recomputing = Sequential(*layers()), RecomputingSequential(*layers(), every=every)
    for seed in range(3):  # several batches: masks and averages must move on alike
        x, t = batch(seed)
        loss, grads = plain.loss_and_gradient(x, t)
        loss_again, grads_again = recomputing.loss_and_gradient(x, t)
        assert loss == loss_again
        assert grads.keys() == grads_again.keys() and len(grads) > 8
        for name in grads:
            np.testing.assert_array_equal(grads_again[name], grads[name], err_msg=name)
    averages = [
        [layer.running_mean for layer in net.layers if isinstance(layer, BatchNorm)] for net in (plain, recomputing)
    ]
    np.testing.assert_array_equal(*averages)
    np.testing.assert_array_equal(plain.predict(x), recomputing.predict(x))


@pytest.mark.parametrize("every", [1, 4])
def test_the_gradient_of_the_input(every):
    plain, recomputing = Sequential(*layers()), RecomputingSequential(*layers(), every=every)
    x, _ = batch()
    upstream = np.random.default_rng(1).normal(size=(ROWS, 3))
    for network in (plain, recomputing):
        network.forward(x)
    np.testing.assert_array_equal(recomputing.backward(upstream), plain.backward(upstream))


def test_a_mode_switched_between_forward_and_backward_changes_nothing():
    plain, recomputing = Sequential(*layers()), RecomputingSequential(*layers(), every=3)
    x, _ = batch()
    results = []
    for network in (plain, recomputing):
        network.forward(x)
        for layer in network.layers:
            if hasattr(layer, "training"):
                layer.training = False
        results.append(network.backward(np.ones((ROWS, 3))))
    np.testing.assert_array_equal(*results)


def test_a_sequential_inside_counts_as_its_layers():
    flat = layers()
    nested = RecomputingSequential(Sequential(*flat[:4]), *flat[4:], every=3)
    assert len(nested.layers) == len(flat)
    x, t = batch()
    expected = Sequential(*layers()).gradient(x, t)
    for name, gradient in nested.gradient(x, t).items():
        np.testing.assert_array_equal(gradient, expected[name])


def test_two_forwards_and_a_backward_of_the_second():
    network = RecomputingSequential(*layers(depth=2), every=2)
    expected = Sequential(*layers(depth=2))
    first, second = batch(1)[0], batch(2)[0]
    network.forward(first)
    for each in (network, expected):
        each.forward(second)
    upstream = np.ones((ROWS, 3))
    np.testing.assert_array_equal(network.backward(upstream), expected.backward(upstream))


def peak(network, x, t):
    """Greatest number of bytes that one forward and backward held beyond what was there before."""
    network.gradient(x, t)  # warm up: gradients get their arrays
    tracemalloc.start()
    network.gradient(x, t)
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return held


def deep(make):
    rng = np.random.default_rng(0)
    return make(*(layer for _ in range(64) for layer in (Affine(rng.normal(size=(4, 4)) / 2, np.zeros(4)), Tanh())))


def test_memory_follows_the_formula():
    # 64 blocks of two layers, of which Sequential keeps 64 arrays: the input of each affine layer is tanh's output.
    x, t = np.random.default_rng(1).normal(size=(4096, 4)), np.zeros(4096, int)
    everything = peak(deep(Sequential), x, t) / x.nbytes
    assert 64 < everything < 72
    for blocks in (4, 8, 16, 64):
        network = deep(lambda *parts, k=2 * blocks: RecomputingSequential(*parts, every=k))
        formula = 64 / blocks + blocks
        assert formula <= peak(network, x, t) / x.nbytes < formula + 8, blocks


def test_nothing_is_held_between_the_steps():
    network = deep(lambda *parts: RecomputingSequential(*parts, every=8))
    x, t = np.random.default_rng(1).normal(size=(4096, 4)), np.zeros(4096, int)
    network.gradient(x, t)
    network.loss_function.forward(np.zeros((1, 2)), np.zeros(1, int))
    tracemalloc.start()
    network.forward(x)
    network.backward(np.ones((4096, 4)))
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert held < x.nbytes


def test_every_is_a_whole_number():
    with pytest.raises(TypeError, match="RecomputingSequential expected every to be a whole number, got 1.5"):
        RecomputingSequential(ReLU(), every=1.5)


def test_backward_needs_a_forward_of_its_own():
    network = RecomputingSequential(ReLU(), every=1)
    with pytest.raises(ValueError, match="run forward first"):
        network.backward(np.ones(3))
    network.forward(np.ones(3))
    network.backward(np.ones(3))
    with pytest.raises(ValueError, match="run forward first"):
        network.backward(np.ones(3))
