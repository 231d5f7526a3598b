"""Time of a training step of chapter 20's model of sums: ours, and the same in eager PyTorch, taking turns."""

import copy
from importlib.util import find_spec

import numpy as np

from backprop.optimizers import AdamW
from backprop.text import DIGITS, load_sums
from backprop.transformer import TinyTransformer

from .timing import clock, ratio, take_turns

BATCH_SIZE, RATE, WEIGHT_DECAY = 128, 0.005, 0.01


def batches(steps, seed=0):
    """Ids and targets (steps, 128, 8), and a network in float32."""
    rng = np.random.default_rng(seed)
    (ids, targets), _ = load_sums(rng)
    chosen = rng.integers(0, len(ids), (steps, BATCH_SIZE))
    return ids[chosen], targets[chosen], TinyTransformer(len(DIGITS), ids.shape[1], rng=rng, dtype=np.float32)


def ours(ids, targets, network):
    """Losses of a training step on each batch. The network is changed."""
    optimizer, losses = AdamW(RATE, weight_decay=WEIGHT_DECAY), []
    for batch, wanted in zip(ids, targets):
        loss, grads = network.loss_and_gradient(batch, wanted)
        optimizer.step(network.params, grads)
        losses.append(loss)
    return losses


def eager(ids, targets, network):
    """The same with nn, autograd and torch.optim.AdamW."""
    import torch

    twin, losses = network, []
    optimizer = torch.optim.AdamW(twin.parameters(), lr=RATE, weight_decay=WEIGHT_DECAY)
    for batch, wanted in zip(torch.from_numpy(ids), torch.from_numpy(targets)):
        optimizer.zero_grad()
        loss = twin.loss(batch, wanted)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def measure(steps=50, rounds=7):
    """Take `steps` steps from the same weights, in turn, `rounds` times.

    Returns a dict ready for JSON: seconds per step by name, and the ratio of ours to eager PyTorch's, round by round.
    Raises RuntimeError if the two don't come to the same losses.
    """
    if not find_spec("torch"):
        return {"skipped": "PyTorch is not installed"}
    from backprop.pytorch.transformer import ModuleTransformer

    ids, targets, network = batches(steps)
    starts = {"ours": (ours, network), "PyTorch, eager": (eager, ModuleTransformer(network))}
    losses = {}

    def job(name, steps_of, start):
        def once():
            fresh = copy.deepcopy(start)
            seconds, losses[name] = clock(lambda: steps_of(ids, targets, fresh))
            return seconds / steps

        return once

    jobs = {name: job(name, *start) for name, start in starts.items()}
    for warm_up in jobs.values():
        warm_up()
    times = take_turns(jobs, rounds)
    if not np.allclose(losses["ours"], losses["PyTorch, eager"], rtol=0.02):
        raise RuntimeError(f"the losses differ: {losses}")
    return {
        "network": repr(network),
        "steps": steps,
        "seconds_per_step": times,
        "ratio": ratio(times["ours"], times["PyTorch, eager"]),
    }
