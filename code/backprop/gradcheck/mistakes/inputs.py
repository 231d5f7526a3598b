"""What to check a planted mistake on: float64 arrays that stay away from kinks, in sizes that differ."""

import numpy as np


def away_from_zero(*shapes):
    """A function of a Generator: one array for each shape, with elements of 0.1 to 2 and either sign."""

    def inputs(rng):
        return tuple(rng.uniform(0.1, 2, shape) * rng.choice([-1.0, 1.0], shape) for shape in shapes)

    return inputs


def between(low, high, *shapes):
    """A function of a Generator: one array for each shape, with elements of low to high."""

    def inputs(rng):
        return tuple(rng.uniform(low, high, shape) for shape in shapes)

    return inputs


def never_equal(rng):
    """Two arrays whose elements differ by 0.1 or more: no ties for a maximum."""
    x, difference = away_from_zero((5, 3), (5, 3))(rng)
    return x, x + difference


def scores_and_one_hot(rng):
    """Scores of 5 examples in 3 classes, and their one-hot rows."""
    return rng.normal(size=(5, 3)), np.eye(3)[rng.integers(3, size=5)]


def scores_and_probabilities(rng):
    """Scores of 5 examples in 3 classes, and target rows that are not one-hot."""
    return rng.normal(size=(5, 3)), rng.dirichlet(np.ones(3), size=5)


def far_scores_and_probabilities(rng):
    """Scores so far apart that some class of every row has a probability below 1e-7."""
    steps = np.array([0.0, 10.0, 20.0])
    return rng.permuted(np.tile(steps, (5, 1)), axis=1) + rng.normal(size=(5, 3)), rng.dirichlet(np.ones(3), size=5)


def outputs_and_targets(rng):
    """Outputs of 5 examples with 3 values each, and targets at least 0.1 away from them."""
    outputs, difference = away_from_zero((5, 3), (5, 3))(rng)
    return outputs, outputs - difference
