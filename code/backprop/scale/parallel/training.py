"""The loop: begin, or go on from a checkpoint; step; write a checkpoint now and then."""

from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import torch.distributed as dist

from ...pytorch.by_hand import HandNet
from ...values import real_number, whole_number
from .batches import Batches, load_data
from .checkpoint import check_fits, load_checkpoint, save_checkpoint
from .engines import ByHand, WithDDP
from .group import PartnerLost, check_same_everywhere

ENGINES = {"hand": ByHand, "ddp": WithDDP}
DTYPES = {"float32": torch.float32, "float64": torch.float64}


@dataclass(frozen=True)
class Settings:
    """What decides which weights a run ends with, but for the number of steps.

    Not among them: the number of processes, and whether they average by hand or with DDP. These change the order of
    a sum, and so the last digits, and nothing else.
    """

    data: str = "digits"
    hidden: int = 32
    batch_size: int = 64
    learning_rate: float = 0.1
    seed: int = 0
    dtype: str = "float64"


def train(settings, *, steps, engine="hand", device="cpu", checkpoint=None, every=10, after_step=None):
    """Train together: every process that has joined calls this with the same arguments.

    Parameters
    ----------
    settings : Settings
    steps : int
        Steps in all, those before the checkpoint included.
    engine : "hand" or "ddp"
    device : torch.device
        What `join` returned.
    checkpoint : path, optional
        Where process 0 writes, at the end too, and where everyone goes on from if the file exists.
    every : int
        Steps from one checkpoint to the next.
    after_step : function of the step's number, optional
        Called in every process after each step.

    Returns
    -------
    params, losses
        The parameters as tensors, and the mean loss of each step's batch, in nats.

    Raises
    ------
    PartnerLost
        If another process has gone or is silent; the message says where training would go on.
    TypeError, ValueError
        If the settings, or the checkpoint, don't fit.
    """
    whole_number(steps, "train", "steps", least=0)
    whole_number(every, "train", "every")
    real_number(settings.learning_rate, "train", "learning_rate", above=0)
    if settings.dtype not in DTYPES or engine not in ENGINES:
        raise ValueError(f"train knows {', '.join([*DTYPES, *ENGINES])}, got {settings.dtype!r} and {engine!r}")
    x, t = load_data(settings.data, device, DTYPES[settings.dtype])
    generator = torch.Generator().manual_seed(settings.seed)
    network = HandNet(x.shape[1], settings.hidden, 10, 0.1, generator, device, DTYPES[settings.dtype])
    network.check_data(x, t)
    runner = ENGINES[engine](network, settings.learning_rate)
    batches, losses = Batches(len(x), settings.batch_size, generator), []
    if checkpoint is not None and Path(checkpoint).exists():
        losses = _go_on(checkpoint, runner, batches, settings)
    check_same_everywhere(runner.params)

    saved = done = len(losses)
    for done in range(saved + 1, steps + 1):
        batch = batches.next().to(device)
        try:
            losses.append(runner.step(x[batch], t[batch]).item())
        except PartnerLost as error:
            raise PartnerLost(f"{error}. It was step {done}. {_advice(checkpoint, saved)}") from error
        if checkpoint is not None and (done % every == 0 or done == steps):
            check_same_everywhere(runner.params)
            if dist.get_rank() == 0:
                save_checkpoint(
                    checkpoint, step=done, params=runner.params, batches=batches.state(), settings=asdict(settings),
                    losses=losses,
                )  # fmt: skip
            saved = done
        if after_step is not None:
            after_step(done)
    return runner.params, losses


def _go_on(checkpoint, runner, batches, settings):
    """Put everything back to where the checkpoint was written; the losses until then."""
    state = load_checkpoint(checkpoint)
    check_fits(checkpoint, state, runner.params, asdict(settings))
    runner.restore(state["params"])
    batches.restore(state["batches"])
    return state["losses"].tolist()


def _advice(checkpoint, saved):
    if checkpoint is None:
        return "Without --checkpoint nothing was kept: start again from the beginning"
    if not saved:
        return f"{checkpoint} had not been written yet: start again from the beginning"
    return f"Start the same command again: it goes on after step {saved}, from {checkpoint}"
