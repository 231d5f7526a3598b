from ..exercise import Exercise, Mistake


def cases(rng):
    return [
        (rng.standard_normal((d, h)), rng.standard_normal(h), rng.standard_normal((h, m)), rng.standard_normal(m))
        for d, h, m in ((3, 4, 2), (1, 3, 5), (3, 3, 3), (2, 5, 3))  # in the square one swapped factors run
    ]


exercise = Exercise(
    id="collapse",
    chapter=5,
    points=3,
    minutes=7,
    answer=lambda W1, b1, W2, b2: (W1 @ W2, b1 @ W2 + b2),
    cases=cases,
    mistakes=[
        Mistake(
            lambda W1, b1, W2, b2: (W2 @ W1, b1 @ W2 + b2),
            "The weights are in the wrong order: x meets W1 first, so it is W1 @ W2.",
        ),
        Mistake(
            lambda W1, b1, W2, b2: (W1 @ W2, b1 + b2),
            "b1 passes through the second layer too: it is multiplied by W2 before b2 is added.",
        ),
        Mistake(
            lambda W1, b1, W2, b2: (W1 @ W2, b2),
            "b1 got lost: it passes through the second layer and arrives as b1 @ W2.",
        ),
        Mistake(lambda W1, b1, W2, b2: (W1 @ W2, b1 @ W2), "b2 got lost: it is added at the end."),
        Mistake(
            lambda W1, b1, W2, b2: (W1 @ W2, (b1 + b2) @ W2),
            "b2 joins after the second layer, so W2 doesn't multiply it.",
        ),
        Mistake(
            lambda W1, b1, W2, b2: (W1 @ W2, W2 @ b1 + b2),
            "In b the product is the wrong way round: a row times the matrix, b1 @ W2.",
        ),
        Mistake(
            lambda W1, b1, W2, b2: (W1 + W2, b1 + b2),
            "You added the layers. The second one works on the first one's output: multiply the brackets out.",
        ),
        Mistake(
            lambda W1, b1, W2, b2: (W1 * W2, b1 @ W2 + b2),
            "`*` multiplies element by element. The product of matrices is `@`.",
        ),
        Mistake(lambda W1, b1, W2, b2: (b1 @ W2 + b2, W1 @ W2), "The two are the other way round: W first, then b."),
    ],
)
