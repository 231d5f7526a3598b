import math

from ..exercise import Exercise, Mistake

exercise = Exercise(
    id="weight-left",
    chapter=16,
    points=1,
    minutes=3,
    answer=0.8 * (1 - 0.2 * 0.01) ** 400,
    mistakes=[
        Mistake(0.8 * (1 - 0.01) ** 400, "The learning rate is missing: a step takes away rate * strength * w."),
        Mistake(
            0.8 * (1 - 0.2) ** 400,
            "That is 0, or nearly so. Is the strength missing? A step takes away rate * strength * w.",
        ),
        Mistake(
            0.8 * (1 - 0.2 * 0.01 * 400),
            "You took the same amount away 400 times. As the weight gets smaller, so does the pull: multiply by the factor again and again.",
        ),
        Mistake(0.8 * (1 - 0.2 * 0.01), "That is the weight after one step."),
        Mistake((1 - 0.2 * 0.01) ** 400, "That is the share that is left. The weight began at 0.8."),
        Mistake(
            0.8 * (1 - 0.2 * 0.01 / 2) ** 400, "Your pull is half of it: the square's 2 cancels the 1/2 of the price."
        ),
        Mistake(
            0.8 * (1 - 2 * 0.2 * 0.01) ** 400,
            "Your pull is twice too strong: the 1/2 of the price cancels the 2 of the square.",
        ),
        Mistake(
            0.8 * (1 + 0.2 * 0.01) ** 400, "Yours grows. The pull is towards 0: the factor of a step lies below 1."
        ),
        Mistake(
            0.8 * math.exp(-0.2 * 0.01 * 400),
            "Very near: that is for endlessly many endlessly small steps. Here there are 400: multiply by the factor of one step.",
        ),
        Mistake(0.8 - 0.8 * (1 - 0.2 * 0.01) ** 400, "That is what has been taken away. What is left?"),
    ],
)
