"""The heart of data parallel training: every process its slice, and one average for all."""

import torch
import torch.distributed as dist

from ...values import whole_number
from .group import listening


def slice_of(count, processes, rank):
    """The rows of a batch that one process takes: consecutive rows, and no two slices differ by more than one row.

    The first count % processes slices hold one row more. With fewer rows than processes, the last slices are empty.

    Of a batch of `count` rows (0 or more), the process `rank` of `processes` (0 to processes - 1) takes this slice.
    TypeError or ValueError where one is no whole number, or lies outside.
    """
    whole_number(count, "slice_of", "count", least=0)
    whole_number(processes, "slice_of", "processes")
    if whole_number(rank, "slice_of", "rank", least=0) >= processes:
        raise ValueError(f"slice_of expected a rank of 0 to {processes - 1}, got {rank}: ranks count from 0")
    share, rest = divmod(count, processes)
    start = rank * share + min(rank, rest)
    return slice(start, start + share + (rank < rest))


def averaged_gradient(network, x, t):
    """The mean loss of a whole batch, and its gradient, from processes that each look at their slice alone.

    g = sum over the processes r of (n_r / N) * g_r, where g_r is the mean over the n_r rows of a slice. Weighed so,
    the result is the mean over all N rows, however the batch divides. Everything travels in one all-reduce.

    Parameters
    ----------
    network : HandNet
        With the same parameters in every process.
    x, t : tensors
        The batch (N, D) and its N targets, the same in every process.

    Returns
    -------
    loss, grads
        A tensor in nats, and a dict like network.params. The same numbers in every process.

    Raises
    ------
    ValueError
        If the batch is empty.
    PartnerLost
        If another process has gone, or is silent for longer than the timeout that it joined with.
    """
    if len(x) == 0:
        raise ValueError("averaged_gradient expected a batch of one row or more, got an empty one")
    mine = slice_of(len(x), dist.get_world_size(), dist.get_rank())
    numbers = weighted_gradient(network, x[mine], t[mine], len(x))
    with listening():
        dist.all_reduce(numbers)  # the sum, left in everybody's array
    return numbers[0], unpacked(numbers[1:], network.params)


def weighted_gradient(network, x, t, count):
    """What one process adds to the sum: n/N times the loss and the gradients of its n rows, in one array."""
    if len(x) == 0:  # more processes than rows: this one has nothing to say, but must take part
        size = 1 + sum(value.numel() for value in network.params.values())
        like = network.params["W1"]
        return torch.zeros(size, dtype=like.dtype, device=like.device)
    loss, grads = network.loss_and_gradient(x, t)
    return torch.cat([loss.reshape(1), *(grads[name].flatten() for name in network.params)]) * (len(x) / count)


def unpacked(numbers, params):
    """Cut one long array into arrays with the names and shapes of params."""
    pieces = numbers.split([value.numel() for value in params.values()])
    return {name: piece.view(value.shape) for piece, (name, value) in zip(pieces, params.items())}
