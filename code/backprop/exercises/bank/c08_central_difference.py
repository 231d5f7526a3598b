import numpy as np

from ..exercise import Exercise, Mistake


def cases(rng):
    return [
        (lambda x: x**3, 2.0, 0.1),
        (lambda x: x * x, 3.0, 0.25),
        (lambda x: float(np.exp(x)), -0.5, 0.2),
        (lambda x: 1 / x, float(rng.uniform(1, 2)), 0.05),
    ]


exercise = Exercise(
    id="central-difference",
    chapter=8,
    points=2,
    minutes=5,
    answer=lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h),
    cases=cases,
    mistakes=[
        Mistake(
            lambda f, x, h: (f(x + h) - f(x)) / h,
            "You nudged up only: a forward difference. Compare f(x + h) with f(x - h).",
        ),
        Mistake(
            lambda f, x, h: (f(x) - f(x - h)) / h,
            "You nudged down only: a backward difference. Compare f(x + h) with f(x - h).",
        ),
        Mistake(lambda f, x, h: (f(x + h) - f(x - h)) / h, "Twice too large: from x - h to x + h it is 2h."),
        Mistake(
            lambda f, x, h: (f(x - h) - f(x + h)) / (2 * h), "The sign is turned round: it is f(x + h) minus f(x - h)."
        ),
        Mistake(
            lambda f, x, h: f(x + h) - f(x - h), "That is the change itself. Divide by 2h to get the change per unit."
        ),
        Mistake(
            lambda f, x, h: (f(x + h) - f(x - h)) / 2 * h,
            "Brackets: `/ 2 * h` divides by 2 and multiplies by h. Write `/ (2 * h)`.",
        ),
        Mistake(
            lambda f, x, h: f(x + h) - f(x - h) / (2 * h),
            "Brackets: the division takes only f(x - h). Divide the whole difference.",
        ),
        Mistake(
            lambda f, x, h: (f(x + h / 2) - f(x - h / 2)) / h,
            "You nudged by half of h. Nudge by h to each side, and divide by 2h.",
        ),
        Mistake(lambda f, x, h: (f(x + h) + f(x - h)) / (2 * h), "You added the two values. Subtract f(x - h)."),
    ],
)
