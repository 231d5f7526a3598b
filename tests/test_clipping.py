"""Clipping by norm: by hand, beside PyTorch, without touching what it got, and at the edges of float64."""

import numpy as np
import pytest
from helpers import DTYPES

from backprop.clipping import clip_gradients


def arrays(seed=0, scale=1.0, dtype=np.float64):
    rng = np.random.default_rng(seed)
    shapes = {"W1": (4, 3), "b1": (3,), "slope": ()}
    return {name: np.asarray(scale * rng.normal(size=shape), dtype) for name, shape in shapes.items()}


def joint(grads):
    return np.linalg.norm(np.concatenate([np.ravel(g).astype(float) for g in grads.values()]))


def test_by_hand():
    """3, 4 and 12 have the norm 13. Clipped to 6.5, all are halved: not each array by itself."""
    clipped, norm = clip_gradients({"W": np.array([[3.0, 4.0]]), "b": np.array([-12.0])}, 6.5)
    assert norm == pytest.approx(13)
    np.testing.assert_allclose(clipped["W"], [[1.5, 2.0]])
    np.testing.assert_allclose(clipped["b"], [-6.0])


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_direction_stays_and_the_norm_is_the_limit(dtype):
    grads = arrays(scale=50, dtype=dtype)
    clipped, norm = clip_gradients(grads, 2)
    assert norm == pytest.approx(joint(grads), rel=1e-6)
    assert joint(clipped) == pytest.approx(2, rel=1e-6)
    for name, gradient in grads.items():
        assert isinstance(clipped[name], np.ndarray) and clipped[name].dtype == dtype
        np.testing.assert_allclose(clipped[name], gradient * (2 / norm), rtol=1e-6)


@pytest.mark.parametrize("limit", [0.1, 1e6])
def test_what_it_got_stays_as_it_is(limit):
    grads = arrays()
    before = {name: gradient.copy() for name, gradient in grads.items()}
    clipped, _ = clip_gradients(grads, limit)
    assert clipped is not grads
    for name, gradient in grads.items():
        np.testing.assert_array_equal(gradient, before[name])
        assert not np.shares_memory(clipped[name], gradient)


@pytest.mark.parametrize("limit", [0.1, 100.0])
@pytest.mark.parametrize("dtype", DTYPES)
def test_agrees_with_torch(limit, dtype):
    torch = pytest.importorskip("torch")
    grads = arrays(3, dtype=dtype)
    tensors = []
    for gradient in grads.values():
        tensors.append(torch.zeros(gradient.shape, dtype=torch.tensor(gradient).dtype, requires_grad=True))
        tensors[-1].grad = torch.tensor(gradient)
    their_norm = torch.nn.utils.clip_grad_norm_(tensors, limit)
    clipped, norm = clip_gradients(grads, limit)
    assert norm == pytest.approx(their_norm.item(), rel=1e-6)
    for ours, theirs in zip(clipped.values(), tensors, strict=True):
        np.testing.assert_allclose(ours, theirs.grad.numpy(), rtol=2e-6)  # torch divides by norm + 1e-6


@pytest.mark.parametrize("scale, dtype", [(1e200, np.float64), (1e30, np.float32), (1e-200, np.float64)])
def test_numbers_whose_squares_leave_the_range(scale, dtype):
    with np.errstate(all="raise"):
        clipped, norm = clip_gradients({"W": np.array([3, 4], dtype) * dtype(scale)}, scale)
    assert norm == pytest.approx(5 * scale, rel=1e-6)
    np.testing.assert_allclose(clipped["W"], np.array([0.6, 0.8]) * scale, rtol=1e-6)


def test_no_gradient_at_all():
    assert clip_gradients({}, 1.0) == ({}, 0.0)
    grads = {"W": np.zeros((2, 3)), "none": np.zeros((0, 3))}
    clipped, norm = clip_gradients(grads, 1.0)
    assert norm == 0 and not clipped["W"].any() and clipped["none"].shape == (0, 3)
    assert clipped["W"] is not grads["W"]


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_nan_and_inf_are_named(wrong):
    grads = arrays()
    grads["b1"][1] = wrong
    with pytest.raises(ValueError, match="clip_gradients got a gradient of 'b1' with nan or inf"):
        clip_gradients(grads, 1.0)


def test_the_limit_is_a_number_above_0():
    with pytest.raises(ValueError, match="clip_gradients expected largest_norm to be a number above 0, got 0"):
        clip_gradients(arrays(), 0)


def test_gradients_are_floats_in_a_dictionary():
    with pytest.raises(TypeError, match="clip_gradients expected the gradient of 'W' to hold floats, got int64"):
        clip_gradients({"W": np.array([3, 4])}, 1.0)
    with pytest.raises(TypeError, match="clip_gradients expected a dictionary of gradients, got list"):
        clip_gradients([np.ones(2)], 1.0)
