"""How processes find each other, how long they wait for each other, and what they say when one has gone."""

import os
import socket
from contextlib import contextmanager
from datetime import timedelta

import torch
import torch.distributed as dist

from ...values import real_number

ONE_LINE = "python -m torch.distributed.run --standalone --nproc-per-node 2 -m backprop.scale.parallel"
_state = {"timeout": None}


class PartnerLost(RuntimeError):
    """Another process has gone, or is silent: the step that all were in can't be finished."""


def join(timeout=30.0):
    """Make this process one of those that torchrun started, and return the device that it computes on.

    nccl where every process can have a GPU of its own, else gloo on the CPU with one thread for each process: many
    threads for each would fight over the same cores. Processes of one machine meet on its loopback address and nowhere
    else.

    Parameters
    ----------
    timeout : float above 0
        Seconds that a process waits for another one, in every exchange, before it gives up. PyTorch's own
        default is 10 or 30 minutes.

    Raises
    ------
    RuntimeError
        If this process was not started by torchrun.
    TypeError, ValueError
        If the timeout is no number above 0.
    """
    timeout = real_number(timeout, "join", "timeout", above=0)
    if "RANK" not in os.environ or "WORLD_SIZE" not in os.environ:
        raise RuntimeError(f"this process doesn't know of any others: start it with {ONE_LINE}")
    on_this_machine = int(os.environ.get("LOCAL_WORLD_SIZE", 1))
    if on_this_machine == int(os.environ["WORLD_SIZE"]):
        _stay_on_this_machine()
    if torch.cuda.device_count() >= on_this_machine:
        device, backend = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0))), "nccl"
        torch.cuda.set_device(device)
    else:
        device, backend = torch.device("cpu"), "gloo"
        torch.set_num_threads(1)
    _state["timeout"] = timeout
    limit = timedelta(seconds=timeout)
    with listening():
        store, rank, processes = next(dist.rendezvous("env://", timeout=limit))
        # After a restart torchrun's table of addresses still holds those of the processes that died.
        store = dist.PrefixStore(f"life {os.environ.get('TORCHELASTIC_RESTART_COUNT', 0)}", store)
        dist.init_process_group(backend, store=store, rank=rank, world_size=processes, timeout=limit)
    return device


def leave():
    """Say goodbye, so that nobody waits for this process."""
    if dist.is_initialized():
        dist.destroy_process_group()


@contextmanager
def listening():
    """Around an exchange: what PyTorch says of a lost partner, in words that name the cause."""
    try:
        yield
    except RuntimeError as error:
        said = str(error)
        silent = ("timed out" in said.lower() or "timeout" in said.lower()) and "refused" not in said
        what = f"another process has been silent for {_state['timeout']:g} s" if silent else "another process has gone"
        where = f"process {os.environ.get('RANK', '?')} of {os.environ.get('WORLD_SIZE', '?')}"
        raise PartnerLost(f"{where} stops: {what} ({_first_sentence(said)})") from error


def _first_sentence(said):
    """PyTorch's own words without the file they come from, and without its advice."""
    words = said.strip().removeprefix("[").split("] ", 1)[-1]
    return words.splitlines()[0].split(". ")[0][:120] if words else "no more is known"


def check_same_everywhere(params):
    """All processes must hold the very same numbers: each took the same steps from the same start.

    Raises
    ------
    RuntimeError
        In every process, if one of them differs in a single bit.
    """
    mine = torch.cat([value.detach().flatten() for value in params.values()])
    first = mine.clone()
    with listening():
        dist.broadcast(first, src=0)
        differs = (mine != first).any().to(torch.float32)
        dist.all_reduce(differs, op=dist.ReduceOp.MAX)
    if differs.item():
        raise RuntimeError(
            "the processes hold different weights: they started from different ones (a checkpoint that only some "
            "of them can read?), or one took a step that the others didn't"
        )


def _stay_on_this_machine():
    """A login script's words about a cluster's network are for runs on several machines."""
    os.environ["MASTER_ADDR"] = "127.0.0.1"  # a machine's name may lead to another interface, or nowhere
    os.environ.pop("GLOO_DEVICE_TRANSPORT", None)  # TLS would need certificates
    if hasattr(socket, "if_nameindex"):
        names = {name for _, name in socket.if_nameindex()} & {"lo", "lo0"}
        if names:
            os.environ["GLOO_SOCKET_IFNAME"] = names.pop()
            os.environ.pop("NCCL_SOCKET_IFNAME", None)
