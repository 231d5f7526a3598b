from ..exercise import Exercise, Mistake

exercise = Exercise(
    id="divide-backward",
    chapter=3,
    points=3,
    minutes=6,
    answer=lambda x, y, g: (g / y, -g * x / y**2),
    cases=lambda rng: (
        [(6.0, 3.0, 1.0), (-2.0, 4.0, 0.5), (1.5, -2.0, -3.0), (0.0, 2.0, 1.0)]
        + [tuple(rng.uniform(0.5, 3, size=3).tolist()) for _ in range(5)]
    ),
    mistakes=[
        Mistake(
            lambda x, y, g: (g / y, g * x / y**2),
            "The sign of the second one: a larger divisor makes the quotient smaller.",
        ),
        Mistake(lambda x, y, g: (1 / y, -x / y**2), "The upstream gradient `grad_output` is missing from both."),
        Mistake(lambda x, y, g: (g / y, -g / y**2), "The x is missing from the second one: x / y is x times 1/y."),
        Mistake(
            lambda x, y, g: (g / y, -g * x / y), "The second one needs y squared: the derivative of 1/y is -1/y**2."
        ),
        Mistake(
            lambda x, y, g: (g * y, -g * x / y**2),
            "The first one: x / y is x times 1/y, so its derivative is 1/y, not y.",
        ),
        Mistake(lambda x, y, g: (1 / y, -g * x / y**2), "The upstream gradient is missing from the first one."),
        Mistake(lambda x, y, g: (g / y, -x / y**2), "The upstream gradient is missing from the second one."),
        Mistake(lambda x, y, g: (-g * x / y**2, g / y), "The two are the other way round: first the gradient of x."),
        Mistake(lambda x, y, g: (g * y, g * x), "That is multiplication's backward. Here x / y is x * (1/y)."),
        Mistake(
            lambda x, y, g: (g / y, g / x),
            "You swapped, as multiplication does. For a quotient derive x * (1/y) for y.",
        ),
    ],
)
