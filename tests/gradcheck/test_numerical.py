"""Central differences: right values, float64 whatever comes in, and clear errors."""

import numpy as np
import pytest

from backprop.gradcheck import numerical_gradient


@pytest.mark.parametrize(
    "f, x, expected",
    [
        (lambda x: x**2, 3.0, 6.0),
        (lambda x: x**2, 3, 6.0),
        (np.exp, 0.0, 1.0),
        (lambda x: np.sum(x**2), [3], [6.0]),
        (lambda x: np.sum(x**2), np.array([3]), [6.0]),
        (lambda x: np.sum(x**2), np.array([[3, 200]], np.uint8), [[6.0, 400.0]]),
        (lambda x: np.sum(x**2), np.array([3, -4], np.float32), [6.0, -8.0]),
        (lambda x: x[0] * x[1] ** 2, np.array([3.0, 4.0]), [16.0, 24.0]),
        (lambda x: np.sum(np.log(x)), np.array([0.01, 1.0, 1e6]), [100.0, 1.0, 1e-6]),
        (lambda x: np.sum(x), np.zeros((2, 0)), np.zeros((2, 0))),
        (lambda x: np.array([[np.sum(3 * x)]]), np.ones(2), [3.0, 3.0]),
    ],
)
def test_numerical_gradient_by_hand(f, x, expected):
    gradient = numerical_gradient(f, x)
    assert np.shape(gradient) == np.shape(expected)
    assert np.asarray(gradient).dtype == np.float64
    np.testing.assert_allclose(gradient, expected, rtol=1e-6)


def test_numerical_gradient_of_a_number_is_a_number():
    assert type(numerical_gradient(lambda x: x * x, 3)) is float


@pytest.mark.parametrize("x", [np.array([3, 4]), np.array([3.0, 4.0], np.float32), np.array([3.0, 4.0])], ids=str)
def test_f_gets_float64_arrays_of_the_shape_of_x_and_x_is_left_alone(x):
    before, seen = x.copy(), []

    def f(moved):
        seen.append((moved.copy(), moved.dtype))
        assert moved is not x
        return moved.sum()

    numerical_gradient(f, x)
    np.testing.assert_array_equal(x, before, strict=True)
    assert {dtype for _, dtype in seen} == {np.dtype(np.float64)}
    for moved, _ in seen:
        assert moved.shape == x.shape and (moved != before).sum() == 1  # one element at a time


def test_f_gets_a_float_where_x_is_a_number():
    kinds = set()
    numerical_gradient(lambda x: kinds.add(type(x)) or x, 3)
    assert kinds == {float}


@pytest.mark.parametrize("h", [1e-2, 1e-4, 1])
def test_h_is_the_step(h):
    points = []
    numerical_gradient(lambda x: points.append(x) or x, 2.0, h=h)
    assert sorted(points) == [2.0 - h, 2.0 + h]


def test_central_differences_are_exact_for_a_parabola():
    """A one-sided difference would be off by h."""
    assert numerical_gradient(lambda x: x**2, 3.0, h=0.5) == 6.0


@pytest.mark.parametrize("h", [0, -1e-4, float("nan")])
def test_h_is_above_0(h):
    with pytest.raises(ValueError, match=f"numerical_gradient expected a step h above 0, got {h!r}"):
        numerical_gradient(lambda x: x, 1.0, h=h)


@pytest.mark.parametrize(
    "f, got",
    [(lambda x: x, r"shape \(2,\)"), (lambda x: None, "None"), (lambda x: "one", "'one'")],
    ids=["array", "None", "text"],
)
def test_f_returns_a_number(f, got):
    with pytest.raises((ValueError, TypeError), match=f"numerical_gradient expected f to return a number, got .*{got}"):
        numerical_gradient(f, [1.0, 2.0])


@pytest.mark.parametrize("x", [None, "1", [[1], [1, 2]], 1j], ids=repr)
def test_x_is_a_number_or_an_array(x):
    with pytest.raises(TypeError, match="numerical_gradient expected x to be a number or an array of numbers"):
        numerical_gradient(lambda x: x, x)
