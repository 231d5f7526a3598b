"""The network of chapter 11 once more, with PyTorch: by hand, then with ever more of it done for us.

`HandNet` is written out on tensors, without autograd; `ModuleNet` is made of torch.nn, which does everything.
Between the two stand `functions`, our layers as torch.autograd.Functions, and `Linear`, a module of our own.
`gradients_of_one_batch` shows that all of them agree. Nothing outside this package needs PyTorch.
"""

from ..optional import torch_for

with torch_for("backprop.pytorch"):
    import torch  # noqa: F401 (only to see whether it is there)

from . import functions
from .agreement import gradients_of_one_batch
from .by_hand import EpochHistory, HandNet, train_by_hand
from .modules import Linear, ModuleNet
from .tensors import best_device, params_from_numpy

__all__ = [
    "EpochHistory",
    "HandNet",
    "Linear",
    "ModuleNet",
    "best_device",
    "functions",
    "gradients_of_one_batch",
    "params_from_numpy",
    "train_by_hand",
]
