"""Embedding: by hand, beside one-hot rows and PyTorch, in a network; Positions by hand; their errors."""

import numpy as np
import pytest
from helpers import DTYPES, assert_same_as_torch, central_difference, upstream_like

from backprop.layers import Affine, Embedding, Positions
from backprop.networks import Sequential

TABLE = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]])


def test_by_hand():
    """Token 2 is used twice, so its row gets both gradients; tokens 0 and 3 aren't there."""
    layer = Embedding(TABLE)
    np.testing.assert_array_equal(layer.forward([[2, 1, 2]]), [[[5, 6], [3, 4], [5, 6]]])
    assert layer.backward([[[1.0, 2.0], [10.0, 20.0], [100.0, 200.0]]]) is None
    np.testing.assert_array_equal(layer.grads["W"], [[0, 0], [10, 20], [101, 202], [0, 0]])


@pytest.mark.parametrize("shape", [(), (5,), (1, 1), (2, 3), (0, 3), (2, 3, 4)], ids=str)
@pytest.mark.parametrize("dtype", DTYPES)
def test_agrees_with_torch_and_with_one_hot_rows(shape, dtype):
    torch = pytest.importorskip("torch")
    ids = np.random.default_rng(0).integers(0, 4, shape)
    layer = Embedding(TABLE.astype(dtype))
    output = layer.forward(ids)
    assert output.dtype == dtype
    upstream = upstream_like(output)
    layer.backward(upstream)
    W = torch.tensor(TABLE.astype(dtype), requires_grad=True)
    expected = torch.nn.functional.embedding(torch.tensor(ids), W)
    expected.backward(torch.tensor(upstream))
    assert_same_as_torch(output, expected, dtype)
    assert_same_as_torch(layer.grads["W"], W.grad, dtype)
    rows = np.eye(4)[ids].reshape(-1, 4)
    np.testing.assert_allclose(layer.grads["W"], rows.T @ upstream.reshape(-1, 2), rtol=1e-6, atol=1e-6)


def test_is_the_first_layer_of_a_network():
    rng = np.random.default_rng(0)
    net = Sequential(Embedding(rng.normal(size=(4, 3))), Affine(rng.normal(size=(6, 2)), np.zeros(2)))
    ids, t = np.array([[0, 3], [2, 2], [1, 0]], np.uint8), np.array([0, 1, 1])
    gradient = net.gradient(ids, t)
    for name in ("W1", "W2"):
        value = net.params[name].copy()

        def loss(moved, name=name):
            net.params[name] = moved
            return net.loss(ids, t)

        np.testing.assert_allclose(gradient[name], central_difference(loss, value), rtol=1e-6, atol=1e-8)
        net.params[name] = value


@pytest.mark.parametrize("ids", [[0.0, 1.0], [True], ["a"], None])
def test_ids_are_whole_numbers(ids):
    with pytest.raises(TypeError, match="Embedding expected ids to be whole numbers"):
        Embedding(TABLE).forward(ids)


@pytest.mark.parametrize("ids", [[[0, 4]], [-1]])
def test_ids_have_a_row(ids):
    with pytest.raises(ValueError, match=r"Embedding got id (4|-1), but W has rows 0 to 3"):
        Embedding(TABLE).forward(ids)


def test_W_and_repr():
    assert repr(Embedding(TABLE)) == "Embedding(4 x 2)"
    with pytest.raises(ValueError, match=r"Embedding expected W of shape \(V, D\)"):
        Embedding(np.ones(3))


def test_positions_by_hand():
    """Two sequences of two tokens: each of the first two rows was added twice, the others not at all."""
    layer = Positions(TABLE)
    np.testing.assert_array_equal(
        layer.forward([[[0.0, 0], [10, 10]], [[1, 1], [0, 0]]]), [[[1, 2], [13, 14]], [[2, 3], [3, 4]]]
    )
    upstream = np.array([[[1.0, 2], [3, 4]], [[10, 20], [30, 40]]])
    np.testing.assert_array_equal(layer.backward(upstream), upstream)
    np.testing.assert_array_equal(layer.grads["W"], [[11, 22], [33, 44], [0, 0], [0, 0]])


@pytest.mark.parametrize("shape", [(2, 5, 2), (2, 3, 3), (3, 2)], ids=str)
def test_positions_explain_and_repr(shape):
    with pytest.raises(ValueError, match=r"Positions expected x of shape \(N, T, 2\), T at most 4, got"):
        Positions(TABLE).forward(np.zeros(shape))
    with pytest.raises(ValueError, match=r"Positions expected W of shape \(L, D\)"):
        Positions(np.ones(3))
    assert repr(Positions(TABLE)) == "Positions(4 x 2)"
