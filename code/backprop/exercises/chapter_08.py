"""Exercises of chapter 8, checking gradients."""

import numpy as np

from . import common
from .common import mistakes
from .exercise import Exercise, Mistake

TWICE = "Yours is twice as large as it should be: x - h and x + h are 2h apart."


def central_difference_cases(rng):
    return [
        (lambda x: x**3, 2.0, 0.1),
        (lambda x: x * x, 3.0, 0.25),
        (lambda x: float(np.exp(x)), -0.5, 0.2),
        (lambda x: 1 / x, float(rng.uniform(1, 2)), 0.05),
    ]


CENTRAL_DIFFERENCE = Exercise(
    "central-difference",
    chapter=8,
    points=2,
    minutes=5,
    answer=lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h),
    cases=central_difference_cases,
    mistakes=[
        Mistake(
            lambda f, x, h: (f(x + h) - f(x)) / h,
            "You nudged up only: a forward difference. Compare f(x + h) with f(x - h).",
        ),
        Mistake(
            lambda f, x, h: (f(x) - f(x - h)) / h,
            "You nudged down only: a backward difference. Compare f(x + h) with f(x - h).",
        ),
        Mistake(lambda f, x, h: (f(x + h) - f(x - h)) / h, TWICE),
        Mistake(
            lambda f, x, h: (f(x - h) - f(x + h)) / (2 * h), "The sign is reversed: it is f(x + h) minus f(x - h)."
        ),
        Mistake(
            lambda f, x, h: f(x + h) - f(x - h), "That is the change itself. Divide by 2h to get the change per unit."
        ),
        Mistake(
            lambda f, x, h: (f(x + h) - f(x - h)) / 2 * h,
            "Parentheses are missing: `/ 2 * h` divides by 2 and multiplies by h. Write `/ (2 * h)`.",
        ),
        Mistake(
            lambda f, x, h: f(x + h) - f(x - h) / (2 * h),
            "Parentheses are missing: only f(x - h) is divided. Divide the whole difference.",
        ),
        Mistake(
            lambda f, x, h: (f(x + h / 2) - f(x - h / 2)) / h,
            "You nudged by half of h. Nudge by h to each side, and divide by 2h.",
        ),
        Mistake(lambda f, x, h: (f(x + h) + f(x - h)) / (2 * h), "You added the two values. Subtract f(x - h)."),
    ],
)


STEPS = (1e-3, 1e-4, 1e-5, 1e-6, 1e-7)  # the results of some mistakes depend on h: these are the usual ones


def element_by_element(slope, kind=float, result=float):
    """A numerical gradient: `slope(function, x, index)` for every element of x as `kind`, in an array of `result`."""

    def answer(function, x):
        x = np.array(x, dtype=kind)
        gradient = np.zeros(x.shape, dtype=result or x.dtype)
        for index in np.ndindex(x.shape):
            gradient[index] = slope(function, x, index)
        return gradient

    return answer


def nudged(x, index, step):
    moved = x.copy()
    moved[index] = x[index] + step
    return moved


def central(h):
    return lambda f, x, index: (f(nudged(x, index, h)) - f(nudged(x, index, -h))) / (2 * h)


def forward(h):
    return lambda f, x, index: (f(nudged(x, index, h)) - f(x)) / h


def backward(h):
    return lambda f, x, index: (f(x) - f(nudged(x, index, -h))) / h


def left_behind(h):
    def slope(f, x, index):
        x[index] += h
        above = f(x)
        x[index] -= 2 * h
        return (above - f(x)) / (2 * h)

    return slope


def all_at_once(f, x, h=1e-4):
    return (f(x + h) - f(x - h)) / (2 * h)


def row_by_row(f, x):
    x = np.array(x, dtype=float)
    return np.array([np.full(x[i].shape, central(1e-4)(f, x, i)) for i in range(len(x))])


def twice(f, x, index):
    return 2 * central(1e-4)(f, x, index)


numerical_gradient = element_by_element(central(1e-4))


def numerical_gradient_cases(rng):
    tied = np.array([[0.5, -1.2, 0.8], [1.1, -0.3, -0.7]])
    return [
        (
            lambda x: 0.35 * np.sum((x - 1) ** 2),
            np.array([3, 0, 1, -2]),
        ),  # integers; at 0 the gradient isn't 0, at 1 it is
        (lambda x: 5 * np.sum(x) ** 2 + x[0] @ x[1], tied),  # every element changes the others' derivatives
        (lambda x: np.sum(np.sin(x)), rng.uniform(-1, 1, (1, 4)) * [0, 1, 1, 1]),
        (lambda x: np.sum(x[:, 0] * x[:, 1]) + np.sum(np.exp(x)), rng.uniform(-1, 1, (3, 2))),
        (lambda x: np.sum(np.cos(x[0])) + np.sum(x[1] * x[0]), rng.uniform(-1, 1, (2, 1, 3))),
    ]


FORWARD = "You compared f(x + h) with f(x). A central difference compares f(x + h) with f(x - h)."
BACKWARD = "You compared f(x) with f(x - h). A central difference compares f(x + h) with f(x - h)."
LEFT = "An element is still nudged when you come to the next one. Put it back first."
WHOLE = "An array of integers can't hold x + h: the nudge is cut off. Make a float copy of x first."
STEEP = "Your h is too large: the error grows with its square. Take 1e-4."

NUMERICAL_GRADIENT = Exercise(
    "numerical-gradient",
    chapter=8,
    points=3,
    minutes=8,
    answer=numerical_gradient,
    cases=numerical_gradient_cases,
    mistakes=[
        *[Mistake(element_by_element(forward(h)), FORWARD) for h in STEPS],
        *[Mistake(element_by_element(backward(h)), BACKWARD) for h in STEPS],
        *[Mistake(element_by_element(left_behind(h)), LEFT) for h in STEPS],
        *[
            Mistake(element_by_element(central(h), kind=None, result=result), WHOLE)
            for h in STEPS
            for result in (float, None)
        ],
        Mistake(
            lambda f, x: numerical_gradient(f, x).astype(x.dtype),
            "Your result lost its decimals: `zeros_like` of integers holds integers. Make the result an array of "
            "floats.",
        ),
        Mistake(all_at_once, "You nudged all elements at once, which gives one number. Nudge one element at a time."),
        Mistake(
            lambda f, x: np.full(x.shape, all_at_once(f, x)),
            "You nudged all elements at once. Nudge one element at a time.",
        ),
        Mistake(
            row_by_row,
            "You nudged whole rows. Nudge one element at a time: `np.ndindex(x.shape)` walks over all of them.",
        ),
        Mistake(element_by_element(twice), TWICE),
        *[Mistake(element_by_element(central(h)), STEEP) for h in (0.1, 0.01)],
        Mistake(
            lambda f, x: np.zeros(x.shape),
            "Yours are all 0. Is each slope put into the result? Or is h so small that x + h is x? Take 1e-4.",
        ),
    ],
)


def greater(a, b):
    return np.maximum(np.abs(a), np.abs(b))


def relative_error(a, b):
    scale = greater(a, b)
    return np.abs(a - b) / np.where(scale == 0, 1, scale)


def divided_by(scale):
    """|a - b| / scale as it comes, and with 0 where both are 0."""

    @np.errstate(all="ignore")
    def plain(a, b):
        return np.abs(a - b) / scale(a, b)

    return plain, lambda a, b: np.where((a == 0) & (b == 0), 0, plain(a, b))


def relative_error_cases(rng):
    return [
        (np.array([1.0, 2.0, -3.0, 0.0, 0.0, 4.0]), np.array([1.1, 2.0, 3.0, 0.0, 0.5, 0.0])),
        (rng.standard_normal((3, 2)), rng.standard_normal((3, 2))),
        (rng.standard_normal((1, 4)) * 1e-9, rng.standard_normal((1, 4)) * 1e-9),
    ]


def one_sided(name):
    return f"You divided by |{name}| alone. Divide by the greater of |a| and |b|, so that their order doesn't matter."


UNGUARDED = "Right, except for 0 / 0, which is nan. Where both are 0, they agree: return 0 there."
TOTAL = "You divided by |a| + |b|. Divide by the greater of the two."
PADDED = "The constant in the denominator swamps gradients as small as itself. Handle only the case where both are 0."

RELATIVE_ERROR = Exercise(
    "relative-error",
    chapter=8,
    points=2,
    minutes=5,
    answer=relative_error,
    cases=relative_error_cases,
    mistakes=[
        Mistake(lambda a, b: np.abs(a - b), "That is the absolute error. Divide by the greater of |a| and |b|."),
        Mistake(divided_by(greater)[0], UNGUARDED),
        *[Mistake(answer, one_sided("a")) for answer in divided_by(lambda a, b: np.abs(a))],
        *[Mistake(answer, one_sided("b")) for answer in divided_by(lambda a, b: np.abs(b))],
        *[Mistake(answer, TOTAL) for answer in divided_by(lambda a, b: np.abs(a) + np.abs(b))],
        Mistake(
            lambda a, b: relative_error(a, b) * np.sign(a - b),
            "Some of yours are negative. An error is a distance: take |a - b|.",
        ),
        Mistake(
            lambda a, b: np.abs(a - b) / greater(a, b).max(),
            "You divided by the greatest value of the whole array. Each element has its own scale.",
        ),
        Mistake(
            lambda a, b: relative_error(a, b) * (a * b != 0),
            "You return 0 where one of the two is 0. That is an error of 1. It is 0 only where both are 0.",
        ),
        *[Mistake(lambda a, b, e=e: np.abs(a - b) / (greater(a, b) + e), PADDED) for e in (1e-8, 1e-10)],
        Mistake(lambda a, b: np.abs(a - b) / np.maximum(greater(a, b), 1e-8), PADDED),
    ],
)


FORWARD_PASSES = Exercise(
    "forward-passes",
    chapter=8,
    points=1,
    minutes=3,
    answer=78_500,  # 2 * (784 * 50 + 50)
    mistakes=[
        Mistake(39_250, "That is how many parameters there are. Each needs two passes, one at +h and one at -h."),
        Mistake(78_400, "The 50 biases are missing. They are checked too."),
        Mistake(
            39_200, "That is how many weights there are. The biases are missing, and each parameter needs two passes."
        ),
        Mistake(
            39_251,
            "That is forward differences, which share the pass without a nudge. Central differences need two passes "
            "for each parameter.",
        ),
        Mistake(78_450, "You counted one pass for each bias. A bias needs two as well."),
        Mistake(1_668, common.SIZES_ADDED),
        Mistake(2, "Two passes are needed for each parameter. The number of parameters is missing."),
        Mistake(78_501, "You counted the pass without a nudge. Central differences don't use it."),
    ],
)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


TANH_MENDED = Exercise(
    "tanh-mended",
    chapter=8,
    points=3,
    minutes=6,
    answer=lambda x, grad_output: grad_output * (1 - np.tanh(x) ** 2),
    cases=lambda rng: [(rng.standard_normal(s), rng.standard_normal(s)) for s in ((4, 3), (1, 5), (2, 6), (7,))],
    mistakes=[
        Mistake(lambda x, g: g * (1 - x**2), "1 - y**2 needs the output y. Here x is the input: take tanh(x) first."),
        Mistake(
            lambda x, g: 1 - np.tanh(x) ** 2,
            "The upstream gradient is missing. A check with an upstream of ones would not notice.",
        ),
        Mistake(
            lambda x, g: g * sigmoid(x) * (1 - sigmoid(x)),
            "That is the sigmoid's backward. tanh has the slope 1 - tanh(x)**2.",
        ),
        Mistake(
            lambda x, g: g * (1 + np.tanh(x) ** 2),
            "The sign of the square is wrong: the slope shrinks as the output nears 1, so it is 1 minus the square.",
        ),
        Mistake(lambda x, g: g * np.tanh(x), "That is the value of tanh, not its slope: 1 - tanh(x)**2."),
        Mistake(lambda x, g: g / np.cosh(x), "The square is missing: the slope of tanh is 1 / cosh(x)**2."),
        *mistakes(common.TANH_SLOPE, lambda slope: lambda x, g: g * slope(np.tanh(x))),
    ],
)
