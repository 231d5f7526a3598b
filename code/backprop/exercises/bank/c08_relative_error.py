import numpy as np

from ..exercise import Exercise, Mistake


def greater(a, b):
    return np.maximum(np.abs(a), np.abs(b))


def relative_error(a, b):
    scale = greater(a, b)
    return np.abs(a - b) / np.where(scale == 0, 1, scale)


def divided_by(scale):
    """|a - b| / scale as it comes, and with 0 where both are 0."""

    @np.errstate(all="ignore")
    def plain(a, b):
        return np.abs(a - b) / scale(a, b)

    return plain, lambda a, b: np.where((a == 0) & (b == 0), 0, plain(a, b))


def cases(rng):
    return [
        (np.array([1.0, 2.0, -3.0, 0.0, 0.0, 4.0]), np.array([1.1, 2.0, 3.0, 0.0, 0.5, 0.0])),
        (rng.standard_normal((3, 2)), rng.standard_normal((3, 2))),
        (rng.standard_normal((1, 4)) * 1e-9, rng.standard_normal((1, 4)) * 1e-9),
    ]


def one_sided(name):
    return f"You divided by |{name}| alone. Divide by the greater of |a| and |b|, so that their order doesn't matter."


UNGUARDED = "Right, but for 0 / 0, which is nan. Where both are 0, they agree: return 0 there."
TOTAL = "You divided by |a| + |b|. Divide by the greater of the two."
PADDED = "The constant in the denominator swamps gradients as small as itself. Treat only the case that both are 0."

exercise = Exercise(
    id="relative-error",
    chapter=8,
    points=2,
    minutes=5,
    answer=relative_error,
    cases=cases,
    mistakes=[
        Mistake(lambda a, b: np.abs(a - b), "That is the absolute error. Divide by the greater of |a| and |b|."),
        Mistake(divided_by(greater)[0], UNGUARDED),
        *[Mistake(answer, one_sided("a")) for answer in divided_by(lambda a, b: np.abs(a))],
        *[Mistake(answer, one_sided("b")) for answer in divided_by(lambda a, b: np.abs(b))],
        *[Mistake(answer, TOTAL) for answer in divided_by(lambda a, b: np.abs(a) + np.abs(b))],
        Mistake(
            lambda a, b: relative_error(a, b) * np.sign(a - b),
            "Some of yours are negative. An error is a distance: take |a - b|.",
        ),
        Mistake(
            lambda a, b: np.abs(a - b) / greater(a, b).max(),
            "You divided by the greatest value of the whole array. Each element has its own scale.",
        ),
        Mistake(
            lambda a, b: relative_error(a, b) * (a * b != 0),
            "You return 0 where one of the two is 0. That is an error of 1; only where both are 0 it is 0.",
        ),
        *[Mistake(lambda a, b, e=e: np.abs(a - b) / (greater(a, b) + e), PADDED) for e in (1e-8, 1e-10)],
        Mistake(lambda a, b: np.abs(a - b) / np.maximum(greater(a, b), 1e-8), PADDED),
    ],
)
