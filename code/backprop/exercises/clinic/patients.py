"""The patients of the clinic: what each brought, how it should be, what was noticed, and what it was."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from . import brought_in, healthy
from .programs import Blocks, Layers, Matrices, Network, OneLayer
from .ward import Course, follow


@dataclass(frozen=True)
class Patient:
    """A training program with one wrong part.

    Attributes
    ----------
    number : int
    ward : str
        A: the gradient is wrong. B: the gradient is right, and it doesn't learn. C: it learns, and predicts or reports wrongly.
    brought, mended : function
        The part as it came, and as it should be.
    admit : function of such a part to a Course
        Trains the program with that part in its place.
    symptom, cause : str
        What is to be seen, and what it was.
    chapter : str
        Where the book explains it.
    """

    number: int
    ward: str
    brought: Callable
    mended: Callable
    admit: Callable[[Callable], Course]
    symptom: str
    cause: str
    chapter: str

    @property
    def code(self):
        """The source of the part as it came, for the reader."""
        return inspect.getsource(self.brought).rstrip()

    def visit(self):
        """The Course of the program as it came."""
        return self.admit(self.brought)

    def discharge(self):
        """The Course after the mend."""
        return self.admit(self.mended)

    def __repr__(self):
        return f"Patient({self.number})"


def in_network(slot, *, rate=0.1, **network):
    """Admit a part of the network itself, under the name of its place there."""
    return lambda part: follow(partial(Network, **network, **{slot: part}), rate=rate)


def in_training(slot, **training):
    """Admit a part of the training around a healthy network."""
    return lambda part: follow(Network, **training, **{slot: part})


def with_its_own_rate(train):
    """A training that knows its learning rate, in the place of one that is told."""
    return follow(Network, learn=lambda params, gradient, batches, rate: train(params, gradient, batches))


def good_rate(params, gradient, batches):
    return healthy.learn(params, gradient, batches, rate=0.1)


def first_weights_alone(part):
    def first_layer(inputs, outputs, seed):
        return part(inputs, outputs, seed), np.zeros(outputs)

    return follow(partial(Network, first_layer=first_layer))


def patients():
    """All of them by number."""
    rows = [
        ("A", brought_in.sigmoid_backward, healthy.sigmoid_backward,
         in_network("sigmoid_backward", activation="sigmoid", rate=1.0),
         "loss stays near ln 10; the check is wrong in all layers but the last",
         "the upstream gradient is left out", "chapter 4"),
        ("A", brought_in.loss_and_gradient, healthy.softmax_with_loss, in_network("output"),
         "loss leaps up, then stays near ln 10; the check is wrong everywhere, by one factor",
         "1/N is missing in the gradient of a mean", "chapter 7"),
        ("A", brought_in.parameter_gradients, healthy.parameter_gradients, in_network("parameter_gradients"),
         "loss creeps down; the check is wrong everywhere, by one factor",
         "1/N stands there twice", "chapter 7"),
        ("A", brought_in.input_gradient, healthy.input_gradient,
         in_network("input_gradient", sizes=(64, 10, 10, 10)),
         "learns, but worse; the check is wrong before a square matrix",
         "W where its transpose belongs", "chapter 6"),
        ("A", brought_in.network_gradients, healthy.network_gradients, lambda part: follow(partial(Matrices, part)),
         "learns almost as well; the check is wrong in the first layer alone",
         "the mask of another layer", "chapter 4"),
        ("A", brought_in.affine_gradients, healthy.parameter_gradients, in_network("parameter_gradients"),
         "learns well, and stops with an error at a batch of another size",
         "the gradient of b is not summed over the batch", "chapter 6"),
        ("A", brought_in.block_gradients, healthy.block_gradients,
         lambda part: follow(partial(Blocks, part), rate=0.03),
         "learns almost as well; the check is wrong before the last block",
         "the upstream array is written into", "chapter 4"),
        ("A", brought_in.step, healthy.step, lambda part: follow(partial(OneLayer, part)),
         "loss doesn't fall; the layer alone is right, the whole step is wrong in W",
         "what forward kept belongs to another call", "chapter 3"),
        ("B", brought_in.train_by_day, good_rate, with_its_own_rate,
         "loss leaps up, then stays near ln 10", "the learning rate is too large", "chapter 9"),
        ("B", brought_in.train_by_night, good_rate, with_its_own_rate,
         "loss creeps down", "the learning rate is too small", "chapter 9"),
        ("B", brought_in.first_weights, healthy.first_weights, first_weights_alone,
         "loss stays high; accuracy of about two classes in ten",
         "all first weights are equal, so all units of a layer are one", "chapter 15"),
        ("B", brought_in.pixels, healthy.scaled,
         lambda part: follow(partial(Network, "sigmoid"), rate=1.0, pixels=part),
         "loss stays near ln 10; hidden outputs are 0 or 1",
         "pixels up to 255 saturate the sigmoids", "chapter 5"),
        ("B", brought_in.output_loss, healthy.softmax_with_loss, in_network("output"),
         "loss falls late and never below 1.46", "softmax is applied twice", "chapter 13"),
        ("B", brought_in.in_random_order, healthy.shuffled, in_training("shuffled"),
         "learns ten images by heart, and nothing about new ones", "images and labels are shuffled apart", "chapter 11"),
        ("B", brought_in.learn_on, healthy.learn, in_training("learn"),
         "loss doesn't move; the parameters are the first ones",
         "the update goes to a copy", "chapter 11"),
        ("B", brought_in.learn_steadily, healthy.learn, in_training("learn"),
         "loss falls fast, then swings up higher and higher", "gradients pile up: nobody clears them", "chapter 13"),
        ("B", brought_in.learn_with_momentum, healthy.learn_with_momentum, in_training("learn", rate=0.01),
         "loss rises from the first steps", "the sign of the update", "chapter 9"),
        ("B", brought_in.first_layer, healthy.first_layer, in_network("first_layer"),
         "loss stays near ln 10; the hidden layers give 0 for every image",
         "a large negative bias: all ReLUs are dead", "chapter 5"),
        ("C", brought_in.split, healthy.split, in_training("split", count=100),
         "reports 100 %, and fewer in the safe", "test images among the training images", "chapter 16"),
        ("C", brought_in.dropout, healthy.dropout, lambda part: follow(partial(Layers, part, rate=0.5)),
         "asked twice, it gives two answers", "dropout is on while predicting", "chapter 16"),
        ("C", brought_in.reported, healthy.reported, in_training("reported", count=120),
         "reports 100 %, and fewer in the safe", "accuracy is measured on the training images", "chapter 11"),
        ("C", brought_in.normalised, healthy.normalised, lambda part: follow(partial(Layers, part)),
         "reads a batch well, and images one at a time not at all",
         "batch norm uses the statistics of the batch to be predicted", "chapter 15"),
    ]  # fmt: skip
    return {number: Patient(number, *row) for number, row in enumerate(rows, start=1)}


PATIENTS = patients()


def table(courses):
    """A Markdown table of the patients in `courses` (number -> Course): symptom, check, cause, chapter."""
    lines = ["| patient | symptom | gradient check | cause | see |", "|---|---|---|---|---|"]
    for number, course in courses.items():
        patient = PATIENTS[number]
        verdict = "agrees" if all(course.gradients.values()) else "**wrong**"
        lines.append(f"| {number} | {patient.symptom} | {verdict} | {patient.cause} | {patient.chapter} |")
    return "\n".join(lines)


def chart(courses):
    """One line for each of `courses` (number -> Course): loss at the start and at the end, the check, the accuracy."""
    lines = []
    for number, course in courses.items():
        wrong = [name for name, right in course.gradients.items() if not right]
        verdict = f"check WRONG in {', '.join(wrong)}" if wrong else "check agrees"
        accuracy = f"accuracy {course.accuracy:.0%}" if course.accuracy is not None else "stopped"
        first, last = course.losses[0], course.losses[-10:].mean()
        lines.append(f"patient {number:2}: loss {first:.1f}, then {last:.1f}; {accuracy}; {verdict}")
    return "\n".join(lines)
