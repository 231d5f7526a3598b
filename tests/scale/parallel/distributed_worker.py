"""Run by torchrun in test_processes.py: training, checks that need partners, and a partner that falls silent."""

import os
import sys
import time
from pathlib import Path

import torch
import torch.distributed as dist

from backprop.pytorch import HandNet
from backprop.scale.parallel import PartnerLost, Settings, averaged_gradient, join, leave, train
from backprop.scale.parallel.group import check_same_everywhere


def check_average():
    """Even, uneven, and too small to give everybody a row: always the mean over the whole batch."""
    for count in (8, 7, 5, 3, 1):
        generator = torch.Generator().manual_seed(count)
        network = HandNet(6, 5, 3, 0.5, generator, device="cpu", dtype=torch.float64)
        x = torch.randn(count, 6, generator=generator, dtype=torch.float64)
        t = torch.randint(3, (count,), generator=generator)
        loss, grads = averaged_gradient(network, x, t)
        expected_loss, expected = network.loss_and_gradient(x, t)
        torch.testing.assert_close(loss, expected_loss, rtol=1e-13, atol=1e-15)
        for name in expected:
            torch.testing.assert_close(grads[name], expected[name], rtol=1e-12, atol=1e-15)


def check_difference_is_found(rank):
    """One bit in one process, and every process must hear of it."""
    params = {"W": torch.ones(3, dtype=torch.float64), "b": torch.zeros(2, dtype=torch.float64)}
    check_same_everywhere(params)
    if rank == 2:
        params["W"][1] += 2**-52
    try:
        check_same_everywhere(params)
    except RuntimeError as error:
        assert "different weights" in str(error)
    else:
        raise AssertionError(f"process {rank} noticed nothing")


def main(folder):
    join(timeout=900)
    rank = dist.get_rank()
    check_average()
    check_difference_is_found(rank)
    for engine in ("hand", "ddp"):
        train(Settings(batch_size=61), steps=50, engine=engine, checkpoint=folder / f"{engine}.pt")
    (folder / f"checked-{rank}").touch()
    dist.barrier()
    leave()
    os.environ["TORCHELASTIC_RESTART_COUNT"] = "1"  # as after a restart: nobody looks for partners in the old table
    join(timeout=5)
    if rank == 1:
        time.sleep(3600)
    try:
        dist_sum()
    except PartnerLost as error:
        (folder / f"lost-{rank}").write_text(str(error))
        print(error, file=sys.stderr, flush=True)
        os._exit(1)


def dist_sum():
    network = HandNet(2, 2, 2, device="cpu")
    averaged_gradient(network, torch.ones(4, 2), torch.zeros(4, dtype=torch.int64))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
