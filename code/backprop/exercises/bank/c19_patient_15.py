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


def frozen_gradient(params, gradient, batches, rate):
    """All steps with gradients at the first parameters."""
    return healthy.learn(params, lambda _, batch: gradient(params, batch), batches, rate)


exercise = Exercise(
    id="clinic-15",
    chapter=19,
    points=1,
    minutes=4,
    answer=healthy.learn,
    cases=cases,
    mistakes=[
        Mistake(
            brought_in.learn_on,
            "That is the code as it came: `value` is a name for the new array, and params doesn't know of it.",
        ),
        Mistake(
            lambda p, f, batches, rate: healthy.learn(p, f, batches, -rate),
            "The parameters move now, uphill: subtract.",
        ),
        Mistake(
            lambda p, f, batches, rate: healthy.learn(p, f, batches, 1),
            "The parameters move now, too far: the rate is missing.",
        ),
        Mistake(
            lambda p, f, batches, rate: healthy.learn(p, f, batches[-1:], rate),
            "Only the step of the last batch is left. Each step has to start from where the one before it ended.",
        ),
        Mistake(
            lambda p, f, batches, rate: healthy.learn(p, f, batches[:1], rate),
            "It stops after the first batch. Is the return inside the loop?",
        ),
        Mistake(
            frozen_gradient,
            "The steps add up now, but every gradient is taken at the first parameters. Take it where the parameters are.",
        ),
    ],
)
