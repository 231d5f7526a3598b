"""The patients of the clinic: what each brought, how it should be, what was noticed, and what it was."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from inspect import getsource, signature

import numpy as np

from ...layers import Sigmoid
from . import faulty, healthy
from .in_torch import train_in_torch
from .programs import Blocks, Matrices, Network, OneLayer, WithBatchNorm, WithDropout, sigmoid_by
from .training import TrainingRun, train


@dataclass(frozen=True)
class Patient:
    """A training program with one wrong part.

    Attributes
    ----------
    number : int
    group : str
        A: the gradient is wrong. B: the gradient is right, and it doesn't learn. C: it learns, and predicts or reports
        wrongly. D: written in PyTorch, with any of these.
    faulty, fixed : function
        The part as it came, and as it should be.
    train : function of such a part to a TrainingRun
        Trains the program with that part in its place.
    symptom, cause : str
        What is to be seen, and what it was.
    chapter : str
        Where the book explains it.
    """

    number: int
    group: str
    faulty: Callable
    fixed: Callable
    train: Callable[[Callable], TrainingRun]
    symptom: str
    cause: str
    chapter: str

    @property
    def code(self):
        """The source of the part as it came, for the reader."""
        return getsource(self.faulty).rstrip()

    def __repr__(self):
        return f"Patient({self.number})"


train_once = cache(train)  # once fixed, many patients are the same program


def in_network(place, *, learn=healthy.learn, **network):
    """How to train with a part of the network itself, under the name of its place there."""

    def run(part):
        if part.__module__ == healthy.__name__ and not network:
            return train_once(Network, learn=learn)
        return train(partial(Network, **network, **{place: part}), learn=learn)

    return run


def in_training(place, **training):
    """How to train with a part of the training around a healthy network."""

    def run(part):
        usual = signature(train).parameters[place].default
        return train_once(Network, **training) if part is usual else train(Network, **training, **{place: part})

    return run


def with_its_own_rate(part):
    """A training that knows its learning rate, in the place of one that is told."""
    return train(Network, learn=lambda params, gradient, batches, rate: part(params, gradient, batches))


def good_rate(params, gradient, batches):
    return healthy.learn(params, gradient, batches, rate=0.1)


def without_checks(params, gradient, batches, rate):
    """Gradient descent as people write it: the package's SGD would refuse a gradient of the wrong shape."""
    for batch in batches:
        grads = gradient(params, batch)
        params = {name: value - rate * grads[name] for name, value in params.items()}
    return params


def first_weights_alone(part):
    def first_layer(inputs, outputs, seed):
        return part(inputs, outputs, seed), np.zeros(outputs)

    return train(partial(Network, first_layer=first_layer))


def patients():
    """All of them by number."""
    rows = [
        ("A", faulty.sigmoid_backward, healthy.sigmoid_backward,
         lambda part: train(partial(Network, partial(sigmoid_by, part)), rate=1.0),
         "loss stays near ln 10; the check is wrong in all layers but the last",
         "the upstream gradient is left out", "chapter 4"),
        ("A", faulty.loss_and_gradient, healthy.softmax_with_loss, in_network("output"),
         "loss leaps up, then stays near ln 10; the check is wrong everywhere, by one factor",
         "1/N is missing in the gradient of a mean", "chapter 7"),
        ("A", faulty.parameter_gradients, healthy.parameter_gradients, in_network("parameter_gradients"),
         "loss creeps down; the check is wrong everywhere, by one factor",
         "1/N is there twice", "chapter 7"),
        ("A", faulty.input_gradient, healthy.input_gradient,
         in_network("input_gradient", sizes=(64, 10, 10, 10)),
         "learns, but worse; the check is wrong before a square matrix",
         "W where its transpose belongs", "chapter 6"),
        ("A", faulty.network_gradients, healthy.network_gradients, lambda part: train(partial(Matrices, part)),
         "learns almost as well; the check is wrong in the first layer alone",
         "the mask of another layer", "chapter 4"),
        ("A", faulty.affine_gradients, healthy.parameter_gradients,
         in_network("parameter_gradients", learn=without_checks),
         "learns well, and stops with an error at a batch of another size",
         "the gradient of b is not summed over the batch", "chapter 6"),
        ("A", faulty.block_gradients, healthy.block_gradients,
         lambda part: train(partial(Blocks, part), rate=0.03),
         "learns almost as well; the check is wrong before the last block",
         "the upstream array is written into", "chapter 4"),
        ("A", faulty.step, healthy.step, lambda part: train(partial(OneLayer, part)),
         "loss doesn't fall; the layer alone is right, the whole step is wrong in W",
         "what forward kept belongs to another call", "chapter 3"),
        ("B", faulty.train_by_day, good_rate, with_its_own_rate,
         "loss leaps up, then stays near ln 10", "the learning rate is too large", "chapter 9"),
        ("B", faulty.train_by_night, good_rate, with_its_own_rate,
         "loss creeps down", "the learning rate is too small", "chapter 9"),
        ("B", faulty.first_weights, healthy.first_weights, first_weights_alone,
         "loss stays high; accuracy of about two classes in ten",
         "all initial weights are equal, so all units of a layer are one", "chapter 15"),
        ("B", faulty.pixels, healthy.scaled,
         lambda part: train(partial(Network, Sigmoid), rate=1.0, pixels=part),
         "loss stays near ln 10; hidden outputs are 0 or 1",
         "pixels up to 255 saturate the sigmoids", "chapter 5"),
        ("B", faulty.output_loss, healthy.softmax_with_loss, in_network("output"),
         "loss falls late and never below 1.46", "softmax is applied twice", "chapter 13"),
        ("B", faulty.in_random_order, healthy.shuffled, in_training("shuffled"),
         "memorizes ten images, and learns nothing about new ones",
         "images and labels are shuffled differently", "chapter 11"),
        ("B", faulty.learn_on, healthy.learn, in_training("learn"),
         "loss doesn't move; the parameters keep their initial values",
         "the update goes to a copy", "chapter 11"),
        ("B", faulty.learn_steadily, healthy.learn, in_training("learn"),
         "loss falls fast, then swings up higher and higher", "gradients accumulate: they are never cleared", "chapter 13"),
        ("B", faulty.learn_with_momentum, healthy.learn_with_momentum, in_training("learn", rate=0.01),
         "loss rises from the first steps", "the sign of the update", "chapter 9"),
        ("B", faulty.first_layer, healthy.first_layer, in_network("first_layer"),
         "loss stays near ln 10; the hidden layers give 0 for every image",
         "a large negative bias: all ReLUs are dead", "chapter 5"),
        ("C", faulty.split, healthy.split, in_training("split", count=100),
         "reports 100%, and has less on the held-out set", "test images among the training images", "chapter 16"),
        ("C", faulty.dropout, healthy.dropout, lambda part: train(partial(WithDropout, part)),
         "asked twice, it gives two answers", "dropout is on while predicting", "chapter 16"),
        ("C", faulty.reported, healthy.reported, in_training("reported", count=120),
         "reports 100%, and has less on the held-out set", "accuracy is measured on the training images", "chapter 11"),
        ("C", faulty.normalized, healthy.normalized, lambda part: train(partial(WithBatchNorm, part)),
         "classifies a batch well, and images one at a time by chance",
         "batch norm uses the statistics of the batch to be predicted", "chapter 15"),
        ("D", faulty.train_with_torch, healthy.train_with_torch,
         lambda part: train_in_torch("plain", learn=part),
         "loss falls fast, then swings up; `grad` holds more than this batch's gradient",
         "`zero_grad` is missing", "chapter 13"),
        ("D", faulty.accuracy_with_torch, healthy.accuracy_with_torch,
         lambda part: train_in_torch("regularized", accuracy=part),
         "asked twice, it gives two answers; a single image stops it",
         "`eval` is forgotten: dropout and batch norm are in training mode", "chapter 13"),
        ("D", faulty.train_and_log, healthy.train_and_log,
         lambda part: train_in_torch("short", learn=part),
         "learns, but far worse; `grad` of the first layer is None",
         "`detach` cuts the graph", "chapter 13"),
    ]  # fmt: skip
    return {number: Patient(number, *row) for number, row in enumerate(rows, start=1)}


PATIENTS = patients()


def table(runs):
    """A Markdown table of the patients in `runs` (number -> TrainingRun): symptom, check, cause, chapter."""
    lines = ["| patient | symptom | gradient check | cause | see |", "|---|---|---|---|---|"]
    for number, run in runs.items():
        patient = PATIENTS[number]
        verdict = "**wrong**" if run.wrong else "agrees"
        lines.append(f"| {number} | {patient.symptom} | {verdict} | {patient.cause} | {patient.chapter} |")
    return "\n".join(lines)


def chart(runs):
    """A line for each of `runs` (number -> TrainingRun): loss at the start and at the end, check, accuracy."""
    lines = []
    for number, run in runs.items():
        verdict = f"check WRONG in {', '.join(run.wrong)}" if run.wrong else "check agrees"
        accuracy = f"accuracy {run.accuracy:.0%}" if run.accuracy is not None else "stopped"
        first, last = run.losses[0], run.losses[-10:].mean()
        lines.append(f"patient {number:2}: loss {first:.1f}, then {last:.1f}; {accuracy}; {verdict}")
    return "\n".join(lines)
