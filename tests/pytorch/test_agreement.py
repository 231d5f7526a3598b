"""Six ways to the gradients of one batch: they agree, and leave alone what they were given."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

from backprop.networks import TwoLayerNet
from backprop.pytorch import gradients_of_one_batch

WAYS = ["numerical", "layers", "Variable", "tensors by hand", "autograd functions", "nn.Module"]


def batch(count=5, inputs=8, hidden=4, classes=3, seed=0):
    rng = np.random.default_rng(seed)
    params = TwoLayerNet(inputs, hidden, classes, weight_init_std=0.5, rng=rng).params
    params["b1"] += rng.normal(size=hidden)
    params["b2"] += rng.normal(size=classes)
    return params, rng.normal(size=(count, inputs)), rng.integers(0, classes, count)


def as_rows(t, classes=3):
    return 0.7 * np.eye(classes)[t] + 0.3 / classes


def formula(params, x, rows):
    """The gradients once more, in one place, on paths that none of the six takes."""
    z = np.einsum("nd,dh->nh", x, params["W1"]) + params["b1"]
    scores = np.einsum("nh,hc->nc", np.where(z > 0, z, 0), params["W2"]) + params["b2"]
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    d_scores = (p - rows) / len(x)
    d_z = np.einsum("nc,hc->nh", d_scores, params["W2"]) * (z > 0)
    return {
        "W1": np.einsum("nd,nh->dh", x, d_z), "b1": d_z.sum(axis=0),
        "W2": np.einsum("nh,nc->hc", np.where(z > 0, z, 0), d_scores), "b2": d_scores.sum(axis=0),
    }  # fmt: skip


def difference(one, other):
    """The greatest difference of two ways, relative to the greatest entry of the same array."""
    return max(np.abs(one[name] - other[name]).max() / np.abs(other[name]).max() for name in other)


@settings(max_examples=10)
@given(st.integers(1, 6), st.integers(1, 7), st.integers(1, 5), st.integers(2, 4), st.integers(0, 99))
def test_the_six_agree_whatever_the_sizes(count, inputs, hidden, classes, seed):
    params, x, t = batch(count, inputs, hidden, classes, seed)
    expected = formula(params, x, np.eye(classes)[t])
    for way, found in gradients_of_one_batch(params, x, t).items():
        for name in expected:
            close = {"rtol": 1e-6, "atol": 1e-8} if way == "numerical" else {"rtol": 1e-11, "atol": 1e-14}
            np.testing.assert_allclose(found[name], expected[name], err_msg=f"{way} {name}", **close)


@pytest.mark.parametrize("targets", [lambda t: t.astype(np.uint8), as_rows], ids=["uint8", "rows"])
def test_the_six_agree_whatever_the_targets(targets):
    params, x, t = batch()
    expected = formula(params, x, targets(t) if targets is as_rows else np.eye(3)[t])
    gradients = gradients_of_one_batch(params, x, targets(t))
    assert list(gradients) == WAYS
    differences = {way: difference(gradients[way], expected) for way in WAYS}
    assert differences.pop("numerical") < 1e-7
    assert max(differences.values()) < 1e-12


def test_scores_that_would_overflow():
    """No way may need exp(1e4). The numerical one is left out: beside such a loss it has no digits left."""
    params, x, t = batch()
    params["b2"] += np.array([1e4, 0.0, -1e4])
    gradients = gradients_of_one_batch(params, x, t)
    for way in WAYS[1:]:
        np.testing.assert_allclose(gradients[way]["b2"], np.eye(3)[0] - np.eye(3)[t].mean(axis=0), atol=1e-15)


def test_shapes_and_types():
    params, x, t = batch()
    small = {name: value.astype(np.float32) for name, value in params.items()}
    for found in gradients_of_one_batch(small, x.astype(np.float32), t).values():
        assert list(found) == ["W1", "b1", "W2", "b2"]
        for name, gradient in found.items():
            assert (type(gradient), gradient.dtype, gradient.shape) == (np.ndarray, np.float64, params[name].shape)


def test_writes_into_nothing_and_shares_nothing():
    params, x, t = batch()
    before = {name: value.copy() for name, value in params.items()}, x.copy(), t.copy()
    gradients = gradients_of_one_batch(params, x, t)
    for found in gradients.values():
        for gradient in found.values():
            assert not any(np.shares_memory(gradient, value) for value in (*params.values(), x))
            gradient += 1
    assert difference(gradients_of_one_batch(params, x, t)["layers"], formula(params, x, np.eye(3)[t])) < 1e-12
    for name in params:
        np.testing.assert_array_equal(params[name], before[0][name])
    np.testing.assert_array_equal(x, before[1])
    np.testing.assert_array_equal(t, before[2])


@pytest.mark.parametrize(
    "change, kind, words",
    [
        ({"x": np.zeros((5, 7))}, ValueError, r"x of shape \(N, 8\), got \(5, 7\)"),
        ({"t": np.array([0, 1, 2, 0, 3])}, ValueError, "class index 3"),
        ({"t": np.zeros(5)}, TypeError, "integer class indices"),
        ({"t": np.zeros(4, int)}, ValueError, r"shape \(4,\)"),
    ],
)
def test_refuses(change, kind, words):
    params, x, t = batch()
    with pytest.raises(kind, match=words):
        gradients_of_one_batch(params, **{"x": x, "t": t, **change})
