import numpy as np

from ..exercise import Exercise, Mistake


def cases(rng):
    right = np.array(
        [[0.1, 9.0, 0.2], [2.0, 1.0, 0.0], [0.0, 0.5, 1.5]]
    )  # all right, the greatest of all in the first row
    return [(right, np.array([1, 0, 2]))] + [
        (rng.standard_normal((n, c)), rng.integers(0, c, size=n))
        for n, c in ((20, 4), (7, 10), (30, 3), (40, 40), (1, 5))
    ]


exercise = Exercise(
    id="accuracy",
    chapter=11,
    points=2,
    minutes=5,
    answer=lambda scores, targets: np.mean(scores.argmax(axis=1) == targets),
    cases=cases,
    mistakes=[
        Mistake(
            lambda s, t: np.mean(s.argmax(axis=0) == t),
            "You looked for the greatest score along axis 0: the best image of each class. Take the best class of each "
            "image: axis 1.",
        ),
        Mistake(
            lambda s, t: np.sum(s.argmax(axis=1) == t), "That is how many are right. Divide by how many there are."
        ),
        Mistake(lambda s, t: s.argmax(axis=1) == t, "That is True or False for each image. Take their mean."),
        Mistake(
            lambda s, t: 100 * np.mean(s.argmax(axis=1) == t), "That is in per cent. A share lies between 0 and 1."
        ),
        Mistake(lambda s, t: np.mean(s.argmax(axis=1) != t), "That is the share of wrong answers."),
        Mistake(
            lambda s, t: np.mean(s.max(axis=1) == t),
            "All are 0. Is the greatest score itself, `max`, compared with the class? `argmax` gives its place.",
        ),
        Mistake(
            lambda s, t: np.mean(s.argmax() == t),
            "Without an axis, `argmax` looks for one place in the whole table. Take each row's: axis 1.",
        ),
        Mistake(
            lambda s, t: np.sum(s.argmax(axis=1) == t) // len(t), "`//` drops what comes after the point. Use `/`."
        ),
        Mistake(
            lambda s, t: np.mean(s.argmin(axis=1) == t),
            "You took the smallest score. The answer is the class with the greatest.",
        ),
        Mistake(
            lambda s, t: np.sum(s.argmax(axis=1) == t) / s.size,
            "You divided by the number of scores. Divide by the number of images.",
        ),
    ],
)
