"""All layers by differences and against PyTorch, in any shape; and what Layer does for those with parameters."""

import numpy as np
import pytest
from helpers import (
    BETA,
    BIAS,
    DTYPES,
    GAMMA,
    LAYERS,
    SLOPES,
    WEIGHTS,
    all_shapes,
    assert_gradients_are_derivatives,
    assert_operation_agrees_with_torch,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from backprop.layers import Affine, BatchNorm, Layer, PReLU

# All layers


@pytest.mark.parametrize(**all_shapes(LAYERS))
def test_gradients_are_derivatives(rule, shapes):
    assert_gradients_are_derivatives(lambda: rule.make(np.float64), rule.inputs(shapes))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(**all_shapes(LAYERS))
def test_agrees_with_torch(rule, shapes, dtype):
    torch = pytest.importorskip("torch")
    assert_operation_agrees_with_torch(torch, rule, shapes, dtype)


def shape_of_any(min_dims=0, max_dims=3, min_side=0):
    return array_shapes(min_dims=min_dims, max_dims=max_dims, min_side=min_side, max_side=4)


def ending_in(end, leading=None):
    """Shapes with legal axes at the end, and any in front of them."""
    leading = shape_of_any(max_dims=2) if leading is None else leading
    return st.tuples(leading, end).map(lambda pair: (*pair[0], *pair[1]))


LEGAL = {  # the shapes of x that a layer takes; the others take any
    "affine": st.one_of(
        st.just((6,)),
        ending_in(st.sampled_from([(6,), (2, 3), (3, 1, 2)]), leading=shape_of_any(min_dims=1, max_dims=1)),
    ),
    "prelu-each": ending_in(st.just((3,))),
    "softmax": ending_in(st.tuples(st.integers(1, 4))),
    "batch-norm": st.tuples(st.integers(2, 4), st.just(3)),
    "batch-norm-evaluating": st.tuples(st.integers(0, 4), st.just(3)),
    "convolution": st.tuples(st.integers(0, 3), st.just(2), st.integers(3, 6), st.integers(2, 6)),
    "convolution-strided-and-padded": st.tuples(st.integers(0, 3), st.just(2), st.integers(1, 6), st.integers(1, 6)),
    "recurrent": st.tuples(st.integers(1, 3), st.integers(1, 5), st.just(3)),
}


@pytest.mark.parametrize("rule", LAYERS, ids=lambda rule: rule.name)
@settings(max_examples=100)
@given(data=st.data())
def test_any_shape_dtype_and_scale_agrees_with_torch(rule, data):
    torch = pytest.importorskip("torch")
    shape = data.draw(LEGAL.get(rule.name, shape_of_any()))
    dtype, seed = data.draw(st.sampled_from(DTYPES)), data.draw(st.integers(0, 99))
    scale = 10 ** data.draw(st.floats(-3, 3))
    assert_operation_agrees_with_torch(torch, rule, (shape,), dtype, seed, scale)


# What Layer does


class Scaled(Layer):
    """y = x * factor, where the factor may be broadcast."""

    def __init__(self, factor):
        super().__init__(factor=factor)

    def forward(self, x):
        self.x = x
        return x * self.params["factor"]

    def backward(self, grad_output):
        self.set_grads(factor=grad_output * self.x)
        return grad_output * self.params["factor"]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    "shape, expected",
    [((), 21), ((1,), [21]), ((3,), [5, 7, 9]), ((2, 1), [[6], [15]]), ((2, 3), [[1, 2, 3], [4, 5, 6]])],
)
def test_the_gradient_of_a_broadcast_parameter_is_summed(shape, expected, dtype):
    """In the parameter's shape and dtype, whatever x and upstream have."""
    layer = Scaled(np.ones(shape, dtype))
    for other in DTYPES:
        layer.forward(np.array([[1, 2, 3], [4, 5, 6]], other))
        layer.backward(np.ones((2, 3), other))
        assert isinstance(layer.grads["factor"], np.ndarray)
        np.testing.assert_array_equal(layer.grads["factor"], np.array(expected, dtype), strict=True)


def test_a_gradient_that_fits_no_parameter_is_refused():
    layer = Scaled(np.ones(3))
    with pytest.raises(ValueError, match=r"gradient of shape \(2, 4\).*shape \(3,\)"):
        layer.set_grads(factor=np.ones((2, 4)))


WITH_PARAMETERS = {
    "Scaled": lambda dtype: Scaled(SLOPES.astype(dtype)),
    "Affine": lambda dtype: Affine(WEIGHTS[:3].astype(dtype), BIAS.astype(dtype)),
    "PReLU": lambda dtype: PReLU(dtype(0.3)),
    "PReLU of many slopes": lambda dtype: PReLU(SLOPES.astype(dtype)),
    "BatchNorm": lambda dtype: BatchNorm(GAMMA.astype(dtype), BETA.astype(dtype)),
}


@pytest.mark.parametrize("of_params", DTYPES)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("make", WITH_PARAMETERS.values(), ids=WITH_PARAMETERS)
def test_output_and_gradient_have_the_dtype_of_x_whatever_the_parameters_have(make, dtype, of_params):
    layer, x = make(of_params), np.array([[-1, 2, 3], [4, -5, 7]], dtype)
    y = layer.forward(x)
    gradient = layer.backward(np.ones_like(y))
    assert y.dtype == gradient.dtype == dtype
    assert {grad.dtype for grad in layer.grads.values()} == {np.dtype(of_params)}


@pytest.mark.parametrize("of_params", DTYPES)
@pytest.mark.parametrize("x", [-2.0, np.float32(-2)], ids=repr)
@pytest.mark.parametrize("make", [Scaled, PReLU], ids=lambda make: make.__name__)
def test_a_number_keeps_its_type_whatever_the_parameters_have(make, x, of_params):
    layer = make(of_params(0.5))
    y = layer.forward(x)
    assert y == -1 and type(y) is type(x)
    assert type(layer.backward(1.0)) is type(x)


def test_integer_inputs_count_as_float64():
    layer = Scaled(np.ones(3, np.float32))
    assert layer.forward([1, 2, 3]).dtype == np.float64
