"""Train the two-layer network on several processes. Start it with torchrun:

    python -m torch.distributed.run --standalone --nproc-per-node 2 -m backprop.scale.parallel --steps 50

Stopped and started again with the same --checkpoint it goes on from there, on as many processes as you like.
"""

import argparse
import os
import signal
import sys
from pathlib import Path

from . import PartnerLost, Settings, join, leave, train
from .batches import DATA
from .group import ONE_LINE
from .measuring import measure
from .training import DTYPES, ENGINES


def parser():
    default = Settings()
    start = f"Start it with: {ONE_LINE}"
    result = argparse.ArgumentParser("backprop.scale.parallel", description=__doc__.split(". ")[0] + ".", epilog=start)
    add = result.add_argument
    add("--engine", choices=ENGINES, default="hand", help="who averages: our code, or PyTorch's DDP")
    add("--steps", type=int, default=50, help="steps in all, those before a checkpoint included")
    add("--data", choices=DATA, default=default.data)
    add("--hidden", type=int, default=default.hidden, metavar="H", help="width of the hidden layer")
    add("--batch-size", type=int, default=default.batch_size, metavar="N", help="of all together")
    add("--learning-rate", type=float, default=default.learning_rate, metavar="RATE")
    add("--seed", type=int, default=default.seed, help="for the initial weights and the order of images")
    add("--dtype", choices=DTYPES, default=default.dtype)
    add("--checkpoint", type=Path, metavar="FILE", help="write here, and go on from here if it exists")
    add("--every", type=int, default=10, metavar="STEPS", help="from one checkpoint to the next")
    add("--timeout", type=float, default=30.0, metavar="SECONDS", help="to wait for a silent process")
    die = "process RANK kills itself after STEP, once, as if its machine had lost power"
    add("--die", type=int, nargs=2, metavar=("RANK", "STEP"), help=die)
    add("--measure", type=Path, metavar="FILE", help="train nothing: time steps and all-reduces, write them to FILE")
    return result


def main(arguments=None):
    """Run the command line; the exit status is 0 if all went well."""
    given = parser().parse_args(arguments)
    try:
        device = join(given.timeout)
        if given.measure:
            measure(given.measure, device)
        else:
            _train(given, device)
        leave()
    except (PartnerLost, ValueError, TypeError, OSError) as error:
        message = str(error)
        who = f"process {os.environ['RANK']} of {os.environ['WORLD_SIZE']}"
        print(message if message.startswith(who) else f"{who} stops: {message}", file=sys.stderr, flush=True)
        return 1
    except RuntimeError as error:
        print(f"process stops: {error}", file=sys.stderr, flush=True)
        return 1
    return 0


def _train(given, device):
    settings = Settings(given.data, given.hidden, given.batch_size, given.learning_rate, given.seed, given.dtype)
    rank, processes = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
    _, losses = train(
        settings, steps=given.steps, engine=given.engine, device=device, checkpoint=given.checkpoint,
        every=given.every, after_step=_death(given.die, rank),
    )  # fmt: skip
    if rank == 0:
        last = f", last loss {losses[-1]:.4f} nats" if losses else ""
        print(f"{processes} process{'es' * (processes != 1)}, {len(losses)} steps{last}", flush=True)


def _death(die, rank):
    """A function that kills this process when its time has come; not again in the life after a restart."""
    if die is None or die[0] != rank or os.environ.get("TORCHELASTIC_RESTART_COUNT", "0") != "0":
        return None

    def after_step(step):
        if step == die[1]:
            os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))

    return after_step


if __name__ == "__main__":
    sys.exit(main())
