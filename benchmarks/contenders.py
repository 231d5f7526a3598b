"""Who takes part: a dictionary of name to class. What is not installed is left out, and said so."""

from importlib.util import find_spec

from .fused import Floor, Fused
from .ours import Ours
from .textbook import Textbook, Textbook32


def all_contenders():
    """Name to class, in the order of the tables; and the names that are missing, with the reason."""
    found = {"textbook": Textbook, "textbook-float32": Textbook32}
    missing = {}
    if find_spec("torch"):
        from .with_torch import ByHand, Loaded, Modules

        found |= {"nn-dataloader": Loaded, "nn": Modules, "by-hand": ByHand}
    else:
        missing["PyTorch"] = "not installed"
    if find_spec("jax"):
        from .with_jax import Jitted, Scanned

        found |= {"jax-jit": Jitted, "jax-scan": Scanned}
    else:
        missing["JAX"] = "not installed"
    found |= {"ours": Ours, "fused": Fused, "floor": Floor}
    return found, missing
