import numpy as np

from ..clinic import brought_in, healthy
from ..exercise import Exercise, Mistake


def cases(rng):
    settings = (((4, 5), 0.5, 0), ((3, 6), 0.2, 1), ((2, 8), 0.75, 2))
    return [(rng.standard_normal(s), rate, seed, training) for s, rate, seed in settings for training in (False, True)]


def with_rules(in_training, predicting):
    """Other rules of y, the mask and the rate."""

    def answer(y, rate, seed, training):
        kept = np.random.default_rng(seed).random(y.shape) >= rate
        return (in_training if training else predicting)(y, kept, rate)

    return answer


exercise = Exercise(
    id="clinic-20",
    chapter=19,
    points=1,
    minutes=4,
    answer=healthy.dropout,
    cases=cases,
    mistakes=[
        Mistake(brought_in.dropout, "That is the code as it came: `training` is handed in, and nobody asks for it."),
        Mistake(lambda y, rate, seed, training: y, "Now dropout is off in training as well. It is needed there."),
        Mistake(
            with_rules(lambda y, kept, rate: y, lambda y, kept, rate: y * kept / (1 - rate)),
            "The condition is turned round: dropout works while predicting, and not in training.",
        ),
        Mistake(
            with_rules(lambda y, kept, rate: y * kept / (1 - rate), lambda y, kept, rate: y * (1 - rate)),
            "Training divides by 1 - rate already, so that nothing needs scaling later. While predicting return y.",
        ),
        Mistake(
            with_rules(lambda y, kept, rate: y * kept, lambda y, kept, rate: y),
            "Predicting is mended. In training the division by 1 - rate got lost, so the layers behind it see larger numbers later.",
        ),
        Mistake(
            with_rules(lambda y, kept, rate: y * kept / (1 - rate), lambda y, kept, rate: y / (1 - rate)),
            "The mask is off, the division isn't: everything comes out too large.",
        ),
    ],
)
