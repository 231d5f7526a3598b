"""For tests: which operations PyTorch really carries out."""

from torch.utils._python_dispatch import TorchDispatchMode

# What fetches a value from the device, or needs one to know the size of a result: the program waits for it.
WAITING = ("_local_scalar_dense", "nonzero", "masked_select", "equal", "is_nonzero", "unique", "_unique2")


class Calls(TorchDispatchMode):
    """Notes the name of every operation inside `with Calls() as calls:`."""

    def __init__(self):
        super().__init__()
        self.names = []

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        self.names.append(function.overloadpacket.__name__)
        return function(*args, **(kwargs or {}))

    def count(self, *names):
        return sum(self.names.count(name) for name in names)
