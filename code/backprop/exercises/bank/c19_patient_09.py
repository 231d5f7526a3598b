import numpy as np

from ..clinic import healthy
from ..exercise import Exercise, Mistake


def cases(rng):
    """Losses by rate. One that is not a number comes first, last and between; the best is never at the same place."""
    nan, inf = float("nan"), float("inf")
    tables = (
        {0.001: 2.2, 0.01: 1.9, 0.1: 0.3, 1.0: 2.3, 10.0: inf},
        {10.0: nan, 1.0: 0.2, 0.1: 0.9, 0.01: 2.0},
        {0.003: 1.5, 0.03: 0.4, 0.3: 0.6, 3.0: nan},
        {0.5: inf, 5.0: nan, 0.05: 1.1, 0.005: 2.1},
    )
    return [(table.__getitem__, list(table)) for table in tables]


exercise = Exercise(
    id="clinic-9",
    chapter=19,
    points=2,
    minutes=6,
    answer=healthy.best_rate,
    cases=cases,
    mistakes=[
        Mistake(
            lambda f, rates: min(rates, key=f),
            "A loss that is not a number is neither smaller nor larger than another, so min can't be trusted with it. Leave out "
            "what np.isfinite rejects.",
        ),
        Mistake(lambda f, rates: f(healthy.best_rate(f, rates)), "That is the loss. The rate that gave it is wanted."),
        Mistake(
            lambda f, rates: rates.index(healthy.best_rate(f, rates)),
            "That is the place in the list. The rate itself is wanted.",
        ),
        Mistake(
            lambda f, rates: max((r for r in rates if np.isfinite(f(r))), key=f),
            "That is the rate with the highest loss. Take the lowest.",
        ),
        Mistake(
            lambda f, rates: max(r for r in rates if np.isfinite(f(r))),
            "That is the largest rate that survives. It may be far from the best: compare losses.",
        ),
        Mistake(lambda f, rates: min(rates), "That is the smallest rate. It is safe, and it creeps."),
    ],
)
