import numpy as np

from ..exercise import Exercise, Mistake


def cases(rng):
    return [
        (3 + 2 * rng.standard_normal(shape), rng.standard_normal(shape), eps)
        for shape, eps in (((4, 3), 1e-5), ((2, 6), 0.1), ((5, 5), 0.01), ((7, 2), 0.5))
    ]


def normalised(x, eps, axis=1):
    s = np.sqrt(x.var(axis=axis, keepdims=True) + eps)
    return (x - x.mean(axis=axis, keepdims=True)) / s, s


def mean(array, axis=1):
    return array.mean(axis=axis, keepdims=True)


def backward(x, g, eps, axis=1):
    z, s = normalised(x, eps, axis)
    return (g - mean(g, axis) - z * mean(g * z, axis)) / s


def with_z(formula):
    """An answer that goes wrong after z and s, which it has right."""
    return lambda x, g, eps: formula(g, *normalised(x, eps))


exercise = Exercise(
    id="layer-norm-backward",
    chapter=15,
    points=4,
    minutes=12,
    answer=backward,
    cases=cases,
    mistakes=[
        Mistake(
            lambda x, g, eps: backward(x, g, eps, axis=0),
            "That is batch normalisation's. Here mean and variance belong to a row: take them along axis 1.",
        ),
        Mistake(
            with_z(lambda g, z, s: g / s),
            "Mean and deviation are taken for constants. They change with every number of the row: two terms are missing.",
        ),
        Mistake(
            with_z(lambda g, z, s: (g - mean(g)) / s),
            "The deviation is taken for a constant. What comes back through it is z times the mean of g * z.",
        ),
        Mistake(
            with_z(lambda g, z, s: (g - z * mean(g * z)) / s),
            "The mean is taken for a constant. What comes back through it takes off the mean of g.",
        ),
        Mistake(
            with_z(lambda g, z, s: g - mean(g) - z * mean(g * z)),
            "The division by the deviation is missing.",
        ),
        Mistake(
            with_z(lambda g, z, s: (g - mean(g, 0) - z * mean(g * z, 0)) / s),
            "z is right, but backward takes its means over the batch. They go along the row, as forward's do.",
        ),
        Mistake(
            with_z(lambda g, z, s: (g - g.sum(axis=1, keepdims=True) - z * (g * z).sum(axis=1, keepdims=True)) / s),
            "You took sums where means belong: each element has a share of 1/D in the mean and in the variance.",
        ),
        Mistake(
            with_z(lambda g, z, s: (g - mean(g) - mean(g * z)) / s),
            "The last term lacks its factor z: it takes off what points along z.",
        ),
        Mistake(
            with_z(lambda g, z, s: (g - mean(g) + z * mean(g * z)) / s),
            "The sign of the last term: a larger deviation makes z smaller, so it is taken off.",
        ),
        Mistake(
            lambda x, g, eps: (lambda z, s: (g - mean(g) - z * mean(g * z)) / s)(*normalised(x, 0.0)),
            "eps is missing under the root.",
        ),
        Mistake(
            with_z(lambda g, z, s: (g - mean(g) - z * mean(g * z)) / s**2),
            "You divided by the variance. It is the deviation, its root.",
        ),
    ],
)
