"""Activations: by hand, kinks included, far from 0, and at their edges."""

import math

import numpy as np
import pytest
from helpers import DTYPES

from backprop.layers import ELU, GELU, SELU, Identity, LeakyReLU, PReLU, ReLU, Sigmoid, SiLU, Tanh
from backprop.layers.activations import SELU_ALPHA, SELU_SCALE

SELU_LIMIT = SELU_SCALE * SELU_ALPHA
LOG_2, LOG_3 = math.log(2), math.log(3)
BELOW_1, DENSITY_1 = (1 + math.erf(1 / math.sqrt(2))) / 2, math.exp(-1 / 2) / math.sqrt(2 * math.pi)  # standard normal

BY_HAND = [  # layer, x, y, local derivative; the kink at 0 as in torch
    (Identity(), [-1.0, 0.0, 2.0], [-1.0, 0.0, 2.0], [1, 1, 1]),
    (ReLU(), [-1.0, 0.0, 2.0], [0.0, 0.0, 2.0], [0, 0, 1]),
    (Sigmoid(), [-LOG_3, 0.0, LOG_3], [0.25, 0.5, 0.75], [3 / 16, 1 / 4, 3 / 16]),
    (Tanh(), [-LOG_2, 0.0, LOG_2], [-0.6, 0.0, 0.6], [0.64, 1, 0.64]),
    (LeakyReLU(0.25), [-2.0, 0.0, 2.0], [-0.5, 0.0, 2.0], [0.25, 0.25, 1]),
    (LeakyReLU(), [-2.0, 0.0, 2.0], [-0.02, 0.0, 2.0], [0.01, 0.01, 1]),
    (PReLU(), [-2.0, 0.0, 2.0], [-0.5, 0.0, 2.0], [0.25, 0.25, 1]),
    (PReLU(-3), [-2.0, 0.0, 2.0], [6.0, 0.0, 2.0], [-3, -3, 1]),
    (ELU(), [-LOG_2, 0.0, 2.0], [-0.5, 0.0, 2.0], [0.5, 1, 1]),
    (ELU(3), [-LOG_2, 0.0, 2.0], [-1.5, 0.0, 2.0], [1.5, 3, 1]),
    (GELU(), [-1.0, 0.0, 1.0], [BELOW_1 - 1, 0.0, BELOW_1], [1 - BELOW_1 - DENSITY_1, 0.5, BELOW_1 + DENSITY_1]),
    (
        SiLU(),
        [-LOG_3, 0.0, LOG_3],
        [-LOG_3 / 4, 0.0, 3 * LOG_3 / 4],
        [(4 - 3 * LOG_3) / 16, 0.5, (12 + 3 * LOG_3) / 16],
    ),
    (SELU(), [-LOG_2, 0.0, 2.0], [-SELU_LIMIT / 2, 0.0, 2 * SELU_SCALE], [SELU_LIMIT / 2, SELU_LIMIT, SELU_SCALE]),
]


@pytest.mark.parametrize("layer, x, y, derivative", BY_HAND, ids=lambda value: type(value).__name__)
def test_by_hand(layer, x, y, derivative):
    upstream = np.array([10.0, -20.0, 30.0])
    np.testing.assert_allclose(layer.forward(np.array(x)), y, rtol=1e-15)
    np.testing.assert_allclose(layer.backward(upstream), upstream * derivative, rtol=1e-14)
    assert layer.forward(x[0]) == pytest.approx(y[0]) and layer.backward(10.0) == pytest.approx(10 * derivative[0])


# ReLU and Identity


def test_relu_does_not_turn_a_masked_infinity_into_nan():
    layer = ReLU()
    layer.forward(np.array([-1.0, 1.0]))
    np.testing.assert_array_equal(layer.backward(np.array([np.inf, np.inf])), [0, np.inf])


def test_identity_returns_an_array_of_its_own():
    x = np.ones(3)
    assert not np.may_share_memory(Identity().forward(x), x)


# Far from 0


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("x, y", [(-1e4, 0.0), (-1000.0, 0.0), (1000.0, 1.0), (1e4, 1.0)])
def test_sigmoid_does_not_overflow(x, y, dtype):
    layer = Sigmoid()
    with np.errstate(over="raise", invalid="raise"):
        assert layer.forward(np.array([x], dtype)) == [y]
        assert layer.backward(np.ones(1, dtype)) == [0]


FAR_OUT = [  # layer, y and slope far to the left, slope far to the right
    (ReLU(), lambda x: 0 * x, 0, 1),
    (LeakyReLU(0.1), lambda x: 0.1 * x, 0.1, 1),
    (PReLU(np.float32(0.1)), lambda x: 0.1 * x, 0.1, 1),
    (PReLU(np.full(4, 0.1)), lambda x: 0.1 * x, 0.1, 1),
    (ELU(2), lambda x: 0 * x - 2, 0, 1),
    (SELU(), lambda x: 0 * x - SELU_LIMIT, 0, SELU_SCALE),
    (GELU(), lambda x: 0 * x, 0, 1),
    (GELU("tanh"), lambda x: 0 * x, 0, 1),
    (SiLU(), lambda x: 0 * x, 0, 1),
]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("layer, y_left, slope_left, slope_right", FAR_OUT, ids=lambda value: type(value).__name__)
def test_far_from_0(layer, y_left, slope_left, slope_right, dtype):
    """Nothing overflows on the side that isn't taken: not even a warning."""
    left, right, upstream = np.array([-1e4, -1e3], dtype), np.array([1e3, 1e4], dtype), np.array([2, -3, 4, -5], dtype)
    with np.errstate(all="raise", under="ignore"):
        y = layer.forward(np.concatenate([left, right]))
        gradient = layer.backward(upstream)
    np.testing.assert_allclose(y, np.concatenate([y_left(left), slope_right * right]), rtol=1e-6)
    slopes = [slope_left, slope_left, slope_right, slope_right]
    np.testing.assert_allclose(gradient, upstream * slopes, rtol=1e-6)


def test_sigmoid_keeps_its_digits_where_it_is_small():
    """exp(-40) is far below the rounding error of 1: 1 - 1/(1 + exp(-40)) would have none left."""
    assert Sigmoid().forward(-40.0) == pytest.approx(math.exp(-40), rel=1e-14, abs=0)


@pytest.mark.parametrize("layer, slope", [(ELU(3), 3), (SELU(), SELU_LIMIT)], ids=repr)
def test_elu_keeps_its_digits_near_0(layer, slope):
    """exp(x) - 1 has none left where x is far below the rounding error of 1."""
    assert layer.forward(-1e-20) == pytest.approx(-1e-20 * slope, rel=1e-14, abs=0)


# SELU's constants


def test_selu_keeps_mean_0_and_variance_1():
    """What the two constants are for: the mean of selu(z) and selu(z)**2 over a standard normal z, as sums."""
    z, step = np.linspace(-12, 12, 200_001, retstep=True)
    weight = np.exp(-z * z / 2) / math.sqrt(2 * math.pi) * step
    y = SELU().forward(z)
    assert np.sum(weight * y) == pytest.approx(0, abs=1e-7)
    assert np.sum(weight * y * y) == pytest.approx(1, abs=1e-7)


# PReLU's slopes


def test_gradient_of_one_slope_by_hand():
    """One slope serves all elements: each that is not above 0 adds upstream * x."""
    layer = PReLU(0.5)
    np.testing.assert_array_equal(layer.forward(np.array([[-1.0, 2.0], [3.0, -4.0]])), [[-0.5, 2], [3, -2]])
    np.testing.assert_array_equal(layer.backward(np.array([[10.0, 20.0], [30.0, 40.0]])), [[5, 20], [30, 20]])
    np.testing.assert_array_equal(layer.grads["slope"], np.array(-1.0 * 10 + -4 * 40), strict=True)


def test_an_infinite_gradient_does_not_reach_the_slope_from_where_it_is_not_used():
    layer = PReLU(0.5)
    layer.forward(np.array([1.0, -1.0]))
    np.testing.assert_array_equal(layer.backward(np.array([np.inf, 2.0])), [np.inf, 1])
    assert layer.grads["slope"] == -2


@pytest.mark.parametrize("slope", [0.5, [0.5]], ids=["number", "one in a list"])
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 0), (2, 3, 4)], ids=str)
def test_one_slope_fits_every_shape(slope, shape):
    layer = PReLU(slope)
    y = layer.forward(np.full(shape, -1.0)[()])
    assert np.shape(y) == shape and (y == np.full(shape, -0.5)).all()
    assert np.shape(layer.backward(np.ones(shape)[()])) == shape
    assert layer.grads["slope"].shape == np.shape(slope)


# Errors and repr


@pytest.mark.parametrize("slopes, shape", [(2, (3,)), (2, (2, 3)), (3, (3, 1)), (3, ()), (4, (2, 2)), (3, (3, 0))])
def test_slopes_that_do_not_fit(slopes, shape):
    described = rf"shape {shape}" if shape else "a number"
    with pytest.raises(ValueError) as error:
        PReLU(np.ones(slopes)).forward(np.ones(shape)[()])
    assert f"PReLU has {slopes} slopes, one for each entry of the last axis, got {described}" in str(error.value)


@pytest.mark.parametrize("make, name", [(LeakyReLU, "slope"), (ELU, "alpha")])
def test_a_slope_that_is_no_finite_number(make, name):
    with pytest.raises(TypeError, match=f"{make.__name__} expected {name} to be a number, got 'steep'"):
        make("steep")
    with pytest.raises(ValueError, match=f"{make.__name__} expected {name} to be a finite number, got nan"):
        make(math.nan)


def test_repr():
    layers = [LeakyReLU(), PReLU(), PReLU([0.1]), PReLU(np.zeros(5)), ELU(), ELU(np.float32(0.5)), SELU()]
    assert list(map(repr, layers)) == [
        "LeakyReLU(slope=0.01)", "PReLU(slope=0.25)", "PReLU(slope=0.1)", "PReLU(5 slopes)",
        "ELU(alpha=1)", "ELU(alpha=0.5)", "SELU()",
    ]  # fmt: skip
