"""Initial weights: their spread by formula and as PyTorch's, and what they refuse."""

import numpy as np
import pytest
from helpers import DTYPES

from backprop.initialization import he, lecun, normal, xavier

RULES = pytest.mark.parametrize("rule", [normal, lecun, xavier, he])
MANY = (600, 900)  # half a million weights: their deviation is known to 1 in 1,000
SPREAD = 5e-3

# Of 600 inputs and 900 outputs, by hand.
BY_HAND = [
    (normal, {}, 0.01),
    (normal, {"deviation": 0.5}, 0.5),
    (lecun, {}, 0.0408248),  # 1 / sqrt(600)
    (xavier, {}, 0.0365148),  # sqrt(2 / 1500)
    (he, {}, 0.0577350),  # sqrt(2 / 600)
    (he, {"slope": 0.5}, 0.0516398),  # sqrt(2 / 1.25 / 600)
    (he, {"slope": 1}, 0.0408248),  # a leaky ReLU of slope 1 does nothing: LeCun's
]


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("rule, options, deviation", BY_HAND)
def test_mean_and_deviation_by_hand(rule, options, deviation, dtype):
    weights = rule(*MANY, rng(), dtype, **options)
    assert weights.shape == MANY and weights.dtype == dtype
    assert abs(weights.mean()) < SPREAD * deviation
    assert weights.std() == pytest.approx(deviation, rel=SPREAD)
    assert np.abs(weights).max() > 4 * deviation  # a normal distribution has tails
    assert np.mean(np.abs(weights) < deviation) == pytest.approx(0.6827, abs=0.003)


# PyTorch keeps weights the other way around, (outputs, inputs).
TORCHS = {
    "lecun": (lecun, {}, "kaiming", {"nonlinearity": "linear"}),
    "xavier": (xavier, {}, "xavier", {}),
    "he": (he, {}, "kaiming", {"nonlinearity": "relu"}),
    "he, leaky": (he, {"slope": 0.3}, "kaiming", {"a": 0.3, "nonlinearity": "leaky_relu"}),
}


@pytest.mark.parametrize("rule, options, name, torchs", TORCHS.values(), ids=TORCHS)
def test_deviations_are_those_of_torch(rule, options, name, torchs):
    torch = pytest.importorskip("torch")
    draw = getattr(torch.nn.init, f"{name}_normal_")
    theirs = draw(torch.empty(MANY[::-1]), generator=torch.Generator().manual_seed(0), **torchs)
    assert rule(*MANY, rng(), **options).std() == pytest.approx(theirs.std().item(), rel=SPREAD)


@RULES
def test_the_same_generator_gives_the_same_weights(rule):
    np.testing.assert_array_equal(rule(3, 4, rng(7)), rule(3, 4, rng(7)))
    assert not np.array_equal(rule(3, 4, rng(7)), rule(3, 4, rng(8)))


@RULES
@pytest.mark.parametrize(
    "arguments, kind, words",
    [
        ((0, 3, rng()), ValueError, "expected inputs to be 1 or more, got 0"),
        ((3, 2.0, rng()), TypeError, "expected outputs to be a whole number, got 2.0"),
        ((2, 3, 0), TypeError, r"expected rng to be a numpy.random.Generator, such as .*default_rng\(0\), got 0"),
        ((2, 3, rng(), np.int64), TypeError, "expected a dtype of floats, such as np.float32, got int64"),
    ],
)
def test_what_every_rule_refuses(rule, arguments, kind, words):
    with pytest.raises(kind, match=f"{rule.__name__} {words}"):
        rule(*arguments)


def test_deviation_and_slope():
    with pytest.raises(ValueError, match="normal expected deviation to be a number of 0 or more, got -0.1"):
        normal(2, 3, rng(), deviation=-0.1)
    with pytest.raises(ValueError, match="he expected slope to be a finite number, got nan"):
        he(2, 3, rng(), slope=np.nan)
