import numpy as np

from ..exercise import Exercise, Mistake


def cases(rng):
    return [
        tuple(rng.standard_normal(shape) for shape in ((n, 1), (m,), (n, m)))
        for n, m in ((2, 3), (5, 2), (4, 4), (3, 6), (1, 4), (5, 1))
    ]


exercise = Exercise(
    id="table-backward",
    chapter=14,
    points=3,
    minutes=7,
    answer=lambda x, y, g: ((g * y).sum(axis=1, keepdims=True), (g * x).sum(axis=0)),
    cases=cases,
    mistakes=[
        Mistake(
            lambda x, y, g: (g * y, g * x),
            "Both have the shape of the table. Sum each over the axis that broadcasting stretched or added.",
        ),
        Mistake(
            lambda x, y, g: ((g * y).sum(axis=1), (g * x).sum(axis=0)),
            "The gradient of x has lost its axis of length 1: x is a column, (N, 1). Sum with keepdims=True.",
        ),
        Mistake(
            lambda x, y, g: ((g * y).sum(axis=1, keepdims=True), (g * x).sum(axis=0, keepdims=True)),
            "The gradient of y has an axis that y never had. Its shape is (M,): sum without keepdims.",
        ),
        Mistake(
            lambda x, y, g: (g.sum(axis=1, keepdims=True), g.sum(axis=0)),
            "You summed the upstream gradient alone, as for x + y. Multiplication swaps: first times the other input.",
        ),
        Mistake(
            lambda x, y, g: ((g * x).sum(axis=1, keepdims=True), (g * y).sum(axis=0)),
            "Each got its own value as a factor. Multiplication swaps: x gets y, and y gets x.",
        ),
        Mistake(
            lambda x, y, g: ((g * y).mean(axis=1, keepdims=True), (g * x).mean(axis=0)),
            "These are means. Every copy was used, and the gradients of several uses add up.",
        ),
        Mistake(
            lambda x, y, g: (np.full(x.shape, y.sum()), np.full(y.shape, x.sum())),
            "These are local derivatives, summed. The upstream gradient is missing.",
        ),
        Mistake(
            lambda x, y, g: ((g * x).sum(axis=0), (g * y).sum(axis=1, keepdims=True)),
            "The two are the other way round: first the gradient of x.",
        ),
    ],
)
