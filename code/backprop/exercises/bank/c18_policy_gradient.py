import numpy as np

from ..exercise import Exercise, Mistake


def cases(rng):
    found = []
    for count, choices in ((5, 3), (1, 4), (3, 3), (4, 2)):  # in the square one, returns along the wrong axis run
        returns = rng.uniform(1, 9, count) * rng.choice([-1, 1], count)
        found.append((rng.dirichlet(np.ones(choices), count), rng.integers(choices, size=count), returns))
    return found


def taken(p, actions):
    return np.eye(p.shape[1])[actions]


def column(returns):
    return returns[:, np.newaxis]


exercise = Exercise(
    id="policy-gradient",
    chapter=18,
    points=3,
    minutes=7,
    answer=lambda p, actions, returns: (p - taken(p, actions)) * column(returns) / len(p),
    cases=cases,
    mistakes=[
        Mistake(
            lambda p, a, R: (taken(p, a) - p) * column(R) / len(p),
            "The sign: this climbs. Descent on minus the expected return is wanted, p - onehot.",
        ),
        Mistake(
            lambda p, a, R: (p - taken(p, a)) * column(R),
            "The mean is missing: divide by N, the number of rows.",
        ),
        Mistake(
            lambda p, a, R: (p - taken(p, a)) / len(p),
            "The returns are missing. This imitates every action that was drawn, good or bad.",
        ),
        Mistake(
            lambda p, a, R: (p - taken(p, a)) * R / len(p),
            "The returns meet the wrong axis. Each belongs to a row: give them the shape (N, 1).",
        ),
        Mistake(
            lambda p, a, R: (p - taken(p, a)) * R.mean() / len(p),
            "Every row got the mean return. Each row has its own, or else nothing can be learned.",
        ),
        Mistake(
            lambda p, a, R: (p - taken(p, a)) * R.sum() / len(p),
            "Every row got the sum of all returns. Each row has its own.",
        ),
        Mistake(
            lambda p, a, R: (p - column(a)) * column(R) / len(p),
            "You subtracted the index of the action. Subtract its one-hot row.",
        ),
        Mistake(
            lambda p, a, R: -taken(p, a) * column(R) / len(p),
            "That is the part of the action that was drawn. Softmax lowers all others: p belongs into every column.",
        ),
        Mistake(
            lambda p, a, R: (p - taken(p, a)) * taken(p, a) * column(R) / len(p),
            "You kept the action's column only. The scores of the others get a gradient too: p times the return.",
        ),
        Mistake(
            lambda p, a, R: (p - taken(p, a) * column(R)) / len(p),
            "Brackets: the return multiplies the whole row, p too.",
        ),
        Mistake(
            lambda p, a, R: (p - taken(p, a)) * column(R) / p.size,
            "Divided by N times C. The mean is over the N rows.",
        ),
    ],
)
