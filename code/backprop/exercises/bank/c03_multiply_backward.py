from ..exercise import Exercise, Mistake

exercise = Exercise(
    id="multiply-backward",
    chapter=3,
    points=2,
    minutes=4,
    answer=lambda x, y, grad_output: (grad_output * y, grad_output * x),
    cases=lambda rng: (
        [(100, 2, 1.1), (200, 1.1, 1), (0.0, 3.0, -1.5)]
        + [tuple(rng.uniform(-3, 3, size=3).tolist()) for _ in range(4)]
    ),
    mistakes=[
        Mistake(
            lambda x, y, g: (g * x, g * y),
            "Each input got its own value. Multiplication swaps: x gets y, and y gets x.",
        ),
        Mistake(
            lambda x, y, g: (y, x),
            "These are the local derivatives. Multiply each by the upstream gradient `grad_output`.",
        ),
        Mistake(lambda x, y, g: (y, g * x), "The upstream gradient is missing from the first one."),
        Mistake(lambda x, y, g: (g * y, x), "The upstream gradient is missing from the second one."),
        Mistake(lambda x, y, g: (g, g), "You passed the gradient on unchanged. That is what an addition does."),
        Mistake(
            lambda x, y, g: (g * x * y, g * x * y),
            "You multiplied by the output x * y. The derivative of x * y for x is y alone.",
        ),
        Mistake(lambda x, y, g: (g + y, g + x), "You added. Local derivative and upstream gradient are multiplied."),
        Mistake(lambda x, y, g: (g / x, g / y), "You divided. The derivative of x * y for x is y."),
    ],
)
