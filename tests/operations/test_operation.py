"""The contract that every operation and every layer keeps, whatever it computes."""

import numpy as np
import pytest
from helpers import ARITHMETIC, DTYPES, RULES, WEIGHTS, all_shapes, as_tuple, one_each, upstream_like

from backprop.layers import Affine, BatchNorm, Convolution, Identity, Layer, PReLU, Recurrent
from backprop.operations import Add, Exp, MatMul, Multiply, Operation, Sum

OF_NUMBERS = [rule for rule in RULES if set(rule.shapes[0]) == {()} and rule.name != "broadcast"]
PARAMETERS = {
    Affine: {"W", "b"}, PReLU: {"slope"}, BatchNorm: {"gamma", "beta"},
    Convolution: {"kernels", "bias"}, Recurrent: {"Wx", "Wh", "b"},
}  # fmt: skip


# Numbers: what comes in decides what goes out


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(**one_each(RULES))
def test_dtype_is_kept(rule, shapes, dtype):
    operation, inputs = rule.make(dtype), rule.inputs(shapes, dtype)
    output = operation.forward(*inputs)
    gradients = as_tuple(operation.backward(upstream_like(output)))
    assert np.asarray(output).dtype == dtype
    assert [gradient.dtype for gradient in gradients] == [dtype] * len(inputs)


@pytest.mark.parametrize(**one_each(RULES))
def test_gradient_has_the_dtype_of_its_input_even_if_upstream_is_wider(rule, shapes):
    operation, inputs = rule.make(np.float32), rule.inputs(shapes, np.float32)
    upstream = np.asarray(upstream_like(operation.forward(*inputs)), np.float64)
    assert all(gradient.dtype == np.float32 for gradient in as_tuple(operation.backward(upstream)))


@pytest.mark.parametrize("dtype", [np.int64, np.uint8, np.int8, bool])
@pytest.mark.parametrize(**one_each(RULES))
def test_integers_give_what_floats_give(rule, shapes, dtype):
    rng = np.random.default_rng(3)
    integers = [rng.integers(1, 2 if dtype is bool else 100, shape).astype(dtype) for shape in shapes]
    if rule.name in ("exp", "power"):  # 100**100 fits into nothing
        integers = [value % 4 + np.ones_like(value) for value in integers]
    floats = [value.astype(np.float64) for value in integers]
    ours, expected = rule.make(np.float64), rule.make(np.float64)
    output = ours.forward(*integers)
    upstream = upstream_like(expected.forward(*floats))
    np.testing.assert_array_equal(output, expected.forward(*floats))
    for gradient, right in zip(as_tuple(ours.backward(upstream)), as_tuple(expected.backward(upstream)), strict=True):
        assert gradient.dtype == np.float64
        np.testing.assert_array_equal(gradient, right)


def test_integer_upstream_gradient_is_taken_as_a_float():
    operation = Exp()
    operation.forward(np.array([0.5, 1.5]))
    np.testing.assert_array_equal(operation.backward(np.array([1, 2])), np.exp([0.5, 1.5]) * [1, 2])


def test_lists_are_accepted_where_arrays_are():
    operation = Multiply()
    np.testing.assert_array_equal(operation.forward([1, 2], [3, 4]), [3, 8])
    np.testing.assert_array_equal(operation.backward([1, 10]), [[3, 40], [1, 20]])


@pytest.mark.parametrize("upstream", [1.0, np.float64(1.0), np.array(1.0)], ids=repr)
@pytest.mark.parametrize("rule", OF_NUMBERS, ids=lambda rule: rule.name)
def test_python_numbers_stay_python_numbers(rule, upstream):
    """So a first example prints 220.0, not np.float64(220.0)."""
    operation, inputs = rule.make(np.float64), [1.5, 0.5][: len(rule.domains)]
    assert type(operation.forward(*inputs)) is float
    assert [type(gradient) for gradient in as_tuple(operation.backward(upstream))] == [float] * len(inputs)


# Arrays: nobody writes into what belongs to somebody else


@pytest.mark.parametrize(**all_shapes(RULES))
def test_inputs_and_upstream_gradient_are_not_written_to(rule, shapes):
    operation, inputs = rule.make(np.float64), rule.inputs(shapes)
    before = [np.copy(value) for value in inputs]
    upstream = upstream_like(operation.forward(*inputs))
    upstream_before = np.copy(upstream)
    operation.backward(upstream)
    np.testing.assert_array_equal(upstream, upstream_before)
    for value, copy in zip(inputs, before, strict=True):
        np.testing.assert_array_equal(value, copy)


@pytest.mark.parametrize(**all_shapes(RULES))
def test_returned_gradients_belong_to_the_caller(rule, shapes):
    """Writing into one changes neither the others, nor upstream, nor inputs, nor what backward says next."""
    operation, inputs = rule.make(np.float64), rule.inputs(shapes)
    upstream = upstream_like(operation.forward(*inputs))
    first = [np.copy(gradient) for gradient in as_tuple(operation.backward(upstream))]
    gradients = [gradient for gradient in as_tuple(operation.backward(upstream)) if np.ndim(gradient)]
    for position, gradient in enumerate(gradients):
        for other in [upstream, *inputs, *gradients[:position]]:
            assert not np.may_share_memory(gradient, other)
        gradient[...] = np.nan  # raises where an array is read-only
    for gradient, right in zip(as_tuple(operation.backward(upstream)), first, strict=True):
        np.testing.assert_array_equal(gradient, right)


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


@pytest.mark.parametrize(**one_each(RULES))
def test_backward_answers_for_the_latest_forward(rule, shapes):
    used, fresh = rule.make(np.float64), rule.make(np.float64)
    upstream = upstream_like(used.forward(*rule.inputs(shapes, seed=1)))
    used.backward(upstream)
    used.forward(*rule.inputs(shapes, seed=2))
    fresh.forward(*rule.inputs(shapes, seed=2))
    for gradient, right in zip(as_tuple(used.backward(upstream)), as_tuple(fresh.backward(upstream)), strict=True):
        np.testing.assert_array_equal(gradient, right)


# Errors: what came, what was wanted


@pytest.mark.parametrize(**one_each(RULES))
def test_backward_before_forward(rule, shapes):
    operation = rule.make(np.float64)
    with pytest.raises(ValueError, match=rf"{type(operation).__name__}\.backward .*before forward"):
        operation.backward(1.0)


@pytest.mark.parametrize(**one_each(RULES))
def test_wrong_number_of_inputs(rule, shapes):
    operation, inputs = rule.make(np.float64), rule.inputs(shapes)
    wanted = f"{len(inputs)} input"
    with pytest.raises(TypeError, match=f"expected {wanted}.*got {len(inputs) + 1}"):
        operation.forward(*inputs, 1.0)
    with pytest.raises(TypeError, match=f"expected {wanted}.*got 0"):
        operation.forward()


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
@pytest.mark.parametrize(**one_each(RULES))
def test_what_is_not_a_number_is_refused(rule, shapes, value, shown):
    operation, inputs = rule.make(np.float64), rule.inputs(shapes)
    for position, argument in enumerate(operation.arguments):
        changed = [*inputs[:position], value, *inputs[position + 1 :]]
        with pytest.raises(TypeError, match=rf"{type(operation).__name__} expected {argument} .*number.*got .*{shown}"):
            operation.forward(*changed)


@pytest.mark.parametrize("value, shown", NOT_NUMBERS.values(), ids=NOT_NUMBERS)
def test_upstream_gradient_that_is_not_a_number_is_refused(value, shown):
    operation = Multiply()
    operation.forward(1.0, 2.0)
    with pytest.raises(TypeError, match=rf"Multiply\.backward expected grad_output .*got .*{shown}"):
        operation.backward(value)


@pytest.mark.parametrize(**one_each(RULES))
def test_upstream_gradient_of_another_shape_is_refused(rule, shapes):
    """Also where it would broadcast: a gradient has the shape of the value it belongs to."""
    operation = rule.make(np.float64)
    shape = np.shape(operation.forward(*rule.inputs(shapes)))
    for wrong in [(*shape, 1), (1, *shape), (7,)]:
        with pytest.raises(ValueError) as error:
            operation.backward(np.ones(wrong))
        assert f"output's shape {shape}, got shape {wrong}" in str(error.value)


@pytest.mark.parametrize("rule", ARITHMETIC, ids=lambda rule: rule.name)
@pytest.mark.parametrize("x, y", [((2, 3), (2, 4)), ((2, 3), (2,)), ((3,), (2,))])
def test_shapes_that_do_not_broadcast(rule, x, y):
    operation = rule.make(np.float64)
    with pytest.raises(ValueError) as error:
        operation.forward(np.ones(x), np.ones(y))
    assert f"{type(operation).__name__} got x of shape {x}, y of shape {y}" in str(error.value)


# Parameters and repr


@pytest.mark.parametrize(**one_each(RULES))
def test_params_and_grads_have_the_same_keys(rule, shapes):
    operation = rule.make(np.float64)
    expected = PARAMETERS.get(type(operation), set())
    assert set(operation.params) == set(operation.grads) == expected
    operation.backward(upstream_like(operation.forward(*rule.inputs(shapes))))
    assert set(operation.params) == set(operation.grads) == expected


def test_params_of_one_operation_are_not_those_of_another():
    Identity().params["W"] = WEIGHTS
    assert Identity().params == {}
    one, other = Affine(WEIGHTS, WEIGHTS[0]), Affine(WEIGHTS, WEIGHTS[0])
    assert one.params is not other.params
    assert one.grads["W"] is not other.grads["W"]


def test_repr_is_short():
    assert [repr(operation) for operation in (Add(), Exp(), MatMul())] == ["Add()", "Exp()", "MatMul()"]


# What a reader who writes an operation gets


class Cube(Operation):
    """y = x**3, with a backward rule that returns whatever shape it is told to."""

    def __init__(self, reshape=lambda gradient: gradient):
        self.reshape = reshape

    def forward(self, x):
        self.x = x
        return x**3

    def backward(self, grad_output):
        return self.reshape(grad_output * 3 * self.x**2)


def test_two_methods_make_an_operation():
    cube = Cube()
    assert (cube.forward(2.0), cube.backward(10.0)) == (8.0, 120.0)


@pytest.mark.parametrize("reshape", [np.ravel, np.transpose, lambda g: g.mean(axis=0)], ids=["flat", "T", "mean"])
def test_a_backward_rule_of_the_wrong_shape_is_reported_not_reshaped(reshape):
    cube = Cube(reshape)
    upstream = upstream_like(cube.forward(np.ones((2, 3))))
    with pytest.raises(ValueError, match=r"Cube.*\(2, 3\)"):
        cube.backward(upstream)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_backward_rule_returns_one_gradient_for_each_input(count):
    class Counted(Add):
        def backward(self, grad_output):
            return (grad_output,) * count

    operation = Counted()
    operation.forward(1.0, 2.0)
    with pytest.raises(ValueError, match=f"Counted.*{count} gradients?.*2 inputs"):
        operation.backward(1.0)


def test_a_missing_rule_is_named():
    class Square(Operation):
        def forward(self, x):
            return x * x

    with pytest.raises(NotImplementedError, match=r"Operation .*write compute\(\)"):
        Operation().forward(1.0)
    square = Square()
    square.forward(3.0)
    with pytest.raises(NotImplementedError, match=r"Square .*write gradients\(\)"):
        square.backward(1.0)


def test_a_layer_turns_integer_parameters_into_floats():
    layer = Layer(slope=[1, 2])
    assert layer.params["slope"].dtype == layer.grads["slope"].dtype == np.float64
    np.testing.assert_array_equal(layer.grads["slope"], [0, 0])
    with pytest.raises(TypeError, match="Layer expected slope"):
        Layer(slope="steep")
