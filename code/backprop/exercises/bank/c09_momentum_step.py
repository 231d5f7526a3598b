import numpy as np

from ..exercise import Exercise, Mistake


def momentum_step(w, velocity, gradient, learning_rate, momentum):
    velocity = momentum * velocity + gradient
    return w - learning_rate * velocity, velocity


def cases(rng):
    cases = [(np.array([10.0, 1.0]), np.array([2.0, -4.0]), np.array([10.0, 25.0]), 0.05, 0.9)]
    for size in (3, 5):
        cases.append(
            (
                *(rng.standard_normal(size) for _ in range(3)),
                float(rng.uniform(0.05, 0.5)),
                float(rng.uniform(0.3, 0.7)),
            )
        )
    return cases


def with_velocity(rule, place=lambda w, v, new, lr: w - lr * new):
    def step(w, velocity, gradient, learning_rate, momentum):
        new = rule(velocity, gradient, learning_rate, momentum)
        return place(w, velocity, new, learning_rate), new

    return step


def right(v, g, lr, m):
    return m * v + g


exercise = Exercise(
    id="momentum-step",
    chapter=9,
    points=3,
    minutes=7,
    answer=momentum_step,
    cases=cases,
    mistakes=[
        Mistake(
            with_velocity(right, lambda w, v, new, lr: w - lr * v),
            "You moved by the old velocity. Renew it first: this step's gradient counts already.",
        ),
        Mistake(
            with_velocity(lambda v, g, lr, m: g),
            "The old velocity is gone: this is plain descent. Keep momentum times what was there.",
        ),
        Mistake(
            with_velocity(lambda v, g, lr, m: v + g), "Nothing is ever lost: multiply the old velocity by the momentum."
        ),
        Mistake(
            with_velocity(lambda v, g, lr, m: m * v + (1 - m) * g),
            "You took a mean, with weight 1 - momentum for the gradient. Here the gradient is added whole.",
        ),
        Mistake(
            with_velocity(lambda v, g, lr, m: v + m * g), "The momentum multiplies the old velocity, not the gradient."
        ),
        Mistake(
            with_velocity(lambda v, g, lr, m: m * (v + g)), "Brackets: the momentum multiplies the old velocity alone."
        ),
        Mistake(
            with_velocity(lambda v, g, lr, m: m * v - g),
            "The sign in the velocity: add the gradient there, and subtract at the step.",
        ),
        Mistake(with_velocity(right, lambda w, v, new, lr: w + lr * new), "You walk uphill: subtract the velocity."),
        Mistake(with_velocity(right, lambda w, v, new, lr: w - new), "The learning rate is missing in the step."),
        Mistake(
            with_velocity(lambda v, g, lr, m: m * v + lr * g, lambda w, v, new, lr: w - new),
            "Another convention: your velocity holds the learning rate. Here the rate multiplies the velocity at the step.",
        ),
        Mistake(
            with_velocity(lambda v, g, lr, m: m * v - lr * g, lambda w, v, new, lr: w + new),
            "Another convention: your velocity holds the learning rate. Here the rate multiplies the velocity at the step.",
        ),
        Mistake(
            lambda w, v, g, lr, m: momentum_step(w, v, g, lr, m)[::-1],
            "Right, in the wrong order: return the place first, then the velocity.",
        ),
        Mistake(
            lambda w, v, g, lr, m: momentum_step(w, v, g, lr, m)[0],
            "The place is right. Return the new velocity too: the next step needs it.",
        ),
    ],
)
