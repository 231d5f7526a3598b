from ..exercise import Exercise, Mistake


def cases(rng):
    return [
        (rng.standard_normal((n, d)), rng.standard_normal((d, m)), rng.standard_normal((n, m)))
        for n, d, m in ((4, 3, 2), (1, 3, 5), (3, 3, 3), (5, 2, 4), (4, 2, 1))  # in the square one a missing .T runs
    ]


exercise = Exercise(
    id="affine-backward",
    chapter=6,
    points=4,
    minutes=10,
    answer=lambda x, W, grad_output: (grad_output @ W.T, x.T @ grad_output, grad_output.sum(axis=0)),
    cases=cases,
    mistakes=[
        Mistake(
            lambda x, W, g: (g @ W, x.T @ g, g.sum(axis=0)),
            "W is not transposed in the gradient of x. Check the shapes: (N, M) @ (M, D).",
        ),
        Mistake(
            lambda x, W, g: (g @ W.T, x @ g, g.sum(axis=0)),
            "x is not transposed in the gradient of W. Check the shapes: (D, N) @ (N, M).",
        ),
        Mistake(
            lambda x, W, g: (g @ W.T, g.T @ x, g.sum(axis=0)),
            "The gradient of W came out transposed: (M, D). It is x.T @ grad_output.",
        ),
        Mistake(
            lambda x, W, g: (g @ W.T, x.T @ g, g),
            "The gradient of b is not summed. The same b was added to every row: sum over axis 0.",
        ),
        Mistake(
            lambda x, W, g: (g @ W.T, x.T @ g, g.mean(axis=0)),
            "The gradient of b is a mean. The gradients of all rows add up: take the sum.",
        ),
        Mistake(
            lambda x, W, g: (g @ W.T, x.T @ g, g.sum(axis=1)),
            "The gradient of b is summed along the rows. Sum over the batch: axis 0.",
        ),
        Mistake(
            lambda x, W, g: (g @ W.T, x.T @ g, g.sum()),
            "The gradient of b is summed to one number. Each of its M elements has its own: sum over axis 0 only.",
        ),
        Mistake(
            lambda x, W, g: (g @ W.T, x.T @ g / len(x), g.sum(axis=0)),
            "The gradient of W is N times too small. The 1/N of a mean loss is in the upstream gradient already.",
        ),
        Mistake(
            lambda x, W, g: (g @ W.T, x.T @ g / len(x), g.mean(axis=0)),
            "The gradients of W and b are N times too small. The 1/N of a mean loss is in the upstream gradient already.",
        ),
    ],
)
