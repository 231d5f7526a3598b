import math

from ..exercise import Exercise, Mistake


def times(local):
    """A backward from a function that gives the two factors beside the upstream gradient."""
    return lambda x, y, g: tuple(g * factor for factor in local(x, y, math.hypot(x, y)))


exercise = Exercise(
    id="length-node",
    chapter=14,
    points=3,
    minutes=8,
    answer=times(lambda x, y, z: (x / z, y / z)),
    cases=lambda rng: (
        [(3.0, 4.0, 1.0), (3.0, -4.0, 2.0), (-0.6, 0.8, -1.5), (0.0, 2.0, 1.5)]
        + [tuple(rng.uniform(0.5, 3, size=3).tolist()) for _ in range(4)]
    ),
    mistakes=[
        Mistake(
            lambda x, y, g: (x / math.hypot(x, y), y / math.hypot(x, y)),
            "These are the local derivatives. Multiply each by the upstream gradient.",
        ),
        Mistake(
            times(lambda x, y, z: (2 * x, 2 * y)), "That is the backward of x² + y². The square root is still missing."
        ),
        Mistake(times(lambda x, y, z: (x, y)), "The z is missing: 1/(2z) times 2x is x/z."),
        Mistake(
            times(lambda x, y, z: (1 / (2 * z), 1 / (2 * z))),
            "That is the derivative of the square root alone. What is under the root has the derivatives 2x and 2y.",
        ),
        Mistake(
            times(lambda x, y, z: (2 * x / z, 2 * y / z)), "Twice too large: the root's derivative is 1/(2z), with a 2."
        ),
        Mistake(
            times(lambda x, y, z: (y / z, x / z)),
            "You swapped, as multiplication does. x comes in by x², so its factor is x/z.",
        ),
        Mistake(
            times(lambda x, y, z: (z / x, z / y)), "Upside down: near x = 0 the length hardly depends on x, so x/z."
        ),
        Mistake(times(lambda x, y, z: (x / z**2, y / z**2)), "You divided by x² + y². Divide by its square root, z."),
        Mistake(times(lambda x, y, z: (1, 1)), "You passed the gradient on unchanged. That is what an addition does."),
    ],
)
