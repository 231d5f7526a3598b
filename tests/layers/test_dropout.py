"""Dropout: what the mask does, that backward uses the same one, and how often it silences an input."""

import math

import numpy as np
import pytest
from helpers import DTYPES, upstream_like

from backprop.layers import Dropout


def dropout(rate=0.4, seed=0):
    return Dropout(rate, np.random.default_rng(seed))


def inputs(shape=(20, 30), dtype=np.float64):
    """No zeros among them: an output of 0 was silenced."""
    return np.random.default_rng(9).uniform(1, 2, shape).astype(dtype)


class Draws(np.random.Generator):
    """A generator that hands out the draws that it is given."""

    def __init__(self, draws):
        super().__init__(np.random.PCG64(0))
        self.draws = draws

    def random(self, size):
        assert size == self.draws.shape
        return self.draws


def test_by_hand():
    """Draws below the rate silence; the others are divided by what is left, here 3/4."""
    layer = Dropout(0.25, Draws(np.array([0.1, 0.25, 0.9, 0.2])))
    np.testing.assert_array_equal(layer.forward(np.array([3.0, 3.0, -6.0, 9.0])), [0, 4, -8, 0])
    np.testing.assert_array_equal(layer.backward(np.array([30.0, -60.0, 90.0, 3.0])), [0, -80, 120, 0])


@pytest.mark.parametrize("dtype", DTYPES)
def test_backward_uses_the_mask_of_forward(dtype):
    layer, x = dropout(), inputs(dtype=dtype)
    for _ in range(2):  # a second forward has a mask of its own
        y = layer.forward(x)
        upstream = upstream_like(y)
        gradient = layer.backward(upstream)
        assert gradient.dtype == dtype
        np.testing.assert_allclose(gradient, upstream * (y / x), rtol=1e-14 if dtype is np.float64 else 1e-6)
        np.testing.assert_array_equal(layer.backward(upstream), gradient)  # no new mask for a second backward


@pytest.mark.parametrize("rate", [0.05, 0.3, 0.5, 0.8])
def test_share_of_zeros_and_mean(rate):
    """Of n draws, the share strays by sqrt(rate (1 - rate) / n); five times that is out of reach of chance."""
    count = 100_000
    y = dropout(rate).forward(np.ones(count))
    error = math.sqrt(rate * (1 - rate) / count)
    assert np.mean(y == 0) == pytest.approx(rate, abs=5 * error)
    assert y.mean() == pytest.approx(1, abs=5 * error / (1 - rate))  # 1 is what came in


def test_every_element_is_drawn_by_itself():
    """Neither whole rows nor whole columns go together, and the next mask has nothing to do with this one."""
    layer = dropout(0.5)
    first, second = (layer.forward(np.ones((200, 200))) == 0 for _ in range(2))
    error = math.sqrt(0.25 / 200)
    for axis in (0, 1):
        assert first.mean(axis=axis) == pytest.approx(0.5, abs=6 * error)
    assert np.mean(first == second) == pytest.approx(0.5, abs=0.02)
    assert np.mean(first[1:] == first[:-1]) == pytest.approx(0.5, abs=0.02)


def test_the_mask_comes_from_the_generator_handed_in():
    x = inputs()
    np.testing.assert_array_equal(dropout(seed=1).forward(x), dropout(seed=1).forward(x))
    assert (dropout(seed=1).forward(x) != dropout(seed=2).forward(x)).any()
    rng = np.random.default_rng(1)
    one, other = Dropout(0.4, rng), Dropout(0.4, rng)  # two layers that share it differ
    assert (one.forward(x) != other.forward(x)).any()


def test_nothing_is_silenced_in_evaluation():
    layer, x = dropout(0.9), inputs()
    layer.training = False
    state = layer.rng.bit_generator.state
    y = layer.forward(x)
    np.testing.assert_array_equal(y, x)
    assert not np.may_share_memory(y, x)
    assert layer.rng.bit_generator.state == state  # so evaluating changes nothing of the training that goes on
    upstream = upstream_like(y)
    np.testing.assert_array_equal(layer.backward(upstream), upstream)
    assert (layer.forward(2.0), layer.backward(3.0)) == (2.0, 3.0)


def test_backward_belongs_to_the_forward_that_ran_whatever_is_set_in_between():
    layer, x = dropout(), inputs()
    y = layer.forward(x)
    layer.training = False
    np.testing.assert_array_equal(layer.backward(np.ones_like(x)) == 0, y == 0)
    layer.forward(x)
    layer.training = True
    np.testing.assert_array_equal(layer.backward(np.ones_like(x)), np.ones_like(x))


@pytest.mark.parametrize("value", [2.0, np.float32(2.0)], ids=repr)
def test_a_number(value):
    layer = dropout(0.5)
    outputs = {layer.forward(value) for _ in range(50)}
    assert outputs == {0.0, 4.0}
    assert {type(output) for output in outputs} == {type(value)}


# Errors and repr


@pytest.mark.parametrize("rate", [-0.1, 1], ids=repr)
def test_a_rate_outside_0_to_1(rate):
    """A rate of 1 would silence everything, and divide by 0."""
    with pytest.raises(
        ValueError, match=f"Dropout expected rate to be a number of 0 or more and below 1, got {rate!r}"
    ):
        dropout(rate)


def test_a_seed_is_no_generator():
    with pytest.raises(TypeError, match=r"Dropout expected rng .*numpy\.random\.Generator.*got 0"):
        Dropout(0.5, 0)


def test_repr():
    assert repr(dropout(0.25)) == "Dropout(rate=0.25)"
