import numpy as np

from ..exercise import Exercise, Mistake

STEPS = (1e-3, 1e-4, 1e-5, 1e-6, 1e-7)  # the results of some mistakes depend on h: these are the usual ones


def element_by_element(slope, kind=float, result=float):
    """A numerical gradient: `slope(function, x, index)` for every element of x as `kind`, kept in an array of `result`."""

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


def cases(rng):
    tied = np.array([[0.5, -1.2, 0.8], [1.1, -0.3, -0.7]])
    return [
        (lambda x: 0.35 * np.sum(x**2), np.array([3, 0, -2, 5])),  # an array of integers
        (lambda x: 5 * np.sum(x) ** 2 + x[0] @ x[1], tied),  # every element changes the others' derivatives
        (lambda x: np.sum(np.sin(x)), rng.uniform(-1, 1, (1, 4))),
        (lambda x: np.sum(x[:, 0] * x[:, 1]) + np.sum(np.exp(x)), rng.uniform(-1, 1, (3, 2))),
        (lambda x: np.sum(np.cos(x[0])) + np.sum(x[1] * x[0]), rng.uniform(-1, 1, (2, 1, 3))),
    ]


FORWARD = "You compared f(x + h) with f(x). A central difference compares f(x + h) with f(x - h)."
BACKWARD = "You compared f(x) with f(x - h). A central difference compares f(x + h) with f(x - h)."
LEFT = "An element is still nudged when you come to the next one. Put it back first."
WHOLE = "An array of integers can't hold x + h: the nudge is cut off. Make a float copy of x first."
STEEP = "Your h is too large: the error grows with its square. Take 1e-4."

exercise = Exercise(
    id="numerical-gradient",
    chapter=8,
    points=3,
    minutes=8,
    answer=numerical_gradient,
    cases=cases,
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
            "Your result lost its decimals: `zeros_like` of integers holds integers. Make the result's array of floats.",
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
        Mistake(element_by_element(twice), "Twice too large: from x - h to x + h it is 2h."),
        *[Mistake(element_by_element(central(h)), STEEP) for h in (0.1, 0.01)],
        Mistake(lambda f, x: np.zeros(x.shape), "All zeros: is h so small that x + h is x? Take 1e-4."),
    ],
)
