import numpy as np

from ..exercise import Exercise, Mistake


def cases(rng):
    one_hot = np.eye(3)[[2, 0, 1, 2]]
    others = [
        (rng.dirichlet(np.ones(c), size=n), rng.dirichlet(np.ones(c), size=n)) for n, c in ((5, 2), (1, 4), (2, 6))
    ]
    return [(rng.dirichlet(np.ones(3), size=4), one_hot), *others]


exercise = Exercise(
    id="softmax-loss-backward",
    chapter=7,
    points=3,
    minutes=7,
    answer=lambda p, t: (p - t) / len(p),
    cases=cases,
    mistakes=[
        Mistake(
            lambda p, t: p - t, "Yours is N times too large: the loss is a mean over the batch, and its 1/N is missing."
        ),
        Mistake(
            lambda p, t: (p - t) / p.size,
            "You divided by the number of all elements. The mean is over the N examples only.",
        ),
        Mistake(
            lambda p, t: (p - t) / p.shape[1], "You divided by the number of classes. The mean is over the N examples."
        ),
        Mistake(lambda p, t: (t - p) / len(p), "The sign: it is p - t. A target's score must rise to lower the loss."),
        Mistake(lambda p, t: p / len(p), "The targets are missing: take t off p."),
        Mistake(
            lambda p, t: -t / p / len(p),
            "That is the cross-entropy's gradient for p. It still has to pass through the softmax, which leaves p - t.",
        ),
        Mistake(
            lambda p, t: (p - t) * p * (1 - p) / len(p),
            "You multiplied by a softmax slope once more. p - t has passed through the softmax already.",
        ),
        Mistake(
            lambda p, t: (p - np.eye(p.shape[1])[t.argmax(axis=1)]) / len(p),
            "Right for one-hot targets only: you took the greatest t of a row for the whole. Use t itself.",
        ),
        Mistake(
            lambda p, t: (p - t).mean(axis=0),
            "You averaged over the batch. Each example has its own row of gradients; only divide by N.",
        ),
    ],
)
