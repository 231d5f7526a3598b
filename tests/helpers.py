"""One table of all operations, and three ways to prove a gradient: by hand, by differences, by PyTorch.

Nothing here uses backprop.gradcheck: a checker that tests itself would share its own mistakes.
"""

from dataclasses import dataclass, field

import numpy as np

from backprop.layers import (
    ELU,
    GELU,
    LSTM,
    SELU,
    Affine,
    Attention,
    BatchNorm,
    Convolution,
    Dropout,
    Identity,
    LayerNorm,
    LeakyReLU,
    Linear,
    MaxPooling,
    Positions,
    PReLU,
    Recurrent,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Tanh,
)
from backprop.operations import (
    Absolute,
    Add,
    Broadcast,
    Concatenate,
    Divide,
    Exp,
    Index,
    Log,
    MatMul,
    Max,
    Maximum,
    Multiply,
    Negate,
    Power,
    Reciprocal,
    Reshape,
    Subtract,
    Sum,
    Transpose,
    Where,
)

DTYPES = [np.float64, np.float32]
TOLERANCE = {np.float64: 1e-12, np.float32: 2e-5}  # against PyTorch; relative to the greatest element

# Where inputs are drawn from: values that stay away from kinks and from the edges of a domain.


def anywhere(rng, shape):
    return rng.uniform(-2, 2, shape)


def positive(rng, shape):
    return rng.uniform(0.5, 2, shape)


def not_near_zero(rng, shape):
    return rng.uniform(0.5, 2, shape) * rng.choice([-1.0, 1.0], shape)


def spread(rng, shape):
    """Columns whose entries differ clearly: batch norm divides by how much they do."""
    levels = np.linspace(-2, 2, shape[0])[:, np.newaxis] + rng.uniform(-0.2, 0.2, shape)
    return rng.permuted(levels, axis=0)


@dataclass
class Rule:
    """One operation: how to make it, its twin in PyTorch, and inputs on which it is smooth."""

    name: str
    make: callable  # of a dtype, which only operations with parameters care about
    twin: callable  # of torch tensors: the inputs, and the parameters by their names
    domains: tuple
    shapes: list = field(default_factory=list)  # each entry holds one shape for each input

    def inputs(self, shapes, dtype=np.float64, seed=0, scale=1.0):
        rng = np.random.default_rng(seed)
        return [
            np.asarray(scale * domain(rng, shape), dtype)[()]
            for domain, shape in zip(self.domains, shapes, strict=True)
        ]


ONE = [((),), ((3,),), ((2, 3),), ((2, 1, 4),)]
TWO = [
    ((), ()), ((3,), (3,)), ((2, 3), (2, 3)),
    ((2, 3), ()), ((), (4,)), ((2, 3), (3,)), ((1, 3), (2, 1)), ((4, 1, 3), (2, 1)), ((1,), (2, 2)),
]  # fmt: skip

ARITHMETIC = [
    Rule("add", lambda _: Add(), lambda x, y: x + y, (anywhere, anywhere), TWO),
    Rule("subtract", lambda _: Subtract(), lambda x, y: x - y, (anywhere, anywhere), TWO),
    Rule("multiply", lambda _: Multiply(), lambda x, y: x * y, (anywhere, anywhere), TWO),
    Rule("divide", lambda _: Divide(), lambda x, y: x / y, (anywhere, not_near_zero), TWO),
    Rule("power", lambda _: Power(), lambda x, y: x**y, (positive, anywhere), TWO),
    Rule("maximum", lambda _: Maximum(), lambda x, y: x.maximum(y), (anywhere, anywhere), TWO),
]

ELEMENTARY = [
    Rule("negate", lambda _: Negate(), lambda x: -x, (anywhere,), ONE),
    Rule("absolute", lambda _: Absolute(), lambda x: x.abs(), (not_near_zero,), ONE),
    Rule("exp", lambda _: Exp(), lambda x: x.exp(), (anywhere,), ONE),
    Rule("log", lambda _: Log(), lambda x: x.log(), (positive,), ONE),
    Rule("reciprocal", lambda _: Reciprocal(), lambda x: 1 / x, (not_near_zero,), ONE),
]


def functional():
    """torch.nn.functional, imported when a twin is called: the other tests need no torch."""
    import torch

    return torch.nn.functional


def prelu_twin(x, slope):
    """torch counts slopes along the second axis, so here the last one becomes the second."""
    return x.reshape(-1, slope.numel()).prelu(slope.reshape(-1)).reshape(x.shape)


ACTIVATIONS = [
    Rule("identity", lambda _: Identity(), lambda x: x * 1, (anywhere,), ONE),
    Rule("relu", lambda _: ReLU(), lambda x: x.relu(), (not_near_zero,), ONE),
    Rule("sigmoid", lambda _: Sigmoid(), lambda x: x.sigmoid(), (anywhere,), ONE),
    Rule("tanh", lambda _: Tanh(), lambda x: x.tanh(), (anywhere,), ONE),
    Rule("leaky-relu", lambda _: LeakyReLU(0.1), lambda x: functional().leaky_relu(x, 0.1), (not_near_zero,), ONE),
    Rule("prelu", lambda dtype: PReLU(dtype(0.3)), prelu_twin, (not_near_zero,), ONE),
    Rule("elu", lambda _: ELU(1.5), lambda x: functional().elu(x, 1.5), (not_near_zero,), ONE),
    Rule("selu", lambda _: SELU(), lambda x: functional().selu(x), (not_near_zero,), ONE),
    Rule("gelu", lambda _: GELU(), lambda x: functional().gelu(x), (anywhere,), ONE),
    Rule("gelu-tanh", lambda _: GELU("tanh"), lambda x: functional().gelu(x, approximate="tanh"), (anywhere,), ONE),
    Rule("silu", lambda _: SiLU(), lambda x: functional().silu(x), (anywhere,), ONE),
]


def _sum(axis, keepdims, *shapes):
    def twin(x):
        return x.sum() if axis is None and not keepdims else x.sum(axis, keepdims)

    return Rule(f"sum-{axis}-{keepdims}", lambda _: Sum(axis, keepdims), twin, (anywhere,), [(s,) for s in shapes])


def _max(axis, keepdims, *shapes):
    def twin(x):
        return x.amax(axis if axis is not None else tuple(range(x.ndim)), keepdims)

    return Rule(f"max-{axis}-{keepdims}", lambda _: Max(axis, keepdims), twin, (anywhere,), [(s,) for s in shapes])


def _index(name, index, *shapes):
    return Rule(f"index-{name}", lambda _: Index(index), lambda x: x[index], (anywhere,), [(s,) for s in shapes])


def concatenate_twin(axis):
    def twin(*arrays):
        import torch

        return torch.cat(arrays, axis)

    return twin


CONDITION = np.array([[True, False, False], [False, True, False]])


def where_twin(x, y):
    import torch

    return torch.where(torch.tensor(CONDITION), x, y)


ARRAYS = [
    _max(None, False, (), (3,), (2, 3)),
    _max(-1, False, (3,), (2, 3), (2, 1, 4)),
    _max((0, 2), True, (2, 3, 4)),
    _index("number", 1, (3,), (2, 3)),
    _index("slice", (slice(None), slice(1, None)), (2, 3), (2, 3, 4)),
    _index("repeats", ([0, 1, 0, 0],), (3,), (2, 3)),
    _index("pairs", ([0, 1, 0], [2, 2, 2]), (2, 3), (2, 3, 4)),
    Rule(
        "concatenate", lambda _: Concatenate(-1), concatenate_twin(-1), (anywhere, anywhere),
        [((3,), (1,)), ((2, 3), (2, 4)), ((2, 1, 4), (2, 1, 1))],
    ),
    Rule(
        "concatenate-three", lambda _: Concatenate(0, 3), concatenate_twin(0), (anywhere,) * 3,
        [((1, 3), (2, 3), (0, 3))],
    ),
    Rule("where", lambda _: Where(CONDITION), where_twin, (anywhere, anywhere), [((), (2, 3)), ((3,), (2, 1))]),
    Rule(
        "transpose-axes", lambda _: Transpose((1, 2, 0)), lambda x: x.permute(1, 2, 0), (anywhere,),
        [((2, 3, 4),)],
    ),
    _sum(None, False, (), (3,), (2, 3)),
    _sum(0, False, (3,), (2, 3), (2, 1, 4)),
    _sum(-1, True, (3,), (2, 3), (2, 1, 4)),
    _sum((0, 2), False, (2, 3, 4)),
    _sum((0, -1), True, (2, 3, 4)),
    Rule(
        "broadcast", lambda _: Broadcast((2, 3)), lambda x: x.broadcast_to((2, 3)), (anywhere,),
        [((),), ((3,),), ((1, 3),), ((2, 1),), ((1, 1),), ((2, 3),)],
    ),
    Rule(
        "reshape", lambda _: Reshape((3, -1)), lambda x: x.reshape((3, -1)), (anywhere,),
        [((6,),), ((2, 3),), ((1, 3, 2),)],
    ),
    Rule(
        "transpose", lambda _: Transpose(), lambda x: x.permute(*reversed(range(x.ndim))), (anywhere,),
        [((3,),), ((2, 3),), ((2, 3, 4),), ((2, 3, 1, 4),)],
    ),
    Rule(
        "matmul", lambda _: MatMul(), lambda x, y: x @ y, (anywhere, anywhere),
        [
            ((2, 3), (3, 4)), ((3, 3), (3, 3)), ((3,), (3,)), ((3,), (3, 2)), ((2, 3), (3,)), ((1, 3), (3, 1)),
            ((5, 2, 3), (5, 3, 4)), ((5, 2, 3), (3, 4)), ((2, 3), (5, 3, 4)), ((4, 1, 2, 3), (5, 3, 2)),
            ((3,), (5, 3, 2)), ((5, 2, 3), (3,)), ((1,), (1, 3)), ((2, 1), (1,)), ((1,), (1,)), ((4, 3, 2), (2,)),
        ],
    ),
]  # fmt: skip

RNG = np.random.default_rng(7)
WEIGHTS, BIAS = RNG.normal(size=(6, 4)), RNG.normal(size=4)
SLOPES = np.array([0.25, -0.5, 1.5])
GAMMA, BETA = np.array([1.5, -0.5, 2.0]), np.array([0.1, 0.2, -0.3])
RUNNING_MEAN, RUNNING_VARIANCE = np.array([0.5, -1.0, 0.0]), np.array([4.0, 0.25, 1.0])


def affine_twin(x, W, b):
    return (x.flatten(1) if x.ndim > 1 else x) @ W + b


class SameDropout(Dropout):
    """Dropout with the same mask for every forward: one function, so it has a derivative."""

    def __init__(self):
        super().__init__(0.4, np.random.default_rng(5))

    def forward(self, x):
        self.rng = np.random.default_rng(5)
        return super().forward(x)


def dropout_twin(x):
    """Which elements are kept is read off our layer; what is then done with them is torch's."""
    kept = SameDropout().forward(np.ones(x.shape)) != 0
    return x * x.new_tensor(kept) / (1 - 0.4)


def batch_norm(dtype):
    return BatchNorm(GAMMA.astype(dtype), BETA.astype(dtype))


def batch_norm_twin(x, gamma, beta):
    return functional().batch_norm(x, None, None, gamma, beta, training=True)


def evaluating_batch_norm(dtype):
    layer = batch_norm(dtype)
    layer.training = False
    layer.running_mean, layer.running_variance = RUNNING_MEAN.astype(dtype), RUNNING_VARIANCE.astype(dtype)
    return layer


def evaluating_batch_norm_twin(x, gamma, beta):
    mean, variance = x.new_tensor(RUNNING_MEAN), x.new_tensor(RUNNING_VARIANCE)
    return functional().batch_norm(x, mean, variance, gamma, beta)


KERNELS, KERNEL_BIAS = RNG.normal(size=(3, 2, 3, 2)), RNG.normal(size=3)


def convolution(stride, padding):
    return lambda dtype: Convolution(KERNELS.astype(dtype), KERNEL_BIAS.astype(dtype), stride, padding)


def convolution_twin(stride, padding):
    return lambda x, kernels, bias: functional().conv2d(x, kernels, bias, stride, padding)


FROM_INPUT, FROM_STATE = RNG.normal(size=(3, 4)), 0.5 * RNG.normal(size=(4, 4))


def recurrent(dtype):
    return Recurrent(FROM_INPUT.astype(dtype), FROM_STATE.astype(dtype), BIAS.astype(dtype))


def recurrent_twin(x, Wx, Wh, b):
    """torch.nn.RNN with our parameters in place of its own; it has a second bias, which is 0 here."""
    import torch

    rnn = torch.nn.RNN(*Wx.shape, batch_first=True, dtype=x.dtype)
    parameters = {"weight_ih_l0": Wx.T, "weight_hh_l0": Wh.T, "bias_ih_l0": b, "bias_hh_l0": torch.zeros_like(b)}
    return torch.func.functional_call(rnn, parameters, x)[0]


FOUR_GATES, FOUR_GATES_OF_STATE, FOUR_BIASES = RNG.normal(size=(3, 8)), RNG.normal(size=(2, 8)), RNG.normal(size=8)


def lstm(dtype):
    return LSTM(FOUR_GATES.astype(dtype), FOUR_GATES_OF_STATE.astype(dtype), FOUR_BIASES.astype(dtype))


def lstm_twin(x, Wx, Wh, b):
    import torch

    layer = torch.nn.LSTM(len(Wx), len(Wh), batch_first=True, dtype=x.dtype)
    parameters = {"weight_ih_l0": Wx.T, "weight_hh_l0": Wh.T, "bias_ih_l0": b, "bias_hh_l0": torch.zeros_like(b)}
    return torch.func.functional_call(layer, parameters, x)[0]


def layer_norm_twin(x, gamma, beta):
    return functional().layer_norm(x, gamma.shape, gamma, beta)


ATTENTION_WEIGHTS = RNG.normal(size=(4, 4, 4))


def attention(heads, causal):
    return lambda dtype: Attention(*ATTENTION_WEIGHTS.astype(dtype), heads=heads, causal=causal)


def attention_twin(heads, causal):
    def twin(x, W_q, W_k, W_v, W_o):
        q, k, v = ((x @ W).unflatten(-1, (heads, -1)).transpose(1, 2) for W in (W_q, W_k, W_v))
        mixed = functional().scaled_dot_product_attention(q, k, v, is_causal=causal)
        return mixed.transpose(1, 2).flatten(2) @ W_o

    return twin


LAYERS = [
    *ACTIVATIONS,
    Rule(
        "affine", lambda dtype: Affine(WEIGHTS.astype(dtype), BIAS.astype(dtype)), affine_twin, (anywhere,),
        [((6,),), ((5, 6),), ((1, 6),), ((5, 2, 3),), ((5, 3, 1, 2),)],
    ),
    Rule(
        "linear", lambda dtype: Linear(WEIGHTS.astype(dtype)), lambda x, W: x @ W, (anywhere,),
        [((6,),), ((5, 6),), ((1, 6),), ((2, 3, 6),)],
    ),
    Rule(
        "positions", lambda dtype: Positions(WEIGHTS.astype(dtype)), lambda x, W: x + W[: x.shape[1]], (anywhere,),
        [((1, 1, 4),), ((2, 6, 4),), ((3, 5, 4),)],
    ),
    Rule(
        "prelu-each", lambda dtype: PReLU(SLOPES.astype(dtype)), prelu_twin, (not_near_zero,),
        [((3,),), ((2, 3),), ((2, 1, 3),)],
    ),
    Rule(
        "softmax", lambda _: Softmax(), lambda x: x.softmax(-1), (anywhere,),
        [((1,),), ((3,),), ((2, 3),), ((2, 1, 4),)],
    ),
    Rule("dropout", lambda _: SameDropout(), dropout_twin, (anywhere,), ONE),
    Rule("batch-norm", batch_norm, batch_norm_twin, (spread,), [((2, 3),), ((5, 3),)]),
    Rule(
        "batch-norm-evaluating", evaluating_batch_norm, evaluating_batch_norm_twin, (anywhere,),
        [((1, 3),), ((5, 3),)],
    ),
    Rule(
        "convolution", convolution(1, 0), convolution_twin(1, 0), (anywhere,),
        [((2, 2, 3, 2),), ((1, 2, 4, 5),), ((2, 2, 5, 4),)],
    ),
    Rule(
        "convolution-strided-and-padded", convolution(2, 1), convolution_twin(2, 1), (anywhere,),
        [((2, 2, 1, 1),), ((1, 2, 4, 5),), ((2, 2, 5, 4),)],
    ),
    Rule(
        "max-pooling", lambda _: MaxPooling(2), lambda x: functional().max_pool2d(x, 2), (anywhere,),
        [((1, 1, 2, 2),), ((2, 3, 4, 5),)],
    ),
    Rule(
        "max-pooling-overlapping", lambda _: MaxPooling(3, stride=1), lambda x: functional().max_pool2d(x, 3, 1),
        (anywhere,), [((2, 2, 3, 3),), ((1, 2, 5, 4),)],
    ),
    Rule("recurrent", recurrent, recurrent_twin, (anywhere,), [((2, 1, 3),), ((1, 5, 3),), ((2, 4, 3),)]),
    Rule("lstm", lstm, lstm_twin, (anywhere,), [((2, 1, 3),), ((1, 5, 3),), ((2, 4, 3),)]),
    Rule(
        "layer-norm", lambda dtype: LayerNorm(GAMMA.astype(dtype), BETA.astype(dtype)), layer_norm_twin, (anywhere,),
        [((3,),), ((1, 3),), ((5, 3),), ((2, 4, 3),)],
    ),
    Rule("attention", attention(1, True), attention_twin(1, True), (anywhere,), [((1, 1, 4),), ((2, 3, 4),)]),
    Rule("attention-heads", attention(2, True), attention_twin(2, True), (anywhere,), [((3, 1, 4),), ((2, 5, 4),)]),
    Rule("attention-both-ways", attention(4, False), attention_twin(4, False), (anywhere,), [((2, 3, 4),)]),
]  # fmt: skip

RULES = [*ARITHMETIC, *ELEMENTARY, *ARRAYS, *LAYERS]


def one_each(rules):
    """pytest parameters: every rule once, with the last and hardest of its shapes."""
    return {"argnames": "rule, shapes", "argvalues": [(r, r.shapes[-1]) for r in rules], "ids": [r.name for r in rules]}


def as_tuple(gradients):
    return gradients if isinstance(gradients, tuple) else (gradients,)


def upstream_like(output, seed=1):
    """A random upstream gradient. All ones would hide a backward that forgets to multiply by it."""
    return np.random.default_rng(seed).normal(size=np.shape(output)).astype(np.asarray(output).dtype)[()]


def central_difference(f, x, h=1e-5):
    """The gradient of f, a function of one float64 array to a number, by moving one element at a time."""
    x = np.array(x, dtype=np.float64)
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += h
        down[index] -= h
        gradient[index] = (f(up[()]) - f(down[()])) / (2 * h)
    return gradient


def with_parameter(operation, name, value):
    operation.params[name] = np.asarray(value)
    return operation


def assert_gradients_are_derivatives(make, inputs, seed=1):
    """Compare backward with differences of L = sum(upstream * output), for each input and each parameter.

    `make` returns a fresh operation with the same parameters every time.
    """
    operation = make()
    upstream = upstream_like(operation.forward(*inputs), seed)
    gradients = as_tuple(operation.backward(upstream))
    assert len(gradients) == len(inputs)
    for position, gradient in enumerate(gradients):

        def loss(moved, position=position):
            changed = [*inputs[:position], moved, *inputs[position + 1 :]]
            return float(np.sum(upstream * make().forward(*changed)))

        expected = central_difference(loss, inputs[position])
        assert np.shape(gradient) == np.shape(inputs[position])
        np.testing.assert_allclose(gradient, expected, rtol=1e-6, atol=1e-8)

    for name, value in operation.params.items():

        def loss_of_parameter(moved, name=name):
            return float(np.sum(upstream * with_parameter(make(), name, moved).forward(*inputs)))

        expected = central_difference(loss_of_parameter, value)
        assert operation.grads[name].shape == value.shape
        np.testing.assert_allclose(operation.grads[name], expected, rtol=1e-6, atol=1e-8)


def assert_same_as_torch(ours, tensor, dtype, size=1.0):
    """The same shape, and the same numbers as far as the dtype carries them.

    `size` is how large the terms are that were added up, where that is more than the result shows.
    """
    expected = tensor.detach().numpy()
    assert np.shape(ours) == expected.shape
    scale = max(size, np.abs(expected).max(initial=0))
    np.testing.assert_allclose(ours, expected, rtol=0, atol=TOLERANCE[dtype] * scale)


def assert_operation_agrees_with_torch(torch, rule, shapes, dtype, seed=0, scale=1.0):
    """Output, gradients and gradients of parameters of an operation against PyTorch's autograd."""
    operation, inputs = rule.make(dtype), rule.inputs(shapes, dtype, seed, scale)
    output = operation.forward(*inputs)
    upstream = upstream_like(output)
    gradients = as_tuple(operation.backward(upstream))

    tensors = [torch.tensor(value, requires_grad=True) for value in inputs]
    parameters = {name: torch.tensor(value, requires_grad=True) for name, value in operation.params.items()}
    expected = rule.twin(*tensors, **parameters)
    expected.backward(torch.tensor(upstream))
    assert_same_as_torch(output, expected, dtype)
    for gradient, tensor in zip(gradients, tensors, strict=True):
        assert_same_as_torch(gradient, tensor.grad, dtype)
    for name, tensor in parameters.items():
        assert operation.grads[name].dtype == dtype
        assert_same_as_torch(operation.grads[name], tensor.grad, dtype, size=max(scale, 1.0))
