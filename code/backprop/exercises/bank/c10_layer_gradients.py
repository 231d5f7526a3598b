from ..exercise import Exercise, Mistake


def cases(rng):
    return [
        (rng.uniform(0.05, 0.95, (n, d)), rng.standard_normal((n, m)))
        for n, d, m in ((4, 3, 2), (1, 3, 5), (3, 3, 3), (5, 2, 4))
    ]


exercise = Exercise(
    id="layer-gradients",
    chapter=10,
    points=3,
    minutes=6,
    answer=lambda A_before, delta: (A_before.T @ delta, delta.sum(axis=0)),
    cases=cases,
    mistakes=[
        Mistake(
            lambda A, d: (A.T @ d, d),
            "The gradient of the biases is delta itself only for a single example. A batch shares them: sum over the rows.",
        ),
        Mistake(
            lambda A, d: (A.T @ d, d.mean(axis=0)),
            "The gradient of the biases is a mean. The 1/N of the loss is in delta already: take the sum.",
        ),
        Mistake(
            lambda A, d: (A.T @ d, d.sum(axis=1)),
            "You summed the deltas of each example. Sum over the batch instead: axis 0.",
        ),
        Mistake(
            lambda A, d: (A.T @ d, d.sum()),
            "The gradient of the biases is summed to one number. Each of the M biases has its own: sum over axis 0 only.",
        ),
        Mistake(
            lambda A, d: (A @ d, d.sum(axis=0)),
            "A_before is not transposed. Check the shapes: (D, N) @ (N, M).",
        ),
        Mistake(
            lambda A, d: (d.T @ A, d.sum(axis=0)),
            "The gradient of the weights came out transposed: (M, D). It is A_before.T @ delta.",
        ),
        Mistake(
            lambda A, d: (A.T @ d / len(A), d.mean(axis=0)),
            "Both are N times too small. The 1/N of the loss is in delta already.",
        ),
        Mistake(
            lambda A, d: (A.T @ d / len(A), d.sum(axis=0)),
            "The gradient of the weights is N times too small. The 1/N of the loss is in delta already.",
        ),
        Mistake(
            lambda A, d: ((A * (1 - A)).T @ d, d.sum(axis=0)),
            "No slope is needed here: the weights stand beside A_before itself, and delta has passed the activation.",
        ),
    ],
)
