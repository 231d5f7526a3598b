"""The contract that every operation and every layer keeps, whatever it computes. The checks: test_checks.py."""

import numpy as np
import pytest
from helpers import (
    DTYPES,
    RULES,
    WEIGHTS,
    as_tuple,
    assert_gradients_are_derivatives,
    assert_operation_agrees_with_torch,
    one_each,
    upstream_like,
)

from backprop.layers import (
    LSTM,
    Affine,
    Attention,
    BatchNorm,
    Convolution,
    Identity,
    LayerNorm,
    Linear,
    Positions,
    PReLU,
    Recurrent,
)
from backprop.operations import Add, Exp, MatMul

ALL = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
OF_NUMBERS = [rule for rule in RULES if set(rule.shapes[0]) == {()} and rule.name != "broadcast"]
PARAMETERS = {
    Affine: {"W", "b"}, PReLU: {"slope"}, BatchNorm: {"gamma", "beta"},
    Convolution: {"kernels", "bias"}, Recurrent: {"Wx", "Wh", "b"}, LSTM: {"Wx", "Wh", "b"},
    LayerNorm: {"gamma", "beta"}, Attention: {"W_q", "W_k", "W_v", "W_o"}, Linear: {"W"}, Positions: {"W"},
}  # fmt: skip


@ALL
def test_backward_is_the_derivative(rule):
    for shapes in rule.shapes:
        assert_gradients_are_derivatives(lambda: rule.make(np.float64), rule.inputs(shapes))


@pytest.mark.parametrize("dtype", DTYPES)
@ALL
def test_agrees_with_torch(rule, dtype):
    torch = pytest.importorskip("torch")
    for shapes in rule.shapes:
        assert_operation_agrees_with_torch(torch, rule, shapes, dtype)


# Numbers: what comes in decides what goes out


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(**one_each(RULES))
def test_dtype_is_kept_whatever_the_upstream_gradient_has(rule, shapes, dtype):
    operation, inputs = rule.make(dtype), rule.inputs(shapes, dtype)
    output = operation.forward(*inputs)
    assert np.asarray(output).dtype == dtype
    for of_upstream in DTYPES:
        gradients = as_tuple(operation.backward(np.asarray(upstream_like(output), of_upstream)))
        assert [gradient.dtype for gradient in gradients] == [dtype] * len(inputs)


@pytest.mark.parametrize(**one_each(RULES))
def test_integers_give_what_floats_give(rule, shapes):
    rng = np.random.default_rng(3)
    integers = [rng.integers(1, 100, shape).astype(np.uint8) for shape in shapes]
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


@pytest.mark.parametrize("rule", OF_NUMBERS, ids=lambda rule: rule.name)
def test_python_numbers_stay_python_numbers(rule):
    """So a first example prints 220.0, not np.float64(220.0)."""
    operation, inputs = rule.make(np.float64), [1.5, 0.5][: len(rule.domains)]
    assert type(operation.forward(*inputs)) is float
    for upstream in (1.0, np.float64(1.0), np.array(1.0)):
        assert [type(gradient) for gradient in as_tuple(operation.backward(upstream))] == [float] * len(inputs)


# Arrays: nobody writes into what belongs to somebody else


@ALL
def test_arguments_are_not_written_to_and_gradients_belong_to_the_caller(rule):
    """Writing into a gradient changes neither the others, nor upstream, nor inputs, nor what backward says next."""
    for shapes in rule.shapes:
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
        for value, untouched in zip(inputs, rule.inputs(shapes), strict=True):
            np.testing.assert_array_equal(value, untouched)
        np.testing.assert_array_equal(upstream, upstream_like(operation.forward(*inputs)))


@pytest.mark.parametrize(**one_each(RULES))
def test_backward_answers_for_the_latest_forward(rule, shapes):
    """Gradients of parameters, too: they replace those of the backward before."""
    used, fresh = rule.make(np.float64), rule.make(np.float64)
    upstream = upstream_like(used.forward(*rule.inputs(shapes, seed=1)))
    used.backward(upstream)
    used.forward(*rule.inputs(shapes, seed=2))
    fresh.forward(*rule.inputs(shapes, seed=2))
    for gradient, right in zip(as_tuple(used.backward(upstream)), as_tuple(fresh.backward(upstream)), strict=True):
        np.testing.assert_array_equal(gradient, right)
    for name, gradient in used.grads.items():
        np.testing.assert_array_equal(gradient, fresh.grads[name])


# Parameters and repr


@pytest.mark.parametrize(**one_each(RULES))
def test_params_and_grads_have_the_same_keys(rule, shapes):
    operation = rule.make(np.float64)
    expected = PARAMETERS.get(type(operation), set())
    assert set(operation.params) == set(operation.grads) == expected
    before = {name: value.copy() for name, value in operation.params.items()}
    operation.backward(upstream_like(operation.forward(*rule.inputs(shapes))))
    assert set(operation.params) == set(operation.grads) == expected
    for name, value in before.items():
        np.testing.assert_array_equal(operation.params[name], value)


def test_params_of_one_operation_are_not_those_of_another():
    Identity().params["W"] = WEIGHTS
    assert Identity().params == {}
    one, other = Affine(WEIGHTS, WEIGHTS[0]), Affine(WEIGHTS, WEIGHTS[0])
    assert one.params is not other.params
    assert one.grads["W"] is not other.grads["W"]


def test_repr_is_short():
    assert [repr(operation) for operation in (Add(), Exp(), MatMul())] == ["Add()", "Exp()", "MatMul()"]
