"""What a batch must look like, and class indices as rows.

Looking at a shape, a dtype or a device is free. Looking at a value is not: on a GPU the program then
waits until everything before has been computed. So the two kinds of check are kept apart.
"""

import torch


def check_inputs(owner, x, weights):
    """x must be a batch (N, D) that can be multiplied with weights (D, H). Looks at no value.

    Raises
    ------
    TypeError
        If x is not a tensor, or its dtype is not the weights'.
    ValueError
        If x has another shape, holds no example, is on another device, or requires a gradient.
    """
    check_tensor(owner, "x", x, weights.device)
    inputs = weights.shape[0]
    if x.ndim != 2 or x.shape[1] != inputs or len(x) == 0:
        hint = ": flatten each image first" if x.ndim > 1 and x.shape[-1] == x.shape[-2] else ""
        raise ValueError(f"{owner} expected x of shape (N, {inputs}), got {tuple(x.shape)}{hint}")
    if x.dtype != weights.dtype:
        raise TypeError(f"{owner} computes in {weights.dtype}, got x of {x.dtype}: x.to({weights.dtype}) converts it")
    if x.requires_grad:
        raise ValueError(f"{owner} works without autograd, got x that requires a gradient: pass x.detach()")


def check_targets(owner, t, shape, device):
    """t must be class indices (N,) or rows (N, C) for scores of `shape` (N, C). Looks at no value.

    Raises
    ------
    TypeError
        If t is not a tensor, or class indices aren't integers.
    ValueError
        If t has another shape, or is on another device.
    """
    check_tensor(owner, "t", t, device)
    count, classes = shape
    if tuple(t.shape) not in ((count,), (count, classes)):
        raise ValueError(
            f"{owner} expected targets t of shape ({count},) or ({count}, {classes}), got {tuple(t.shape)}"
        )
    if t.ndim == 1 and (t.dtype.is_floating_point or t.dtype == torch.bool):
        raise TypeError(f"{owner} expected integer class indices, got {t.dtype}: t.long() converts whole numbers")


def check_target_values(owner, t, classes):
    """Class indices must be among 0 to C - 1, rows must be probabilities. Waits for the GPU.

    Raises
    ------
    ValueError
        If one of them is not.
    """
    if t.ndim == 1:
        outside = t[(t < 0) | (t >= classes)]
        if len(outside):
            raise ValueError(
                f"{owner} got class index {outside[0].item()}, but {classes} classes have indices 0 to {classes - 1}"
            )
        return
    distances = (t.sum(dim=1) - 1).abs()
    if t.min() < 0 or not (distances <= 1e-3).all():
        row = distances.argmax().item()
        raise ValueError(
            f"{owner} expected target rows of probabilities that sum to 1; row {row} sums to "
            f"{t[row].sum().item():.4g}, smallest entry {t.min().item():.4g}"
        )


def check_tensor(owner, name, value, device=None):
    """A tensor, and on this device."""
    if not isinstance(value, torch.Tensor):
        raise TypeError(
            f"{owner} expected {name} to be a tensor, got {type(value).__name__}: torch.as_tensor({name}) makes one"
        )
    if device is not None and value.device != device:
        raise ValueError(
            f"{owner} computes on {device}, got {name} on {value.device}: {name}.to({str(device)!r}) moves it"
        )


def class_rows(t, classes, dtype):
    """Class indices (N,) as one-hot rows (N, C): a 1 at the class, 0 elsewhere. Rows stay as they are."""
    if t.ndim == 2:
        return t.to(dtype)
    rows = torch.zeros(len(t), classes, dtype=dtype, device=t.device)
    return rows.scatter_(1, t.long()[:, None], 1)
