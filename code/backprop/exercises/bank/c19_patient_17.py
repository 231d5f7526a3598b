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


def with_rules(velocity_rule, step_rule):
    """Momentum with other rules for the velocity, of v, rate and gradient, and for the step, of value, old and new v."""

    def answer(params, gradient, batches, rate):
        velocity = {name: np.zeros_like(value) for name, value in params.items()}
        for batch in batches:
            grads = gradient(params, batch)
            old, velocity = velocity, {name: velocity_rule(velocity[name], rate, grads[name]) for name in params}
            params = {name: step_rule(value, old[name], velocity[name]) for name, value in params.items()}
        return params

    return answer


exercise = Exercise(
    id="clinic-17",
    chapter=19,
    points=1,
    minutes=4,
    answer=healthy.learn_with_momentum,
    cases=cases,
    mistakes=[
        Mistake(
            brought_in.learn_with_momentum,
            "Still uphill: there are two signs, one in the velocity and one in the step. Together they must make one minus.",
        ),
        Mistake(healthy.learn, "Downhill, and the momentum is gone. Keep 0.9 of the velocity."),
        Mistake(
            with_rules(lambda v, rate, g: -0.9 * v - rate * g, lambda w, old, v: w + v),
            "The sign of the old velocity changed, too: a ball that rolls on would turn round at each step. Keep + 0.9.",
        ),
        Mistake(
            with_rules(lambda v, rate, g: 0.9 * v - 0.1 * rate * g, lambda w, old, v: w + v),
            "A new factor came in: in this book the velocity is 0.9 v - rate * gradient.",
        ),
        Mistake(
            with_rules(lambda v, rate, g: 0.9 * v - rate * g, lambda w, old, v: w + old),
            "The step uses the velocity of the step before. Change the velocity first.",
        ),
        Mistake(
            with_rules(lambda v, rate, g: 0.9 * v - g, lambda w, old, v: w + v),
            "Downhill, and far too fast: the rate is missing.",
        ),
    ],
)
