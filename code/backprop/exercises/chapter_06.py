"""Exercises of chapter 6, the affine layer."""

import numpy as np

from . import common
from .common import mistakes
from .exercise import Exercise, Mistake

AFFINE_SHAPES = Exercise(
    "affine-shapes",
    chapter=6,
    points=1,
    minutes=3,
    answer=(784, 50),  # x (100, 784), y (100, 50)
    mistakes=[
        Mistake((50, 784), "The two are in the wrong order. In x @ W the rows of W meet the 784 columns of x."),
        Mistake((100, 50), "That is the shape of the output and of its gradient. dL/dW has the shape of W."),
        Mistake((100, 784), "That is the shape of x and of its gradient. dL/dW has the shape of W."),
        Mistake((784, 100), "That is the shape of x transposed. Multiplied by the upstream gradient it loses the 100."),
        Mistake(39_200, "That is how many numbers there are. Give the shape, two numbers."),
        Mistake((100, 784, 50), "The batch does not appear: all examples share one W, and their gradients are summed."),
        Mistake((784, 784), "x.T @ x has that shape. The second factor is the upstream gradient, (100, 50)."),
    ],
)


def affine_backward_cases(rng):
    return [
        (rng.standard_normal((n, d)), rng.standard_normal((d, m)), rng.standard_normal((n, m)))
        for n, d, m in (
            (4, 3, 2),
            (1, 3, 5),
            (3, 3, 3),
            (5, 2, 4),
            (4, 2, 1),
            (3, 1, 2),
        )  # in the square one a missing .T runs
    ]


AFFINE_BACKWARD = Exercise(
    "affine-backward",
    chapter=6,
    points=4,
    minutes=10,
    answer=lambda x, W, grad_output: (grad_output @ W.T, x.T @ grad_output, grad_output.sum(axis=0)),
    cases=affine_backward_cases,
    mistakes=[
        Mistake(lambda x, W, g: (g @ W, x.T @ g, g.sum(axis=0)), f"The gradient of x: {common.NOT_TRANSPOSED}"),
        *mistakes(common.WEIGHT_GRADIENT, lambda rule: lambda x, W, g: (g @ W.T, rule(x, g), g.sum(axis=0))),
        *mistakes(common.BIAS_GRADIENT, lambda rule: lambda x, W, g: (g @ W.T, x.T @ g, rule(g))),
        Mistake(lambda x, W, g: (g @ W.T, x.T @ g / len(x), g.mean(axis=0)), common.BOTH_TOO_SMALL),
    ],
)


AFFINE_ONE_EXAMPLE = Exercise(
    "affine-one-example",
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
            "The dot product gives one number, and `.T` does nothing to a one-dimensional array. Every x meets every "
            "output: the outer product.",
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


def flatten_back_cases(rng):
    return [
        (rng.standard_normal((d, m)), rng.standard_normal((n, m)), shape)
        for n, d, m, shape in ((5, 6, 4, (2, 3)), (1, 8, 3, (4, 2)), (4, 6, 6, (2, 3)), (3, 16, 5, (2, 4, 2)))
    ]  # with D = M = 6 a missing .T runs


FLATTEN_BACK = Exercise(
    "flatten-back",
    chapter=6,
    points=2,
    minutes=5,
    answer=lambda W, grad_output, image_shape: (grad_output @ W.T).reshape(len(grad_output), *image_shape),
    cases=flatten_back_cases,
    mistakes=[
        Mistake(
            lambda W, g, s: g @ W.T,
            "The numbers are right, but still flat. Give them the shape of the images: (N, *image_shape).",
        ),
        Mistake(lambda W, g, s: (g @ W.T).reshape(s), "You left no room for the batch: reshape to (N, *image_shape)."),
        Mistake(
            lambda W, g, s: (g @ W.T).sum(axis=0).reshape(s),
            "You summed over the batch. Each image has a gradient of its own.",
        ),
        Mistake(lambda W, g, s: (g @ W.T)[0].reshape(s), "That is the gradient of the first image alone."),
        Mistake(
            lambda W, g, s: (g @ W.T).reshape((len(g), *s), order="F"),
            "You filled in column order. The images were flattened row by row: leave `order` as it is.",
        ),
        Mistake(lambda W, g, s: (g @ W).reshape(len(g), *s), common.NOT_TRANSPOSED),
        Mistake(
            lambda W, g, s: (W @ g.T).reshape(len(g), *s),
            "W @ grad_output.T has the batch last, so reshaping mixes the images. Write grad_output @ W.T.",
        ),
        Mistake(lambda W, g, s: (g @ W.T).reshape(len(g), *s[::-1]), "The sides of your images are swapped."),
        Mistake(lambda W, g, s: (g @ W.T).reshape(*s, len(g)), "You put the batch last. It is the first axis."),
    ],
)
