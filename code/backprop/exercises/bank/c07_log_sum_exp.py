import numpy as np

from ..exercise import Exercise, Mistake


def log_sum_exp(s):
    greatest = s.max(axis=1)
    return greatest + np.log(np.exp(s - greatest[:, None]).sum(axis=1))


def quiet(answer):
    """The same answer, without the warnings that overflow gives."""
    return np.errstate(all="ignore")(answer)


def cases(rng):
    far = np.array([[1000.0, 999.5, 998.0], [-1000.0, -1001.0, -999.0], [1.0, 2.0, 0.5], [1000.0, 0.0, -1000.0]])
    return [(far,)] + [(rng.normal(0, 3, (n, c)),) for n, c in ((1, 4), (5, 2), (3, 6))]


exercise = Exercise(
    id="log-sum-exp",
    chapter=7,
    points=3,
    minutes=7,
    answer=log_sum_exp,
    cases=cases,
    mistakes=[
        Mistake(
            quiet(lambda s: np.log(np.exp(s).sum(axis=1))),
            "exp(1000) overflows, and exp(-1000) is 0. Take each row's maximum off first, and add it back after the logarithm.",
        ),
        Mistake(
            lambda s: log_sum_exp(s) - s.max(axis=1),
            "The maximum that you took off is missing. Add it back after the logarithm.",
        ),
        Mistake(
            quiet(lambda s: s.max() + np.log(np.exp(s - s.max()).sum(axis=1))),
            "You took the maximum of all off, and a row far below it became log(0). Take each row's own maximum.",
        ),
        Mistake(lambda s: log_sum_exp(s.T), "You summed over the examples. Sum over the classes of each row: axis 1."),
        Mistake(
            lambda s: log_sum_exp(s.reshape(1, -1))[0], "You summed over everything. Each row has its own: axis 1."
        ),
        Mistake(
            lambda s: s.max(axis=1), "That is the maximum alone. Add the logarithm of the sum of exp(s - maximum)."
        ),
        Mistake(
            lambda s: log_sum_exp(s)[:, None],
            "The numbers are right, but the shape is (N, 1). The result has shape (N,).",
        ),
        Mistake(
            lambda s: log_sum_exp(s) - np.log(s.shape[1]), "You took the mean of the exponentials. Take their sum."
        ),
        Mistake(
            lambda s: log_sum_exp(s) - 2 * s.max(axis=1),
            "You took the maximum off twice. Add it back after the logarithm.",
        ),
    ],
)
