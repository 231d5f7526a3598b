"""The layers of a transformer as torch.autograd.Functions, in the manner of `functions`: only inputs are saved.

The first argument is the layer's input, and its parameters follow in the order of the layer of the same name in
`backprop.layers`, where shapes and sources are.
"""

import math

import torch
from torch.autograd import Function

from ..layers.activations import CUBIC, ROOT_2_OVER_PI


class Embedding(Function):
    """y = W[ids]: a row that is read in several places gets the sum of their gradients."""

    @staticmethod
    def forward(ids, W):
        return W[ids]

    @staticmethod
    def setup_context(ctx, inputs, output):
        ids, W = inputs
        ctx.rows = len(W)
        ctx.save_for_backward(ids)

    @staticmethod
    def backward(ctx, grad_output):
        (ids,) = ctx.saved_tensors
        grad_rows = grad_output.flatten(0, -2)
        return None, grad_rows.new_zeros(ctx.rows, grad_rows.shape[1]).index_add(0, ids.flatten(), grad_rows)


class LayerNorm(Function):
    """y = gamma * z + beta, z = (x - mean) / sqrt(variance + 1e-5) along the last axis.

    dL/dx = (h - mean(h) - z * mean(h * z)) / sqrt(variance + 1e-5), with h = gamma * dL/dy.
    """

    @staticmethod
    def forward(x, gamma, beta):
        z, _ = normalized(x)
        return gamma * z + beta

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, gamma, _ = inputs
        ctx.save_for_backward(x, gamma)

    @staticmethod
    def backward(ctx, grad_output):
        x, gamma = ctx.saved_tensors
        z, deviation = normalized(x)
        h, rows = gamma * grad_output, tuple(range(x.ndim - 1))
        grad_x = (h - h.mean(-1, keepdim=True) - z * (h * z).mean(-1, keepdim=True)) / deviation
        return grad_x, (grad_output * z).sum(rows), grad_output.sum(rows)


class GELU(Function):
    """y = x * s(x) with s = 1/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x**3))); dL/dx = dL/dy (s + x s')."""

    @staticmethod
    def forward(x):
        return x * share(x)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        s = share(x)
        slope = 2 * s * (1 - s) * ROOT_2_OVER_PI * (1 + 3 * CUBIC * x * x)  # tanh is 2 s - 1
        return grad_output * (s + x * slope)


class Attention(Function):
    """Causal self-attention of x (N, T, D) with several heads: softmax(Q @ K.T / sqrt(d)) @ V @ W_o."""

    @staticmethod
    def forward(x, W_q, W_k, W_v, W_o, heads):
        *_, v, p = attended(x, W_q, W_k, W_v, heads)
        return side_by_side(p @ v) @ W_o

    @staticmethod
    def setup_context(ctx, inputs, output):
        *tensors, ctx.heads = inputs
        ctx.save_for_backward(*tensors)

    @staticmethod
    def backward(ctx, grad_output):
        x, W_q, W_k, W_v, W_o = ctx.saved_tensors
        q, k, v, p = attended(x, W_q, W_k, W_v, ctx.heads)
        grad_mixed = in_heads(grad_output @ W_o.T, ctx.heads)
        grad_p = grad_mixed @ v.mT
        grad_scores = p * (grad_p - (grad_p * p).sum(-1, keepdim=True)) / math.sqrt(q.shape[-1])
        of_qkv = [side_by_side(g) for g in (grad_scores @ k, grad_scores.mT @ q, p.mT @ grad_mixed)]
        grad_x = sum(g @ W.T for g, W in zip(of_qkv, (W_q, W_k, W_v)))
        grad_W_o = product_of_rows(side_by_side(p @ v), grad_output)
        return grad_x, *(product_of_rows(x, g) for g in of_qkv), grad_W_o, None


def normalized(x):
    """x less its row's mean, over its row's standard deviation; and that deviation."""
    deviations = x - x.mean(-1, keepdim=True)
    deviation = ((deviations * deviations).mean(-1, keepdim=True) + 1e-5).sqrt()
    return deviations / deviation, deviation


def share(x):
    """How much of x passes GELU."""
    return 0.5 * (1 + torch.tanh(ROOT_2_OVER_PI * (x + CUBIC * x * x * x)))


def attended(x, W_q, W_k, W_v, heads):
    """Queries, keys and values, (N, heads, T, d) each, and the probabilities (N, heads, T, T)."""
    q, k, v = (in_heads(x @ W, heads) for W in (W_q, W_k, W_v))
    scores = q @ k.mT / math.sqrt(q.shape[-1])
    later = torch.ones_like(scores, dtype=torch.bool).triu(1)
    return q, k, v, scores.masked_fill(later, -math.inf).softmax(-1)


def in_heads(x, heads):
    """(N, T, D) as (N, heads, T, d)."""
    return x.unflatten(-1, (heads, -1)).transpose(1, 2)


def side_by_side(x):
    """(N, heads, T, d) as (N, T, D) again."""
    return x.transpose(1, 2).flatten(2)


def product_of_rows(x, grad_output):
    """dL/dW of x @ W for x (N, T, D): the rows of all sequences are one batch."""
    return x.flatten(0, 1).T @ grad_output.flatten(0, 1)
