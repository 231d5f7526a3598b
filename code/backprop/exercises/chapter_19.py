"""Exercises of chapter 19, the debugging clinic."""

import numpy as np

from . import common
from .clinic import faulty, healthy
from .clinic.patients import without_checks
from .common import mistakes
from .exercise import Exercise, Mistake

STOPS_EARLY = "It stops after the first batch. Is the return inside the loop?"

CLINIC_1 = Exercise(
    "clinic-1",
    chapter=19,
    points=1,
    minutes=3,
    answer=healthy.sigmoid_backward,
    cases=lambda rng: [(rng.uniform(0.05, 0.95, s), rng.standard_normal(s)) for s in ((4, 3), (1, 5), (6,))],
    mistakes=[
        Mistake(
            faulty.sigmoid_backward, "It does what the code did as it came. The upstream gradient must be a factor."
        ),
        Mistake(
            lambda y, g: np.ones_like(g) * g, "That is the upstream gradient alone. Multiply it by the slope y (1 - y)."
        ),
        *mistakes(common.SIGMOID_BACKWARD[1:]),
    ],
)


def clinic_2_cases(rng):
    return [(2 * rng.standard_normal((n, c)), rng.integers(0, c, n)) for n, c in ((5, 3), (8, 10), (2, 4), (1, 3))]


def scaled(loss_factor, gradient_factor):
    """The right answer with factors that depend on the number of examples and of classes."""

    def answer(scores, targets):
        loss, gradient = healthy.softmax_with_loss(scores, targets)
        count, classes = scores.shape
        return loss * loss_factor(count, classes), gradient * gradient_factor(count, classes)

    return answer


CLINIC_2 = Exercise(
    "clinic-2",
    chapter=19,
    points=1,
    minutes=4,
    answer=healthy.softmax_with_loss,
    cases=clinic_2_cases,
    mistakes=[
        Mistake(
            faulty.loss_and_gradient,
            "It does what the code did as it came: a mean in the loss, and a sum in the gradient.",
        ),
        Mistake(
            scaled(lambda n, c: n, lambda n, c: n),
            "Now loss and gradient agree, as sums. The loss should stay a mean, or else the step grows with the batch.",
        ),
        Mistake(
            scaled(lambda n, c: 1, lambda n, c: n / c),
            "You divided by the number of classes. The mean is taken over the examples: the rows.",
        ),
        Mistake(
            scaled(lambda n, c: 1, lambda n, c: 1 / c),
            "A mean over all numbers of the gradient divides by N and by C. The loss is a mean over the N examples.",
        ),
        Mistake(scaled(lambda n, c: 1, lambda n, c: 1 / n), "Now 1/N is in the gradient twice. It belongs there once."),
        Mistake(
            scaled(lambda n, c: 1 / n, lambda n, c: 1),
            "The loss is divided a second time: its mean was right as it came.",
        ),
    ],
)


def clinic_3_cases(rng):
    return [
        (rng.standard_normal((n, d)), rng.standard_normal((n, m)))
        for n, d, m in ((4, 3, 2), (5, 2, 5), (3, 6, 1), (4, 1, 2), (3, 3, 3))
    ]


CLINIC_3 = Exercise(
    "clinic-3",
    chapter=19,
    points=1,
    minutes=3,
    answer=healthy.parameter_gradients,
    cases=clinic_3_cases,
    mistakes=[
        Mistake(
            faulty.parameter_gradients, "It does what the code did as it came. Where has it been divided by N already?"
        ),
        Mistake(
            lambda x, g: (x.T @ g * len(x), g.sum(axis=0) * len(x)),
            "Too much: the 1/N of the loss is undone. Leave it in.",
        ),
        *mistakes(common.WEIGHT_GRADIENT, lambda rule: lambda x, g: (rule(x, g), g.sum(axis=0))),
        *mistakes(common.BIAS_GRADIENT, lambda rule: lambda x, g: (x.T @ g, rule(g))),
    ],
)


def clinic_4_cases(rng):
    return [
        (rng.standard_normal((d, m)), rng.standard_normal((n, m)))
        for n, d, m in ((4, 3, 3), (2, 5, 3), (3, 3, 3), (4, 2, 6), (1, 3, 2), (4, 1, 3))
    ]


CLINIC_4 = Exercise(
    "clinic-4",
    chapter=19,
    points=1,
    minutes=3,
    answer=healthy.input_gradient,
    cases=clinic_4_cases,
    mistakes=[
        Mistake(faulty.input_gradient, "It does what the code did as it came. It runs for a square W only."),
        Mistake(
            lambda W, g: W @ g.T,
            "The result is transposed: it has one column for each example. Write grad_output first, then W transposed.",
        ),
        Mistake(
            lambda W, g: g @ W.reshape(W.shape[::-1]),
            "reshape keeps the elements in their order and only cuts new rows from it. W.T turns rows into columns.",
        ),
        Mistake(lambda W, g: g, "That is the upstream gradient as it came: W has to be a factor."),
        Mistake(
            lambda W, g: g @ W.T / len(g), "You divided by N. The 1/N of the loss is in the upstream gradient already."
        ),
    ],
)


def clinic_5_cases(rng):
    sizes = ((4, 5, 3, 3, 2), (3, 4, 4, 4, 4), (2, 3, 5, 5, 3), (4, 3, 2, 2, 1))
    return [
        (
            rng.standard_normal((n, d)),
            *(rng.standard_normal(s) for s in ((d, h), (h, k), (k, c))),
            rng.standard_normal((n, c)),
        )
        for n, d, h, k, c in sizes
    ]


def with_masks(second, first):
    """The right answer but for the two masks, which are made from the outputs y1 and y2 of the hidden layers."""

    def answer(x, W1, W2, W3, grad_scores):
        y1 = np.maximum(x @ W1, 0)
        y2 = np.maximum(y1 @ W2, 0)
        grad_z2 = (grad_scores @ W3.T) * second(y1, y2)
        grad_z1 = (grad_z2 @ W2.T) * first(y1, y2)
        return x.T @ grad_z1, y1.T @ grad_z2, y2.T @ grad_scores

    return answer


CLINIC_5 = Exercise(
    "clinic-5",
    chapter=19,
    points=1,
    minutes=5,
    answer=healthy.network_gradients,
    cases=clinic_5_cases,
    mistakes=[
        Mistake(
            faulty.network_gradients,
            "It does what the code did as it came: both layers get the second one's mask.",
        ),
        Mistake(with_masks(lambda a, b: a > 0, lambda a, b: b > 0), "There are two masks now, but they are exchanged."),
        Mistake(
            with_masks(lambda a, b: a > 0, lambda a, b: a > 0),
            "Now both places use the mask of the first layer. Each layer needs its own.",
        ),
        Mistake(
            with_masks(lambda a, b: b > 0, lambda a, b: 1),
            "The first layer has no mask at all now. Its ReLU was there in forward.",
        ),
        Mistake(
            with_masks(lambda a, b: b >= 0, lambda a, b: a >= 0),
            "These masks are made from outputs that are never below 0, with >=: they are always true. Use > 0.",
        ),
    ],
)


def clinic_6_cases(rng):
    return [
        (rng.standard_normal((n, d)), rng.standard_normal((n, m)))
        for n, d, m in ((4, 3, 2), (3, 2, 3), (1, 2, 4), (4, 2, 1), (3, 1, 2), (3, 3, 3))
    ]


CLINIC_6 = Exercise(
    "clinic-6",
    chapter=19,
    points=1,
    minutes=3,
    answer=healthy.parameter_gradients,
    cases=clinic_6_cases,
    mistakes=[
        Mistake(faulty.affine_gradients, "It does what the code did as it came: b would get a row for each example."),
        *mistakes(common.WEIGHT_GRADIENT, lambda rule: lambda x, g: (rule(x, g), g.sum(axis=0))),
        *mistakes(common.BIAS_GRADIENT[1:], lambda rule: lambda x, g: (x.T @ g, rule(g))),
    ],
)


def clinic_7_cases(rng):
    return [
        (rng.standard_normal((n, d)), rng.standard_normal((d, d)), rng.standard_normal((n, d)))
        for n, d in ((4, 3), (1, 5), (3, 2))
    ]


def with_parts(skip, mask):
    """The right answer but for what goes past the ReLU and what its mask is made of."""

    def answer(x, W, grad_output):
        grad_z = grad_output * mask(x, W)
        return skip(grad_output, grad_z) + grad_z @ W.T, x.T @ grad_z

    return answer


def mask(x, W):
    return x @ W > 0


CLINIC_7 = Exercise(
    "clinic-7",
    chapter=19,
    points=1,
    minutes=4,
    answer=healthy.block_gradients,
    cases=clinic_7_cases,
    mistakes=[
        Mistake(
            with_parts(lambda g, masked: masked, mask),
            "You copied the array, and the copy is masked in both uses. What goes past the ReLU must keep all its "
            "numbers.",
        ),
        Mistake(
            with_parts(lambda g, masked: np.zeros_like(g), mask), "The way past the ReLU is missing: x has two readers."
        ),
        Mistake(with_parts(lambda g, masked: g, lambda x, W: x > 0), "The mask is made from x. ReLU saw x @ W."),
        Mistake(
            with_parts(lambda g, masked: g, lambda x, W: 1),
            "There is no mask anymore. Where x @ W was not above 0, the ReLU passes nothing.",
        ),
        Mistake(
            with_parts(lambda g, masked: g, lambda x, W: x @ W <= 0),
            "The mask is reversed: it passes where x @ W was not above 0.",
        ),
    ],
)


def clinic_8_cases(rng):
    def batch(n, d, c):
        return rng.standard_normal((n, d)), rng.integers(0, c, n)

    return [
        (rng.standard_normal((d, c)), rng.standard_normal(c), *batch(n, d, c), *batch(m, d, c))
        for n, m, d, c in (
            (6, 6, 3, 4),
            (9, 9, 5, 2),
            (7, 7, 2, 3),
            (5, 14, 3, 3),
            (4, 4, 1, 3),
        )  # the code as it came needs equal sizes
    ]


def measured(accuracy):
    """The right gradients, and an accuracy of one's own."""

    def answer(W, b, x, targets, x_test, targets_test):
        grad_W, grad_b, _ = healthy.step(W, b, x, targets, x_test, targets_test)
        return grad_W, grad_b, accuracy(lambda x: (x @ W + b).argmax(axis=1), x, targets, x_test, targets_test)

    return answer


def from_the_test_batch(W, b, x, targets, x_test, targets_test):
    return healthy.step(W, b, x_test, targets_test, x_test, targets_test)


CLINIC_8 = Exercise(
    "clinic-8",
    chapter=19,
    points=1,
    minutes=5,
    answer=healthy.step,
    cases=clinic_8_cases,
    mistakes=[
        Mistake(faulty.step, "It does what the code did as it came: the gradient of W is made from the test batch."),
        Mistake(
            from_the_test_batch,
            "x and the upstream gradient fit together now: both are of the test batch. Learn from the training batch.",
        ),
        Mistake(
            measured(lambda answers, x, t, x_test, t_test: np.mean(answers(x) == t)),
            "The gradients are right. The accuracy is now that of the training batch: use the test batch.",
        ),
        Mistake(
            measured(lambda answers, x, t, x_test, t_test: np.sum(answers(x_test) == t_test)),
            "The gradients are right. The accuracy is a count. It should be a share, from 0 to 1.",
        ),
        Mistake(
            measured(lambda answers, x, t, x_test, t_test: np.mean(answers(x_test) == t)),
            "The gradients are right. The accuracy compares answers for the test batch with the targets of the other "
            "one.",
        ),
    ],
)


def clinic_9_cases(rng):
    """Losses by rate. One that is not a number comes first, last and between; the best is at any place."""
    nan, inf = float("nan"), float("inf")
    tables = (
        {0.001: 2.2, 0.01: 1.9, 0.1: 0.3, 1.0: 2.3, 10.0: inf},
        {10.0: nan, 1.0: 0.2, 0.1: 0.9, 0.01: 2.0},
        {0.003: 1.5, 0.03: 0.4, 0.3: 0.6, 3.0: nan},
        {0.5: inf, 5.0: nan, 0.05: 1.1, 0.005: 2.1},
        {0.001: 1.9, 0.003: 2.1, 0.01: 0.4, 0.1: 1.2, 1.0: 0.8},  # two valleys
    )
    return [(table.__getitem__, list(table)) for table in tables]


def stopped_at_the_first_rise(final_loss, rates):
    best, lowest = rates[0], np.inf
    for rate in rates:
        loss = final_loss(rate)
        if loss > lowest:
            break
        if loss < lowest:
            best, lowest = rate, loss
    return best


CLINIC_9 = Exercise(
    "clinic-9",
    chapter=19,
    points=2,
    minutes=6,
    answer=healthy.best_rate,
    cases=clinic_9_cases,
    mistakes=[
        Mistake(
            lambda f, rates: min(rates, key=f),
            "A loss that is not a number is neither smaller nor larger than another, so min can't be trusted with "
            "it. Leave out "
            "what np.isfinite rejects.",
        ),
        Mistake(lambda f, rates: f(healthy.best_rate(f, rates)), "That is the loss. Return the rate that gave it."),
        Mistake(
            lambda f, rates: rates.index(healthy.best_rate(f, rates)),
            "That is the place in the list. Return the rate itself.",
        ),
        Mistake(
            lambda f, rates: max((r for r in rates if np.isfinite(f(r))), key=f),
            "That is the rate with the highest loss. Take the lowest.",
        ),
        Mistake(
            lambda f, rates: max(r for r in rates if np.isfinite(f(r))),
            "That is the largest rate that survives. It may be far from the best: compare losses.",
        ),
        Mistake(lambda f, rates: min(rates), "That is the smallest rate. It is safe, and it creeps."),
        Mistake(
            stopped_at_the_first_rise,
            "You stop where the loss rises for the first time. It may fall again: try all rates.",
        ),
    ],
)


def clinic_10_with_rules(rule):
    """Other rates, of the lowest, the highest and the places 0 to count - 1."""
    return lambda lowest, highest, count: [rule(lowest, highest, count, place) for place in range(count)]


CLINIC_10 = Exercise(
    "clinic-10",
    chapter=19,
    points=1,
    minutes=4,
    answer=healthy.rates_by_factors,
    cases=lambda rng: [(0.002, 5.0, 5), (1e-4, 1.0, 9), (0.5, 2.0, 2), (0.01, 0.3, 4)],
    mistakes=[
        Mistake(
            lambda lowest, highest, count: np.linspace(lowest, highest, count),
            "These rates have equal differences, so nearly all of them are large. Let each be a multiple of the one "
            "before.",
        ),
        Mistake(
            lambda lowest, highest, count: np.geomspace(lowest, highest, count)[::-1],
            "These are the right rates in falling order. Begin with the lowest.",
        ),
        Mistake(
            clinic_10_with_rules(lambda low, high, count, k: low * (high / low) ** (k / count)),
            "The highest rate is missing. From the first of count rates to the last there are count - 1 factors.",
        ),
        Mistake(
            clinic_10_with_rules(lambda low, high, count, k: low * (high / low) ** ((k + 1) / (count + 1))),
            "The lowest and the highest rate are missing: both belong to the list.",
        ),
        Mistake(
            clinic_10_with_rules(lambda low, high, count, k: low * 10.0**k),
            "Each rate is ten times the one before, whatever the highest is. The factor has to depend on both ends.",
        ),
        Mistake(
            lambda lowest, highest, count: np.linspace(np.log10(lowest), np.log10(highest), count),
            "These are the logarithms of the rates. Raise 10 to them.",
        ),
    ],
)


def normal(shape, seed):
    return np.random.default_rng(seed).standard_normal(shape)


CLINIC_11 = Exercise(
    "clinic-11",
    chapter=19,
    points=1,
    minutes=4,
    answer=healthy.first_weights,
    cases=lambda rng: [(4, 3, 0), (8, 2, 1), (3, 7, 2), (5, 1, 3)],
    mistakes=[
        Mistake(faulty.first_weights, "It does what the code did as it came: all equal."),
        Mistake(lambda i, o, seed: np.zeros((i, o)), "Zeros are all equal, too."),
        Mistake(
            lambda i, o, seed: normal((i, o), seed),
            "Units differ now, but the scores will be too large: multiply by sqrt(2 / inputs).",
        ),
        Mistake(
            lambda i, o, seed: 2 / i * normal((i, o), seed),
            "2 / inputs is the variance. The factor is its square root.",
        ),
        Mistake(
            lambda i, o, seed: np.sqrt(2 / o) * normal((i, o), seed),
            "You divided by the number of outputs. A unit adds up as many terms as it has inputs.",
        ),
        Mistake(
            lambda i, o, seed: np.sqrt(2 / i) * normal((i, 1), seed) * np.ones((1, o)),
            "The inputs differ now, but the units are still copies of each other: each column needs its own numbers.",
        ),
        Mistake(
            lambda i, o, seed: np.sqrt(1 / i) * normal((i, o), seed),
            "sqrt(1 / inputs) suits tanh. ReLU silences half, so it is sqrt(2 / inputs).",
        ),
    ],
)


def clinic_12_cases(rng):
    return [(rng.integers(0, top, (n, 8, 8)).astype(np.uint8),) for n, top in ((4, 256), (3, 120), (1, 256))]


def rows(images):
    return images.reshape(len(images), -1)


CLINIC_12 = Exercise(
    "clinic-12",
    chapter=19,
    points=1,
    minutes=3,
    answer=healthy.scaled,
    cases=clinic_12_cases,
    mistakes=[
        Mistake(faulty.pixels, "It does what the code did as it came: still from 0 to 255."),
        Mistake(
            lambda images: rows(images) // 255,
            "Whatever is not full ink became 0: `//` and integers drop what comes after the point. Use / and leave "
            "the result as it is.",
        ),
        Mistake(lambda images: rows(images) / 256, "256 would never be reached: the largest pixel is 255."),
        Mistake(
            lambda images: rows(images) / images.max(),
            "You divide by the darkest pixel of these images, so the same image alone becomes another one. Divide by "
            "255, always.",
        ),
        Mistake(lambda images: images / 255, "The range is right. Each image should be one row."),
        Mistake(
            lambda images: rows(images) - rows(images).mean(),
            "These are moved to the middle, but spread as far as before: it is the spread that saturates the sigmoids.",
        ),
    ],
)


def clinic_13_cases(rng):
    return [(2 * rng.standard_normal((n, c)), rng.integers(0, c, n)) for n, c in ((5, 3), (8, 10), (2, 4), (1, 3))]


def loss_mended_only(scores, targets):
    return healthy.softmax_with_loss(scores, targets)[0], faulty.output_loss(scores, targets)[1]


def gradient_mended_only(scores, targets):
    return faulty.output_loss(scores, targets)[0], healthy.softmax_with_loss(scores, targets)[1]


def through_softmax(scores, targets):
    loss, gradient = healthy.softmax_with_loss(scores, targets)
    return loss, healthy.softmax_backward(healthy.softmax(scores), gradient)


def backward_left_out(scores, targets):
    return healthy.softmax_with_loss(healthy.softmax(scores), targets)


CLINIC_13 = Exercise(
    "clinic-13",
    chapter=19,
    points=1,
    minutes=3,
    answer=healthy.softmax_with_loss,
    cases=clinic_13_cases,
    mistakes=[
        Mistake(
            faulty.output_loss,
            "It does what the code did as it came: there are two softmaxes, forward and backward. The loss holds one "
            "already.",
        ),
        Mistake(
            through_softmax,
            "Forward is fixed. The gradient still goes back through the softmax of its own, which is no longer there.",
        ),
        Mistake(
            backward_left_out,
            "Only the second backward is gone. Forward still takes two softmaxes, so now the gradient doesn't fit it.",
        ),
        Mistake(loss_mended_only, "The loss is fixed. The gradient is still that of two softmaxes."),
        Mistake(gradient_mended_only, "The gradient is fixed. The loss is still that of two softmaxes."),
    ],
)


def clinic_14_cases(rng):
    return [(rng.standard_normal((n, 2, 1)), rng.integers(0, 100, n), seed) for n, seed in ((5, 0), (9, 1), (12, 2))]


def order(images, seed):
    return np.random.default_rng(seed).permutation(len(images))


CLINIC_14 = Exercise(
    "clinic-14",
    chapter=19,
    points=1,
    minutes=4,
    answer=healthy.shuffled,
    cases=clinic_14_cases,
    mistakes=[
        Mistake(faulty.in_random_order, "It does what the code did as it came: images and labels get two orders."),
        Mistake(lambda x, t, seed: (x[order(x, seed)], t), "The images moved, but the labels stayed where they were."),
        Mistake(lambda x, t, seed: (x, t[order(x, seed)]), "The labels moved, but the images stayed where they were."),
        Mistake(lambda x, t, seed: (x, t), "They fit together, but nothing is shuffled anymore."),
        Mistake(
            lambda x, t, seed: (x[order(x, seed)], t[np.argsort(order(x, seed))]),
            "The labels went the opposite way: argsort gives the order that undoes the first. Use the same one.",
        ),
        Mistake(
            lambda x, t, seed: (x[order(x, seed)], t[np.random.default_rng(seed + 1).permutation(len(t))]),
            "There are still two orders, from two seeds.",
        ),
    ],
)


def bowls(rng):
    """Bowls with a bottom for each batch. Each parameter has a part in all gradients, which come in another order."""

    def gradient(params, batch):
        together = 0.1 * sum(value.sum() for value in params.values())
        return common.reordered({name: value - batch + together for name, value in params.items()})

    return [
        (
            {name: rng.standard_normal(shape) for name, shape in shapes.items()},
            gradient,
            rng.standard_normal(count).tolist(),
            rate,
        )
        for shapes, count, rate in (
            ({"W": (2, 3), "b": (3,)}, 1, 0.1),
            ({"W": (2, 3), "b": (3,)}, 3, 0.2),
            ({"kernel": (2, 3), "b": (3,), "scale": (3,)}, 6, 0.05),
            ({"one": (2, 1), "two": (2, 1)}, 2, 0.3),
        )
    ]


def by_position(params, gradient, batches, rate):
    for batch in batches:
        grads = gradient(params, batch).values()
        params = {name: value - rate * grad for (name, value), grad in zip(params.items(), grads)}
    return params


def one_by_one(params, gradient, batches, rate):
    params = dict(params)
    for batch in batches:
        for name in params:
            params[name] = params[name] - rate * gradient(params, batch)[name]
    return params


def frozen_gradient(params, gradient, batches, rate):
    """All steps with gradients at the first parameters."""
    return healthy.learn(params, lambda _, batch: gradient(params, batch), batches, rate)


CLINIC_15 = Exercise(
    "clinic-15",
    chapter=19,
    points=1,
    minutes=4,
    answer=healthy.learn,
    cases=bowls,
    mistakes=[
        Mistake(
            faulty.learn_on,
            "It does what the code did as it came: the parameters come back as they were. Put each new value into "
            "the dictionary that is returned.",
        ),
        Mistake(
            lambda p, f, batches, rate: without_checks(p, f, batches, -rate),
            "The parameters move now, but uphill: subtract.",
        ),
        Mistake(
            lambda p, f, batches, rate: healthy.learn(p, f, batches, 1),
            "The parameters move now, but too far: the rate is missing.",
        ),
        Mistake(
            lambda p, f, batches, rate: healthy.learn(p, f, batches[-1:], rate),
            "Only the step of the last batch is left. Each step has to start from where the one before it ended.",
        ),
        Mistake(
            lambda p, f, batches, rate: healthy.learn(p, f, batches[:1], rate),
            STOPS_EARLY,
        ),
        Mistake(
            frozen_gradient,
            "The steps add up now, but every gradient is taken at the first parameters. Take it where the parameters "
            "are.",
        ),
        Mistake(
            by_position,
            common.MISPAIRED,
        ),
        Mistake(
            one_by_one,
            "The gradient was taken anew after each parameter had moved. All move by the gradient at the same place.",
        ),
    ],
)


def means(params, gradient, batches, rate):
    """Steps along the mean of all gradients so far."""
    total = {name: np.zeros_like(value) for name, value in params.items()}
    for count, batch in enumerate(batches, start=1):
        grads = gradient(params, batch)
        total = {name: total[name] + grads[name] for name in total}
        params = {name: value - rate * total[name] / count for name, value in params.items()}
    return params


def one_step(params, gradient, batches, rate):
    """All gradients at the first parameters, added up for one step at the end."""
    return {name: value - rate * sum(gradient(params, b)[name] for b in batches) for name, value in params.items()}


def cleared_too_early(params, gradient, batches, rate):
    """The gradients are cleared before they are used."""
    return params


CLINIC_16 = Exercise(
    "clinic-16",
    chapter=19,
    points=1,
    minutes=4,
    answer=healthy.learn,
    cases=bowls,
    mistakes=[
        Mistake(
            faulty.learn_steadily,
            "It does what the code did as it came: the gradients of all batches so far make each step.",
        ),
        Mistake(means, "A mean of all gradients so far is tamer, but still full of old ones. Use this batch's alone."),
        Mistake(
            one_step,
            "That is one long step at the end, from gradients at the first parameters. Take a step for each batch.",
        ),
        Mistake(
            cleared_too_early,
            "Nothing moves. Are the gradients cleared between backward and the update? Clear them before backward.",
        ),
        Mistake(
            lambda p, f, batches, rate: healthy.learn(p, f, batches[:1], rate),
            STOPS_EARLY,
        ),
        Mistake(
            by_position,
            common.MISPAIRED,
        ),
    ],
)


def clinic_17_with_rules(velocity_rule, step_rule):
    """Momentum with other rules: for the velocity, of v, rate and gradient; for the step, of value, old and new v."""

    def answer(params, gradient, batches, rate):
        velocity = {name: np.zeros_like(value) for name, value in params.items()}
        for batch in batches:
            grads = gradient(params, batch)
            old, velocity = velocity, {name: velocity_rule(velocity[name], rate, grads[name]) for name in params}
            params = {name: step_rule(value, old[name], velocity[name]) for name, value in params.items()}
        return params

    return answer


CLINIC_17 = Exercise(
    "clinic-17",
    chapter=19,
    points=1,
    minutes=4,
    answer=healthy.learn_with_momentum,
    cases=bowls,
    mistakes=[
        Mistake(
            faulty.learn_with_momentum,
            "Still uphill: there are two signs, one in the velocity and one in the step. Together they must make one "
            "minus.",
        ),
        Mistake(healthy.learn, "This goes downhill, but the momentum is gone. Keep 0.9 of the velocity."),
        Mistake(
            clinic_17_with_rules(lambda v, rate, g: -0.9 * v - rate * g, lambda w, old, v: w + v),
            "The sign of the old velocity changed, too: a ball that rolls on would turn back at each step. Keep + 0.9.",
        ),
        Mistake(
            clinic_17_with_rules(lambda v, rate, g: 0.9 * v - 0.1 * rate * g, lambda w, old, v: w + v),
            "A new factor came in: in this book the velocity is 0.9 v - rate * gradient.",
        ),
        Mistake(
            clinic_17_with_rules(lambda v, rate, g: 0.9 * v - rate * g, lambda w, old, v: w + old),
            "The step uses the velocity of the step before. Change the velocity first.",
        ),
        Mistake(
            clinic_17_with_rules(lambda v, rate, g: 0.9 * v - g, lambda w, old, v: w + v),
            "This goes downhill, but far too fast: the rate is missing.",
        ),
    ],
)


def weights(inputs, outputs, seed, factor=2):
    return np.sqrt(factor / inputs) * np.random.default_rng(seed).standard_normal((inputs, outputs))


CLINIC_18 = Exercise(
    "clinic-18",
    chapter=19,
    points=1,
    minutes=3,
    answer=healthy.first_layer,
    cases=lambda rng: [(4, 3, 0), (8, 2, 1), (3, 7, 2), (5, 1, 3)],
    mistakes=[
        Mistake(
            faulty.first_layer,
            "It does what the code did as it came: with a bias of -10, no sum of small numbers gets above 0.",
        ),
        Mistake(
            lambda i, o, seed: (weights(i, o, seed), np.full(o, 10.0)),
            "Now every unit is on for every image: nothing bends, and the layers collapse into one. Take 0.",
        ),
        Mistake(
            lambda i, o, seed: (weights(i, o, seed), np.zeros(i)),
            "There should be one bias for each output, not for each input.",
        ),
        Mistake(
            lambda i, o, seed: (weights(i, o, seed), 0.0),
            "One number would be shared by all units. Each needs its own: an array of zeros.",
        ),
        Mistake(
            lambda i, o, seed: (np.zeros((i, o)), np.zeros(o)),
            "With weights of 0 all units are alike. The weights were right: only the bias is wrong.",
        ),
        Mistake(
            lambda i, o, seed: (10 * weights(i, o, seed), np.full(o, -10.0)),
            "Larger weights wake a few units up, but make scores that are far too large. Fix the bias.",
        ),
    ],
)


def clinic_19_cases(rng):
    return [(rng.standard_normal((n, d)), rng.integers(0, 100, n)) for n, d in ((6, 2), (10, 1), (7, 2))]


def overlapping(images, labels):
    half = len(images) // 2
    return images[half - 1 :], labels[half - 1 :], images[:half], labels[:half]


def exchanged(images, labels):
    x_train, t_train, x_test, t_test = healthy.split(images, labels)
    return x_test, t_test, x_train, t_train


def other_order(images, labels):
    x_train, t_train, x_test, t_test = healthy.split(images, labels)
    return x_train, x_test, t_train, t_test


def labels_forgotten(images, labels):
    half = len(images) // 2
    return images[half:], labels, images[:half], labels[:half]


CLINIC_19 = Exercise(
    "clinic-19",
    chapter=19,
    points=1,
    minutes=3,
    answer=healthy.split,
    cases=clinic_19_cases,
    mistakes=[
        Mistake(faulty.split, "It does what the code did as it came: the test images are among the training images."),
        Mistake(
            overlapping,
            "One image is still in both parts. A slice doesn't include its end, so both can use the same number.",
        ),
        Mistake(exchanged, "Nothing is in both parts anymore. But the first half should be the test images."),
        Mistake(
            other_order,
            "The parts are right, but in another order: train images, train labels, test images, test labels.",
        ),
        Mistake(
            labels_forgotten, "The images are split. The training labels still begin with those of the test images."
        ),
    ],
)


def clinic_20_cases(rng):
    settings = (((4, 5), 0.5, 0), ((3, 6), 0.2, 1), ((2, 8), 0.75, 2), ((1, 6), 0.4, 3))
    return [(rng.standard_normal(s), rate, seed, training) for s, rate, seed in settings for training in (False, True)]


def clinic_20_with_rules(in_training, predicting):
    """Other rules of y, the mask and the rate."""

    def answer(y, rate, seed, training):
        kept = np.random.default_rng(seed).random(y.shape) >= rate
        return (in_training if training else predicting)(y, kept, rate)

    return answer


CLINIC_20 = Exercise(
    "clinic-20",
    chapter=19,
    points=1,
    minutes=4,
    answer=healthy.dropout,
    cases=clinic_20_cases,
    mistakes=[
        Mistake(
            faulty.dropout,
            "It does what the code did as it came: the mask works while predicting, too. `training` says when.",
        ),
        Mistake(lambda y, rate, seed, training: y, "Now dropout is off in training as well. It is needed there."),
        Mistake(
            clinic_20_with_rules(lambda y, kept, rate: y, lambda y, kept, rate: y * kept / (1 - rate)),
            "The condition is reversed: dropout works while predicting, and not in training.",
        ),
        Mistake(
            clinic_20_with_rules(lambda y, kept, rate: y * kept / (1 - rate), lambda y, kept, rate: y * (1 - rate)),
            "Training divides by 1 - rate already, so that nothing needs scaling later. While predicting return y.",
        ),
        Mistake(
            clinic_20_with_rules(lambda y, kept, rate: y * kept, lambda y, kept, rate: y),
            "Predicting is fixed. In training the division by 1 - rate got lost, so the layers behind it see larger "
            "numbers later.",
        ),
        Mistake(
            clinic_20_with_rules(lambda y, kept, rate: y * kept / (1 - rate), lambda y, kept, rate: y / (1 - rate)),
            "The mask is off, but the division isn't: everything comes out too large.",
        ),
    ],
)


def clinic_21_cases(rng):
    def predict(x):
        return -x[:, ::-1]  # scores of a network that need not be trained

    return [
        (
            predict,
            rng.standard_normal((n, c)),
            rng.integers(0, c, n),
            rng.standard_normal((m, c)),
            rng.integers(0, c, m),
        )
        for n, m, c in ((12, 8, 3), (7, 15, 4), (20, 9, 9))
    ]


def share(predict, x, t):
    return np.mean(predict(x).argmax(axis=1) == t)


CLINIC_21 = Exercise(
    "clinic-21",
    chapter=19,
    points=1,
    minutes=3,
    answer=healthy.reported,
    cases=clinic_21_cases,
    mistakes=[
        Mistake(
            faulty.reported,
            "It does what the code did as it came: it asks for the training images, which were learned by heart.",
        ),
        Mistake(
            lambda predict, x, t, xt, tt: (
                (share(predict, x, t) * len(x) + share(predict, xt, tt) * len(xt)) / (len(x) + len(xt))
            ),
            "That is the share of all images, and some of them were learned from. Use the test images alone.",
        ),
        Mistake(
            lambda predict, x, t, xt, tt: share(predict, xt, tt) * len(xt),
            "That is a count. Return the share of right answers, from 0 to 1.",
        ),
        Mistake(
            lambda predict, x, t, xt, tt: share(predict, x, t) - share(predict, xt, tt),
            "That is the gap between the two. It is worth knowing; the report wants the accuracy on the test images.",
        ),
        Mistake(
            lambda predict, x, t, xt, tt: 1 - share(predict, xt, tt),
            "That is the share of wrong answers on the test images.",
        ),
        Mistake(
            lambda predict, x, t, xt, tt: np.mean(predict(xt).argmax(axis=0) == tt),
            "axis=0 asks which image has the greatest score of a class. The classes lie along axis 1.",
        ),
    ],
)


def clinic_22_cases(rng):
    return [
        (3 + 2 * rng.standard_normal((n, d)), rng.standard_normal(d), rng.uniform(0.5, 4, d), training)
        for n, d in ((5, 3), (2, 4), (7, 1))
        for training in (False, True)
    ] + [(rng.standard_normal((1, 3)), rng.standard_normal(3), rng.uniform(0.5, 4, 3), False)]  # one row is predicted


def mean_mended_only(z, mean, variance, training):
    return (
        healthy.normalized(z, mean, z.var(axis=0), False)
        if not training
        else healthy.normalized(z, mean, variance, True)
    )


CLINIC_22 = Exercise(
    "clinic-22",
    chapter=19,
    points=1,
    minutes=4,
    answer=healthy.normalized,
    cases=clinic_22_cases,
    mistakes=[
        Mistake(
            faulty.normalized,
            "It does what the code did as it came: the batch's own statistics, in either mode. While predicting, use "
            "those that are given.",
        ),
        Mistake(
            lambda z, mean, variance, training: healthy.normalized(z, mean, variance, False),
            "Predicting is fixed. In training the batch's own statistics belong here.",
        ),
        Mistake(
            lambda z, mean, variance, training: healthy.normalized(z, mean, variance, not training),
            "The condition is reversed: the batch's own statistics belong to training.",
        ),
        Mistake(mean_mended_only, "The mean is fixed. The variance is still that of the batch to be predicted."),
        Mistake(
            lambda z, mean, variance, training: z if not training else healthy.normalized(z, mean, variance, True),
            "While predicting, nothing is normalized now. The layer behind it has learned from normalized numbers: "
            "use the statistics that are given.",
        ),
        Mistake(
            lambda z, mean, variance, training: (
                (z - mean) / (variance + 1e-5) if not training else healthy.normalized(z, mean, variance, True)
            ),
            "You divided by the variance. The standard deviation is its square root.",
        ),
    ],
)


def torch_setup(seed, sizes, steps, momentum=0.0, in_two=False):
    """What a PyTorch training needs, made anew by each call: model, or its two layers, loss, optimizer and batches."""

    def setup():
        import torch
        from torch.nn import Linear

        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            first, second = (Linear(*ends, dtype=torch.float64) for ends in zip(sizes, sizes[1:]))
            batches = [
                (torch.randn(4, sizes[0], dtype=torch.float64), torch.randint(0, sizes[-1], (4,))) for _ in range(steps)
            ]
        model = torch.nn.Sequential(first, torch.nn.ReLU(), second)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.3, momentum=momentum)
        return *((first, second) if in_two else (model,)), torch.nn.CrossEntropyLoss(), optimizer, batches

    return setup


def clinic_23_with_rules(before_backward, after_backward, kept=lambda losses, again: losses):
    """A training loop with other calls around backward; `kept` chooses what is returned."""

    def answer(setup):
        model, loss_function, optimizer, batches = setup()
        losses, again = [], []
        for x, t in batches:
            before_backward(optimizer)
            loss = loss_function(model(x), t)
            loss.backward()
            after_backward(optimizer)
            losses.append(loss.item())
            again.append(loss_function(model(x), t).item())
        return kept(losses, again)

    return answer


def clear(optimizer):
    optimizer.zero_grad()


def step(optimizer):
    optimizer.step()


CLINIC_23 = Exercise(
    "clinic-23",
    chapter=19,
    points=1,
    minutes=3,
    answer=healthy.train_with_torch,
    cases=lambda rng: [
        (torch_setup(seed, sizes, steps, momentum),)
        for seed, (sizes, steps, momentum) in enumerate([((3, 5, 4), 4, 0), ((2, 4, 3), 6, 0.9), ((4, 3, 2), 3, 0)])
    ],
    mistakes=[
        Mistake(
            faulty.train_with_torch,
            "It does what the code did as it came: each step uses the gradients of all batches so far. Is zero_grad "
            "inside the loop?",
        ),
        Mistake(
            clinic_23_with_rules(lambda optimizer: None, clear),
            "The model keeps its initial parameters: when the optimizer steps there is no gradient. The order is "
            "zero_grad, backward, step.",
        ),
        Mistake(
            clinic_23_with_rules(clear, step, lambda losses, again: again),
            "These are losses after each step, from a second forward pass. Keep the loss that backward was called on.",
        ),
        Mistake(clinic_23_with_rules(clear, step, lambda losses, again: losses[:1]), STOPS_EARLY),
        Mistake(
            clinic_23_with_rules(clear, lambda optimizer: (step(optimizer), step(optimizer))),
            "The optimizer steps twice for each batch. Once is enough.",
        ),
        Mistake(
            clinic_23_with_rules(clear, step, lambda losses, again: losses[-1]),
            "That is the last loss alone. Return a list with the loss of each batch.",
        ),
    ],
    needs="torch",
)


def torch_trained(seed, inputs, classes, count, wrong):
    """A model with batch norm whose running statistics are not those of the images, in training mode, with images."""

    def trained():
        import torch
        from torch.nn import BatchNorm1d, Linear, Sequential

        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            model = Sequential(Linear(inputs, 6), BatchNorm1d(6), torch.nn.ReLU(), Linear(6, classes)).double()
            model(2 + torch.randn(20, inputs, dtype=torch.float64))
            x = torch.randn(count, inputs, dtype=torch.float64)
            t = model.eval()(x).argmax(dim=1)
            t[:wrong] = (t[:wrong] + 1) % classes
        return model.train(), x, t

    return trained


def clinic_24_with_rules(share):
    """Another use of the scores and the class indices, in evaluation mode."""

    def answer(trained):
        model, x, t = trained()
        return share(model.eval()(x).detach(), t).item()

    return answer


CLINIC_24 = Exercise(
    "clinic-24",
    chapter=19,
    points=1,
    minutes=3,
    answer=healthy.accuracy_with_torch,
    cases=lambda rng: [(torch_trained(*made),) for made in ((0, 3, 3, 12, 4), (1, 4, 5, 21, 3), (2, 2, 2, 9, 4))],
    mistakes=[
        Mistake(
            faulty.accuracy_with_torch,
            "It does what the code did as it came: the model predicts in training mode. `no_grad` doesn't change the "
            "mode. Is eval called, with parentheses, before the model predicts?",
        ),
        Mistake(
            clinic_24_with_rules(lambda scores, t: (scores.argmax(dim=1) == t).sum()),
            "The mode is right now. That is the number of right answers; the accuracy is their share.",
        ),
        Mistake(
            clinic_24_with_rules(lambda scores, t: (scores.argmax(dim=1) != t).float().mean()),
            "The mode is right now. That is the error rate; the accuracy is one minus it.",
        ),
        Mistake(
            clinic_24_with_rules(lambda scores, t: 100 * (scores.argmax(dim=1) == t).float().mean()),
            "The mode is right now. That is in percent. Return a share from 0 to 1.",
        ),
        Mistake(
            clinic_24_with_rules(lambda scores, t: (scores.argmax(dim=0) == t).float().mean()),
            "The greatest score has to be found among the classes of each image: that is dimension 1.",
        ),
    ],
    needs="torch",
)


def clinic_25_with_rules(kept=None, used=None, loss_rule=None, clears=True, order=lambda *logs: logs):
    """The logging training with other rules: for what is logged and used of the pre-activation, and for the loss."""

    def answer(setup):
        first, second, loss_function, optimizer, batches = setup()
        losses, activity = [], []
        for x, t in batches:
            z = first(x)
            activity.append((kept or hidden)(z).mean().item())
            if clears:
                optimizer.zero_grad()
            loss = loss_function(second((used or hidden)(z)), t)
            (loss_rule(loss) if loss_rule else loss).backward()
            optimizer.step()
            losses.append(loss.item())
        return order(losses, activity)

    return answer


def hidden(z):
    return z.relu()


def made_anew(loss):
    import torch

    return torch.tensor(loss.item(), requires_grad=True)


CLINIC_25 = Exercise(
    "clinic-25",
    chapter=19,
    points=1,
    minutes=4,
    answer=healthy.train_and_log,
    cases=lambda rng: [
        (torch_setup(seed, sizes, steps, in_two=True),)
        for seed, (sizes, steps) in enumerate([((3, 5, 4), 4), ((2, 4, 3), 6), ((4, 3, 2), 3)])
    ],
    mistakes=[
        Mistake(
            faulty.train_and_log,
            "It does what the code did as it came: the first layer never moves. What goes on into the second layer "
            "must not be detached.",
        ),
        Mistake(
            clinic_25_with_rules(loss_rule=made_anew),
            "No layer moves now: backward is called on a new tensor, which knows nothing of the model. Call it on the "
            "loss itself.",
        ),
        Mistake(
            clinic_25_with_rules(kept=lambda z: z),
            "The training is right now. The log has the pre-activations. It should have the outputs of the ReLU.",
        ),
        Mistake(
            clinic_25_with_rules(used=lambda z: z),
            "The graph is whole now, but the second layer gets the pre-activations: the ReLU is missing on the way.",
        ),
        Mistake(
            clinic_25_with_rules(clears=False),
            "The graph is whole now, and zero_grad has gone: the gradients of all batches add up.",
        ),
        Mistake(
            clinic_25_with_rules(order=lambda losses, activity: (activity, losses)),
            "Both lists are right, but in the wrong order: losses first.",
        ),
    ],
    needs="torch",
)
