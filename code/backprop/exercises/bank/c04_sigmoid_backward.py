import numpy as np

from ..exercise import Exercise, Mistake


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


exercise = Exercise(
    id="sigmoid-backward",
    chapter=4,
    points=2,
    minutes=5,
    answer=lambda y, grad_output: grad_output * y * (1 - y),
    cases=lambda rng: [(rng.uniform(0.05, 0.95, s), rng.standard_normal(s)) for s in ((4, 3), (1, 5), (2, 6), (7,))],
    mistakes=[
        Mistake(
            lambda y, g: g * sigmoid(y) * (1 - sigmoid(y)),
            "You put y through the sigmoid once more. y is its output already.",
        ),
        Mistake(lambda y, g: y * (1 - y), "That is the local derivative alone. Multiply it by the upstream gradient."),
        Mistake(lambda y, g: g * (1 - y), "The factor y is missing: the local derivative is y (1 - y)."),
        Mistake(lambda y, g: g * y, "The factor 1 - y is missing: the local derivative is y (1 - y)."),
        Mistake(lambda y, g: g * (1 - y**2), "1 - y**2 is the slope of tanh. The sigmoid's is y (1 - y)."),
        Mistake(lambda y, g: g * y * (y - 1), "The sign: a sigmoid only rises, so its slope y (1 - y) is positive."),
        Mistake(lambda y, g: g * y - y, "Brackets: the 1 of (1 - y) is multiplied too. Write g * y * (1 - y)."),
        Mistake(lambda y, g: g + y * (1 - y), "You added. Local derivative and upstream gradient are multiplied."),
    ],
)
