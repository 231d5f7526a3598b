"""What stands around forward and backward, seen with one small operation, as a reader writes it."""

import numpy as np
import pytest
from helpers import RULES

from backprop import layers, losses
from backprop.operations import Add, Divide, Operation, Sum


class Area(Operation):
    """Length times width, of shapes that broadcast; `returned` is told what backward would return."""

    arguments = ("length", "width")

    def __init__(self, returned=lambda *gradients: gradients):
        self.returned = returned

    def forward(self, length, width):
        self.length, self.width = length, width
        return length * width

    def backward(self, grad_output):
        return self.returned(grad_output * self.width, grad_output * self.length)


class Cube(Operation):
    def forward(self, x):
        self.x = x
        return x**3

    def backward(self, grad_output):
        return grad_output * 3 * self.x**2


def test_two_methods_make_an_operation():
    area, cube = Area(), Cube()
    assert (area.forward(2, 3), area.backward(10)) == (6, (30, 20))
    assert (cube.forward(2.0), cube.backward(10.0)) == (8.0, 120.0)


def test_every_class_of_the_package_has_the_checks_around_it():
    classes = {type(rule.make(np.float64)) for rule in RULES} | {
        layers.Embedding,
        losses.SoftmaxWithLoss,
        losses.MeanSquaredError,
    }
    assert classes >= {getattr(layers, name) for name in layers.__all__ if name not in ("Layer", "Dropout")}
    for operation in classes:
        assert operation.forward.__wrapped__ and operation.backward.__wrapped__


def test_a_gradient_is_summed_over_what_broadcasting_stretched():
    area = Area()
    area.forward(np.array([[1.0, 2.0], [3.0, 4.0]], np.float32), np.array([10.0, 20.0], np.float32))
    of_length, of_width = area.backward(np.array([[1.0, 1.0], [2.0, 0.0]]))
    np.testing.assert_array_equal(of_length, np.array([[10, 20], [20, 0]], np.float32), strict=True)
    np.testing.assert_array_equal(of_width, np.array([1 * 1 + 3 * 2, 2 * 1 + 4 * 0], np.float32), strict=True)


def test_lists_are_accepted_where_arrays_are():
    area = Area()
    np.testing.assert_array_equal(area.forward([1, 2], [3, 4]), [3, 8])
    np.testing.assert_array_equal(area.backward([1, 10]), [[3, 40], [1, 20]])


@pytest.mark.parametrize("upstream", [1.0, np.float64(1.0), np.float32(1.0), np.array(1.0), 1])
def test_gradients_of_a_sum_belong_to_the_caller_whatever_the_upstream_number_is(upstream):
    operation = Sum()
    operation.forward(np.ones((2, 3)))
    gradient = operation.backward(upstream)
    gradient[0, 0] = 5.0
    assert gradient.sum() == 10.0


def test_one_array_given_twice_gets_two_gradients():
    operation, x = Add(), np.ones(3)
    operation.forward(x, x)
    first, second = operation.backward(np.array([1.0, 2.0, 3.0]))
    first += 10
    np.testing.assert_array_equal(second, [1, 2, 3])


def test_a_subclass_calls_the_rule_of_its_base_as_it_is():
    class Doubled(Cube):
        def forward(self, x):
            return 2 * super().forward(x)

        def backward(self, grad_output):
            return 2 * super().backward(grad_output)

    doubled = Doubled()
    assert (doubled.forward(2), doubled.backward(10)) == (16, 240)


def test_a_gradient_that_nobody_wants_may_be_left_out():
    class Lazy(Cube):
        def backward(self, grad_output):
            return super().backward(grad_output) if self.needs_input_grad else None

    lazy = Lazy()
    lazy.forward(2.0)
    assert lazy.backward(1.0) == 12.0
    lazy.needs_input_grad = False
    assert lazy.backward(1.0) is None


# Errors: what came, what was wanted


def test_backward_before_forward():
    with pytest.raises(ValueError, match=r"Area\.backward .*before forward"):
        Area().backward(1.0)


def test_wrong_number_of_inputs():
    with pytest.raises(TypeError, match=r"Area.forward expected 2 inputs \(length, width\), got 3"):
        Area().forward(1.0, 2.0, 3.0)
    with pytest.raises(TypeError, match=r"Cube.forward expected 1 input \(x\), got 0"):
        Cube().forward()


NOT_NUMBERS = {
    "None": (None, "None"),
    "a string": ("3", "'3'"),
    "a complex number": (1j, "complex"),
    "complex numbers": (np.array([1j]), "ndarray"),
    "rows of different lengths": ([[1, 2], [3]], "list"),
    "a dict": ({"x": 1}, "dict"),
    "strings": (["a", "b"], "list"),
    "an array of objects": (np.array([None, 1]), "ndarray"),
}


@pytest.mark.parametrize("value, shown", NOT_NUMBERS.values(), ids=NOT_NUMBERS)
def test_what_is_not_a_number_is_refused(value, shown):
    wanted = f"a number or an array of numbers, got .*{shown}"
    for name, inputs in (("length", (value, 1.0)), ("width", (1.0, value))):
        with pytest.raises(TypeError, match=f"Area expected {name} to be {wanted}"):
            Area().forward(*inputs)
    area = Area()
    area.forward(1.0, 2.0)
    with pytest.raises(TypeError, match=rf"Area\.backward expected grad_output to be {wanted}"):
        area.backward(value)


@pytest.mark.parametrize("wrong", [(2, 3, 1), (1, 2, 3), (7,), (3,), ()])
def test_upstream_gradient_of_another_shape_is_refused(wrong):
    """Also where it would broadcast: a gradient has the shape of the value it belongs to."""
    area = Area()
    area.forward(np.ones((2, 3)), 1.0)
    with pytest.raises(ValueError) as error:
        area.backward(np.ones(wrong)[()])
    assert f"output's shape (2, 3), got {f'shape {wrong}' if wrong else 'a number'}" in str(error.value)


@pytest.mark.parametrize("x, y", [((2, 3), (2, 4)), ((2, 3), (2,)), ((3,), (2,))])
def test_shapes_that_do_not_broadcast(x, y):
    with pytest.raises(ValueError) as error:
        Divide().forward(np.ones(x), np.ones(y))
    assert f"Divide got x of shape {x}, y of shape {y}" in str(error.value)


@pytest.mark.parametrize("reshape", [np.ravel, np.transpose, lambda g: g.mean(axis=0)], ids=["flat", "T", "mean"])
def test_a_backward_rule_of_the_wrong_shape_is_reported_not_reshaped(reshape):
    area = Area(lambda length, width: (reshape(length), width))
    area.forward(np.ones((2, 3)), np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"Area.*\(2, 3\)"):
        area.backward(np.ones((2, 3)))


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_backward_rule_returns_one_gradient_for_each_input(count):
    area = Area(lambda length, width: (length,) * count)
    area.forward(1.0, 2.0)
    with pytest.raises(ValueError, match=f"Area.*{count} gradients?.*2 inputs"):
        area.backward(1.0)


def test_a_missing_rule_is_named():
    class Square(Operation):
        def forward(self, x):
            return x * x

    with pytest.raises(NotImplementedError, match=r"Operation has no forward rule yet: write forward\(\)"):
        Operation().forward(1.0)
    square = Square()
    square.forward(3.0)
    with pytest.raises(NotImplementedError, match=r"Square has no backward rule yet: write backward\(\)"):
        square.backward(1.0)
