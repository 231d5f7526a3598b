"""How long a step takes with 1, 2, 4, ... processes, and where the time goes. One run measures them all."""

import json
import os
import time
from pathlib import Path

import torch
import torch.distributed as dist

from ...pytorch.by_hand import HandNet
from .averaging import slice_of, unpacked, weighted_gradient
from .group import listening

SIZES = (784, 128, 10)  # the network of chapter 12
BATCH = 2048
NUMBERS = (1_000, 4_000, 16_000, 64_000, 256_000, 1_000_000, 4_000_000)
REPEATS = 20


def measure(path, device):
    """Time steps of the network of chapter 12 and bare all-reduces; process 0 writes the shortest ones as JSON.

    The processes are grouped anew for each count: the first one alone, the first two, the first four. The others
    wait meanwhile. Images are random numbers: how long a product takes doesn't depend on them.

    The file holds, with seconds throughout:
        "steps": {processes: {"compute": ..., "all-reduce": ...}} of a batch that stays the same in all
        "all-reduce": {processes: {bytes: ...}}
    """
    world, rank = dist.get_world_size(), dist.get_rank()
    counts = [count for count in (1, 2, 4, 8, 16) if count <= world]
    result = {"steps": {}, "all-reduce": {}}
    for count in counts:
        with listening():
            group = dist.new_group(range(count))
            dist.barrier()
        if rank < count:
            result["steps"][count] = _step(group, device)
            if count > 1:
                result["all-reduce"][count] = _all_reduces(group, device)
        with listening():
            dist.barrier()
    if rank == 0:
        temporary = Path(f"{path}.tmp")
        temporary.write_text(json.dumps(result))
        os.replace(temporary, path)


def _step(group, device):
    network = HandNet(*SIZES, device=device)
    generator = torch.Generator().manual_seed(0)
    x = torch.rand(BATCH, SIZES[0], generator=generator).to(device)
    t = torch.randint(SIZES[2], (BATCH,), generator=generator).to(device)
    mine = slice_of(BATCH, dist.get_world_size(group), dist.get_rank(group))
    quickest = None
    for _ in range(REPEATS):
        start = _now(device)
        numbers = weighted_gradient(network, x[mine], t[mine], BATCH)
        middle = _now(device)
        with listening():
            dist.all_reduce(numbers, group=group)
        end = _now(device)
        network.step(unpacked(numbers[1:], network.params), 0.1)
        if quickest is None or end - start < sum(quickest):
            quickest = middle - start, end - middle  # of one and the same step: waiting counts as all-reduce
    return dict(zip(("compute", "all-reduce"), quickest))


def _all_reduces(group, device):
    return {4 * size: _all_reduce(torch.ones(size, device=device), group) for size in NUMBERS}


def _all_reduce(numbers, group):
    seconds = []
    for _ in range(REPEATS):
        start = _now(numbers.device)
        with listening():
            dist.all_reduce(numbers, op=dist.ReduceOp.MAX, group=group)
        seconds.append(_now(numbers.device) - start)
    return min(seconds)  # other programs get in the way, and none ever helps


def _now(device):
    if device.type == "cuda":
        torch.cuda.synchronize(device)  # or else we would time the queueing
    return time.perf_counter()
