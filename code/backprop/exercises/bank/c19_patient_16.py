import numpy as np

from ..clinic import brought_in, healthy
from ..exercise import Exercise, Mistake


def cases(rng):
    """Bowls with other bottoms: the gradient of 1/2 sum (value - bottom)**2, a bottom for each batch."""

    def gradient(params, batch):
        return {name: value - batch for name, value in params.items()}

    return [
        (
            {weights: rng.standard_normal((2, 3)), "b": rng.standard_normal(3)},
            gradient,
            rng.standard_normal(count).tolist(),
            rate,
        )
        for weights, count, rate in (("W", 1, 0.1), ("W", 3, 0.2), ("kernel", 6, 0.05))
    ]


def means(params, gradient, batches, rate):
    """Steps along the mean of all gradients so far."""
    total = {name: np.zeros_like(value) for name, value in params.items()}
    for count, batch in enumerate(batches, start=1):
        grads = gradient(params, batch)
        total = {name: total[name] + grads[name] for name in total}
        params = {name: value - rate * total[name] / count for name, value in params.items()}
    return params


def one_step(params, gradient, batches, rate):
    """All gradients at the first parameters, added up for one step at the end."""
    return {name: value - rate * sum(gradient(params, b)[name] for b in batches) for name, value in params.items()}


def cleared_too_early(params, gradient, batches, rate):
    """The gradients are cleared before they are used."""
    return params


exercise = Exercise(
    id="clinic-16",
    chapter=19,
    points=1,
    minutes=4,
    answer=healthy.learn,
    cases=cases,
    mistakes=[
        Mistake(
            brought_in.learn_steadily,
            "That is the code as it came: the gradients of all batches so far make each step.",
        ),
        Mistake(means, "A mean of all gradients so far is tamer, and still full of old ones. Use this batch's alone."),
        Mistake(
            one_step,
            "That is one long step at the end, from gradients at the first parameters. Take a step for each batch.",
        ),
        Mistake(
            cleared_too_early,
            "Nothing moves. Are the gradients cleared between backward and the update? Clear them before backward.",
        ),
        Mistake(
            lambda p, f, batches, rate: healthy.learn(p, f, batches[:1], rate),
            "It stops after the first batch. Is the return inside the loop?",
        ),
    ],
)
