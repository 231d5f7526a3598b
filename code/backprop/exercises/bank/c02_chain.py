import numpy as np

from ..exercise import Exercise, Mistake


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


exercise = Exercise(
    id="gradients-along-a-chain",
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
            "The numbers are right and in the reverse order: the first one belongs to the input of the first node.",
        ),
        Mistake(
            lambda d: [*gradients_along_chain(d)[1:], 1.0],
            "Everything is shifted by one node: the gradient of a node's input includes that node's own local derivative.",
        ),
    ],
)
