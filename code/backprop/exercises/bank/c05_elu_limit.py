import math

from ..exercise import Exercise, Mistake

exercise = Exercise(
    id="elu-limit",
    chapter=5,
    points=1,
    minutes=3,
    answer=-2.0,  # alpha * (exp(x) - 1) with alpha = 2
    mistakes=[
        Mistake(0.0, "That is exp(x) far to the left, or the slope. ELU takes 1 off, and multiplies by alpha."),
        Mistake(2.0, "The sign: exp(x) - 1 approaches -1, not 1."),
        Mistake(-1.0, "That is for alpha = 1, or with the brackets missing. It is alpha (exp(x) - 1)."),
        Mistake(-0.02, "0.01 is the slope of a leaky ReLU. ELU on the left is alpha (exp(x) - 1)."),
        Mistake(
            -math.inf,
            "A line of slope alpha would fall for ever. alpha is not a slope: ELU is alpha (exp(x) - 1), which levels off.",
        ),
        *[
            Mistake(2 * math.expm1(x), "Close: that is the value at some x. Go further to the left.")
            for x in (-3, -5, -10)
        ],
    ],
)
