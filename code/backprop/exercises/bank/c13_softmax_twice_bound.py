import math

from ..exercise import Exercise, Mistake

exercise = Exercise(
    id="softmax-twice-bound",
    chapter=13,
    points=3,
    minutes=7,
    answer=lambda classes: math.log(math.e + classes - 1) - 1,
    cases=lambda rng: [(10,), (2,), (26,), (1000,)],
    mistakes=[
        Mistake(
            lambda c: 0.0 * c,
            "That is the bound with one softmax. The second one gets 1 and 0 as its scores, which are close together.",
        ),
        Mistake(
            lambda c: math.log(c),
            "That is the loss of knowing nothing. Here the network is sure and right, and its scores are 1 and 0.",
        ),
        Mistake(
            lambda c: math.log(math.e + c) - 1,
            "One class too many: the target has e, and the other C - 1 classes have 1 each.",
        ),
        Mistake(
            lambda c: math.log(math.e + c - 1),
            "That is the log-sum-exp. Subtract the score of the target, which is 1. (As it stands it is the highest loss: sure of a wrong class.)",
        ),
        Mistake(
            lambda c: math.e / (math.e + c - 1),
            "That is the probability that the second softmax gives the target. The loss is minus its logarithm.",
        ),
        Mistake(
            lambda c: 1 - math.log(math.e + c - 1),
            "The sign: the loss is minus the logarithm of the probability, and never negative.",
        ),
        Mistake(
            lambda c: math.log2(math.e + c - 1) - math.log2(math.e),
            "That is in bits. This book's losses are in nats: the natural logarithm.",
        ),
        Mistake(
            lambda c: math.log(1 + c - 1) - 1, "The target's score is 1, so its part of the sum is e to the 1, not 1."
        ),
    ],
)
