"""Mistakes that several exercises share: each is written once, as a rule and as the words for it."""

import numpy as np

from .exercise import Mistake


def mistakes(rules, answer=lambda rule: rule):
    """A Mistake for each (rule, words): `answer` makes of the wrong rule what the exercise asks for."""
    return [Mistake(answer(rule), words) for rule, words in rules]


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


# The gradient of a bias (M,) from the upstream gradient (N, M).
BIAS_GRADIENT = [
    (
        lambda g: g,
        "The gradient of the bias isn't summed: it has one row for each example. The bias was added to every row, "
        "so what comes back from the rows is added up: sum over axis 0.",
    ),
    (
        lambda g: g.mean(axis=0),
        "The gradient of the bias is a mean, N times too small. The gradients of all uses add up; "
        "a mean in the loss has its 1/N in the upstream gradient already.",
    ),
    (
        lambda g: g.sum(axis=1),
        "The gradient of the bias is summed along each row. The same bias went to every row: sum over the examples, "
        "axis 0.",
    ),
    (
        lambda g: g.sum(),
        "The gradient of the bias is summed to one number. Each of its M elements has its own: sum over axis 0 only.",
    ),
    (
        lambda g: g.sum(axis=0, keepdims=True),
        "The gradient of the bias has the right numbers in the shape (1, M). A gradient has the shape of its value: "
        "(M,).",
    ),
    (lambda g: g[0], "The gradient of the bias is that of the first example alone. Every example has used it."),
]

# The gradient of weights (D, M) from the input (N, D) and the upstream gradient (N, M).
WEIGHT_GRADIENT = [
    (
        lambda x, g: x @ g,
        "The gradient of the weights: the input is not transposed. Check the shapes: (D, N) @ (N, M).",
    ),
    (
        lambda x, g: g.T @ x,
        "The gradient of the weights came out transposed, (M, D). It is the input, transposed, @ the upstream "
        "gradient.",
    ),
    (
        lambda x, g: x.T @ g / len(x),
        "The gradient of the weights is N times too small. The 1/N of a mean loss is in the upstream gradient already.",
    ),
]
BOTH_TOO_SMALL = (
    "The gradients of weights and bias are N times too small. The 1/N of a mean loss is in the upstream gradient "
    "already."
)

NOT_TRANSPOSED = "W is not transposed. Check the shapes: (N, M) @ (M, D)."

UPSTREAM_MISSING = "That is the local derivative alone. Multiply it by the upstream gradient."
ADDED = "You added. Local derivative and upstream gradient are multiplied."
FIRST_LACKS_UPSTREAM = "The upstream gradient is missing from the first one."
SECOND_LACKS_UPSTREAM = "The upstream gradient is missing from the second one."
PASSED_ON = "You passed the gradient on unchanged. That is what an addition does."
BOTH_LOCAL = "These are the local derivatives. Multiply each by the upstream gradient."
X_COMES_FIRST = "The two are in the wrong order: first the gradient of x."
TWICE_TOO_LARGE = "Yours is twice as large as it should be: the 1/2 of the loss cancels the 2 of the square."
MISPAIRED = (
    "A parameter meets another one's gradient. The two dictionaries have the same keys, but not in the same order."
)
MASK_OF_GRADIENT = "Your mask looks at the upstream gradient. It is the sign of x that decides."

# The gradient of a sigmoid's input, from its output y.
SIGMOID_BACKWARD = [
    (lambda y, g: y * (1 - y), UPSTREAM_MISSING),
    (lambda y, g: g * y, "The factor 1 - y is missing: the local derivative is y (1 - y)."),
    (lambda y, g: g * (1 - y**2), "1 - y**2 is the slope of tanh. The sigmoid's is y (1 - y)."),
    (
        lambda y, g: g * sigmoid(y) * (1 - sigmoid(y)),
        "y was put through the sigmoid once more. y is already the output of the sigmoid.",
    ),
    (lambda y, g: g + y * (1 - y), ADDED),
]

# The slope of tanh, from its output y.
TANH_SLOPE = [
    (
        lambda y: y * (1 - y),
        "y (1 - y) is the slope of the sigmoid, from its output. The activation is tanh: 1 - y**2.",
    ),
    (lambda y: 1 - np.tanh(y) ** 2, "tanh was taken twice. The slope of tanh is 1 - y**2, with y its output."),
    (lambda y: 1 - y, "The square is missing: the slope of tanh is 1 - y**2."),
]

# A parameter after a step, from the parameter, its gradient and the learning rate.
DESCENT = [
    (
        lambda w, g, rate: w + rate * g,
        "You walk uphill: the gradient points to where the loss grows, so subtract it.",
    ),
    (lambda w, g, rate: w - g, "The learning rate is missing: the step is the rate times the gradient."),
    (lambda w, g, rate: -rate * g, "That is the step alone. Add it to the value before the step."),
    (lambda w, g, rate: g - rate * w, "Parameter and gradient are swapped: this moves the gradient by the parameter."),
    (
        lambda w, g, rate: w - g / rate,
        "You divided by the learning rate. A smaller rate must give a smaller step.",
    ),
]

# The gradient of a mean over the N rows: right is difference / N, of shape (N, M).
MEAN_OVER_ROWS = [
    (lambda d: d, "Yours is N times too large: the loss is a mean over the N examples, and its 1/N is missing."),
    (
        lambda d: d / d.size,
        "You divided by the number of all elements. The mean is over the N examples only.",
    ),
    (
        lambda d: d.mean(axis=0),
        "You averaged over the batch. Each example has its own row of gradients; only divide by N.",
    ),
    (lambda d: d.sum(axis=0), "You summed over the batch. Each example has its own row of gradients."),
]

IN_BITS = "That is in bits. This book's losses are in nats: the natural logarithm."
DECIMAL = "That is the decimal logarithm. Nats come from the natural one."
SIZES_ADDED = "You added the sizes. Every input is connected to every output, so the sizes multiply."


def reordered(dictionary):
    """The same names in the opposite order: who pairs two dictionaries by position gets it wrong."""
    return dict(reversed(dictionary.items()))
