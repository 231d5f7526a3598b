import math

from ..exercise import Exercise, Mistake

UNCORRECTED = -0.01 * 5 / math.sqrt(2.5)  # m = 0.1 * 50, v = 0.001 * 50^2

exercise = Exercise(
    id="adam-first-step",
    chapter=9,
    points=2,
    minutes=5,
    answer=-0.01,  # -0.01 * 50 / (50 + 1e-8)
    mistakes=[
        Mistake(0.01, "The sign: a positive gradient moves the parameter down."),
        Mistake(-0.5, "That is plain descent, rate times gradient. Adam divides by the size of the gradient."),
        Mistake(
            0.5, "That is the rate times the gradient, with the wrong sign. Adam divides by the size of the gradient."
        ),
        Mistake(UNCORRECTED, "The corrections are missing: divide m by 1 - 0.9 and v by 1 - 0.999 at the first step."),
        Mistake(-UNCORRECTED, "The sign; and the corrections are missing: divide m by 1 - 0.9 and v by 1 - 0.999."),
        Mistake(-0.001, "You corrected v, and not m: divide m by 1 - 0.9 as well. (Or you took Adam's default rate.)"),
        Mistake(-0.01 * 50 / math.sqrt(2.5), "You corrected m, and not v: divide v by 1 - 0.999 as well."),
        Mistake(-0.0002, "The root is missing: you divided by the square of the gradient."),
        Mistake(-1.0, "The learning rate is missing: m over the root of v is 1, and the step is the rate times that."),
    ],
)
