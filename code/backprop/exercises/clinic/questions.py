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
        "Does the gradient check agree?",
        "Ward A: the gradient. Go back from the loss: which array is the first wrong one, and is it off by a factor?",
        lambda run: not run.wrong,
    ),
    Question(
        "Can it learn ten images by heart?",
        "Ward B: the units and the step. Flat: do parameters move, do units differ? Rising: sign, rate. Creeping: "
        "rate. "
        "On a floor: the loss itself.",
        lambda run: run.ten_images_loss < 0.3,
    ),
    Question(
        "Does the loss fall on all images?",
        "Ward B: the data and the loop. Flat: pixel range, images with their labels. Swinging up: the update.",
        lambda run: run.losses[-30:].mean() < 1.2,
    ),
    Question(
        "Asked twice, does it answer the same?",
        "Ward C: the mode. Which layers act otherwise in training?",
        lambda run: run.repeatable,
    ),
    Question(
        "Do new images, one at a time, give the reported accuracy?",
        "Ward C: the measure. On which images was it taken, and in which company?",
        lambda run: abs(run.accuracy - run.held_out_accuracy) < 0.07,
    ),
]


def first_no(run):
    """The place in QUESTIONS of the first that is answered with no; len(QUESTIONS) if none is."""
    return next((place for place, question in enumerate(QUESTIONS) if not question.answer(run)), len(QUESTIONS))
