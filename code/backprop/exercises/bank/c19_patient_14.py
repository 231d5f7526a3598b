import numpy as np

from ..clinic import brought_in, healthy
from ..exercise import Exercise, Mistake


def cases(rng):
    return [(rng.standard_normal((n, 2, 2)), rng.integers(0, 100, n), seed) for n, seed in ((5, 0), (9, 1), (12, 2))]


def order(images, seed):
    return np.random.default_rng(seed).permutation(len(images))


exercise = Exercise(
    id="clinic-14",
    chapter=19,
    points=1,
    minutes=4,
    answer=healthy.shuffled,
    cases=cases,
    mistakes=[
        Mistake(brought_in.in_random_order, "That is the code as it came: two orders are drawn."),
        Mistake(lambda x, t, seed: (x[order(x, seed)], t), "The images moved, and the labels stayed where they were."),
        Mistake(lambda x, t, seed: (x, t[order(x, seed)]), "The labels moved, and the images stayed where they were."),
        Mistake(lambda x, t, seed: (x, t), "They fit together, and nothing is shuffled any more."),
        Mistake(
            lambda x, t, seed: (x[order(x, seed)], t[np.argsort(order(x, seed))]),
            "The labels went the opposite way: argsort gives the order that undoes the first. Use the same one.",
        ),
        Mistake(
            lambda x, t, seed: (x[order(x, seed)], t[np.random.default_rng(seed + 1).permutation(len(t))]),
            "There are still two orders, of two seeds.",
        ),
    ],
)
