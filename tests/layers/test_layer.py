"""All layers against PyTorch in any shape, dtype and scale; and what Layer does for those with parameters."""

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
    assert_operation_agrees_with_torch,
    upstream_like,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from backprop.layers import LSTM, Affine, Attention, BatchNorm, Convolution, Layer, LayerNorm, PReLU, Recurrent
from backprop.values import unbroadcast


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
    "linear": ending_in(st.just((6,))),
    "positions": st.tuples(st.integers(1, 3), st.integers(1, 6), st.just(4)),
    "prelu-each": ending_in(st.just((3,))),
    "softmax": ending_in(st.tuples(st.integers(1, 4))),
    "batch-norm": st.tuples(st.integers(2, 4), st.just(3)),
    "batch-norm-evaluating": st.tuples(st.integers(0, 4), st.just(3)),
    "convolution": st.tuples(st.integers(0, 3), st.just(2), st.integers(3, 6), st.integers(2, 6)),
    "convolution-strided-and-padded": st.tuples(st.integers(0, 3), st.just(2), st.integers(1, 6), st.integers(1, 6)),
    "max-pooling": st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(2, 5), st.integers(2, 5)),
    "max-pooling-overlapping": st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(3, 5), st.integers(3, 5)),
    "recurrent": st.tuples(st.integers(1, 3), st.integers(1, 5), st.just(3)),
    "lstm": st.tuples(st.integers(1, 3), st.integers(1, 5), st.just(3)),
    "layer-norm": ending_in(st.just((3,))),
    "attention": st.tuples(st.integers(1, 3), st.integers(1, 5), st.just(4)),
    "attention-heads": st.tuples(st.integers(1, 3), st.integers(1, 5), st.just(4)),
    "attention-both-ways": st.tuples(st.integers(1, 3), st.integers(1, 5), st.just(4)),
}
# Scores are squares of x: where they are in the thousands, rounding them changes their exponentials.
LARGEST = dict.fromkeys(["attention", "attention-heads", "attention-both-ways"], 0.3)  # powers of 10


@pytest.mark.parametrize("rule", LAYERS, ids=lambda rule: rule.name)
@settings(max_examples=15)
@given(data=st.data())
def test_any_shape_dtype_and_scale_agrees_with_torch(rule, data):
    torch = pytest.importorskip("torch")
    shape = data.draw(LEGAL.get(rule.name, shape_of_any()))
    dtype, seed = data.draw(st.sampled_from(DTYPES)), data.draw(st.integers(0, 99))
    scale = 10 ** data.draw(st.floats(-3, LARGEST.get(rule.name, 3)))
    assert_operation_agrees_with_torch(torch, rule, (shape,), dtype, seed, scale)


# What Layer does


class Scaled(Layer):
    """y = x * factor, with one factor for each column."""

    def __init__(self, factor):
        super().__init__(factor=factor)

    def forward(self, x):
        self.x = x
        return x * self.params["factor"]

    def backward(self, grad_output):
        self.grads["factor"] = unbroadcast(grad_output * self.x, self.params["factor"])
        if self.needs_input_grad:
            return grad_output * self.params["factor"]


def test_a_layer_turns_integer_parameters_into_floats():
    layer = Layer(slope=[1, 2])
    assert layer.params["slope"].dtype == layer.grads["slope"].dtype == np.float64
    np.testing.assert_array_equal(layer.grads["slope"], [0, 0])
    with pytest.raises(TypeError, match="Layer expected slope"):
        Layer(slope="steep")


WITH_PARAMETERS = {
    "Scaled": lambda dtype: Scaled(SLOPES.astype(dtype)),
    "Affine": lambda dtype: Affine(WEIGHTS[:3].astype(dtype), BIAS.astype(dtype)),
    "PReLU": lambda dtype: PReLU(dtype(0.3)),
    "PReLU of many slopes": lambda dtype: PReLU(SLOPES.astype(dtype)),
    "BatchNorm": lambda dtype: BatchNorm(GAMMA.astype(dtype), BETA.astype(dtype)),
    "Convolution": lambda dtype: Convolution(WEIGHTS[:2, :3].reshape(2, 3, 1, 1).astype(dtype), np.zeros(2, dtype)),
    "Recurrent": lambda dtype: Recurrent(np.ones((3, 2), dtype), np.eye(2, dtype=dtype), np.zeros(2, dtype)),
    "LSTM": lambda dtype: LSTM(np.ones((3, 8), dtype), np.ones((2, 8), dtype), np.zeros(8, dtype)),
    "LayerNorm": lambda dtype: LayerNorm(GAMMA.astype(dtype), BETA.astype(dtype)),
    "Attention": lambda dtype: Attention(*WEIGHTS[:3, :3].astype(dtype)[np.newaxis].repeat(4, axis=0)),
}
SHAPES = {"Convolution": (2, 3, 1, 1), "Recurrent": (2, 1, 3), "LSTM": (2, 1, 3), "Attention": (1, 2, 3)}


@pytest.mark.parametrize("of_params", DTYPES)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", WITH_PARAMETERS)
def test_output_and_gradient_have_the_dtype_of_x_whatever_the_parameters_have(name, dtype, of_params):
    layer = WITH_PARAMETERS[name](of_params)
    y = layer.forward(np.array([[-1, 2, 3], [4, -5, 7]], dtype).reshape(SHAPES.get(name, (2, 3))))
    gradient = layer.backward(np.ones_like(y))
    assert y.dtype == gradient.dtype == dtype
    assert {grad.dtype for grad in layer.grads.values()} == {np.dtype(of_params)}


@pytest.mark.parametrize("name", ["Scaled", "Affine", "Convolution", "Recurrent", "LSTM"])
def test_needs_input_grad_leaves_out_the_gradient_of_the_input_and_nothing_else(name):
    """What the first layer of a network is asked for: nobody changes the images."""
    layer, x = WITH_PARAMETERS[name](np.float64), np.random.default_rng(0).normal(size=SHAPES.get(name, (2, 3)))
    upstream = upstream_like(layer.forward(x))
    layer.backward(upstream)
    expected = dict(layer.grads)
    layer.needs_input_grad = False
    assert layer.backward(3 * upstream) is None
    for key, gradient in expected.items():
        np.testing.assert_allclose(layer.grads[key], 3 * gradient)


@pytest.mark.parametrize("of_params", DTYPES)
@pytest.mark.parametrize("x", [-2.0, np.float32(-2)], ids=repr)
@pytest.mark.parametrize("make", [Scaled, PReLU], ids=lambda make: make.__name__)
def test_a_number_keeps_its_type_whatever_the_parameters_have(make, x, of_params):
    layer = make(of_params(0.5))
    y = layer.forward(x)
    assert y == -1 and type(y) is type(x)
    assert type(layer.backward(1.0)) is type(x)


class Rows(Layer):
    """A reader's own embedding."""

    arguments = given = ("ids",)

    def forward(self, ids):
        self.ids = ids
        return self.params["W"][ids]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_whole_numbers_that_are_given_do_not_make_the_output_whole(dtype):
    output = Rows(W=np.array([[0.25], [0.5]], dtype)).forward(np.array([1, 0]))
    assert output.dtype == dtype
    np.testing.assert_array_equal(output, [[0.5], [0.25]])
