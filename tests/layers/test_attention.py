"""Attention: by hand on two tokens, its probabilities, large scores, and its errors."""

import math

import numpy as np
import pytest

from backprop.layers import Attention


def layer_and_input(D=4, N=2, T=5, seed=0, **options):
    rng = np.random.default_rng(seed)
    return Attention(*rng.normal(size=(4, D, D)), **options), rng.normal(size=(N, T, D))


def test_by_hand():
    """One number for each token, and weights of 1: a query, a key and a value are the token itself.

    With tokens a = 1 - ln 3 and b = 1, the second token's scores are b a and b b, and ln 3 apart: probabilities 1/4
    and 3/4. The first token sees itself only.
    """
    a, b = 1 - math.log(3), 1.0
    layer = Attention([[1.0]], [[1.0]], [[1.0]], [[1.0]])
    mixed = a / 4 + 3 * b / 4
    np.testing.assert_allclose(layer.forward([[[a], [b]]]), [[[a], [mixed]]])
    np.testing.assert_allclose(layer.probabilities, [[[[1, 0], [1 / 4, 3 / 4]]]])
    of_scores = (a - mixed) / 4, 3 * (b - mixed) / 4  # softmax: p * (gradient - its mean)
    of_query = of_scores[0] * a + of_scores[1] * b
    gradient = layer.backward([[[0.0], [1.0]]])
    np.testing.assert_allclose(gradient, [[[1 / 4 + of_scores[0] * b], [3 / 4 + of_scores[1] * b + of_query]]])
    np.testing.assert_allclose(layer.grads["W_q"], [[b * of_query]])
    np.testing.assert_allclose(layer.grads["W_k"], [[a * of_scores[0] * b + b * of_scores[1] * b]])
    np.testing.assert_allclose(layer.grads["W_v"], [[mixed]])
    np.testing.assert_allclose(layer.grads["W_o"], [[mixed]])


@pytest.mark.parametrize("causal", [True, False])
def test_probabilities(causal):
    layer, x = layer_and_input(heads=2, causal=causal)
    layer.forward(x)
    assert layer.probabilities.shape == (2, 2, 5, 5)
    np.testing.assert_allclose(layer.probabilities.sum(axis=-1), np.ones((2, 2, 5)))
    assert not np.triu(layer.probabilities, k=1).any() == causal


def test_large_scores_choose_one_token():
    """Scores in the millions: the softmax is a choice, nothing overflows, and the others get no gradient."""
    layer, x = layer_and_input()
    with np.errstate(over="raise", invalid="raise"):
        y = layer.forward(1e3 * x)
        gradient = layer.backward(np.ones_like(y))
    assert set(np.unique(layer.probabilities)) == {0, 1} and np.isfinite(gradient).all()
    assert not layer.grads["W_q"].any() and not layer.grads["W_k"].any()


def test_an_empty_batch():
    layer, x = layer_and_input(N=0, heads=2)
    assert layer.backward(layer.forward(x)).shape == (0, 5, 4)


@pytest.mark.parametrize("name", ["W_k", "W_v", "W_o"])
def test_weights_that_do_not_fit(name):
    weights = dict.fromkeys(["W_q", "W_k", "W_v", "W_o"], np.eye(4)) | {name: np.ones((4, 3))}
    with pytest.raises(
        ValueError, match=rf"Attention expected {name} of shape \(D, D\), as W_q has, got shape \(4, 3\)"
    ):
        Attention(**weights)


@pytest.mark.parametrize(
    "heads, error, words",
    [(3, ValueError, "can't cut 4 columns into 3 heads"), (2.0, TypeError, "heads"), (0, ValueError, "heads")],
)
def test_heads_that_do_not_fit(heads, error, words):
    with pytest.raises(error, match=words):
        layer_and_input(heads=heads)


@pytest.mark.parametrize(
    "shape, hint", [((5, 4), "a single sequence is a batch of one"), ((2, 5, 3), ""), ((2, 0, 4), "")]
)
def test_x_that_does_not_fit(shape, hint):
    with pytest.raises(
        ValueError, match=r"Attention expected x of shape \(N, T, 4\) with at least one token, got .*" + hint
    ):
        layer_and_input()[0].forward(np.zeros(shape))


def test_repr():
    layers = [layer_and_input(**options)[0] for options in ({}, {"heads": 2}, {"causal": False})]
    assert list(map(repr, layers)) == ["Attention(4)", "Attention(4, heads=2)", "Attention(4, causal=False)"]
