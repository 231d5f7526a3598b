"""Train a patient's program on small digits, check its gradient, and note what there is to be seen."""

import contextlib
from dataclasses import dataclass
from functools import cache

import numpy as np

from ...datasets import stand_in_digits
from ...gradcheck import check_gradients
from . import healthy

BATCH, STEPS = 50, 300


@cache
def digits():
    """1,397 images (8, 8) of pixels 0 to 255 with their labels, and 400 more, held out."""
    x, t, x_more, t_more = stand_in_digits()
    images = np.concatenate([x, x_more])[:, 3:26:3, 3:26:3]  # the middle of each 3 by 3 square
    labels = np.concatenate([t, t_more])
    return (images[:1397], labels[:1397]), (images[1397:], labels[1397:])


@dataclass(frozen=True)
class TrainingRun:
    """How one program's training went.

    Attributes
    ----------
    losses : ndarray
        Mean loss of each step's mini-batch, in nats.
    gradients : dict of str to bool
        For each parameter: whether its gradient at the start agrees with central differences.
    ten_images_loss : float
        The loss after as many steps on ten images, always the same.
    accuracy, held_out_accuracy : float, 0 to 1, or None
        What the program reports after training, and what the 400 held-out images give, one at a time.
    repeatable : bool
        Whether the same images, asked twice, get the same scores.
    error : str
        What stopped the program, if anything did.
    """

    losses: np.ndarray
    gradients: dict
    ten_images_loss: float
    accuracy: float | None = None
    held_out_accuracy: float | None = None
    repeatable: bool | None = None
    error: str = ""

    @property
    def wrong(self):
        """The names of the parameters whose gradient is wrong."""
        return [name for name, right in self.gradients.items() if not right]

    def __str__(self):
        lines = [
            f"loss of the first 10 steps {self.losses[:10].mean():.2f}, of the last 10 {self.losses[-10:].mean():.2f}",
            f"gradient check: {'WRONG in ' + ', '.join(self.wrong) if self.wrong else 'agrees'}",
            f"loss of ten memorized images {self.ten_images_loss:.2f}",
        ]
        if self.error:
            return "\n".join([*lines, f"stopped by {self.error}"])
        lines.append(f"reported accuracy {self.accuracy:.0%}, held-out accuracy {self.held_out_accuracy:.0%}")
        return "\n".join(lines if self.repeatable else [*lines, "asked twice, it gives two answers"])

    __repr__ = __str__


class LossOf:
    """A program's loss as an operation, with all of its parameters: what a gradient check takes."""

    def __init__(self, program):
        self.program, self.grads = program, {}
        self.params = dict(program.params)

    def forward(self, x, targets):
        self.batch = x, targets
        return self.program.at(self.params).loss(x, targets)

    def backward(self, grad_output):
        gradients = self.program.gradients_of_loss(*self.batch)
        self.grads = {name: grad_output * gradient for name, gradient in gradients.items()}
        return ()


def gradients_agree(make):
    """For each parameter whether its gradient is right, by `check_gradients`, in the same program with fewer units."""
    rng, matrices = np.random.default_rng(0), sum(name.startswith("W") for name in make().params)
    program = make(sizes=(5, *[4] * matrices))
    report = check_gradients(
        LossOf(program), rng.standard_normal((6, 5)), rng.integers(0, 4, 6), given=("x", "targets")
    )
    return {check.name: check.passed for check in report.checks}


def batches_of(count, steps):
    """The places of each mini-batch among `count` images: a list of `steps` index arrays."""
    rng = np.random.default_rng(1)
    return [rng.choice(count, min(BATCH, count), replace=False) for _ in range(steps)]


def train(
    make,
    count=1000,
    steps=STEPS,
    rate=0.1,
    pixels=healthy.scaled,
    shuffled=healthy.shuffled,
    split=healthy.split,
    learn=healthy.learn,
    reported=healthy.reported,
):
    """Train make(), one of the `programs`, on `count` of the digits: a TrainingRun.

    The arguments after `rate` are parts that can be replaced, each a function such as the one in `healthy`. A
    ValueError that stops the program is a symptom, and noted. Losses may end as infinity or nan.
    """
    (images, labels), (x_held_out, t_held_out) = digits()
    images, labels = shuffled(images[:count], labels[:count], 0)
    x, t, x_test, t_test = split(pixels(images), labels)
    batches = batches_of(len(x), steps)

    def trained(batches, losses):
        program = make()

        def gradient(params, batch):
            loss, grads = program.at(params).loss_and_gradient(x[batch], t[batch])
            losses.append(loss)
            return grads

        return program.at(learn(dict(program.params), gradient, batches, rate))

    losses, on_ten, seen = [], [], {}
    with np.errstate(all="ignore"):
        agree = gradients_agree(make)
        with contextlib.suppress(ValueError):
            trained([np.arange(10)] * steps, on_ten)
        try:
            predict = trained(batches, losses).predict
            seen["accuracy"] = float(reported(predict, x, t, x_test, t_test))
            one_by_one = np.concatenate([predict(pixels(image[np.newaxis])) for image in x_held_out])
            seen["held_out_accuracy"] = float(np.mean(one_by_one.argmax(axis=1) == t_held_out))
            seen["repeatable"] = np.array_equal(predict(x_test), predict(x_test), equal_nan=True)
        except ValueError as error:
            seen["error"] = f"ValueError: {str(error).strip()}"
    return TrainingRun(np.array(losses), agree, float(np.mean(on_ten[-10:])), **seen)
