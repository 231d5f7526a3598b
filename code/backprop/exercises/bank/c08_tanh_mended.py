import numpy as np

from ..exercise import Exercise, Mistake


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


exercise = Exercise(
    id="tanh-mended",
    chapter=8,
    points=3,
    minutes=6,
    answer=lambda x, grad_output: grad_output * (1 - np.tanh(x) ** 2),
    cases=lambda rng: [(rng.standard_normal(s), rng.standard_normal(s)) for s in ((4, 3), (1, 5), (2, 6), (7,))],
    mistakes=[
        Mistake(lambda x, g: g * (1 - x**2), "1 - y**2 needs the output y. Here x is the input: take tanh(x) first."),
        Mistake(lambda x, g: g * (1 - np.tanh(x)), "The square is missing: the local derivative is 1 - tanh(x)**2."),
        Mistake(
            lambda x, g: 1 - np.tanh(x) ** 2,
            "The upstream gradient is missing. A check with an upstream of ones would not notice.",
        ),
        Mistake(lambda x, g: g * (1 - np.tanh(np.tanh(x)) ** 2), "You took tanh twice. The output is tanh(x)."),
        Mistake(
            lambda x, g: g * np.tanh(x) * (1 - np.tanh(x)), "y (1 - y) is the sigmoid's slope. For tanh it is 1 - y**2."
        ),
        Mistake(
            lambda x, g: g * sigmoid(x) * (1 - sigmoid(x)),
            "That is the sigmoid's backward. tanh has the slope 1 - tanh(x)**2.",
        ),
        Mistake(
            lambda x, g: g * (1 + np.tanh(x) ** 2),
            "The sign: the slope shrinks as the output nears 1, so it is 1 minus the square.",
        ),
        Mistake(lambda x, g: g * np.tanh(x), "That is the value of tanh, not its slope: 1 - tanh(x)**2."),
        Mistake(lambda x, g: g / np.cosh(x), "The square is missing: the slope of tanh is 1 / cosh(x)**2."),
    ],
)
