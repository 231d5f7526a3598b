"""SoftmaxWithLoss and MeanSquaredError: by hand, at extreme scores, by differences, against PyTorch."""

import math

import numpy as np
import pytest
from helpers import DTYPES, TOLERANCE, assert_same_as_torch, central_difference
from hypothesis import given
from hypothesis import strategies as st

from backprop.losses import MeanSquaredError, SigmoidWithLoss, SoftmaxWithLoss

LOSSES = [SoftmaxWithLoss, SigmoidWithLoss, MeanSquaredError]


def one_hot(indices, classes):
    return np.eye(classes)[indices]


def softmax(scores):
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def batch(count=4, classes=3, seed=0, dtype=np.float64):
    """Scores, and class indices as targets."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(count, classes)).astype(dtype), rng.integers(0, classes, count)


# By hand


@pytest.mark.parametrize(
    "scores, target, gradient, expected_loss",
    [
        (np.log([0.3, 0.2, 0.5]), (0, 1, 0), (0.3, -0.8, 0.5), -math.log(0.2)),
        ([math.log(0.01), math.log(0.99), -1e4], (0, 1, 0), (0.01, -0.01, 0), -math.log(0.99)),
    ],
    ids=["wrong answer", "right answer"],
)
def test_softmax_gradient_is_probability_less_target(scores, target, gradient, expected_loss):
    loss = SoftmaxWithLoss()
    assert loss.forward(np.array([scores]), np.array([target])) == pytest.approx(expected_loss)
    np.testing.assert_allclose(loss.backward(), [gradient], atol=1e-15)


def test_mean_squared_error_by_hand():
    """Half the sum over outputs, mean over the batch."""
    loss = MeanSquaredError()
    value = loss.forward(np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), np.array([[1.0, 0.0, 0.0], [4.0, 5.0, 2.0]]))
    assert value == ((2**2 + 3**2) / 2 + 4**2 / 2) / 2
    np.testing.assert_array_equal(loss.backward(), [[0, 1, 1.5], [0, 0, 2]])


# What holds for both


@pytest.mark.parametrize("make", LOSSES)
@given(count=st.integers(1, 5), classes=st.integers(1, 4), seed=st.integers(0, 99), upstream=st.floats(-3, 3))
def test_backward_is_the_derivative(make, count, classes, seed, upstream):
    rng = np.random.default_rng(seed)
    scores, targets = rng.normal(size=(count, classes)), softmax(rng.normal(size=(count, classes)))
    loss = make()
    loss.forward(scores, targets)
    expected = central_difference(lambda moved: upstream * make().forward(moved, targets), scores)
    np.testing.assert_allclose(loss.backward(upstream), expected, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("make", LOSSES)
def test_types(make, dtype):
    """A loss is a Python float, its gradient has the dtype of the scores whatever the targets are."""
    scores, indices = batch(dtype=dtype)
    loss = make()
    for kind in (np.float64, np.float32, np.int64, np.uint8, bool):
        assert type(loss.forward(scores, one_hot(indices, 3).astype(kind))) is float
        assert loss.backward().dtype == dtype
    whole = np.array([[3, 200, 1]], np.uint8)
    loss.forward(whole, [[1, 0, 0]])
    integers = loss.backward()
    loss.forward(whole.astype(float), [[1, 0, 0]])
    np.testing.assert_array_equal(integers, loss.backward(), strict=True)


@pytest.mark.parametrize("make", LOSSES)
def test_arguments_are_not_written_to_and_gradients_are_the_callers_own(make):
    scores, indices = batch()
    targets = one_hot(indices, 3)
    before = scores.copy(), targets.copy()
    loss = make()
    loss.forward(scores, targets)
    first = loss.backward()
    expected = first.copy()
    first[...] = np.nan
    np.testing.assert_array_equal(loss.backward(), expected)
    np.testing.assert_array_equal(scores, before[0])
    np.testing.assert_array_equal(targets, before[1])


@pytest.mark.parametrize("make", LOSSES)
def test_a_single_example(make):
    loss = make()
    scores, target = np.array([1.0, 2.0, 0.5]), np.array([0.0, 1.0, 0.0])
    value, gradient = loss.forward(scores, target), loss.backward()
    assert gradient.shape == (3,)
    assert loss.forward(scores[None], target[None]) == value
    np.testing.assert_array_equal(loss.backward(), gradient[None])


# Softmax


def test_class_indices_and_one_hot_rows_agree():
    scores, indices = batch(10, 10)  # as many examples as classes: then (N,) indices and a (C,) row look alike
    by_index, by_row = SoftmaxWithLoss(), SoftmaxWithLoss()
    for indices_as_given in (indices, indices.astype(np.uint8), list(map(int, indices))):
        assert by_index.forward(scores, indices_as_given) == pytest.approx(
            by_row.forward(scores, one_hot(indices, 10)), rel=1e-14
        )
        np.testing.assert_allclose(by_index.backward(), by_row.backward(), atol=1e-16)


@pytest.mark.parametrize("as_target", [lambda i: [i], lambda i: one_hot([i], 3)], ids=["index", "one-hot"])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("scale", [1e4, -1e4, 1e30])
def test_extreme_scores(scale, dtype, as_target):
    """log-sum-exp: no overflow, and no epsilon that would cap the loss at 16."""
    scores = np.array([[scale, 0.0, -scale]], dtype)
    best = int(scores.argmax())
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        for target, expected in [(best, 0.0), (1, abs(scale)), (2 - best, 2 * abs(scale))]:
            loss = SoftmaxWithLoss()
            assert loss.forward(scores, as_target(target)) == pytest.approx(expected, rel=1e-6)
            np.testing.assert_array_equal(loss.backward(), [np.eye(3)[best] - np.eye(3)[target]])


def test_each_row_is_shifted_by_its_own_greatest_score():
    """Shifted by the greatest of all, the second row's exponentials would all be 0."""
    loss = SoftmaxWithLoss()
    value = loss.forward(np.array([[1e4, 1e4], [-1e4, -1e4]]), [0, 1])
    assert value == pytest.approx(math.log(2))
    np.testing.assert_allclose(loss.backward(), [[-0.25, 0.25], [0.25, -0.25]])


def test_a_confident_right_answer_costs_its_exact_small_amount():
    """-ln(p) for p within 1e-9 of 1; with 1e-7 inside the logarithm it would be negative."""
    loss = SoftmaxWithLoss().forward(np.array([[20.7, 0.0]]), [0])
    assert loss == pytest.approx(math.log1p(math.exp(-20.7)), rel=1e-6)


# PyTorch


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("kind", ["indices", "soft"])
@pytest.mark.parametrize("count, classes", [(1, 2), (50, 10), (3, 3)])
def test_agrees_with_torch(count, classes, kind, dtype):
    torch = pytest.importorskip("torch")
    scores, targets = batch(count, classes, dtype=dtype)
    if kind == "soft":
        targets = softmax(batch(count, classes, seed=1)[0]).astype(dtype)
    tensor = torch.tensor(scores, requires_grad=True)
    expected = torch.nn.functional.cross_entropy(tensor, torch.tensor(targets))
    expected.backward()
    loss = SoftmaxWithLoss()
    assert loss.forward(scores, targets) == pytest.approx(expected.item(), rel=TOLERANCE[dtype])
    assert_same_as_torch(loss.backward(), tensor.grad, dtype)
    squared, reversed_rows = MeanSquaredError(), scores[::-1].copy()
    expected = torch.nn.functional.mse_loss(tensor, torch.tensor(reversed_rows))
    assert squared.forward(scores, reversed_rows) == pytest.approx(expected.item() * classes / 2)


# Sigmoid


def test_sigmoid_with_loss_by_hand():
    """sigmoid(ln 3) = 3/4: the answer yes costs ln(4/3), the answer no ln(4). Two questions, two examples."""
    loss = SigmoidWithLoss()
    value = loss.forward([[math.log(3), 0.0], [-math.log(3), math.log(3)]], [[1, 1], [1, 0]])
    assert value == pytest.approx((math.log(4 / 3) + math.log(2) + 2 * math.log(4)) / 2)
    np.testing.assert_allclose(loss.backward(), np.array([[-1 / 4, -1 / 2], [-3 / 4, 3 / 4]]) / 2)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("score", [1e4, 1e30])
def test_extreme_scores_of_a_sigmoid(score, dtype):
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        for sign, target, cost, slope in [(1, 1, 0, 0), (1, 0, score, 1), (-1, 0, 0, 0), (-1, 1, score, -1)]:
            loss = SigmoidWithLoss()
            assert loss.forward(np.array([[sign * score]], dtype), [[target]]) == pytest.approx(cost)
            np.testing.assert_array_equal(loss.backward(), [[slope]])


def test_a_confident_right_answer_of_a_sigmoid_costs_its_exact_small_amount():
    assert SigmoidWithLoss().forward([[40.0]], [[1]]) == pytest.approx(math.exp(-40), rel=1e-12)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("count, outputs", [(1, 1), (50, 1), (4, 3)])
def test_sigmoid_with_loss_agrees_with_torch(count, outputs, dtype):
    """torch takes the mean over outputs too: the same for one output."""
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    scores, targets = 3 * rng.normal(size=(count, outputs)).astype(dtype), rng.random((count, outputs)).astype(dtype)
    tensor = torch.tensor(scores, requires_grad=True)
    expected = outputs * torch.nn.functional.binary_cross_entropy_with_logits(tensor, torch.tensor(targets))
    expected.backward()
    loss = SigmoidWithLoss()
    assert loss.forward(scores, targets) == pytest.approx(expected.item(), rel=TOLERANCE[dtype])
    assert_same_as_torch(loss.backward(), tensor.grad, dtype)


@pytest.mark.parametrize("wrong", [-0.1, 1.5, math.nan])
def test_sigmoid_targets_are_probabilities(wrong):
    with pytest.raises(ValueError, match="SigmoidWithLoss expected targets from 0 to 1"):
        SigmoidWithLoss().forward([[1.0, 2.0]], [[0.5, wrong]])


# Tokens


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("kind", ["indices", "soft"])
@pytest.mark.parametrize("shape", [(1, 1, 2), (2, 3, 4), (4, 4, 4), (3, 1, 5)], ids=str)
def test_tokens_as_in_torch(shape, kind, dtype):
    """The mean over all tokens; torch has the classes on its second axis."""
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    scores = rng.normal(size=shape).astype(dtype)
    targets = (
        rng.integers(0, shape[2], shape[:2]) if kind == "indices" else softmax(rng.normal(size=shape)).astype(dtype)
    )
    tensor = torch.tensor(scores, requires_grad=True)
    rows = torch.tensor(targets).reshape(-1, *targets.shape[2:])
    expected = torch.nn.functional.cross_entropy(tensor.reshape(-1, shape[2]), rows)
    expected.backward()
    loss = SoftmaxWithLoss()
    assert loss.forward(scores, targets) == pytest.approx(expected.item(), rel=TOLERANCE[dtype])
    assert_same_as_torch(loss.backward(), tensor.grad, dtype)


@pytest.mark.parametrize("shape", [(6,), (3, 2), (2,), (2, 3, 1), (2, 3, 5)], ids=str)
def test_targets_that_name_no_class_for_each_token(shape):
    with pytest.raises(ValueError, match=r"targets of shape \(2, 3\), a class for each token, or \(2, 3, 4\), got"):
        SoftmaxWithLoss().forward(np.zeros((2, 3, 4)), np.zeros(shape, int))


@pytest.mark.parametrize("make", [MeanSquaredError, SigmoidWithLoss])
def test_only_softmax_takes_tokens(make):
    with pytest.raises(ValueError, match=r"expected scores of shape \(N, C\), got shape \(2, 3, 4\)"):
        make().forward(np.zeros((2, 3, 4)), np.zeros((2, 3, 4)))


# Errors


@pytest.mark.parametrize(
    "targets, kind, words",
    [
        ([0, 3], ValueError, "class index 3.*3 classes.*0 to 2"),
        ([0, -1], ValueError, "class index -1.*0 to 2"),
        ([0.0, 1.0], TypeError, "integer class indices, got float64"),
        ([True, False], TypeError, "integer class indices, got bool"),
        ([0, 1, 2], ValueError, r"scores' shape \(2, 3\), got shape \(3,\)"),
        ([[0, 1, 0]], ValueError, r"scores' shape \(2, 3\), got shape \(1, 3\)"),
        (np.zeros((3, 2)), ValueError, r"scores' shape \(2, 3\), got shape \(3, 2\)"),
        ([[0], [1]], ValueError, r"scores' shape \(2, 3\), got shape \(2, 1\)"),
        ([[0, 1, 0], [1, 1, 0]], ValueError, "row 1 sums to 2"),
        ([[0, 1, 0], [0, 0, 0]], ValueError, "row 1 sums to 0"),
        ([[0, 1, 0], [1.5, -0.5, 0]], ValueError, "smallest entry -0.5"),
        ([[0, 1, 0], [np.nan, 0, 0]], ValueError, "row 1 sums to nan"),
        (None, TypeError, "targets .*got None"),
        ("01", TypeError, "targets .*got '01'"),
        ([[0], [0, 1]], TypeError, "targets .*got 'list'"),
    ],
)
def test_targets_that_softmax_refuses(targets, kind, words):
    with pytest.raises(kind, match=f"SoftmaxWithLoss .*{words}"):
        SoftmaxWithLoss().forward(np.zeros((2, 3)), targets)


@pytest.mark.parametrize("targets", [np.zeros(3), np.zeros((2, 1)), np.zeros((3, 2)), 0.0, np.zeros(6)])
def test_targets_that_mean_squared_error_refuses_rather_than_broadcasts(targets):
    with pytest.raises(ValueError, match=r"MeanSquaredError expected targets of the scores' shape \(2, 3\)"):
        MeanSquaredError().forward(np.zeros((2, 3)), targets)


@pytest.mark.parametrize("make", LOSSES)
@pytest.mark.parametrize("shape", [(), (2, 3, 1, 1), (0, 3), (0,)], ids=str)
def test_scores_of_a_wrong_shape(make, shape):
    with pytest.raises(ValueError, match=rf"{make.__name__} expected scores of shape \(N, C\)"):
        make().forward(np.zeros(shape), np.zeros(shape))


@pytest.mark.parametrize("make", LOSSES)
def test_upstream_gradient_of_a_loss_is_a_number(make):
    """One that broadcasts would weigh the elements in silence."""
    loss = make()
    loss.forward(np.zeros((2, 3)), one_hot([0, 1], 3))
    for upstream in (np.ones((2, 3)), np.ones(2)):
        with pytest.raises(ValueError, match=rf"{make.__name__}\.backward expected grad_output"):
            loss.backward(upstream)
