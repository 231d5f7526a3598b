import numpy as np

from ..exercise import Exercise, Mistake


def cases(rng):
    return [(rng.uniform(-1, 1, steps), float(rng.uniform(0.6, 1.4))) for steps in (4, 2, 1, 7)]


def forward(x, u):
    states = [0.0]
    for x_t in x:
        states.append(float(np.tanh(x_t + u * states[-1])))
    return states


def backward(
    x, u,
    slope=lambda states, t: 1 - states[t + 1] ** 2,
    read=lambda states, t: states[t],
    onward=lambda of_sum, upstream, u: of_sum * u,
    add=lambda total, share: total + share,
):  # fmt: skip
    states = forward(x, u)
    gradient, upstream = 0.0, 1.0
    for t in reversed(range(len(x))):
        of_sum = upstream * slope(states, t)
        gradient = add(gradient, of_sum * read(states, t))
        upstream = onward(of_sum, upstream, u)
    return gradient


exercise = Exercise(
    id="back-through-time",
    chapter=18,
    points=4,
    minutes=12,
    answer=lambda x, u: backward(x, u),
    cases=cases,
    mistakes=[
        Mistake(
            lambda x, u: backward(x, u, onward=lambda of_sum, upstream, u: 0.0),
            "That is the share of the last step. The weight was used at every step: go on back, and add up.",
        ),
        Mistake(
            lambda x, u: backward(x, u, add=lambda total, share: share),
            "0 is the share of the first step alone, which read the state 0. Does each step overwrite the one before? Write += for =.",
        ),
        Mistake(
            lambda x, u: backward(x, u, slope=lambda states, t: 1.0),
            "The slope of tanh is missing: 1 - h² at every step, with the state that came out of it.",
        ),
        Mistake(
            lambda x, u: backward(x, u, slope=lambda states, t: 1 - states[t] ** 2),
            "The slope of tanh at step t comes from the state that it made, not from the one that it read.",
        ),
        Mistake(
            lambda x, u: backward(x, u, read=lambda states, t: states[t + 1]),
            "The weight stood beside the state *before*. You multiplied by the state after.",
        ),
        Mistake(
            lambda x, u: backward(x, u, onward=lambda of_sum, upstream, u: of_sum),
            "From step to step the gradient passes through the product with u, so it is multiplied by u.",
        ),
        Mistake(
            lambda x, u: backward(x, u, onward=lambda of_sum, upstream, u: upstream * u),
            "On its way to the step before, the gradient passes tanh too: take it after the slope, then times u.",
        ),
        Mistake(
            lambda x, u: backward(x, u, read=lambda states, t: x[t]),
            "You multiplied by the inputs: that is for a weight beside x. u stands beside the state before.",
        ),
        Mistake(
            lambda x, u: backward(x, u, read=lambda states, t: 1.0),
            "The state is missing: u multiplied it, so each share is multiplied by it.",
        ),
        Mistake(
            lambda x, u: backward(x, u) / len(x),
            "You took a mean over the steps. Gradients of several uses add up.",
        ),
        Mistake(
            lambda x, u: forward(x, u)[-1],
            "That is the last state itself. Asked is its derivative with respect to u.",
        ),
    ],
)
