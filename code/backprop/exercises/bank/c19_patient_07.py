import numpy as np

from ..clinic import healthy
from ..exercise import Exercise, Mistake


def cases(rng):
    return [
        (rng.standard_normal((n, d)), rng.standard_normal((d, d)), rng.standard_normal((n, d)))
        for n, d in ((4, 3), (1, 5), (3, 2))
    ]


def with_parts(skip, mask):
    """The right answer but for what goes past the ReLU and what its mask is made of."""

    def answer(x, W, grad_output):
        grad_z = grad_output * mask(x, W)
        return skip(grad_output, grad_z) + grad_z @ W.T, x.T @ grad_z

    return answer


def mask(x, W):
    return x @ W > 0


exercise = Exercise(
    id="clinic-7",
    chapter=19,
    points=1,
    minutes=4,
    answer=healthy.block_gradients,
    cases=cases,
    mistakes=[
        Mistake(
            with_parts(lambda g, masked: masked, mask),
            "You copied the array, and the copy is masked in both uses. What goes past the ReLU must keep all its numbers.",
        ),
        Mistake(
            with_parts(lambda g, masked: np.zeros_like(g), mask), "The way past the ReLU is missing: x has two readers."
        ),
        Mistake(with_parts(lambda g, masked: g, lambda x, W: x > 0), "The mask is made from x. ReLU saw x @ W."),
        Mistake(
            with_parts(lambda g, masked: g, lambda x, W: 1),
            "There is no mask any more. Where x @ W was not above 0, the ReLU passes nothing.",
        ),
        Mistake(
            with_parts(lambda g, masked: g, lambda x, W: x @ W <= 0),
            "The mask is turned round: it passes where x @ W was not above 0.",
        ),
    ],
)
