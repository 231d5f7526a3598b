import numpy as np

from ..exercise import Exercise, Mistake


def weighted(y, g):
    return (g * y).sum(axis=1, keepdims=True)


def cases(rng):
    shapes = ((4, 3), (1, 5), (3, 3), (2, 6))  # in the square one a forgotten keepdims runs
    return [(rng.dirichlet(np.ones(c), size=n), rng.standard_normal((n, c))) for n, c in shapes]


exercise = Exercise(
    id="softmax-backward",
    chapter=5,
    points=3,
    minutes=8,
    answer=lambda y, grad_output: y * (grad_output - (grad_output * y).sum(axis=1, keepdims=True)),
    cases=cases,
    mistakes=[
        Mistake(
            lambda y, g: g * y * (1 - y),
            "You took softmax element by element, as a sigmoid. Each score moves all outputs of its row: take the row's sum of g * y off.",
        ),
        Mistake(
            lambda y, g: y * g,
            "Only the direct path is there. Take the row's sum of g * y off g before you multiply by y.",
        ),
        Mistake(
            lambda y, g: y * (g - (g * y).sum(axis=0)),
            "You summed over the batch, axis 0. Softmax ties the classes of one row together: axis=1.",
        ),
        Mistake(
            lambda y, g: y * (g - (g * y).sum()),
            "You summed over everything. The rows are separate examples: axis=1, keepdims=True.",
        ),
        Mistake(
            lambda y, g: y * (g - (g * y).sum(axis=1)),
            "Without keepdims=True the sums of the rows lie side by side, and each meets the wrong example. Keep the axis.",
        ),
        Mistake(
            lambda y, g: y * (g - g.sum(axis=1, keepdims=True)),
            "You summed g without weights. Each g counts with its y: the sum of g * y.",
        ),
        Mistake(lambda y, g: y * (1 - y), "The upstream gradient is missing, and so are the other outputs of the row."),
        Mistake(lambda y, g: y * (weighted(y, g) - g), "The sign is turned round: it is g minus the sum."),
        Mistake(lambda y, g: g - weighted(y, g), "The factor y in front is missing."),
    ],
)
