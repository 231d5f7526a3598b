import numpy as np

from ..clinic import brought_in, healthy
from ..exercise import Exercise, Mistake

exercise = Exercise(
    id="clinic-1",
    chapter=19,
    points=1,
    minutes=3,
    answer=healthy.sigmoid_backward,
    cases=lambda rng: [(rng.uniform(0.05, 0.95, s), rng.standard_normal(s)) for s in ((4, 3), (1, 5), (6,))],
    mistakes=[
        Mistake(brought_in.sigmoid_backward, "That is the code as it came. What arrives from above must be a factor."),
        Mistake(lambda y, g: g * y, "The slope of the sigmoid is y (1 - y). The second factor is missing."),
        Mistake(lambda y, g: g + y * (1 - y), "The upstream gradient is added. The chain rule multiplies."),
        Mistake(lambda y, g: g * (1 - y**2), "1 - y**2 is the slope of tanh. For the sigmoid it is y (1 - y)."),
        Mistake(
            lambda y, g: g * healthy.sigmoid(y) * (1 - healthy.sigmoid(y)),
            "y is the output already: the sigmoid was taken a second time.",
        ),
        Mistake(
            lambda y, g: np.ones_like(g) * g, "That is the upstream gradient alone. Multiply it by the slope y (1 - y)."
        ),
    ],
)
