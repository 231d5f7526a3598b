"""Our layers as autograd Functions: against torch's own, which our NumPy layers agree with, and at the edges."""

import math
from dataclasses import dataclass

import numpy as np
import pytest
from helpers import TOLERANCE

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

from dispatched import Calls
from torch.nn import functional as F

from backprop.pytorch import functions

DTYPES = [torch.float64, torch.float32]
CLOSE = {torch.float64: TOLERANCE[np.float64], torch.float32: TOLERANCE[np.float32]}


@dataclass
class Case:
    """One Function and torch's own operation for it, on inputs of these shapes."""

    name: str
    function: callable
    torchs: callable
    shapes: tuple
    targets: str = ""  # of a loss: what they are

    def inputs(self, dtype, seed=0):
        """Tensors that want a gradient, away from kinks; the targets of a loss."""
        rng = np.random.default_rng(seed)
        arrays = [rng.uniform(0.5, 2, shape) * rng.choice([-1.0, 1.0], shape) for shape in self.shapes]
        tensors = [torch.tensor(array, dtype=dtype).requires_grad_() for array in arrays]
        return tensors, self._targets(rng, dtype)

    def _targets(self, rng, dtype):
        if not self.targets:
            return []
        count, classes = self.shapes[0]
        if self.targets == "indices":
            return [torch.tensor(rng.integers(0, classes, count))]
        rows = rng.uniform(0.1, 1, (count, classes))
        rows = rows / rows.sum(axis=1, keepdims=True) if self.targets == "probabilities" else rows
        return [torch.tensor(rows, dtype=dtype)]

    def __str__(self):
        shapes = " ".join("x".join(map(str, shape)) or "number" for shape in self.shapes)
        return f"{self.name} {self.targets} {shapes}"


ELEMENTWISE = [
    ("relu", functions.relu, torch.relu),
    ("leaky-relu", lambda x: functions.leaky_relu(x, 0.1), lambda x: F.leaky_relu(x, 0.1)),
    ("sigmoid", functions.sigmoid, torch.sigmoid),
    ("tanh", functions.tanh, torch.tanh),
]
CASES = [
    *(Case(*names, (shape,)) for names in ELEMENTWISE for shape in [(), (2, 1, 3)]),
    *(Case("softmax", functions.softmax, lambda x: x.softmax(dim=-1), (shape,)) for shape in [(1,), (2, 3, 4)]),
    *(
        Case("affine", functions.affine, lambda x, W, b: F.linear(x, W.T, b), ((n, d), (d, m), (m,)))
        for n, d, m in [(1, 1, 1), (4, 3, 2), (2, 5, 7)]
    ),
    *(
        Case("softmax-with-loss", functions.softmax_with_loss, F.cross_entropy, (shape,), kind)
        for shape in [(1, 2), (3, 3)]
        for kind in ("indices", "probabilities")
    ),
    *(
        Case(
            "mean-squared-error", functions.mean_squared_error,
            lambda y, t: 0.5 * F.mse_loss(y, t, reduction="sum") / len(y), (shape,), "numbers",
        )
        for shape in [(1, 1), (4, 3)]
    ),
]  # fmt: skip
ONE_OF_EACH = list({case.name: case for case in CASES}.values())


def assert_close(actual, expected, dtype):
    """The same shape and dtype; values as close as the dtype carries them, relative to the greatest."""
    scale = max(1.0, expected.abs().max().item())
    torch.testing.assert_close(actual, expected, rtol=0, atol=CLOSE[dtype] * scale)


def random_like(output, seed=1):
    return torch.tensor(np.random.default_rng(seed).normal(size=tuple(output.shape)), dtype=output.dtype)


def run(function, inputs, targets):
    """Output and gradients for a random upstream gradient."""
    output = function(*inputs, *targets)
    return output.detach(), torch.autograd.grad(output, inputs, random_like(output))


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_agrees_with_torchs_own(case, dtype):
    inputs, targets = case.inputs(dtype)
    output, gradients = run(case.function, inputs, targets)
    expected, expected_gradients = run(case.torchs, inputs, targets)
    assert_close(output, expected, dtype)
    for gradient, wanted in zip(gradients, expected_gradients, strict=True):
        assert_close(gradient, wanted, dtype)


@pytest.mark.parametrize("case", ONE_OF_EACH, ids=str)
def test_second_derivatives_are_torchs(case):
    inputs, targets = case.inputs(torch.float64)

    def second(function):
        output = function(*inputs, *targets)
        upstream = random_like(output).requires_grad_()
        gradients = torch.autograd.grad(output, inputs, upstream, create_graph=True)
        total = sum((gradient**2).sum() for gradient in gradients)
        return torch.autograd.grad(total, [*inputs, upstream], allow_unused=True, materialize_grads=True)

    for gradient, wanted in zip(second(case.function), second(case.torchs), strict=True):
        assert_close(gradient, wanted, torch.float64)


@pytest.mark.parametrize("case", ONE_OF_EACH, ids=str)
def test_under_torch_func(case):
    inputs, targets = case.inputs(torch.float64)
    plain = [tensor.detach() for tensor in inputs]
    gradient = torch.func.grad(lambda x: (case.function(x, *plain[1:], *targets) ** 2).sum())(plain[0])
    wanted = torch.func.grad(lambda x: (case.torchs(x, *plain[1:], *targets) ** 2).sum())(plain[0])
    assert_close(gradient, wanted, torch.float64)
    if not targets:  # the losses look at their targets' values
        x, *others = plain
        if x.ndim > 1:  # rows of a batch, one at a time
            rows = torch.func.vmap(lambda row: case.function(row[None], *others)[0])(x)
            assert_close(rows, case.function(x, *others), torch.float64)
        else:
            assert_close(torch.func.vmap(case.function)(torch.stack([x, -x]))[0], case.function(x), torch.float64)


@pytest.mark.parametrize("case", ONE_OF_EACH, ids=str)
def test_writes_into_nothing_that_it_was_given(case):
    inputs, targets = case.inputs(torch.float64)
    before = [tensor.detach().clone() for tensor in (*inputs, *targets)]
    output = case.function(*inputs, *targets)
    upstream = random_like(output)
    torch.autograd.grad(output, inputs, upstream)
    assert torch.equal(upstream, random_like(output))
    assert all(torch.equal(tensor, was) for tensor, was in zip((*inputs, *targets), before, strict=True))


# Conventions and edges


def test_at_the_kink():
    """ReLU'(0) = 0, and leaky ReLU'(0) is the slope."""
    x = torch.tensor([-1.0, 0.0, 1.0], requires_grad=True)
    assert torch.autograd.grad(functions.relu(x).sum(), x)[0].tolist() == [0, 0, 1]
    assert torch.autograd.grad(functions.leaky_relu(x, 0.25).sum(), x)[0].tolist() == [0.25, 0.25, 1]
    assert functions.leaky_relu(torch.tensor([-2.0])).item() == pytest.approx(-0.02)
    assert torch.autograd.grad(functions.relu(x), x, torch.full((3,), math.inf))[0].tolist() == [0, 0, math.inf]


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_sigmoid_of_great_numbers(dtype):
    x = torch.tensor([-1e4, -89.0, 1e4], dtype=dtype, requires_grad=True)  # exp(89) is infinite in float32
    y = functions.sigmoid(x)
    torch.testing.assert_close(y, torch.tensor([0, math.exp(-89), 1], dtype=dtype), rtol=1e-5, atol=0)
    assert torch.autograd.grad(y.sum(), x)[0].isfinite().all()


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_softmax_shifts_each_row_by_its_own_greatest(dtype):
    x = torch.tensor([[1e4, 1e4], [-1e4, -1e4]], dtype=dtype)
    assert functions.softmax(x).tolist() == [[0.5, 0.5], [0.5, 0.5]]


@pytest.mark.parametrize("rows", [False, True], ids=["indices", "rows"])
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("scale", [1e4, -1e4])
def test_loss_of_extreme_scores(scale, dtype, rows):
    scores = torch.tensor([[scale, 0.0, -scale]], dtype=dtype, requires_grad=True)
    best = int(scale < 0) * 2
    for target, expected in [(best, 0.0), (1, 1e4), (2 - best, 2e4)]:
        one_hot = torch.eye(3, dtype=dtype)[[target]]
        loss = functions.softmax_with_loss(scores, one_hot if rows else torch.tensor([target]))
        assert loss.item() == expected
        gradient = torch.autograd.grad(loss, scores)[0]
        assert torch.equal(gradient, torch.eye(3, dtype=dtype)[[best]] - one_hot)


@pytest.mark.parametrize("kind", [torch.float64, torch.int64], ids=str)
def test_a_loss_has_the_dtype_of_the_scores(kind):
    scores = torch.zeros(2, 3, requires_grad=True)
    for function in (functions.softmax_with_loss, functions.mean_squared_error):
        loss = function(scores, torch.tensor([[0, 1, 0], [1, 0, 0]], dtype=kind))
        assert (loss.dtype, torch.autograd.grad(loss, scores)[0].dtype) == (torch.float32, torch.float32)


def test_affine_spares_the_gradient_of_images():
    """Two matrix products, forward and for W, not a third for x."""
    x, W, b = torch.ones(2, 3), torch.ones(3, 2, requires_grad=True), torch.zeros(2, requires_grad=True)
    calls = Calls()
    output = functions.affine(x, W, b).sum()
    with calls:
        output.backward()
    assert calls.count("mm") == 1
    assert W.grad.tolist() == [[2, 2]] * 3 and b.grad.tolist() == [2, 2]


def test_a_kept_tensor_that_was_written_to_is_noticed():
    x, W, b = torch.ones(2, 3), torch.ones(3, 2, requires_grad=True), torch.zeros(2)
    output = functions.affine(x, W, b).sum()
    x.zero_()
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        output.backward()


# Errors


def test_a_slope_that_is_no_number():
    with pytest.raises(ValueError, match="LeakyReLU expected slope to be a finite number, got nan"):
        functions.leaky_relu(torch.zeros(2), math.nan)


@pytest.mark.parametrize("shape", [(), (2, 0)])
def test_softmax_of_nothing(shape):
    with pytest.raises(ValueError, match=r"Softmax expected x of shape \(..., C\)"):
        functions.softmax(torch.zeros(shape))


@pytest.mark.parametrize(
    "x, W, b, kind, words",
    [
        (torch.zeros(2, 4), torch.zeros(3, 2), torch.zeros(2), ValueError, r"x of shape \(N, 3\), got \(2, 4\)"),
        (torch.zeros(2, 3), torch.zeros(3, 2), torch.zeros(1), ValueError, r"got \(3, 2\) and \(1,\)"),
        (torch.zeros(2, 3), torch.zeros(3), torch.zeros(3), ValueError, r"got \(3,\) and \(3,\)"),
        (np.zeros((2, 3)), torch.zeros(3, 2), torch.zeros(2), TypeError, r"x to be a tensor, got ndarray"),
        (torch.zeros(2, 3), torch.zeros(3, 2), 0.0, TypeError, r"b to be a tensor, got float"),
        (torch.zeros(2, 3, device="meta"), torch.zeros(3, 2), torch.zeros(2), ValueError, "on cpu, got x on meta"),
    ],
)
def test_affine_refuses(x, W, b, kind, words):
    with pytest.raises(kind, match=f"Affine .*{words}"):
        functions.affine(x, W, b)


@pytest.mark.parametrize(
    "targets, kind, words",
    [
        (torch.tensor([0, 3]), ValueError, "class index 3, but 3 classes have indices 0 to 2"),
        (torch.tensor([0.0, 1.0]), TypeError, "integer class indices, got torch.float32"),
        (torch.tensor([True, False]), TypeError, "integer class indices, got torch.bool"),
        (torch.tensor([0, 1, 2]), ValueError, r"shape \(2,\) or \(2, 3\), got \(3,\)"),
        (torch.tensor([[0, 1, 0], [1.5, -0.5, 0]]), ValueError, "smallest entry -0.5"),
        (torch.tensor([[0, 1, 0], [math.nan, 0, 0]]), ValueError, "row 1 sums to nan"),
        ([0, 1], TypeError, "targets to be a tensor, got list"),
        (torch.zeros(2, dtype=torch.int64, device="meta"), ValueError, "targets on meta: targets.to"),
        (torch.eye(3)[:2].requires_grad_(), ValueError, r"no gradient for targets: pass targets.detach\(\)"),
    ],
)
def test_softmax_with_loss_refuses(targets, kind, words):
    with pytest.raises(kind, match=f"SoftmaxWithLoss .*{words}"):
        functions.softmax_with_loss(torch.zeros(2, 3), targets)


@pytest.mark.parametrize("shape", [(2, 1), (3,), ()])
def test_mean_squared_error_refuses_rather_than_broadcasts(shape):
    with pytest.raises(ValueError, match=r"MeanSquaredError expected targets of the outputs' shape \(2, 3\)"):
        functions.mean_squared_error(torch.zeros(2, 3), torch.zeros(shape))


@pytest.mark.parametrize("function", [functions.softmax_with_loss, functions.mean_squared_error])
@pytest.mark.parametrize("shape", [(3,), (2, 3, 1), (0, 3)])
def test_scores_of_a_wrong_shape(function, shape):
    with pytest.raises(ValueError, match=r"expected scores of shape \(N, C\)"):
        function(torch.zeros(shape), torch.zeros(shape))
