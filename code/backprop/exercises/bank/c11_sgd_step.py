from ..exercise import Exercise, Mistake


def cases(rng):
    """Dictionaries with other names each time: the rule is for any network."""
    shapes = (
        {"W": (3, 2), "b": (2,)},
        {"W1": (2, 4), "b1": (4,), "W2": (4, 3), "b2": (3,)},
        {"slope": (1,), "W": (2, 2)},
    )
    return [
        (
            *({name: rng.standard_normal(shape) for name, shape in named.items()} for _ in "pg"),
            float(rng.uniform(0.05, 0.8)),
        )
        for named in shapes
    ]


def each(rule):
    return lambda params, grads, learning_rate: {k: rule(params[k], grads[k], learning_rate) for k in params}


exercise = Exercise(
    id="sgd-step",
    chapter=11,
    points=2,
    minutes=5,
    answer=each(lambda w, g, lr: w - lr * g),
    cases=cases,
    mistakes=[
        Mistake(
            each(lambda w, g, lr: w + lr * g),
            "You walk uphill: the gradient points to where the loss grows, so subtract it.",
        ),
        Mistake(each(lambda w, g, lr: w - g), "The learning rate is missing: these steps are far too long."),
        Mistake(
            each(lambda w, g, lr: g - lr * w),
            "Parameter and gradient are swapped: this changes the gradient by the parameter.",
        ),
        Mistake(
            each(lambda w, g, lr: -lr * g),
            "That is the step alone. Add the parameter: the step starts from where it stands.",
        ),
        Mistake(each(lambda w, g, lr: w), "The parameters come back as they were. Is the result thrown away?"),
        Mistake(
            each(lambda w, g, lr: w - g / lr),
            "You divided by the learning rate. A smaller rate must give a smaller step.",
        ),
    ],
)
