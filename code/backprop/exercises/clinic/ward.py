"""Where patients are seen: a training that notes its losses, a gradient check, and what is reported in the end."""

from dataclasses import dataclass

import numpy as np

from . import healthy
from .images import digits

BATCH, STEPS = 50, 300


@dataclass(frozen=True)
class Course:
    """How one patient's training went.

    Attributes
    ----------
    losses : ndarray
        Mean loss of each step's mini-batch, in nats.
    gradients : dict of str to bool
        For each parameter: whether its gradient at the start agrees with a central difference.
    by_heart : float
        The loss after as many steps on ten images, always the same.
    accuracy, in_the_safe : float, 0 to 1, or None
        What the program reports after training, and what 400 images give that no program has seen, one at a time.
    same_twice : bool
        Whether the same images, asked twice, get the same scores.
    error : str
        What stopped the program, if anything did.
    """

    losses: np.ndarray
    gradients: dict
    by_heart: float
    accuracy: float | None = None
    in_the_safe: float | None = None
    same_twice: bool | None = None
    error: str = ""

    def __str__(self):
        wrong = [name for name, right in self.gradients.items() if not right]
        lines = [
            f"loss of the first 10 steps {self.losses[:10].mean():.2f}, of the last 10 {self.losses[-10:].mean():.2f}",
            f"gradient check: {'WRONG in ' + ', '.join(wrong) if wrong else 'agrees'}",
            f"loss of ten images learned by heart {self.by_heart:.2f}",
        ]
        if self.error:
            return "\n".join([*lines, f"stopped by {self.error}"])
        lines.append(f"reported accuracy {self.accuracy:.0%}, in the safe {self.in_the_safe:.0%}")
        return "\n".join(lines if self.same_twice else [*lines, "asked twice, it gives two answers"])

    __repr__ = __str__


def check(network, x, targets):
    """For each parameter: does its gradient agree with a central difference along one random direction?"""
    params, rng = network.first(), np.random.default_rng(0)
    _, grads = network.loss_and_gradients(params, x, targets)
    grads = {name: np.array(grad) for name, grad in grads.items()}
    agrees = {}
    for name, value in params.items():
        direction = 1e-6 * rng.standard_normal(value.shape)
        up, down = (
            network.loss_and_gradients({**params, name: value + side * direction}, x, targets)[0] for side in (1, -1)
        )
        fits = grads[name].shape == value.shape
        agrees[name] = fits and bool(
            np.isclose((grads[name] * direction).sum(), (up - down) / 2, rtol=1e-3, atol=1e-13)
        )
    return agrees


def follow(
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
    """Train make(), one of the programs' networks, on `count` of the digits, and note what there is to be seen: a Course.

    The arguments after `rate` are parts that can be exchanged, each a function such as the one in `healthy`. A
    ValueError while the accuracy is measured is a symptom, and noted. Losses may end as infinity or nan.
    """
    (images, labels), (x_safe, t_safe) = digits()
    images, labels = shuffled(images[:count], labels[:count], 0)
    x, t, x_test, t_test = split(pixels(images), labels)
    rng = np.random.default_rng(1)
    batches = [rng.choice(len(x), min(BATCH, len(x)), replace=False) for _ in range(steps)]

    def train(batches):
        network, losses = make(), []

        def gradient(params, batch):
            loss, grads = network.loss_and_gradients(params, x[batch], t[batch])
            losses.append(loss)
            return grads

        params = learn(network.first(), gradient, batches, rate)
        return lambda x: network.scores(params, x), np.array(losses)

    with np.errstate(all="ignore"):
        agrees = check(make(), x[:8], t[:8])
        by_heart = float(train([np.arange(10)] * steps)[1][-10:].mean())
        predict, losses = train(batches)
        try:
            accuracy = float(reported(predict, x, t, x_test, t_test))
        except ValueError as error:
            return Course(losses, agrees, by_heart, error=f"ValueError: {str(error).strip()}")
        one_by_one = np.concatenate([predict(pixels(image[np.newaxis])) for image in x_safe])
        same_twice = np.array_equal(predict(x_test), predict(x_test), equal_nan=True)
    in_the_safe = float(np.mean(one_by_one.argmax(axis=1) == t_safe))
    return Course(losses, agrees, by_heart, accuracy, in_the_safe, same_twice)
