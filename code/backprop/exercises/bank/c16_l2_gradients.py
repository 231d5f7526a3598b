import numpy as np

from ..exercise import Exercise, Mistake


def with_pull(pull, names=("W1", "W2")):
    """Gradients with pull(w, strength) added to those of the names."""

    def gradients(grads, params, strength):
        pulled = dict(grads)
        for name in names:
            pulled[name] = grads[name] + pull(params[name], strength)
        return pulled

    return gradients


def cases(rng):
    def arrays(inputs, hidden, classes):
        shapes = {"W1": (inputs, hidden), "b1": (hidden,), "W2": (hidden, classes), "b2": (classes,)}
        return {name: rng.standard_normal(shape) for name, shape in shapes.items()}

    return [
        (arrays(*sizes), arrays(*sizes), strength)
        for sizes, strength in (((4, 3, 2), 0.1), ((2, 5, 3), 0.03), ((3, 3, 3), 0.7))
    ]


EVERYTHING = ("W1", "b1", "W2", "b2")

exercise = Exercise(
    id="l2-gradients",
    chapter=16,
    points=2,
    minutes=5,
    answer=with_pull(lambda w, strength: strength * w),
    cases=cases,
    mistakes=[
        Mistake(
            with_pull(lambda w, strength: strength * w, EVERYTHING),
            "You pulled the biases too. Only weights have a price here: W1 and W2.",
        ),
        Mistake(with_pull(lambda w, strength: strength * w, ("W1",)), "W1 is right. W2 has a price as well."),
        Mistake(
            with_pull(lambda w, strength: 2 * strength * w),
            "Your pull is twice too strong: the 1/2 of the price cancels the 2 of the square.",
        ),
        Mistake(
            with_pull(lambda w, strength: strength / 2 * w),
            "Your pull is half of it: the square's 2 cancels the 1/2 of the price.",
        ),
        Mistake(
            with_pull(lambda w, strength: strength / 2 * w**2),
            "You added the price itself to the gradient. Add its derivative, strength * w.",
        ),
        Mistake(
            with_pull(lambda w, strength: strength / 2 * np.sum(w**2)),
            "You added the whole price, one number. Each weight gets its own derivative, strength * w.",
        ),
        Mistake(
            with_pull(lambda w, strength: -strength * w),
            "The sign: a step goes against the gradient, so a gradient with + strength * w pulls towards 0. Yours pushes away.",
        ),
        Mistake(
            with_pull(lambda w, strength: strength * np.sign(w)),
            "You pull all weights alike, which is the gradient of a price on |w|. A price on w^2 pulls large weights more: strength * w.",
        ),
        Mistake(with_pull(lambda w, strength: w), "The strength is missing in the pull: strength * w."),
        Mistake(with_pull(lambda w, strength: strength), "The weight is missing in the pull: strength * w."),
        Mistake(
            lambda grads, params, strength: {k: strength * params[k] if k[0] == "W" else grads[k] for k in grads},
            "The gradients of the loss are gone from W1 and W2. Add the pull to them.",
        ),
        Mistake(
            lambda grads, params, strength: {
                k: params[k] + strength * grads[k] if k[0] == "W" else grads[k] for k in grads
            },
            "Weights and gradients are swapped: it is the gradient that stays whole, and the weight that is multiplied by the strength.",
        ),
    ],
)
