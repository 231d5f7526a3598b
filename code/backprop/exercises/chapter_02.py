"""Exercises of chapter 2, the chain rule."""

import numpy as np

from .exercise import Exercise, Mistake

SQUARE_OF_SUM = Exercise(
    "square-of-sum",
    chapter=2,
    points=1,
    minutes=2,
    answer=(-4.0, -4.0),  # z = (x + y)**2 at x = 1, y = -3
    mistakes=[
        Mistake((2.0, -6.0), "You took the squares one by one. The square node sees only their sum: t = -2."),
        Mistake(
            (4.0, 4.0),
            "The sign is reversed: 2t is negative where t is. Or is 4 the value z? The question is how fast z changes.",
        ),
        Mistake((-2.0, -2.0), "That is t. The derivative of t**2 is 2t."),
        Mistake(
            (1.0, 1.0), "These are the local derivatives of the sum. Multiply them by what comes from the square node."
        ),
        Mistake((-4.0, 12.0), "You multiplied by the inputs. The local derivatives of a sum are 1 and 1."),
        Mistake(-4.0, "The number is right. Give two, one for each input, even if they are equal."),
    ],
)


CUBE_OF_PRODUCT = Exercise(
    "cube-of-product",
    chapter=2,
    points=2,
    minutes=5,
    answer=lambda x, y: (3 * (x * y) ** 2 * y, 3 * (x * y) ** 2 * x),
    cases=lambda rng: [(0.0, 2.0), (-1.5, 0.0)] + [tuple(rng.uniform(-3, 3, size=2).tolist()) for _ in range(5)],
    mistakes=[
        Mistake(
            lambda x, y: (3 * (x * y) ** 2 * x, 3 * (x * y) ** 2 * y),
            "The two are swapped: the local derivative of x * y with respect to x is y.",
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
            "The cube node passed on its value. Its local derivative is 3 t**2.",
        ),
    ],
)


def gradients_along_chain(local_derivatives):
    gradients, gradient = [], 1.0
    for local in reversed(local_derivatives):
        gradient *= local
        gradients.append(gradient)
    return gradients[::-1]


def from_the_left(local_derivatives):
    return np.cumprod(local_derivatives).tolist()


def sums(local_derivatives):
    return np.cumsum(local_derivatives[::-1])[::-1].tolist()


GRADIENTS_ALONG_A_CHAIN = Exercise(
    "gradients-along-a-chain",
    chapter=2,
    points=3,
    minutes=8,
    answer=gradients_along_chain,
    cases=lambda rng: (
        [([2.0, 3.0, 5.0],), ([7.0],), ([2.0, 0.0, 5.0, -1.0],)]
        + [(rng.uniform(-2, 2, size=n).tolist(),) for n in (2, 4, 6)]
    ),
    mistakes=[
        Mistake(
            from_the_left,
            "You multiply from the input on. The gradient starts at the output: go from the last node to the first.",
        ),
        Mistake(
            lambda d: list(d),
            "These are the local derivatives. Each gradient is the product of all from there to the output.",
        ),
        Mistake(sums, "The chain rule multiplies along a path; you added."),
        Mistake(
            lambda d: gradients_along_chain(d)[::-1],
            "The numbers are right but in reverse order: the first one belongs to the input of the first node.",
        ),
        Mistake(
            lambda d: [*gradients_along_chain(d)[1:], 1.0],
            "Everything is shifted by one node: the gradient of a node's input includes that node's own local "
            "derivative.",
        ),
    ],
)


PASSES_NEEDED = Exercise(
    "passes-needed",
    chapter=2,
    points=1,
    minutes=2,
    answer=(39760.0, 1.0),
    mistakes=[
        Mistake(
            (1.0, 39760.0),
            "It is the other way around. One forward-mode pass follows one input; one reverse-mode pass serves all of them.",
        ),
        Mistake((39760.0, 39760.0), "Reverse mode starts at the one output and reaches every input in a single pass."),
        Mistake(
            (1.0, 1.0),
            "A forward-mode pass starts with the derivative for one input. The next input needs another pass.",
        ),
        Mistake(
            (39760.0, 2.0),
            "You counted the pass that computes the values. The question is about passes for derivatives.",
        ),
        Mistake(
            (79520.0, 1.0),
            "Two evaluations for each input is what central differences need. Forward mode needs one pass each.",
        ),
    ],
)
