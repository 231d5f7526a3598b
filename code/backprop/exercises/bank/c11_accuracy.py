import numpy as np

from ..exercise import Exercise, Mistake


def cases(rng):
    return [(rng.standard_normal((n, c)), rng.integers(0, c, size=n)) for n, c in ((20, 4), (7, 10), (30, 3), (40, 40))]


def along(axis):
    def accuracy(scores, targets):
        answers = scores.argmax(axis=axis)
        return np.mean(answers[: len(targets)] == targets[: len(answers)])

    return accuracy


exercise = Exercise(
    id="accuracy",
    chapter=11,
    points=2,
    minutes=5,
    answer=along(1),
    cases=cases,
    mistakes=[
        Mistake(along(0), "You looked for the greatest score along axis 0: the best image of each class. Take the best class of each image: axis 1."),
        Mistake(lambda s, t: np.sum(s.argmax(axis=1) == t), "That is how many are right. Divide by how many there are."),
        Mistake(lambda s, t: np.mean(s.argmax(axis=1) != t), "That is the share of wrong answers."),
        Mistake(lambda s, t: np.mean(s.argmin(axis=1) == t), "You took the smallest score. The answer is the class with the greatest."),
        Mistake(lambda s, t: np.sum(s.argmax(axis=1) == t) / s.size, "You divided by the number of scores. Divide by the number of images."),
    ],
)
