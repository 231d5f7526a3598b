import numpy as np

from ..exercise import Exercise, Mistake


def bowl(x):
    return np.array([1.0, 25.0]) * x


def sines(x):
    return np.cos(x)


def cases(rng):
    return [
        (bowl, np.array([10.0, 1.0]), 0.05),
        (bowl, rng.standard_normal(2), 0.3),
        (sines, rng.standard_normal(5), float(rng.uniform(0.1, 0.4))),
    ]


exercise = Exercise(
    id="descent-step",
    chapter=9,
    points=1,
    minutes=4,
    answer=lambda gradient, x, learning_rate: x - learning_rate * gradient(x),
    cases=cases,
    mistakes=[
        Mistake(
            lambda gradient, x, lr: x + lr * gradient(x), "You walk uphill: the gradient points up, so subtract it."
        ),
        Mistake(
            lambda gradient, x, lr: x - gradient(x),
            "The learning rate is missing: the step is the rate times the gradient.",
        ),
        Mistake(lambda gradient, x, lr: -lr * gradient(x), "That is the step alone. It starts from x, so add x."),
        Mistake(lambda gradient, x, lr: gradient(x) - lr * x, "Place and gradient are swapped: it is x that moves."),
        Mistake(
            lambda gradient, x, lr: x - lr * gradient(x) / np.linalg.norm(gradient(x)),
            "You took the direction alone, so every step has the same length. Leave the gradient as long as it is.",
        ),
        Mistake(
            lambda gradient, x, lr: x - lr * np.sign(gradient(x)),
            "You took the signs alone. Steep directions get longer steps: multiply by the gradient itself.",
        ),
        Mistake(
            lambda gradient, x, lr: x - gradient(x) / lr,
            "You divided by the learning rate. A smaller rate must give a smaller step.",
        ),
        Mistake(
            lambda gradient, x, lr: x - gradient(lr * x),
            "You took the gradient at another place. Take it at x, then multiply.",
        ),
        Mistake(
            lambda gradient, x, lr: x - lr * gradient(x) - lr * gradient(x - lr * gradient(x)),
            "Those are two steps. One was asked for.",
        ),
    ],
)
