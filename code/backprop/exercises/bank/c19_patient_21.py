import numpy as np

from ..clinic import brought_in, healthy
from ..exercise import Exercise, Mistake


def cases(rng):
    def predict(x):
        return -x[:, ::-1]  # scores of a network that need not be trained

    return [
        (
            predict,
            rng.standard_normal((n, c)),
            rng.integers(0, c, n),
            rng.standard_normal((m, c)),
            rng.integers(0, c, m),
        )
        for n, m, c in ((12, 8, 3), (7, 15, 4), (20, 9, 9))
    ]


def share(predict, x, t):
    return np.mean(predict(x).argmax(axis=1) == t)


exercise = Exercise(
    id="clinic-21",
    chapter=19,
    points=1,
    minutes=3,
    answer=healthy.reported,
    cases=cases,
    mistakes=[
        Mistake(brought_in.reported, "That is the code as it came: it asks for what was learned by heart."),
        Mistake(
            lambda predict, x, t, xt, tt: (
                (share(predict, x, t) * len(x) + share(predict, xt, tt) * len(xt)) / (len(x) + len(xt))
            ),
            "That is the share of all images, and part of them were learned from. Ask for the test images alone.",
        ),
        Mistake(
            lambda predict, x, t, xt, tt: share(predict, xt, tt) * len(xt),
            "That is a count. The share of right answers, from 0 to 1, is wanted.",
        ),
        Mistake(
            lambda predict, x, t, xt, tt: share(predict, x, t) - share(predict, xt, tt),
            "That is the gap between the two. It is worth knowing; the report wants the accuracy on the test images.",
        ),
        Mistake(
            lambda predict, x, t, xt, tt: 1 - share(predict, xt, tt),
            "That is the share of wrong answers on the test images.",
        ),
        Mistake(
            lambda predict, x, t, xt, tt: np.mean(predict(xt).argmax(axis=0) == tt),
            "axis=0 asks which image has the greatest score of a class. The classes lie along axis 1.",
        ),
    ],
)
