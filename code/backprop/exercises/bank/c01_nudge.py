from ..exercise import Exercise, Mistake


def cases(rng):
    return [
        (lambda x: 2.2 * x, 100.0, 0.5),
        (lambda x: x * x, 3.0, 0.1),
        (lambda x: 5.0 - 3.0 * x, -1.0, 0.25),
        (lambda x: x**3, float(rng.uniform(1, 2)), 0.01),
    ]


exercise = Exercise(
    id="nudge",
    chapter=1,
    points=2,
    minutes=5,
    answer=lambda f, x, h: (f(x + h) - f(x)) / h,
    cases=cases,
    mistakes=[
        Mistake(lambda f, x, h: f(x + h) - f(x), "That is the change itself. Divide by h to get the change per unit."),
        Mistake(
            lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h),
            "You nudged to both sides. That is more accurate, and chapter 2 does it; here nudge up only.",
        ),
        Mistake(lambda f, x, h: (f(x) - f(x - h)) / h, "You nudged down. Nudge up: compare f(x + h) with f(x)."),
        Mistake(lambda f, x, h: f(x + h) / h, "Only the nudged value is divided. Subtract f(x) first."),
        Mistake(lambda f, x, h: (f(x) - f(x + h)) / h, "The sign is turned round: it is after minus before."),
        Mistake(lambda f, x, h: (f(x + h) - f(x)) / x, "You divided by x. The nudge was h."),
        Mistake(
            lambda f, x, h: f(x + h) - f(x) / h, "Brackets: the division takes only f(x). Divide the whole difference."
        ),
    ],
)
