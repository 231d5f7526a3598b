"""The same network in PyTorch: by hand, with nn and optim, and with a DataLoader that fetches image by image."""

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

from backprop.pytorch import HandNet, ModuleNet

from .contender import Contender


class Sliced(Contender):
    """Every epoch a new order of all images, taken in slices."""

    def prepare(self):
        self.x = torch.from_numpy(self.digits.x)
        self.t = torch.from_numpy(self.digits.t)
        self.generator = torch.Generator().manual_seed(self.seed)
        self.batches = self.new_batches()

    def new_batches(self):
        count, size = len(self.x), self.batch_size
        while True:
            order = torch.randperm(count, generator=self.generator)
            for start in range(0, count - size + 1, size):
                yield order[start : start + size]

    @property
    def first32(self):
        return {name: value.astype(np.float32) for name, value in self.first.items()}


class ByHand(Sliced):
    """What train_by_hand does in each step, step by step: no autograd."""

    label = "PyTorch by hand"

    def prepare(self):
        super().prepare()
        self.network = HandNet.from_numpy(self.first32, device="cpu")
        self.rows = torch.from_numpy(self.digits.rows)

    def step(self):
        batch = next(self.batches)
        loss, grads = self.network.loss_and_gradient(self.x.index_select(0, batch), self.rows.index_select(0, batch))
        self.network.step(grads, self.learning_rate)
        return loss.item()

    def params(self):
        return {name: value.numpy() for name, value in self.network.params.items()}


class Modules(Sliced):
    """nn and optim.SGD, eager."""

    label = "PyTorch nn"

    def prepare(self):
        super().prepare()
        self.network = ModuleNet.from_numpy(self.first32)
        self.loss_function = nn.CrossEntropyLoss()
        self.optimizer = torch.optim.SGD(self.network.parameters(), lr=self.learning_rate, momentum=self.momentum)

    def fetch(self):
        batch = next(self.batches)
        return self.x[batch], self.t[batch]

    def step(self):
        x, t = self.fetch()
        self.optimizer.zero_grad()
        loss = self.loss_function(self.network(x), t)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def set_rate(self, rate):
        for group in self.optimizer.param_groups:
            group["lr"] = rate

    def params(self):
        hidden, output = self.network.hidden, self.network.output
        tensors = {"W1": hidden.weight.T, "b1": hidden.bias, "W2": output.weight.T, "b2": output.bias}
        return {name: value.detach().numpy() for name, value in tensors.items()}


class Images(Dataset):
    """Image by image, as torchvision's MNIST hands them out: bytes, made a tensor (1, 28, 28) from 0 to 1 each time.

    torchvision goes through a PIL image as well, so this is the cheaper half of what it does.
    """

    def __init__(self, digits):
        self.bytes = torch.from_numpy(np.round(digits.x * 255).astype(np.uint8))
        self.t = torch.from_numpy(digits.t)

    def __len__(self):
        return len(self.t)

    def __getitem__(self, index):
        return self.bytes[index].unsqueeze(0).to(torch.float32).div(255), int(self.t[index])


class Loaded(Modules):
    """nn and optim.SGD, with batches from a shuffling DataLoader in the same process."""

    label = "PyTorch nn, DataLoader"

    def new_batches(self):
        loader = DataLoader(
            Images(self.digits), self.batch_size, shuffle=True, drop_last=True, generator=self.generator
        )
        while True:
            yield from loader

    def fetch(self):
        x, t = next(self.batches)
        return x.view(len(x), -1), t
