"""What counts as a value, and how a gradient is brought to the shape of its value."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import mutually_broadcastable_shapes

from backprop.values import (
    as_value,
    describe,
    divide,
    exp,
    fit,
    is_finite,
    log,
    maximum,
    plain,
    power,
    select,
    tanh,
)  # fmt: skip


@pytest.mark.parametrize("value", [3, 2.5, np.float32(2.5), np.ones(2, np.float32), np.ones((2, 3))], ids=repr)
def test_numbers_and_float_arrays_come_back_as_they_are(value):
    assert as_value(value, "Add", "x") is value or as_value(value, "Add", "x") == value
    assert type(as_value(value, "Add", "x")) is type(value)


@pytest.mark.parametrize(
    "value, expected",
    [
        ([1, 2], np.array([1.0, 2.0])),
        (np.array([250], np.uint8), np.array([250.0])),
        (np.array([True, False]), np.array([1.0, 0.0])),
        ([[1.5], [2]], np.array([[1.5], [2.0]])),
        (np.int64(3), np.float64(3.0)),
        ([], np.array([])),
    ],
)
def test_everything_else_that_is_numeric_becomes_float64(value, expected):
    result = as_value(value, "Add", "x")
    assert result.dtype == np.float64
    np.testing.assert_array_equal(result, expected, strict=True)


REFUSED = [None, "1", 1j, [[1], [1, 2]], object(), {1: 2}, [None], np.array("a")]


@pytest.mark.parametrize("value", REFUSED, ids=lambda value: type(value).__name__)
def test_the_rest_is_refused_with_a_name(value):
    with pytest.raises(TypeError, match="Multiply expected price to be a number or an array of numbers, got "):
        as_value(value, "Multiply", "price")


def test_plain_turns_what_numpy_returns_for_a_number_into_a_python_number():
    assert [type(plain(v)) for v in (np.float64(1), np.array(1.0), np.int64(1), 1.0)] == [float, float, int, float]
    assert type(plain(np.float32(1))) is type(plain(np.array(1, np.float32))) is np.float32
    array = np.ones(2)
    assert plain(array) is array


@pytest.mark.parametrize(
    "value, words", [(2.0, "a number"), (np.ones(3), "shape (3,)"), (np.ones((2, 1)), "shape (2, 1)")]
)
def test_describe(value, words):
    assert describe(value) == words


# Undoing a broadcast: sum over every axis that was added or stretched


@given(mutually_broadcastable_shapes(num_shapes=2, max_dims=4, max_side=3, min_side=0))
def test_fit_sums_over_what_broadcasting_stretched(shapes):
    shape = shapes.input_shapes[0]
    gradient = np.random.default_rng(0).integers(-9, 9, shapes.result_shape).astype(float)
    expected = np.zeros(shape)
    places = np.broadcast_to(np.arange(expected.size).reshape(shape), shapes.result_shape)
    for place, amount in zip(places.ravel(), gradient.ravel(), strict=True):
        expected.flat[place] += amount  # one by one: each copy hands its gradient to its origin
    np.testing.assert_array_equal(fit(gradient, np.zeros(shape)), expected)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_fit_gives_the_dtype_of_the_value(dtype):
    assert fit(np.ones((2, 3)), np.zeros(3, dtype)).dtype == dtype
    assert fit(np.ones(3), dtype(1)).dtype == dtype


@pytest.mark.parametrize("gradient, value", [((), (1,)), ((), (2,)), ((3,), (2, 3)), ((3, 2), (2, 3)), ((6,), (2, 3))])
def test_fit_refuses_a_gradient_that_no_broadcast_could_have_made(gradient, value):
    with pytest.raises(ValueError) as error:
        fit(np.ones(gradient), np.ones(value))
    assert str(error.value) == f"a gradient of shape {gradient} can't belong to a value of shape {value}"


def test_fit_leaves_python_integers_exact():
    assert type(fit(200, 1)) is int


def test_fit_of_an_array_to_a_python_number_is_a_python_number():
    assert type(fit(np.ones(3, np.float32), 2.0)) is float
    assert fit(np.ones(3), 2.0) == 3.0


# Elementary functions: the same for Python numbers as for arrays, edges included

EDGES = [-math.inf, -1000.0, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 999.0, 1000.0, math.inf, math.nan]


@pytest.mark.parametrize("function", [exp, log], ids=["exp", "log"])
@pytest.mark.parametrize("x", EDGES)
def test_functions_of_one_number_agree_with_numpy(function, x):
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(function(x), function(np.array([x]))[0], rtol=1e-15)
    assert type(function(x)) is float


@pytest.mark.parametrize("function", [divide, power], ids=["divide", "power"])
@pytest.mark.parametrize("x", EDGES)
@pytest.mark.parametrize("y", EDGES)
def test_functions_of_two_numbers_agree_with_numpy(function, x, y):
    with np.errstate(all="ignore"):
        result = function(x, y)
        np.testing.assert_allclose(result, function(np.array([x]), np.array([y]))[0], rtol=1e-15)
    assert type(result) is float


def test_select_gives_a_clean_zero_where_the_mask_is_false():
    """No -0.0, which a page would print, and no nan from an infinity that isn't wanted."""
    mask, value = np.array([True, False, False]), np.array([-2.0, -3.0, 4.0], np.float32)
    chosen = select(mask, value)
    assert chosen.tolist() == [-2.0, 0.0, 0.0] and chosen.dtype == np.float32
    assert not np.signbit(chosen[1:]).any()
    assert select(mask, np.array([1.0, np.inf, np.nan])).tolist() == [1.0, 0.0, 0.0]
    assert (select(True, -3.0), select(False, np.inf)) == (-3.0, 0.0)


def test_is_finite_where_the_sum_of_squares_overflows():
    assert is_finite(np.full(3, 1e200)) and is_finite(np.array(1.0)) and is_finite(np.zeros((0, 2)))
    assert not is_finite(np.array([1.0, np.nan])) and not is_finite(np.array([[-np.inf]]))


@pytest.mark.parametrize("x, y", [(1.0, 2.0), (2.0, 1.0), (3.0, 3.0), (np.nan, 1.0), (1.0, np.nan)])
def test_numbers_and_arrays_have_the_same_maximum_and_tanh(x, y):
    np.testing.assert_array_equal(maximum(x, y), maximum(np.array([x]), y)[0])
    np.testing.assert_allclose(tanh(x), tanh(np.array([x]))[0], rtol=1e-15)
    assert type(maximum(x, y)) is type(tanh(x)) is float
