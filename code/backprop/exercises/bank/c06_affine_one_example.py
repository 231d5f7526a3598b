import numpy as np

from ..exercise import Exercise, Mistake

exercise = Exercise(
    id="affine-one-example",
    chapter=6,
    points=2,
    minutes=5,
    answer=lambda x, grad_output: np.outer(x, grad_output),
    cases=lambda rng: [(rng.standard_normal(d), rng.standard_normal(m)) for d, m in ((2, 3), (5, 2), (3, 3), (1, 4))],
    mistakes=[
        Mistake(
            lambda x, g: np.outer(g, x),
            "That is (M, D), transposed. The rows belong to x, the columns to the upstream gradient.",
        ),
        Mistake(
            lambda x, g: x @ g,
            "The dot product gives one number, and `.T` does nothing to a one-dimensional array. Every x meets every output: the outer product.",
        ),
        Mistake(
            lambda x, g: x * g,
            "You multiplied element by element. Every x meets every output: make x a column first, `x[:, None]`.",
        ),
        Mistake(
            lambda x, g: np.outer(x, np.ones_like(g)),
            "The upstream gradient is missing: W[i, j] gets x[i] times grad_output[j].",
        ),
        Mistake(lambda x, g: np.outer(np.ones_like(x), g), "x is missing: W[i, j] gets x[i] times grad_output[j]."),
        Mistake(lambda x, g: x[:, None] + g, "You added. W[i, j] gets x[i] times grad_output[j]."),
        Mistake(
            lambda x, g: np.outer(x, g).ravel(),
            "The numbers are right, but in one long row. The gradient has W's shape: (D, M).",
        ),
        Mistake(
            lambda x, g: np.outer(x, g)[None],
            "The numbers are right, but there is an axis too many. The gradient has W's shape: (D, M).",
        ),
    ],
)
