"""TinyTransformer as PyTorch's own layers: the same parameters, the same loss, and autograd's gradients."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from ..transformer import IGNORED


class ModuleAttention(nn.Module):
    """Attention(W_q, W_k, W_v, W_o, heads), causal."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.W_q, self.W_k, self.W_v, self.W_o = (nn.Linear(width, width, bias=False) for _ in range(4))

    def forward(self, x):
        q, k, v = (layer(x).unflatten(-1, (self.heads, -1)).transpose(1, 2) for layer in (self.W_q, self.W_k, self.W_v))
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.W_o(mixed.transpose(1, 2).flatten(2))


class ModuleBlock(nn.Module):
    """Block, with residual connections."""

    def __init__(self, width, heads):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = ModuleAttention(width, heads)
        self.expand, self.contract = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.contract(F.gelu(self.expand(self.norm2(x)), approximate="tanh"))


class ModuleTransformer(nn.Module):
    """The twin of a TinyTransformer, with copies of its parameters in their dtype.

    `loss(ids, targets)` takes tensors of whole numbers (N, T); after its backward, `gradients()` returns what autograd
    found, under TinyTransformer's names and in its shapes.
    """

    def __init__(self, network):
        super().__init__()
        width = network.params["positions.W"].shape[1]
        self.tokens, self.positions = nn.Embedding(network.vocabulary, width), nn.Embedding(network.context, width)
        self.count = len(network.blocks)
        for number, block in enumerate(network.blocks, start=1):
            self.add_module(f"block{number}", ModuleBlock(width, block.attention.heads))
        self.norm, self.output = nn.LayerNorm(width), nn.Linear(width, network.vocabulary, bias=False)
        self.names = list(network.params)
        self.to(torch.from_numpy(network.params["output.W"]).dtype)
        with torch.no_grad():
            for name, value in network.params.items():
                self._twin(name).copy_(torch.tensor(turned(name, value)))

    def forward(self, ids):
        x = self.tokens(ids) + self.positions.weight[: ids.shape[1]]
        for number in range(1, self.count + 1):
            x = getattr(self, f"block{number}")(x)
        return self.output(self.norm(x))

    def loss(self, ids, targets):
        return F.cross_entropy(self(ids).flatten(0, 1), targets.flatten(), ignore_index=IGNORED)

    def gradients(self):
        return {name: turned(name, self._twin(name).grad.numpy()) for name in self.names}

    def _twin(self, name):
        """PyTorch's parameter: a norm's gamma and beta are its weight and bias."""
        layer, key = name.rsplit(".", 1)
        end = {"W": "weight", "gamma": "weight", "b": "bias", "beta": "bias"}.get(key, f"{key}.weight")
        return self.get_parameter(f"{layer}.{end}")


def turned(name, value):
    """nn.Linear keeps its weights as (M, D); tables with a row for each token or place are as ours."""
    layer, key = name.rsplit(".", 1)
    return np.ascontiguousarray(value.T) if key.startswith("W") and layer not in ("tokens", "positions") else value
