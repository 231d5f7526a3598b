"""Train a patient's program that is written in PyTorch, and note the same as `training` does."""

import contextlib
import copy

import numpy as np

from ...optional import torch_for
from . import healthy
from .training import STEPS, TrainingRun, batches_of, digits


def layers(name):
    """A fresh Sequential in float64: "plain" is 64-32-32-10 with ReLU, "short" has one hidden layer of 32 units, and
    "regularized" one of 64 with batch norm and dropout."""
    from torch.nn import BatchNorm1d, Dropout, Linear, ReLU, Sequential

    rows = {
        "plain": lambda: [Linear(64, 32), ReLU(), Linear(32, 32), ReLU(), Linear(32, 10)],
        "short": lambda: [Linear(64, 32), ReLU(), Linear(32, 10)],
        "regularized": lambda: [Linear(64, 64), BatchNorm1d(64), ReLU(), Dropout(0.5), Linear(64, 10)],
    }
    return Sequential(*rows[name]()).double()


class Training:
    """A model with an optimizer that compares each gradient it uses with that of the batch's loss."""

    def __init__(self, name, batches, rate=0.1, compared=3):
        import torch

        self.model, self.batches, self.left = layers(name), batches, compared
        self.loss_function = torch.nn.CrossEntropyLoss()
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=rate)
        self.optimizer.register_step_pre_hook(self.compare)
        self.agree = {name: True for name, _ in self.model.named_parameters()}

    def whole(self):
        """What a part gets that trains the model as it is."""
        return self.model, self.loss_function, self.optimizer, self.remembered()

    def in_two(self):
        """What a part gets that has the two layers apart."""
        return self.model[0], self.model[-1], self.loss_function, self.optimizer, self.remembered()

    def remembered(self):
        """The batches, each noted, with the state of the random numbers, for `compare`."""
        import torch

        for batch in self.batches:
            self.batch, self.random_state = batch, torch.get_rng_state()
            yield batch

    def compare(self, *arguments):
        """Before each of the first steps: has each parameter the gradient of this batch's loss, and no other?"""
        import torch

        if self.left:
            self.left -= 1
            x, t = self.batch
            twin = copy.deepcopy(self.model)
            with torch.random.fork_rng(devices=[]):
                torch.set_rng_state(self.random_state)  # for the same units to drop out
                loss = self.loss_function(twin(x), t)
            fresh = torch.autograd.grad(loss, list(twin.parameters()))
            for (name, parameter), right in zip(self.model.named_parameters(), fresh):
                self.agree[name] &= parameter.grad is not None and torch.allclose(parameter.grad, right)


@contextlib.contextmanager
def quietly():
    """Random numbers of PyTorch are drawn afterward as before. One thread: for arrays as small as these, more wait."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng(devices=[]):
            yield
    finally:
        torch.set_num_threads(threads)


def train_in_torch(name, learn=None, accuracy=healthy.accuracy_with_torch):
    """Train layers(name) with the parts learn(setup) and accuracy(trained): a TrainingRun.

    `learn` is `healthy.train_with_torch` or a part in its place, or one such as `healthy.train_and_log`, which gets
    the layers apart and returns more than the losses.
    """
    with torch_for("A program of the clinic's ward D"):
        import torch

    learn = learn or healthy.train_with_torch
    (images, labels), (x_held_out, t_held_out) = digits()
    images, labels = healthy.shuffled(images[:1000], labels[:1000], 0)
    x, t, x_test, t_test = healthy.split(healthy.scaled(images), labels)
    x, x_test, x_held_out = (torch.tensor(part) for part in (x, x_test, healthy.scaled(x_held_out)))
    t, t_test, t_held_out = (torch.tensor(part, dtype=torch.long) for part in (t, t_test, t_held_out))

    def trained(batches):
        torch.manual_seed(0)
        training = Training(name, [(x[batch], t[batch]) for batch in batches])
        losses = learn(training.in_two if name == "short" else training.whole)
        return training, np.array(losses[0] if name == "short" else losses)

    seen = {}
    with quietly():
        _, on_ten = trained([np.arange(10)] * STEPS)
        training, losses = trained(batches_of(len(x), STEPS))
        model = training.model
        seen["accuracy"] = accuracy(lambda: (model, x_test, t_test))
        with torch.no_grad():
            seen["repeatable"] = torch.equal(model(x_test), model(x_test))
        try:
            one_by_one = [accuracy(lambda pair=pair: (model, *pair)) for pair in zip(x_held_out[:, None], t_held_out)]
            seen["held_out_accuracy"] = float(np.mean(one_by_one))
        except ValueError as error:
            seen["error"] = f"ValueError: {error}"
    return TrainingRun(losses, training.agree, float(on_ten[-10:].mean()), **seen)
