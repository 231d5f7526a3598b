import numpy as np

from ..exercise import Exercise, Mistake


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


exercise = Exercise(
    id="softplus-backward",
    chapter=13,
    points=3,
    minutes=8,
    answer=lambda y, grad_output: grad_output * (1 - np.exp(-y)),
    cases=lambda rng: [
        (np.log1p(np.exp(rng.standard_normal(shape))), rng.standard_normal(shape))
        for shape in ((4, 3), (1, 5), (2, 6), (7,))
    ],
    mistakes=[
        Mistake(
            lambda y, g: g * sigmoid(y),
            "You took the sigmoid of the output. The derivative is the sigmoid of the input, which has to be written with y.",
        ),
        Mistake(
            lambda y, g: g * y * (1 - y), "y (1 - y) belongs to the sigmoid's output. Here y is the output of softplus."
        ),
        Mistake(
            lambda y, g: 1 - np.exp(-y), "That is the local derivative alone. Multiply it by the upstream gradient."
        ),
        Mistake(lambda y, g: g * np.exp(-y), "That is one minus the derivative: the share that doesn't pass."),
        Mistake(
            lambda y, g: g * (1 - np.exp(y)), "The sign in the exponent: divide by e to the y, so the exponent is -y."
        ),
        Mistake(
            lambda y, g: g * (np.exp(y) - 1),
            "That is e to the x. It still has to be divided by 1 + e to the x, which is e to the y.",
        ),
        Mistake(lambda y, g: g * (np.exp(-y) - 1), "The sign: softplus only rises, so its derivative is positive."),
        Mistake(
            lambda y, g: g * (y > 0),
            "Everything passes as it came. A ReLU's mask, `y > 0`, stops nothing here: the output of softplus is positive everywhere.",
        ),
        Mistake(
            lambda y, g: g - np.exp(-y), "Brackets are missing: the upstream gradient multiplies all of 1 - exp(-y)."
        ),
    ],
)
