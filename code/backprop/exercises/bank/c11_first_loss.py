import math

from ..exercise import Exercise, Mistake

exercise = Exercise(
    id="first-loss",
    chapter=11,
    points=2,
    minutes=3,
    answer=lambda classes: math.log(classes),
    cases=lambda rng: [(10,), (2,), (26,), (1000,)],
    mistakes=[
        Mistake(
            lambda c: 1 / c,
            "That is the probability that the guess gives the right class. The loss is minus its logarithm.",
        ),
        Mistake(lambda c: math.log2(c), "That is in bits. This book's losses are in nats: the natural logarithm."),
        Mistake(lambda c: math.log10(c), "That is the decimal logarithm. Use the natural one, `math.log`."),
        Mistake(
            lambda c: -math.log(c),
            "The sign: 1/C is below 1, so its logarithm is negative, and the loss is minus that.",
        ),
        Mistake(lambda c: 1 - 1 / c, "That is the share of wrong answers of a blind guess. The loss is -ln(1/C)."),
    ],
)
