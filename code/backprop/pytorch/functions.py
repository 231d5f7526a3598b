"""Our layers as torch.autograd.Functions: we write forward and backward, PyTorch records and differentiates.

A Function has no self. `setup_context` hands what backward needs to `ctx.save_for_backward`, which also notices when
such a tensor is written to in between. Only inputs and outputs are saved, and every backward is made of torch's own
operations, so PyTorch can differentiate it once more, and torch.func can use it. vmap can't map over the losses, which
look at their targets' values. Each class is called through `apply`: relu = ReLU.apply.
"""

import torch
from torch.autograd import Function

from ..values import real_number
from .checks import check_target_values, check_targets, check_tensor, class_rows


class ReLU(Function):
    """y = max(x, 0), any shape. The local derivative is 1 where x > 0 and 0 elsewhere, at x = 0 too."""

    generate_vmap_rule = True

    @staticmethod
    def forward(x):
        return x.clamp(min=0)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(output)

    @staticmethod
    def backward(ctx, grad_output):
        (y,) = ctx.saved_tensors
        return torch.where(y > 0, grad_output, 0)


class LeakyReLU(Function):
    """y = x where x > 0, slope * x elsewhere. The local derivative is 1 or the slope; the slope at x = 0.

    The slope is a number, not a tensor: it gets no gradient.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(x, slope):
        slope = real_number(slope, "LeakyReLU", "slope")
        return torch.where(x > 0, x, slope * x)

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, ctx.slope = inputs
        ctx.save_for_backward(x)

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return torch.where(x > 0, grad_output, ctx.slope * grad_output), None


class Sigmoid(Function):
    """y = 1/(1 + exp(-x)), any shape. The local derivative is y (1 - y). The exponent is never positive."""

    generate_vmap_rule = True

    @staticmethod
    def forward(x):
        small = torch.exp(-x.abs())
        return torch.where(x >= 0, 1, small) / (1 + small)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(output)

    @staticmethod
    def backward(ctx, grad_output):
        (y,) = ctx.saved_tensors
        return grad_output * y * (1 - y)


class Tanh(Function):
    """y = tanh(x), any shape. The local derivative is 1 - y**2."""

    generate_vmap_rule = True

    @staticmethod
    def forward(x):
        return torch.tanh(x)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(output)

    @staticmethod
    def backward(ctx, grad_output):
        (y,) = ctx.saved_tensors
        return grad_output * (1 - y * y)


class Softmax(Function):
    """y = exp(x) / sum(exp(x)) along the last axis. dL/dx = y * (dL/dy - sum(dL/dy * y)), row by row."""

    generate_vmap_rule = True

    @staticmethod
    def forward(x):
        if x.ndim == 0 or x.shape[-1] == 0:
            raise ValueError(f"Softmax expected x of shape (..., C) with at least one class, got {tuple(x.shape)}")
        exponentials = torch.exp(x - x.amax(dim=-1, keepdim=True))
        return exponentials / exponentials.sum(dim=-1, keepdim=True)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(output)

    @staticmethod
    def backward(ctx, grad_output):
        (y,) = ctx.saved_tensors
        return y * (grad_output - (grad_output * y).sum(dim=-1, keepdim=True))


class Affine(Function):
    """Y = X @ W + b for x (N, D), W (D, M), b (M,).

    dL/dX = dL/dY @ W.T, dL/dW = X.T @ dL/dY, dL/db = dL/dY summed over the batch.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(x, W, b):
        check_tensor("Affine", "W", W)
        check_tensor("Affine", "x", x, W.device)
        check_tensor("Affine", "b", b, W.device)
        if W.ndim != 2 or b.shape != W.shape[1:]:
            raise ValueError(f"Affine expected W (D, M) and b (M,), got {tuple(W.shape)} and {tuple(b.shape)}")
        if x.ndim != 2 or x.shape[1] != W.shape[0]:
            raise ValueError(f"Affine expected x of shape (N, {W.shape[0]}), got {tuple(x.shape)}")
        return x @ W + b

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, W, _ = inputs
        ctx.save_for_backward(x, W)

    @staticmethod
    def backward(ctx, grad_output):
        x, W = ctx.saved_tensors
        grad_x = grad_output @ W.T if ctx.needs_input_grad[0] else None  # images need none
        return grad_x, x.T @ grad_output, grad_output.sum(dim=0)


class SoftmaxWithLoss(Function):
    """L = -sum(t * ln(p)) / N with p = softmax(scores), in nats; dL/d(scores) = (p - t) / N.

    Targets are class indices (N,), or rows (N, C) of probabilities. They are given, and get no gradient.
    """

    @staticmethod
    def forward(scores, targets):
        check_scores("SoftmaxWithLoss", scores, targets)
        check_targets("SoftmaxWithLoss", targets, scores.shape, scores.device)
        check_target_values("SoftmaxWithLoss", targets, scores.shape[1])
        t = class_rows(targets, scores.shape[1], scores.dtype)
        return -(t * log_softmax(scores)).sum() / len(t)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, grad_output):
        scores, targets = ctx.saved_tensors
        t = class_rows(targets, scores.shape[1], scores.dtype)
        return grad_output * (log_softmax(scores).exp() - t) / len(t), None


class MeanSquaredError(Function):
    """L = 1/2 * sum over outputs of (y - t)**2, mean over the batch; dL/dy = (y - t) / N, for y and t (N, M).

    torch's MSELoss is 2/M times this one. Targets are given, and get no gradient.
    """

    @staticmethod
    def forward(outputs, targets):
        check_scores("MeanSquaredError", outputs, targets)
        if targets.shape != outputs.shape:
            raise ValueError(
                f"MeanSquaredError expected targets of the outputs' shape {tuple(outputs.shape)}, "
                f"got {tuple(targets.shape)}"
            )
        difference = outputs - targets.to(outputs.dtype)
        return 0.5 * (difference * difference).sum() / len(outputs)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, grad_output):
        outputs, targets = ctx.saved_tensors
        return grad_output * (outputs - targets.to(outputs.dtype)) / len(outputs), None


def log_softmax(scores):
    """ln(p) of each row, with its greatest score taken off first, so that exp can't overflow."""
    shifted = scores - scores.amax(dim=1, keepdim=True).detach()
    return shifted - shifted.exp().sum(dim=1, keepdim=True).log()


def check_scores(owner, scores, targets):
    """Scores must be (N, C), and targets must not wait for a gradient that they wouldn't get."""
    check_tensor(owner, "scores", scores)
    check_tensor(owner, "targets", targets, scores.device)
    if scores.ndim != 2 or scores.numel() == 0:
        raise ValueError(f"{owner} expected scores of shape (N, C), got {tuple(scores.shape)}")
    if targets.requires_grad:
        raise ValueError(f"{owner} has no gradient for targets: pass targets.detach()")


def leaky_relu(x, slope=0.01):
    """LeakyReLU with the slope that most people take."""
    return LeakyReLU.apply(x, slope)


relu = ReLU.apply
sigmoid = Sigmoid.apply
tanh = Tanh.apply
softmax = Softmax.apply
affine = Affine.apply
softmax_with_loss = SoftmaxWithLoss.apply
mean_squared_error = MeanSquaredError.apply
