"""What to look at first: questions in order, each answered with yes before the next is asked."""

from collections.abc import Callable
from dataclasses import dataclass

from .training import TrainingRun


@dataclass(frozen=True)
class Question:
    """A question, where to look if the answer is no, and how a TrainingRun answers it."""

    asks: str
    otherwise: str
    answer: Callable[[TrainingRun], bool]


QUESTIONS = [
    Question(
        "Is the gradient right? Written by hand: does the check agree? Under autograd: does every parameter have a "
        "grad, of this batch alone?",
        "The gradient, ward A. By hand: go back from the loss to the first wrong array; is it off by a factor? "
        "Autograd, ward D: where is the graph cut, and where is grad cleared?",
        lambda run: not run.wrong,
    ),
    Question(
        "Can it memorize ten images?",
        "The units, the loss and the step, ward B. Flat: do parameters move, do units differ? Rising: sign, rate. "
        "Creeping: rate. On a floor: the loss itself.",
        lambda run: run.ten_images_loss < 0.3,
    ),
    Question(
        "Does the loss fall on all images?",
        "The data and the loop, ward B. Flat: pixel range, images with their labels. Swinging up: the update.",
        lambda run: run.losses[-30:].mean() < 1.2,
    ),
    Question(
        "Asked twice, does it answer the same?",
        "The mode, wards C and D. Which layers act differently in training?",
        lambda run: run.repeatable,
    ),
    Question(
        "Do new images, one at a time, give the reported accuracy?",
        "The split, the measurement or the mode, ward C. On which images was it taken, and what else was in the batch?",
        lambda run: abs(run.accuracy - run.held_out_accuracy) < 0.07,
    ),
]


def first_no(run):
    """The place in QUESTIONS of the first that is answered with no; len(QUESTIONS) if none is."""
    return next((place for place, question in enumerate(QUESTIONS) if not question.answer(run)), len(QUESTIONS))
