from ..clinic import brought_in, healthy
from ..exercise import Exercise, Mistake


def cases(rng):
    return [
        (3 + 2 * rng.standard_normal((n, d)), rng.standard_normal(d), rng.uniform(0.5, 4, d), training)
        for n, d in ((5, 3), (2, 4), (7, 1))
        for training in (False, True)
    ]


def mean_mended_only(z, mean, variance, training):
    return (
        healthy.normalised(z, mean, z.var(axis=0), False)
        if not training
        else healthy.normalised(z, mean, variance, True)
    )


exercise = Exercise(
    id="clinic-22",
    chapter=19,
    points=1,
    minutes=4,
    answer=healthy.normalised,
    cases=cases,
    mistakes=[
        Mistake(
            brought_in.normalised, "That is the code as it came: what is handed in gets overwritten, in either mode."
        ),
        Mistake(
            lambda z, mean, variance, training: healthy.normalised(z, mean, variance, False),
            "Predicting is mended. In training the batch's own statistics belong here.",
        ),
        Mistake(
            lambda z, mean, variance, training: healthy.normalised(z, mean, variance, not training),
            "The condition is turned round: the batch's own statistics belong to training.",
        ),
        Mistake(mean_mended_only, "The mean is mended. The variance is still that of the batch to be predicted."),
        Mistake(
            lambda z, mean, variance, training: z if not training else healthy.normalised(z, mean, variance, True),
            "While predicting, nothing is normalised now. The layer behind it has learned from normalised numbers: use the ones handed in.",
        ),
        Mistake(
            lambda z, mean, variance, training: (
                (z - mean) / (variance + 1e-5) if not training else healthy.normalised(z, mean, variance, True)
            ),
            "You divided by the variance. The standard deviation is its square root.",
        ),
    ],
)
