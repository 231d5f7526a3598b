import numpy as np

from ..exercise import Exercise, Mistake


def cases(rng):
    kink = np.array([[1.5, 0.0, -2.0], [0.0, -0.5, 3.0]])  # the convention at 0 shows here
    upstream = np.array([[-2.0, 1.0, 0.5], [-1.0, -3.0, 0.25]])  # both signs for every sign of x
    return [(kink, upstream)] + [(rng.standard_normal(s), rng.standard_normal(s)) for s in ((4, 3), (1, 5), (6,))]


exercise = Exercise(
    id="relu-backward",
    chapter=4,
    points=2,
    minutes=4,
    answer=lambda x, grad_output: grad_output * (x > 0),
    cases=cases,
    mistakes=[
        Mistake(
            lambda x, g: g,
            "You pass everything on. Where x was not positive, forward gave 0 whatever x was, so nothing goes back.",
        ),
        Mistake(
            lambda x, g: g * (x <= 0),
            "Your mask is turned round: it stops the gradient where x > 0. Let it through there, and stop the rest.",
        ),
        Mistake(
            lambda x, g: g * (x < 0),
            "Your mask is turned round: it passes the gradient where x < 0. Pass it where x > 0.",
        ),
        Mistake(
            lambda x, g: g * (x >= 0),
            "You pass the gradient on at x = 0 too. This book takes 0 there, as PyTorch does: use x > 0.",
        ),
        Mistake(
            lambda x, g: g * (g > 0), "Your mask looks at the upstream gradient. It is the sign of x that decides."
        ),
        Mistake(
            lambda x, g: g * (g > 0) * (x > 0), "You also stop negative upstream gradients. Only the sign of x decides."
        ),
        Mistake(
            lambda x, g: 1.0 * (x > 0), "That is the local derivative alone. Multiply it by the upstream gradient."
        ),
        Mistake(lambda x, g: x * (x > 0), "That is forward: you masked x. Mask the upstream gradient."),
        Mistake(
            lambda x, g: g * x * (x > 0),
            "You multiplied by x as well. The local derivative where x > 0 is 1, however large x is.",
        ),
    ],
)
