import numpy as np

from ..clinic import brought_in, healthy
from ..exercise import Exercise, Mistake


def weights(inputs, outputs, seed, factor=2):
    return np.sqrt(factor / inputs) * np.random.default_rng(seed).standard_normal((inputs, outputs))


exercise = Exercise(
    id="clinic-18",
    chapter=19,
    points=1,
    minutes=3,
    answer=healthy.first_layer,
    cases=lambda rng: [(4, 3, 0), (8, 2, 1), (3, 7, 2)],
    mistakes=[
        Mistake(
            brought_in.first_layer, "That is the code as it came: no sum of small numbers gets above a bias of -10."
        ),
        Mistake(
            lambda i, o, seed: (weights(i, o, seed), np.full(o, 10.0)),
            "Now every unit is on for every image: nothing bends, and the layers collapse into one. Take 0.",
        ),
        Mistake(lambda i, o, seed: (weights(i, o, seed), np.zeros(i)), "One bias for each output, not for each input."),
        Mistake(
            lambda i, o, seed: (weights(i, o, seed), 0.0),
            "One number would be shared by all units. Each needs its own: an array of zeros.",
        ),
        Mistake(
            lambda i, o, seed: (np.zeros((i, o)), np.zeros(o)),
            "With weights of 0 all units are one. The weights were right: only the bias is sick.",
        ),
        Mistake(
            lambda i, o, seed: (10 * weights(i, o, seed), np.full(o, -10.0)),
            "Larger weights wake a few units up, and make scores that are far too large. Mend the bias.",
        ),
    ],
)
