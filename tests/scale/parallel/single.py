"""The training that several processes share, done by nobody but this one."""

import torch

from backprop.pytorch import HandNet
from backprop.scale.parallel import Batches, load_data

UNEVEN = ("--batch-size", 61)  # 61 = 31 + 30 = 16 + 15 + 15 + 15


def without_processes(steps=50, batch_size=UNEVEN[1]):
    """The weights after training from HandNet's own gradients."""
    x, t = load_data("digits")
    generator = torch.Generator().manual_seed(0)
    network = HandNet(64, 32, 10, 0.1, generator, device="cpu", dtype=torch.float64)
    batches = Batches(len(x), batch_size, generator)
    for _ in range(steps):
        batch = batches.next()
        network.step(network.loss_and_gradient(x[batch], t[batch])[1], 0.1)
    return network.params


def assert_close(params, expected):
    # The order of the sums differs, so the last digits may: 50 steps on numbers near 1 in float64.
    assert params.keys() == expected.keys()
    for name in expected:
        torch.testing.assert_close(params[name], expected[name], rtol=1e-11, atol=1e-13)
