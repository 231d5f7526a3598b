"""TinyTransformer in PyTorch, three times: by hand on tensors, of autograd Functions, and of PyTorch's own layers."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from ..transformer import IGNORED, TinyTransformer
from .functions import Affine, SoftmaxWithLoss
from .transformer_functions import GELU, Attention, Embedding, LayerNorm

INSIDE = ("norm1", "attention", "norm2", "expand", "gelu", "contract")  # a block's layers, in order


def gradients_in_torch(network, ids, targets):
    """dL/d(parameter) of a TinyTransformer with residual connections on one batch, in three ways.

    ids, targets : (N, T) whole numbers, as for `network.loss`.

    Returns {"tensors by hand": gradients, "autograd functions": ..., "nn.Module": ...}, each a dict with the names and
    shapes of network.params and arrays of their dtype. Raises TypeError for a network of a different kind, ValueError for
    one without residual connections; ids and targets are checked as by `network.loss`.
    """
    if not isinstance(network, TinyTransformer):
        raise TypeError(f"gradients_in_torch expected a TinyTransformer, got {type(network).__name__}")
    if not all(block.residual for block in network.blocks):
        raise ValueError("gradients_in_torch expected a TinyTransformer with residual connections")
    network.loss(ids, targets)
    batch = torch.tensor(ids), torch.tensor(targets)
    twin = ModuleTransformer(network)
    twin.loss(*batch).backward()
    return {
        "tensors by hand": by_hand(network, *batch),
        "autograd functions": with_functions(network, *batch),
        "nn.Module": twin.gradients(),
    }


def loss_of(params, ids, targets, heads, call):
    """TinyTransformer's loss, with call(rule, input, name of the layer, settings ...) for each of its layers."""
    counts = targets != IGNORED
    x = call(Embedding, ids, "tokens") + params["positions.W"][: ids.shape[1]]
    for block in dict.fromkeys(name.split(".")[0] for name in params if name.startswith("block")):
        norm1, attention, norm2, expand, gelu, contract = (f"{block}.{layer}" for layer in INSIDE)
        x = x + call(Attention, call(LayerNorm, x, norm1), attention, heads)
        rows = call(Affine, call(LayerNorm, x, norm2).flatten(0, 1), expand)
        x = x + call(Affine, call(GELU, rows, gelu), contract).view_as(x)
    scores = call(Affine, call(LayerNorm, x[counts], "norm"), "output")
    return call(SoftmaxWithLoss, scores, "loss", targets[counts])


def with_functions(network, ids, targets):
    """Each rule through `apply`, so that PyTorch records it, and one call of PyTorch's backward."""
    params = tensors_of(network)
    for value in params.values():
        value.requires_grad_()

    def call(rule, x, layer, *settings):
        return rule.apply(x, *parameters(params, layer).values(), *settings)

    loss_of(params, ids, targets, network.blocks[0].attention.heads, call).backward()
    return {name: params[name].grad.numpy() for name in network.params}


def by_hand(network, ids, targets):
    """Each rule's forward, then each one's backward in the opposite order: PyTorch records nothing."""
    params, grads, calls = tensors_of(network), {}, []

    def call(rule, x, layer, *settings):
        calls.append(Call(rule, x, parameters(params, layer), grads, *settings))
        return calls[-1].output

    loss = loss_of(params, ids, targets, network.blocks[0].attention.heads, call)
    tokens, *inside, norm, output, softmax_with_loss = calls
    grad_x = torch.zeros_like(tokens.output)
    grad_x[targets != IGNORED] = norm.backward(output.backward(softmax_with_loss.backward(torch.ones_like(loss))))
    while inside:
        norm1, attention, norm2, expand, gelu, contract = inside[-6:]
        del inside[-6:]
        grad_rows = expand.backward(gelu.backward(contract.backward(grad_x.flatten(0, 1))))
        grad_x = grad_x + norm2.backward(grad_rows.view_as(grad_x))
        grad_x = grad_x + norm1.backward(attention.backward(grad_x))
    grads["positions.W"] = torch.zeros_like(params["positions.W"])
    grads["positions.W"][: ids.shape[1]] = grad_x.sum(0)
    tokens.backward(grad_x)
    return {name: grads[name].numpy() for name in network.params}


class Call:
    """A Function called by hand: its forward at once, its backward later. What the one keeps for the other is here."""

    needs_input_grad = (True,)  # of x, which Affine asks for

    def __init__(self, rule, x, params, grads, *settings):
        self.rule, self.names, self.grads = rule, list(params), grads
        inputs = (x, *params.values(), *settings)
        self.output = rule.forward(*inputs)
        rule.setup_context(self, inputs, self.output)

    def save_for_backward(self, *tensors):
        self.saved_tensors = tensors

    def backward(self, grad_output):
        """The gradient of x; those of the parameters go into grads."""
        gradients = self.rule.backward(self, grad_output)
        grad_x, *others = gradients if isinstance(gradients, tuple) else (gradients,)
        self.grads.update(zip(self.names, others))
        return grad_x


def tensors_of(network):
    """Copies of the parameters; the last layer has no bias, which is to say one of 0 that is never learned."""
    params = {name: torch.tensor(value) for name, value in network.params.items()}
    return params | {"output.b": torch.zeros_like(params["output.W"][0])}


def parameters(params, layer):
    """Those of one layer."""
    return {name: value for name, value in params.items() if name.startswith(f"{layer}.")}


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
