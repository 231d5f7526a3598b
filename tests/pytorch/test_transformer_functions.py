"""A transformer's layers as autograd Functions: derivatives by differences, and what the same without autograd needs."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

from torch.nn import functional as F

from backprop.pytorch.transformer import by_hand, gradients_in_torch
from backprop.pytorch.transformer_functions import GELU, Attention, Embedding, LayerNorm
from backprop.transformer import TinyTransformer

IDS = torch.tensor([[2, 0, 2], [2, 3, 0]])  # row 1 isn't read, row 2 three times


def heads_of(x, W):
    return (x @ W).unflatten(-1, (2, -1)).transpose(1, 2)


def torchs_attention(x, W_q, W_k, W_v, W_o):
    mixed = F.scaled_dot_product_attention(*(heads_of(x, W) for W in (W_q, W_k, W_v)), is_causal=True)
    return mixed.transpose(1, 2).flatten(2) @ W_o


CASES = {
    "embedding": (lambda W: Embedding.apply(IDS, W), lambda W: F.embedding(IDS, W), [(4, 3)]),
    "layer norm": (LayerNorm.apply, lambda x, gamma, beta: F.layer_norm(x, (4,), gamma, beta), [(2, 3, 4), (4,), (4,)]),
    "gelu": (GELU.apply, lambda x: F.gelu(x, approximate="tanh"), [(2, 3)]),
    "attention": (lambda *inputs: Attention.apply(*inputs, 2), torchs_attention, [(2, 3, 4), *[(4, 4)] * 4]),
    "attention of one token": (
        lambda *inputs: Attention.apply(*inputs, 2),
        torchs_attention,
        [(1, 1, 4), *[(4, 4)] * 4],
    ),
}


@pytest.mark.parametrize("function, torchs, shapes", CASES.values(), ids=CASES)
def test_as_torchs_own_and_once_more_differentiable(function, torchs, shapes):
    rng = np.random.default_rng(0)
    inputs = [torch.tensor(rng.normal(size=shape), requires_grad=True) for shape in shapes]
    torch.testing.assert_close(function(*inputs), torchs(*inputs), rtol=1e-12, atol=1e-12)
    assert torch.autograd.gradcheck(function, inputs)
    assert torch.autograd.gradgradcheck(function, inputs, fast_mode=True)


def test_by_hand_needs_no_record():
    net, ids = TinyTransformer(4, 3, width=4, heads=2), IDS.numpy()
    _, gradients = net.loss_and_gradient(ids, ids)
    with torch.inference_mode():
        found = by_hand(net, IDS, IDS)
    for name, gradient in gradients.items():
        np.testing.assert_allclose(found[name], gradient, rtol=1e-9, atol=1e-12)


def test_what_does_not_fit_is_refused_in_words():
    network, ids = TinyTransformer(5, 4, 8, 2, 1, np.random.default_rng(0)), np.array([[0, 1, 2, 3]])
    with pytest.raises(TypeError, match="expected a TinyTransformer, got str"):
        gradients_in_torch("a network", ids, ids)
    with pytest.raises(ValueError, match="residual connections"):
        gradients_in_torch(TinyTransformer(5, 4, 8, 2, 1, np.random.default_rng(0), residual=False), ids, ids)
    for wrong in [(ids, ids[:, :3]), (ids + 9, ids)]:
        with pytest.raises(ValueError, match="expected targets of whole numbers|got id 9"):
            gradients_in_torch(network, *wrong)
