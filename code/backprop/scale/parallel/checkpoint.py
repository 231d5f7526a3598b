"""Checkpoints: files from which training goes on as if nothing had happened."""

import os
import pickle
from pathlib import Path

import torch

FORMAT = "backprop checkpoint 1"
PARTS = {"format": str, "step": int, "params": dict, "batches": dict, "settings": dict, "losses": torch.Tensor}


def save_checkpoint(path, *, step, params, batches, settings, losses):
    """Write a checkpoint that is atomic and durable: a reader finds the old one or the new one, never half of one.

    The file is written under a different name, brought to the disk (fsync), and renamed, which a file system does as a
    whole or not at all. The rename itself is on the disk once the folder is, so that is brought there too, where the
    system allows it. Call it in one process only.

    Parameters
    ----------
    path : str or Path
    step : int
        Steps taken so far.
    params : dict of tensors
    batches : dict
        `Batches.state()`: the order of this epoch, the place in it, the generator's state.
    settings : dict of numbers and strings
        What has to be the same for training to go on.
    losses : list of float
        One for each step, in nats.
    """
    path = Path(path)
    state = {
        "format": FORMAT,
        "step": step,
        "params": {name: value.detach().cpu().contiguous() for name, value in params.items()},
        "batches": batches,
        "settings": settings,
        "losses": torch.tensor(losses, dtype=torch.float64),
    }
    temporary = path.with_name(path.name + ".tmp")
    try:
        with open(temporary, "wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        _sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _sync_folder(folder):
    """Bring the names in a folder to the disk. Windows opens no folders, and needs none of this."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def load_checkpoint(path):
    """Read what save_checkpoint wrote, onto the CPU.

    Only numbers, strings, tensors and containers of them are read: a file that wants to run code is refused.

    Raises
    ------
    FileNotFoundError
        If there is none.
    ValueError
        If the file is damaged, or is no checkpoint of this kind.
    """
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise ValueError(
            f"{path} is damaged, or is no checkpoint: delete it to begin anew ({type(error).__name__} while reading)"
        ) from error
    if not isinstance(state, dict) or state.get("format") != FORMAT:
        raise ValueError(f"{path} is a file of PyTorch's, but no checkpoint of this program: give another path")
    for name, kind in PARTS.items():
        if not isinstance(state.get(name), kind):
            raise ValueError(f"{path} is a checkpoint without its part {name!r}: delete it to begin anew")
    return state


def check_fits(path, state, params, settings):
    """A checkpoint must be of this network, and of a run with these settings.

    Raises
    ------
    ValueError
        If not: the message names what differs.
    """
    found, wanted = ({name: tuple(value.shape) for name, value in each.items()} for each in (state["params"], params))
    if found != wanted:
        differing = [name for name in sorted(found.keys() | wanted.keys()) if found.get(name) != wanted.get(name)]
        lists = (", ".join(f"{name} {each.get(name, 'missing')}" for name in differing) for each in (found, wanted))
        raise ValueError(
            "{} holds another network: {} in the file, {} in this run. Give another --checkpoint, or the sizes "
            "of that run".format(path, *lists)
        )
    differing = [name for name in settings if state["settings"].get(name) != settings[name]]
    if differing:
        theirs, ours = (
            ", ".join(f"{name} {each.get(name)}" for name in differing) for each in (state["settings"], settings)
        )
        raise ValueError(
            f"{path} was written by a run with {theirs}; this one has {ours}. Give the same, or another --checkpoint"
        )
