"""A whole network in two passes: right ones agree, planted mistakes don't, and the parameter is named."""

import numpy as np
import pytest

from backprop.gradcheck import directional_check
from backprop.gradcheck.mistakes import PLANTED
from backprop.layers import Affine, BatchNorm, Dropout, ReLU, Tanh
from backprop.losses import MeanSquaredError
from backprop.networks import Sequential, TwoLayerNet

RNG = np.random.default_rng(0)
X, T = RNG.normal(size=(8, 4)), RNG.integers(3, size=8)


def affine(inputs, outputs, seed=0):
    rng = np.random.default_rng(seed)
    return Affine(rng.normal(size=(inputs, outputs)), rng.normal(size=outputs))


def networks():
    yield Sequential(affine(4, 5), Tanh(), affine(5, 3))
    yield Sequential(affine(4, 5), BatchNorm(np.ones(5), np.zeros(5)), ReLU(), affine(5, 3))
    yield Sequential(affine(4, 5), ReLU(), Dropout(0.5, np.random.default_rng(1)), affine(5, 3))
    yield TwoLayerNet(4, 6, 3, weight_init_std=1, rng=np.random.default_rng(2), dtype=np.float32)


@pytest.mark.parametrize("network", list(networks()), ids=str)
def test_a_right_network_agrees_and_is_left_as_it_was(network):
    before = {name: value.copy() for name, value in network.params.items()}
    for seed in range(10):
        report = directional_check(network, X, T, rng=seed)
        assert report and report.wrong == {}, report
    for name, value in before.items():
        np.testing.assert_array_equal(network.params[name], value, strict=True)
    assert "the slope along a random direction agrees" in str(report)


def test_many_units_on_digits_do_not_disagree_for_their_kinks():
    net = TwoLayerNet(784, 50, 10, rng=np.random.default_rng(3))
    x, t = np.random.default_rng(4).uniform(size=(100, 784)), np.random.default_rng(5).integers(10, size=100)
    for seed in range(5):
        assert directional_check(net, x, t, rng=seed)


def test_it_takes_two_forward_passes():
    calls = []

    class Counted(TwoLayerNet):
        def loss(self, x, t):
            calls.append(0)
            return super().loss(x, t)

        def gradient(self, x, t):
            found = super().gradient(x, t)
            calls.clear()
            return found

    assert directional_check(Counted(4, 5, 3, weight_init_std=1), X, T)
    assert len(calls) == 2


@pytest.mark.parametrize("name", ["W1", "b1", "W2", "b2"])
@pytest.mark.parametrize("change", [lambda g: 1.001 * g, lambda g: -g, lambda g: 0 * g, lambda g: g[::-1]])
def test_a_wrong_gradient_is_found_and_named(name, change):
    class Wrong(TwoLayerNet):
        def gradient(self, x, t):
            grads = super().gradient(x, t)
            return grads | {name: change(grads[name])}

    net = Wrong(4, 5, 3, weight_init_std=1, rng=np.random.default_rng(1))
    for seed in range(3):
        report = directional_check(net, X, T, rng=seed)
        assert not report and list(report.wrong) == [name] and f"{name}: WRONG" in str(report)


@pytest.mark.parametrize(
    "planted",
    [
        p
        for p in PLANTED
        if p.name.startswith(("Affine", "Tanh", "Sigmoid", "BatchNorm")) and "modified" not in (p.kind or "")
    ],
    ids=lambda planted: planted.name,
)
def test_planted_layers_are_found_inside_a_network(planted):
    """A layer's wrong gradient shows in the network's, unless only its first call is right and there is no other."""
    x = planted.inputs(np.random.default_rng(0))[0]
    layer = planted.make()
    first, outputs = affine(x.shape[1], x.shape[1], 1), np.shape(layer.forward(x.copy()))[1]
    net = Sequential(first, planted.make(), affine(outputs, 3, 2), loss_function=MeanSquaredError())
    if "AffineBiasNotReduced" == planted.name or "NotSummed" in planted.name:
        return  # its shape is refused when the direction is taken
    report = directional_check(net, x, np.zeros((len(x), 3)))
    assert not report or planted.kind == "state of an earlier call"


@pytest.mark.parametrize("thing", [None, Tanh(), {"params": {}}], ids=["None", "a layer", "a dictionary"])
def test_what_is_no_network_is_refused(thing):
    with pytest.raises(TypeError, match="directional_check expected a network with params"):
        directional_check(thing, X, T)
