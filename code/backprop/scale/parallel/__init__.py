"""One network on several processes: each takes a slice of every batch, and all take the same step.

`averaged_gradient` is the idea in one function. Around it stand how processes find each other (`group`), what
they learn from (`batches`), what survives them (`checkpoint`), the two ways of a step (`engines`), and the loop
(`training`). `launch` starts them from Python; the command line is `backprop.scale.parallel`.
"""

from ...optional import torch_for

with torch_for("backprop.scale.parallel"):
    import torch  # noqa: F401 (only to see whether it is there)

from .averaging import averaged_gradient, slice_of
from .batches import Batches, load_data
from .checkpoint import load_checkpoint, save_checkpoint
from .engines import ByHand, WithDDP
from .group import PartnerLost, join, leave
from .launching import Run, launch, loopback_works
from .training import Settings, train

__all__ = [
    "Batches", "ByHand", "PartnerLost", "Run", "Settings", "WithDDP", "averaged_gradient", "join", "launch", "leave",
    "load_checkpoint", "load_data", "loopback_works", "save_checkpoint", "slice_of", "train",
]  # fmt: skip
