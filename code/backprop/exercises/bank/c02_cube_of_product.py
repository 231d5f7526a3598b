from ..exercise import Exercise, Mistake

exercise = Exercise(
    id="cube-of-product",
    chapter=2,
    points=2,
    minutes=5,
    answer=lambda x, y: (3 * (x * y) ** 2 * y, 3 * (x * y) ** 2 * x),
    cases=lambda rng: [(0.0, 2.0), (-1.5, 0.0)] + [tuple(rng.uniform(-3, 3, size=2).tolist()) for _ in range(5)],
    mistakes=[
        Mistake(
            lambda x, y: (3 * (x * y) ** 2 * x, 3 * (x * y) ** 2 * y),
            "The two are swapped: the local derivative of x * y for x is y.",
        ),
        Mistake(
            lambda x, y: (3 * (x * y) ** 2, 3 * (x * y) ** 2),
            "That is the derivative for t = x * y. It still has to pass through the × node.",
        ),
        Mistake(
            lambda x, y: (y, x),
            "These are the local derivatives of the × node. The upstream gradient 3 t**2 is missing.",
        ),
        Mistake(
            lambda x, y: (3 * x**2 * y, 3 * y**2 * x),
            "The cube's local derivative is 3 t**2 with t = x * y, its own input, not x or y.",
        ),
        Mistake(
            lambda x, y: ((x * y) ** 3 * y, (x * y) ** 3 * x),
            "The cube node handed on its value. Its local derivative is 3 t**2.",
        ),
    ],
)
