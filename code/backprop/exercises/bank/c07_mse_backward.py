import numpy as np

from ..exercise import Exercise, Mistake

exercise = Exercise(
    id="mse-backward",
    chapter=7,
    points=2,
    minutes=4,
    answer=lambda y, t: (y - t) / len(y),
    cases=lambda rng: [(rng.standard_normal(s), rng.standard_normal(s)) for s in ((4, 3), (1, 5), (3, 2), (5, 4))],
    mistakes=[
        Mistake(
            lambda y, t: 2 * (y - t) / len(y),
            "Yours is twice too large: the 1/2 of the loss cancels the 2 of the square.",
        ),
        Mistake(lambda y, t: (y - t) / 2 / len(y), "Yours is half of it: the square's 2 cancels the 1/2 of the loss."),
        Mistake(
            lambda y, t: (t - y) / len(y),
            "The sign: it is y - t. Where y is too large, a larger y makes the loss larger.",
        ),
        Mistake(
            lambda y, t: y - t, "Yours is N times too large: the loss is a mean over the batch, and its 1/N is missing."
        ),
        Mistake(
            lambda y, t: (y - t) / y.size,
            "You divided by the number of all elements. The outputs are summed, and the mean is over the N examples only.",
        ),
        Mistake(
            lambda y, t: 2 * (y - t) / y.size,
            "That is for the mean of all squares, as in PyTorch. Here it is 1/2 of the sum over outputs, and the mean over the batch.",
        ),
        Mistake(
            lambda y, t: (y - t) ** 2 / 2 / len(y),
            "These are the terms of the loss itself. The derivative of 1/2 (y - t)**2 is y - t.",
        ),
        Mistake(
            lambda y, t: np.sum((y - t) ** 2) / 2 / len(y),
            "That is the loss itself. Return its gradient, one number for each element of y.",
        ),
        Mistake(
            lambda y, t: (y - t).mean(axis=0),
            "You averaged over the batch. Each example has its own row of gradients; only divide by N.",
        ),
    ],
)
