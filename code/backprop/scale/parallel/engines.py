"""Two ways to take one step together: by hand, and with DistributedDataParallel. They end at the same weights."""

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from ...pytorch.by_hand import HandNet
from ...pytorch.modules import ModuleNet
from .averaging import averaged_gradient, slice_of
from .group import listening


class ByHand:
    """HandNet, its gradients averaged over the processes, and the step w <- w - learning_rate * g.

    Parameters
    ----------
    network : HandNet
        With the same parameters in every process.
    learning_rate : float above 0
    """

    def __init__(self, network, learning_rate):
        self.network, self.learning_rate = network, learning_rate

    @property
    def params(self):
        return self.network.params

    def restore(self, params):
        """Take over parameters that were saved."""
        for name, value in params.items():
            self.network.params[name].copy_(value)

    def step(self, x, t):
        """One step on a batch that all processes hand in alike; the mean loss over the whole batch, as a tensor."""
        loss, grads = averaged_gradient(self.network, x, t)
        self.network.step(grads, self.learning_rate)
        return loss


class WithDDP:
    """The same with torch.nn: autograd computes, and DistributedDataParallel averages while it does.

    It divides the sum over the processes by their number P, whatever each one's slice was. So each process hands it
    P/N times the *sum* of its losses: then the result is the mean over all N rows, also of slices of unequal length.

    Parameters
    ----------
    network : HandNet
        Whose parameters the module starts with.
    learning_rate : float above 0
    """

    def __init__(self, network: HandNet, learning_rate):
        device = network.params["W1"].device
        arrays = {name: value.cpu().numpy() for name, value in network.params.items()}
        self.module = ModuleNet.from_numpy(arrays).to(device)
        with listening():
            self.parallel = DistributedDataParallel(self.module, device_ids=[device] if device.type == "cuda" else None)
        self.optimizer = torch.optim.SGD(self.module.parameters(), lr=learning_rate)

    @property
    def params(self):
        """The parameters in the book's form: W is (D, M), where nn.Linear keeps (M, D)."""
        hidden, output = self.module.hidden, self.module.output
        params = {"W1": hidden.weight.T, "b1": hidden.bias, "W2": output.weight.T, "b2": output.bias}
        return {name: value.detach() for name, value in params.items()}

    def restore(self, params):
        """Take over parameters that were saved."""
        for name, value in self.params.items():
            value.copy_(params[name])

    def step(self, x, t):
        """As ByHand.step."""
        processes = dist.get_world_size()
        mine = slice_of(len(x), processes, dist.get_rank())
        total = nn.functional.cross_entropy(self.parallel(x[mine]), t[mine], reduction="sum")
        self.optimizer.zero_grad()
        with listening():
            (total * (processes / len(x))).backward()  # the gradients are averaged in here
            loss = total.detach() / len(x)
            dist.all_reduce(loss)
        self.optimizer.step()
        return loss
