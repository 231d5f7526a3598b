"""What counts as a value, and how a gradient is brought to the shape of its value."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import mutually_broadcastable_shapes

from backprop.values import (
    as_python,
    as_value,
    describe,
    divide,
    exp,
    generator,
    is_finite,
    log,
    maximum,
    outline,
    power,
    real_number,
    tanh,
    unbroadcast,
    whole_number,
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


@pytest.mark.parametrize("value", [None, "1", 1j, [[1], [1, 2]], {1}, {1: 2}, [None], np.array("a")], ids=repr)
def test_the_rest_is_refused_with_a_name(value):
    with pytest.raises(TypeError, match="Multiply expected price to be a number or an array of numbers, got "):
        as_value(value, "Multiply", "price")


# Hyperparameters: whatever class they belong to, TypeError for the wrong kind and ValueError for out of range


@pytest.mark.parametrize("value", [0.5, 1, np.float32(0.5), np.float64(0.5), np.int64(1), np.array(0.5)], ids=repr)
def test_a_real_number_becomes_a_float(value):
    assert real_number(value, "SGD", "learning_rate", above=0, most=1) == value
    assert type(real_number(value, "SGD", "learning_rate")) is float


@pytest.mark.parametrize("value", ["0.1", None, 1j, True, [0.1], [0.1, 0.2], np.array([0.1]), {}], ids=repr)
def test_what_is_no_real_number(value):
    with pytest.raises(TypeError) as error:
        real_number(value, "SGD", "learning_rate", above=0)
    assert str(error.value) == f"SGD expected learning_rate to be a number, got {value!r}"


@pytest.mark.parametrize(
    "limits, right, wrong, words",
    [
        ({}, -1e300, math.inf, "a finite number"),
        ({"above": 0}, 1e-300, 0, "a number above 0"),
        ({"least": 0}, 0, -0.1, "a number of 0 or more"),
        ({"least": 0, "below": 1}, 0.999, 1, "a number of 0 or more and below 1"),
        ({"least": 0, "most": 1}, 1, 1.1, "a number of 0 or more and at most 1"),
    ],
)
def test_a_real_number_has_its_range(limits, right, wrong, words):
    assert real_number(right, "Adam", "eps", **limits) == right
    for value in (wrong, math.nan, -math.inf):
        with pytest.raises(ValueError) as error:
            real_number(value, "Adam", "eps", **limits)
        assert str(error.value) == f"Adam expected eps to be {words}, got {value!r}"


def test_a_whole_number():
    assert [whole_number(value, "train", "steps", least=0) for value in (0, np.int64(3))] == [0, 3]
    assert type(whole_number(np.uint8(3), "train", "steps")) is int
    for value in (2.0, "2", None, True, 1j, [2], np.array([2])):
        with pytest.raises(TypeError) as error:
            whole_number(value, "train", "steps")
        assert str(error.value) == f"train expected steps to be a whole number, got {value!r}"
    with pytest.raises(ValueError, match="train expected steps to be 1 or more, got 0"):
        whole_number(0, "train", "steps")


def test_a_generator():
    rng = np.random.default_rng(0)
    assert generator(rng, "train") is rng
    for value in (None, 0, np.random, np.random.PCG64(0)):
        with pytest.raises(
            TypeError, match=r"train expected rng .*numpy\.random\.Generator, such as .*default_rng\(0\)"
        ):
            generator(value, "train")


# What values look like


def test_as_python_turns_what_numpy_returns_for_a_number_into_a_python_number():
    assert [type(as_python(v)) for v in (np.float64(1), np.array(1.0), np.int64(1), 1.0)] == [float, float, int, float]
    assert type(as_python(np.float32(1))) is type(as_python(np.array(1, np.float32))) is np.float32
    array = np.ones(2)
    assert as_python(array) is array


def test_an_outline_has_shape_and_dtype_and_takes_up_no_memory():
    drawn = outline(np.ones((2, 3), np.float32))
    assert (drawn.shape, drawn.dtype, drawn.strides) == ((2, 3), np.float32, (0, 0))
    assert outline(np.zeros((2, 3), np.float32)) is drawn and not drawn.flags.writeable
    assert (outline(2.5), type(outline(np.float64(1)))) == (2.5, float)


@pytest.mark.parametrize(
    "value, words", [(2.0, "a number"), (np.ones(3), "shape (3,)"), (np.ones((2, 1)), "shape (2, 1)")]
)
def test_describe(value, words):
    assert describe(value) == words


# Undoing a broadcast: sum over every axis that was added or stretched


@given(mutually_broadcastable_shapes(num_shapes=2, max_dims=4, max_side=3, min_side=0))
def test_unbroadcast_sums_over_what_broadcasting_stretched(shapes):
    shape = shapes.input_shapes[0]
    gradient = np.random.default_rng(0).integers(-9, 9, shapes.result_shape).astype(float)
    expected = np.zeros(shape)
    places = np.broadcast_to(np.arange(expected.size).reshape(shape), shapes.result_shape)
    for place, amount in zip(places.ravel(), gradient.ravel(), strict=True):
        expected.flat[place] += amount  # one by one: each copy hands its gradient to its origin
    np.testing.assert_array_equal(unbroadcast(gradient, np.zeros(shape)), expected)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_unbroadcast_gives_the_dtype_of_the_value(dtype):
    assert unbroadcast(np.ones((2, 3)), np.zeros(3, dtype)).dtype == dtype
    assert unbroadcast(np.ones(3), dtype(1)).dtype == dtype


@pytest.mark.parametrize("gradient, value", [((), (1,)), ((), (2,)), ((3,), (2, 3)), ((3, 2), (2, 3)), ((6,), (2, 3))])
def test_unbroadcast_refuses_a_gradient_that_no_broadcast_could_have_made(gradient, value):
    with pytest.raises(ValueError) as error:
        unbroadcast(np.ones(gradient), np.ones(value))
    assert str(error.value) == f"a gradient of shape {gradient} can't belong to a value of shape {value}"


def test_unbroadcast_leaves_python_integers_exact():
    assert type(unbroadcast(200, 1)) is int


def test_unbroadcast_of_an_array_to_a_python_number_is_a_python_number():
    assert type(unbroadcast(np.ones(3, np.float32), 2.0)) is float
    assert unbroadcast(np.ones(3), 2.0) == 3.0


# Elementary functions: the same for Python numbers as for arrays, edges included

EDGES = [-math.inf, -1000.0, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 999.0, 1000.0, math.inf, math.nan]


@pytest.mark.parametrize("function", [exp, log, tanh])
def test_functions_of_one_number_agree_with_numpy(function):
    with np.errstate(all="raise"):
        results = [function(x) for x in EDGES]
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(results, function(np.array(EDGES)), rtol=1e-15)
    assert {type(result) for result in results} == {float}


@pytest.mark.parametrize("function", [divide, power, maximum])
def test_functions_of_two_numbers_agree_with_numpy(function):
    with np.errstate(all="raise"):  # of Python numbers nothing is said, at no edge
        results = [[function(x, y) for y in EDGES] for x in EDGES]
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(results, function(np.array(EDGES)[:, np.newaxis], np.array(EDGES)), rtol=1e-15)
    assert {type(result) for row in results for result in row} == {float}


def test_is_finite_where_the_sum_of_squares_overflows():
    assert is_finite(np.full(3, 1e200)) and is_finite(np.array(1.0)) and is_finite(np.zeros((0, 2)))
    assert not is_finite(np.array([1.0, np.nan])) and not is_finite(np.array([[-np.inf]]))
