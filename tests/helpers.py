"""One table of all operations, and three ways to prove a gradient: by hand, by differences, by PyTorch.

Nothing here uses backprop.gradcheck: a checker that tests itself would share its own mistakes.
"""

from dataclasses import dataclass, field

import numpy as np

from backprop.layers import Affine, Identity, ReLU, Sigmoid, Tanh
from backprop.operations import (
    Add,
    Broadcast,
    Divide,
    Exp,
    Log,
    MatMul,
    Maximum,
    Multiply,
    Negate,
    Power,
    Reciprocal,
    Reshape,
    Subtract,
    Sum,
    Transpose,
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


@dataclass
class Rule:
    """One operation: how to make it, its twin in PyTorch, and inputs on which it is smooth."""

    name: str
    make: callable  # of a dtype, which only operations with parameters care about
    twin: callable  # of torch tensors
    domains: tuple
    shapes: list = field(default_factory=list)  # each entry holds one shape for each input

    def inputs(self, shapes, dtype=np.float64, seed=0):
        rng = np.random.default_rng(seed)
        return [
            np.asarray(domain(rng, shape), dtype)[()] for domain, shape in zip(self.domains, shapes, strict=True)
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
    Rule("exp", lambda _: Exp(), lambda x: x.exp(), (anywhere,), ONE),
    Rule("log", lambda _: Log(), lambda x: x.log(), (positive,), ONE),
    Rule("reciprocal", lambda _: Reciprocal(), lambda x: 1 / x, (not_near_zero,), ONE),
]

ACTIVATIONS = [
    Rule("identity", lambda _: Identity(), lambda x: x * 1, (anywhere,), ONE),
    Rule("relu", lambda _: ReLU(), lambda x: x.relu(), (not_near_zero,), ONE),
    Rule("sigmoid", lambda _: Sigmoid(), lambda x: x.sigmoid(), (anywhere,), ONE),
    Rule("tanh", lambda _: Tanh(), lambda x: x.tanh(), (anywhere,), ONE),
]


def _sum(axis, keepdims, *shapes):
    def twin(x):
        return x.sum() if axis is None and not keepdims else x.sum(axis, keepdims)

    return Rule(f"sum-{axis}-{keepdims}", lambda _: Sum(axis, keepdims), twin, (anywhere,), [(s,) for s in shapes])


ARRAYS = [
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


def affine_twin(x, W, b):
    return (x.reshape(len(x), -1) if x.ndim > 1 else x) @ W + b


def _affine_as_rule(x):
    as_tensor = x.new_tensor
    return affine_twin(x, as_tensor(WEIGHTS), as_tensor(BIAS))


LAYERS = [
    *ACTIVATIONS,
    Rule(
        "affine", lambda dtype: Affine(WEIGHTS.astype(dtype), BIAS.astype(dtype)), _affine_as_rule, (anywhere,),
        [((6,),), ((5, 6),), ((1, 6),), ((5, 2, 3),), ((5, 3, 1, 2),)],
    ),
]  # fmt: skip

RULES = [*ARITHMETIC, *ELEMENTARY, *ARRAYS, *LAYERS]


def one_each(rules):
    """pytest parameters: every rule once, with the last and hardest of its shapes."""
    return {"argnames": "rule, shapes", "argvalues": [(r, r.shapes[-1]) for r in rules], "ids": [r.name for r in rules]}


def all_shapes(rules):
    """pytest parameters: every rule with every one of its shapes."""
    cases = [(rule, shapes) for rule in rules for shapes in rule.shapes]
    names = [f"{rule.name}-{'-'.join(map(str, shapes))}".replace(" ", "") for rule, shapes in cases]
    return {"argnames": "rule, shapes", "argvalues": cases, "ids": names}


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


def assert_gradients_are_derivatives(make, inputs, seed=1):
    """Compare backward with differences of L = sum(upstream * output), for each input of a fresh operation."""
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


def assert_same_as_torch(ours, tensor, dtype):
    """The same shape, and the same numbers as far as the dtype carries them."""
    expected = tensor.detach().numpy()
    assert np.shape(ours) == expected.shape
    scale = max(1.0, np.abs(expected).max(initial=0))
    np.testing.assert_allclose(ours, expected, rtol=0, atol=TOLERANCE[dtype] * scale)


def assert_operation_agrees_with_torch(torch, rule, shapes, dtype):
    """Output and gradients of an operation against PyTorch's autograd."""
    operation, inputs = rule.make(dtype), rule.inputs(shapes, dtype)
    output = operation.forward(*inputs)
    upstream = upstream_like(output)
    gradients = as_tuple(operation.backward(upstream))

    tensors = [torch.tensor(value, requires_grad=True) for value in inputs]
    expected = rule.twin(*tensors)
    expected.backward(torch.tensor(upstream))
    assert_same_as_torch(output, expected, dtype)
    for gradient, tensor in zip(gradients, tensors, strict=True):
        assert_same_as_torch(gradient, tensor.grad, dtype)
