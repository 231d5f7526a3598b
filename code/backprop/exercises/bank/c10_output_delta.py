from ..exercise import Exercise, Mistake


def cases(rng):
    return [(rng.uniform(0.05, 0.95, shape), rng.uniform(0, 1, shape)) for shape in ((4, 3), (1, 5), (3, 2), (5, 4))]


exercise = Exercise(
    id="output-delta",
    chapter=10,
    points=2,
    minutes=4,
    answer=lambda A, Y: (A - Y) / len(A) * A * (1 - A),
    cases=cases,
    mistakes=[
        Mistake(
            lambda A, Y: (A - Y) / len(A),
            "That is the gradient of the output. Delta lies before the sigmoid: multiply by its slope A (1 - A).",
        ),
        Mistake(
            lambda A, Y: A - Y,
            "The slope A (1 - A) of the sigmoid is missing, and so is the 1/N of the mean over the batch.",
        ),
        Mistake(
            lambda A, Y: (A - Y) * A * (1 - A),
            "Yours is N times too large: the loss is a mean over the batch, and its 1/N is missing.",
        ),
        Mistake(
            lambda A, Y: (A - Y) / A.size * A * (1 - A),
            "You divided by the number of all outputs. The outputs are summed, and the mean is over the N examples only.",
        ),
        Mistake(
            lambda A, Y: (Y - A) / len(A) * A * (1 - A),
            "The sign: it is A - Y. Where an output is too large, a larger one makes the loss larger.",
        ),
        Mistake(
            lambda A, Y: 2 * (A - Y) / len(A) * A * (1 - A),
            "Yours is twice too large: the 1/2 of the loss cancels the 2 of the square.",
        ),
        Mistake(
            lambda A, Y: (A - Y) / len(A) * (1 - A**2),
            "1 - A**2 is the slope of tanh. The outputs are sigmoids, and theirs is A (1 - A).",
        ),
        Mistake(
            lambda A, Y: ((A - Y) * A * (1 - A)).mean(axis=0),
            "You averaged over the batch. Each example has its own row of deltas; only divide by N.",
        ),
    ],
)
