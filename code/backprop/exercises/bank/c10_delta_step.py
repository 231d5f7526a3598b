import numpy as np

from ..exercise import Exercise, Mistake


def cases(rng):
    return [
        (rng.standard_normal((n, m)), rng.standard_normal((d, m)), np.tanh(rng.standard_normal((n, d))))
        for n, d, m in ((4, 3, 2), (1, 3, 5), (3, 3, 3), (5, 2, 4))  # in the square one a missing .T runs
    ]


exercise = Exercise(
    id="delta-step",
    chapter=10,
    points=3,
    minutes=7,
    answer=lambda delta_next, W_next, A: (delta_next @ W_next.T) * (1 - A**2),
    cases=cases,
    mistakes=[
        Mistake(
            lambda d, W, A: (d @ W.T) * A * (1 - A),
            "A (1 - A) is the slope of the sigmoid. This layer's activation is tanh: 1 - A**2.",
        ),
        Mistake(
            lambda d, W, A: d @ W.T,
            "That is the gradient of the layer's output. Delta lies before the activation: multiply by the slope 1 - A**2.",
        ),
        Mistake(
            lambda d, W, A: (d @ W) * (1 - A**2),
            "W_next is not transposed. Check the shapes: (N, M) @ (M, D).",
        ),
        Mistake(
            lambda d, W, A: (d @ W.T) * (1 - np.tanh(A) ** 2),
            "You put A through tanh once more. It is the output of tanh already.",
        ),
        Mistake(
            lambda d, W, A: (d @ W.T) * (1 - A),
            "The square is missing: the slope of tanh is 1 - A**2.",
        ),
        Mistake(
            lambda d, W, A: (d @ W.T) * (1 - A**2) / len(A),
            "Yours is N times too small. The 1/N of the loss came in at the output, and is in delta_next already.",
        ),
        Mistake(
            lambda d, W, A: (d @ W.T) @ (1 - A**2),
            "The slope belongs to each neuron alone: multiply element by element, with *, not with @.",
        ),
        Mistake(
            lambda d, W, A: W @ d.T * (1 - A**2).T,
            "The numbers are right, but transposed. An example is a row: write delta_next @ W_next.T.",
        ),
    ],
)
