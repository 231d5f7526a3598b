from collections import deque

from ..exercise import Exercise, Mistake


def cases(rng):
    """Graphs with a path through all values, so that each has one order; labels are shuffled, others hang beside."""
    return [_case(rng, size, reach) for size, reach in ((5, 2), (7, 3), (9, 5), (12, 12), (5000, 1))]


def _case(rng, size, reach):
    label = rng.permutation(size + 2).tolist()
    inputs = {label[0]: (), label[size]: (label[0],), label[size + 1]: (label[size],)}  # the last two: not asked for
    for k in range(1, size):
        earlier = [j for j in range(max(0, k - reach), k - 1) if j == 0 or rng.random() < 0.6]
        inputs[label[k]] = tuple(label[j] for j in [k - 1, *earlier, *earlier[:1]])  # one of them twice, as in x * x
    return label[size - 1], lambda value: inputs[value]


def in_order(result, inputs_of, skip_seen=True):
    order, seen, to_do = [], set(), [(result, False)]
    while to_do:
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


exercise = Exercise(
    id="graph-order",
    chapter=14,
    points=4,
    minutes=15,
    answer=in_order,
    cases=cases,
    mistakes=[
        Mistake(
            by_recursion,
            "Right for small graphs. The deep one hits Python's recursion limit: keep a list of what is still to be done.",
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
            "You list a value when you first meet it, then turn the list round. A value with two readers may then stand "
            "after one of them. List it when its inputs are done.",
        ),
        Mistake(
            lambda result, inputs_of: as_met(result, inputs_of, deque.popleft)[::-1],
            "You go level by level from the result, then turn the list round. A value that is near by one way and far by "
            "another then stands after one of its readers.",
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
    ],
)
