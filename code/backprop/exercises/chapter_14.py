"""Exercises of chapter 14, build your own autograd."""

import math
from collections import deque

import numpy as np

from . import common
from .exercise import Exercise, Mistake

THREE_WALKS = Exercise(
    "three-walks",
    chapter=14,
    points=2,
    minutes=4,
    answer=28.0,  # y = x**3 at 2, passed back twice: 12 + 12; then 4 * x: 4
    mistakes=[
        Mistake(4.0, "That is the last pass alone. A leaf adds each pass to what it had, until zero_grad."),
        Mistake(
            12.0, "That is the gradient of one backward pass from y. There are three passes, and the leaf adds them up."
        ),
        Mistake(16.0, "One pass from y is missing: there were two, and each brings 12."),
        Mistake(24.0, "The last pass is missing: x * 4 brings 4 more to the same leaf."),
        Mistake(
            36.0, "In the second pass x * x passed on its old gradient too. Intermediate values start each pass from 0."
        ),
        Mistake(20.0, "That is 8 + 8 + 4: the value of y, not its derivative 3x²."),
        Mistake(8.0, "That is the value of y. Its derivative is 3x², and there are three backward passes."),
    ],
)


def table_backward_cases(rng):
    return [
        tuple(rng.standard_normal(shape) for shape in ((n, 1), (m,), (n, m)))
        for n, m in ((2, 3), (5, 2), (4, 4), (3, 6), (1, 4), (5, 1))
    ]


TABLE_BACKWARD = Exercise(
    "table-backward",
    chapter=14,
    points=3,
    minutes=7,
    answer=lambda x, y, g: ((g * y).sum(axis=1, keepdims=True), (g * x).sum(axis=0)),
    cases=table_backward_cases,
    mistakes=[
        Mistake(
            lambda x, y, g: (g * y, g * x),
            "Both have the shape of the table. Sum each over the axis that broadcasting stretched or added.",
        ),
        Mistake(
            lambda x, y, g: ((g * y).sum(axis=1), (g * x).sum(axis=0)),
            "The gradient of x has lost its axis of length 1: x is a column, (N, 1). Sum with keepdims=True.",
        ),
        Mistake(
            lambda x, y, g: ((g * y).sum(axis=1, keepdims=True), (g * x).sum(axis=0, keepdims=True)),
            "The gradient of y has an axis that y never had. Its shape is (M,): sum without keepdims.",
        ),
        Mistake(
            lambda x, y, g: (g.sum(axis=1, keepdims=True), g.sum(axis=0)),
            "You summed the upstream gradient alone, as for x + y. First multiply it by the other input.",
        ),
        Mistake(
            lambda x, y, g: ((g * x).sum(axis=1, keepdims=True), (g * y).sum(axis=0)),
            "Each got its own value as a factor. Multiplication swaps: x gets y, and y gets x.",
        ),
        Mistake(
            lambda x, y, g: ((g * y).mean(axis=1, keepdims=True), (g * x).mean(axis=0)),
            "These are means. Every copy was used, and the gradients of several uses add up.",
        ),
        Mistake(
            lambda x, y, g: (np.full(x.shape, y.sum()), np.full(y.shape, x.sum())),
            "These are local derivatives, summed. The upstream gradient is missing.",
        ),
        Mistake(
            lambda x, y, g: ((g * x).sum(axis=0), (g * y).sum(axis=1, keepdims=True)),
            common.X_COMES_FIRST,
        ),
    ],
)


def times(local):
    """A backward from a function that gives the two factors beside the upstream gradient."""
    return lambda x, y, g: tuple(g * factor for factor in local(x, y, math.hypot(x, y)))


LENGTH_NODE = Exercise(
    "length-node",
    chapter=14,
    points=3,
    minutes=8,
    answer=times(lambda x, y, z: (x / z, y / z)),
    cases=lambda rng: (
        [(3.0, 4.0, 1.0), (3.0, -4.0, 2.0), (-1.2, 1.6, -1.5), (0.0, 2.0, 1.5)]
        + [tuple(rng.uniform(0.5, 3, size=3).tolist()) for _ in range(4)]
    ),
    mistakes=[
        Mistake(
            lambda x, y, g: (x / math.hypot(x, y), y / math.hypot(x, y)),
            common.BOTH_LOCAL,
        ),
        Mistake(
            times(lambda x, y, z: (2 * x, 2 * y)), "That is the backward of x² + y². The square root is still missing."
        ),
        Mistake(times(lambda x, y, z: (x, y)), "The z is missing: 1/(2z) times 2x is x/z."),
        Mistake(
            times(lambda x, y, z: (1 / (2 * z), 1 / (2 * z))),
            "That is the derivative of the square root alone. What is under the root has the derivatives 2x and 2y.",
        ),
        Mistake(
            times(lambda x, y, z: (2 * x / z, 2 * y / z)),
            "Yours is twice as large as it should be: the root's derivative is 1/(2z), with a 2.",
        ),
        Mistake(
            times(lambda x, y, z: (y / z, x / z)),
            "You swapped, as multiplication does. x comes in by x², so its factor is x/z.",
        ),
        Mistake(
            times(lambda x, y, z: (z / x, z / y)), "Upside down: near x = 0 the length hardly depends on x, so x/z."
        ),
        Mistake(times(lambda x, y, z: (x / z**2, y / z**2)), "You divided by x² + y². Divide by its square root, z."),
        Mistake(times(lambda x, y, z: (1, 1)), common.PASSED_ON),
    ],
)


def graph_order_cases(rng):
    """Graphs with a path through all values, so that each has one order; labels are shuffled, others hang beside.

    The last one has more ways from the result to the leaf than anybody can go.
    """
    return [_case(rng, size, reach) for size, reach in ((5, 2), (7, 3), (9, 5), (12, 12), (5000, 1), (200, 4))]


def _case(rng, size, reach):
    label = rng.permutation(size + 2).tolist()
    inputs = {label[0]: (), label[size]: (label[0],), label[size + 1]: (label[size],)}  # the last two: not asked for
    for k in range(1, size):
        earlier = [j for j in range(max(0, k - reach), k - 1) if j == 0 or rng.random() < 0.6]
        sources = [k - 1, *earlier, *earlier[:1]]  # one of them twice, as in x * x
        inputs[label[k]] = tuple(label[j] for j in rng.permutation(sources))
    return label[size - 1], lambda value: inputs[value]


def in_order(result, inputs_of, skip_seen=True):
    order, seen, to_do = [], set(), [(result, False)]
    while to_do and len(order) < 10_000:  # without `seen` there would be no end
        value, inputs_are_listed = to_do.pop()
        if inputs_are_listed:
            order.append(value)
        elif not (skip_seen and value in seen):
            seen.add(value)
            to_do.append((value, True))
            to_do.extend((source, False) for source in inputs_of(value))
    return order


def as_met(result, inputs_of, take):
    """Each value when it is first met, the result first."""
    order, seen, to_do = [], set(), deque([result])
    while to_do:
        value = take(to_do)
        if value not in seen:
            seen.add(value)
            order.append(value)
            to_do.extend(inputs_of(value))
    return order


def by_recursion(result, inputs_of):
    order, seen = [], set()

    def visit(value):
        if value not in seen:
            seen.add(value)
            for source in inputs_of(value):
                visit(source)
            order.append(value)

    visit(result)
    return order


def path_of(result, inputs_of, some):
    return in_order(result, lambda value: some(inputs_of(value)))


GRAPH_ORDER = Exercise(
    "graph-order",
    chapter=14,
    points=4,
    minutes=15,
    answer=in_order,
    cases=graph_order_cases,
    mistakes=[
        Mistake(
            by_recursion,
            "Right for small graphs. The deep one hits Python's recursion limit: keep a list of what is still to be "
            "done.",
        ),
        Mistake(
            lambda result, inputs_of: in_order(result, inputs_of)[::-1],
            "The order is reversed: the result comes first here. List every value after its inputs.",
        ),
        Mistake(
            lambda result, inputs_of: in_order(result, inputs_of, skip_seen=False),
            "Values with several readers are listed several times. Remember in a set which ones you have met.",
        ),
        Mistake(
            lambda result, inputs_of: as_met(result, inputs_of, deque.pop)[::-1],
            "A value is listed when you first meet it, and the list reversed. One with two readers may then "
            "come after one of them. List it only when all of its readers are listed.",
        ),
        Mistake(
            lambda result, inputs_of: as_met(result, inputs_of, deque.popleft)[::-1],
            "The values are listed level by level, by how near they are to the result. One that is near by one way and "
            "far by another then comes after one of its readers.",
        ),
        Mistake(
            lambda result, inputs_of: in_order(result, inputs_of)[:-1],
            "The result itself is missing at the end.",
        ),
        Mistake(
            lambda result, inputs_of: [value for value in in_order(result, inputs_of) if inputs_of(value)],
            "The leaves are missing. They get gradients too, so they belong in the order.",
        ),
        Mistake(
            lambda result, inputs_of: sorted(in_order(result, inputs_of)),
            "These are the right values, sorted by name. What counts is who was made from whom.",
        ),
        Mistake(
            lambda result, inputs_of: path_of(result, inputs_of, lambda sources: sources[:1]),
            "You follow one input of each value, the first. All inputs were needed, and all belong in the list.",
        ),
        Mistake(
            lambda result, inputs_of: path_of(result, inputs_of, lambda sources: sources[-1:]),
            "You follow one input of each value, the last. All inputs were needed, and all belong in the list.",
        ),
    ],
)
