"""Save and load: a network's arrays in a file of NumPy's, under the names that they have in the network."""

import os
import zipfile
import zlib
from pathlib import Path

import numpy as np

from .layers.layer import replace_all
from .networks import flat

RUNNING = ("running_mean", "running_variance")  # of BatchNorm: not learned by descent, but needed to predict


def save(network, path):
    """Write all parameters into a file in NumPy's .npz format, with the keys W1, b1, W2, b2, ...

    BatchNorm's running averages go with them, as running_mean2, running_variance2, .... What the layers are is not in
    the file: to load it, build the network first. The file is whole or not there: what an interrupted `save` has
    written never takes the place of an older file.

    Parameters
    ----------
    network : Sequential, TwoLayerNet
    path : str or Path
        Used as it is; .npz is the usual ending.

    Raises
    ------
    ValueError
        If the network has no parameters.
    OSError
        If the file can't be written.
    """
    arrays = dict(network.params) | {key: getattr(layer, name) for key, (layer, name) in running(network).items()}
    if not arrays:
        raise ValueError(f"save got {network!r}, which has no parameters")
    path = Path(path)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(unfinished, "wb") as file:
            np.savez(file, **arrays)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def load(network, path):
    """Put the arrays of a file that `save` has written into a network of the same layers, and return the network.

    They take the network's own dtype. Nothing is changed if they don't fit, and nothing is unpickled.

    Raises
    ------
    ValueError
        If the file is damaged or not one of NumPy's, or its names and shapes aren't those of the network.
    OSError
        If there is no such file.
    """
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except (ValueError, EOFError, KeyError, AttributeError, TypeError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(f"{path} is not a file written by save(), or it is damaged: {error}") from None
    places = running(network)
    try:
        averages = {key: arrays.pop(key) for key in places if key in arrays}
        for key, (layer, name) in places.items():
            if key not in averages or averages[key].shape != getattr(layer, name).shape:
                raise ValueError(f"it doesn't hold {key} of shape {getattr(layer, name).shape}")
        replace_all(network.params, arrays, "the network")
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path} doesn't fit this network: {error}") from None
    for key, (layer, name) in places.items():
        setattr(layer, name, averages[key].astype(getattr(layer, name).dtype))
    return network


def running(network):
    """Key to (layer, attribute) of all running averages, numbered as the parameters are."""
    layers = [layer for layer in flat(network.layers) if getattr(layer, "params", None)]
    return {
        f"{name}{number}": (layer, name)
        for number, layer in enumerate(layers, start=1)
        for name in RUNNING
        if hasattr(layer, name)
    }
