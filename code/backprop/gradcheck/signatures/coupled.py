"""Mistakes where outputs depend on several inputs: sums, statistics, softmax, losses."""

import numpy as np

from ...values import unbroadcast
from ..case import Guess, same


def treated_as_elementwise(case):
    if not case.keeps_shape or case.jacobian is None or case.elementwise:
        return
    alone = [case.upstream * case.slope, case.slope]
    for y, _ in _softmaxes(case):
        alone.append(case.upstream * y)  # the sum held constant
        alone.append(case.upstream * (1 - y))  # the diagonal, for log softmax
    for guess in alone:
        text = "every output is treated as if it depended on its own input alone, but it depends on others too"
        yield Guess("treated as elementwise", text, guess)
    for name, value in case.shaped.items():
        yield Guess(
            "treated as elementwise",
            f"the upstream gradient times {name}, element by element",
            lambda value=value: case.upstream * value,
        )


def treated_apart(case):
    """Outputs that depend on the places before them, such as the steps of a sequence, taken one by one."""
    if case.jacobian is None or case.upstream is None or case.right.ndim != case.upstream.ndim:
        return
    whole = case.jacobian.reshape(*case.right.shape, *case.upstream.shape)
    for axis, n in enumerate(case.right.shape):
        if n > 1 and n == case.upstream.shape[axis]:
            same_place = np.eye(n).reshape([n if d in (axis, case.right.ndim + axis) else 1 for d in range(whole.ndim)])
            guess = ((whole * same_place).reshape(case.jacobian.shape) @ case.upstream.ravel()).reshape(
                case.right.shape
            )
            text = f"each place along axis {axis} is treated as if it were alone, but each one acts on others"
            yield Guess("treated as elementwise", text, guess)


def jacobian_transposed(case):
    if case.jacobian is not None and case.keeps_shape:
        text = "this is the Jacobian of forward times the upstream gradient: backward needs its transpose"
        if _linear(case):
            text = "forward is applied to the upstream gradient once more: backward needs the transpose"
        guess = (case.jacobian.T @ case.upstream.ravel()).reshape(case.right.shape)
        yield Guess("transposed", text, guess, "transposed")


def _linear(case):
    if case.output is not None and case.value is not None:
        return same(case.jacobian.T @ case.value.ravel(), case.output.ravel())
    values = [(name, value) for name, value in case.values.items() if np.shape(value) == case.right.shape]
    return all(same(case.right_with({name: np.cos(value)}), case.right) for name, value in values)


def parts_of_the_sum(case):
    """Only some of the output elements send their gradient back."""
    if case.jacobian is None or case.upstream is None:
        return
    g = case.upstream
    places = [(axis, k) for axis, n in enumerate(g.shape) for k in dict.fromkeys([0, n - 1, *range(n)])]
    for axis, k in places:
        if g.shape[axis] == 1:
            continue
        alone = np.zeros(g.shape)
        np.moveaxis(alone, axis, 0)[k] = np.moveaxis(g, axis, 0)[k]
        text = f"only {_which(case, axis, k)} counts: does each one overwrite what should be added up?"
        yield Guess("summed wrongly", text, lambda u=alone: case.projected(u), ("alone", axis, k))
    if 1 < case.jacobian.size < 200_000:
        parts, touched = case.contributions, np.abs(case.jacobian) > 1e-9 * np.abs(case.jacobian).max(initial=0)
        touched = touched.reshape(parts.shape)
        for which, at in (("last", parts.shape[-1] - 1 - touched[..., ::-1].argmax(-1)), ("first", touched.argmax(-1))):
            guess = np.take_along_axis(parts, at[..., None], -1)[..., 0]
            text = f"of all places where an element was used, only the {which} counts: is there a = where += belongs?"
            yield Guess("summed wrongly", text, guess)
    for axis, k in places:
        without = g.copy()
        np.moveaxis(without, axis, 0)[k] = 0
        for number in (k, k - g.shape[axis]):  # counted from either end
            text = f"{_which(case, axis, number)} is left out"
            yield Guess("off by one", text, lambda u=without: case.projected(u), ("without", axis, number))


def _which(case, axis, k):
    """In words; where there is one place alone, k = 0 calls it the first, and k = -1 the last."""
    g, arrays = case.upstream, [value for value in case.values.values() if np.ndim(value) > 1]
    which = {g.shape[axis] - 1: "the last", -1: "the last", 0: "the first"}.get(k, f"number {k % g.shape[axis]}")
    if axis or g.ndim < 2:
        return f"{which} along axis {axis}"
    examples = not arrays or any(len(value) == len(g) for value in arrays)
    return f"{which} example" if examples else f"{which} row of the upstream gradient"


def summed_wrongly(case):
    """Contributions of several output elements: over which axes should they have been added up?"""
    if case.jacobian is None or case.upstream is None:
        return
    parts = case.upstream * case.jacobian.sum(axis=0).reshape(case.upstream.shape)
    if case.answer.shape != case.right.shape:
        text = f"not summed: one gradient for each of the {parts.size} elements of the output, but "
        yield Guess("summed wrongly", f"{text}{case.own or 'it'} is one array for all of them", parts, "not summed")
        for axis in range(parts.ndim):
            text = f"summed over axis {axis} alone, but more axes belong to the sum"
            yield Guess("summed wrongly", text, parts.sum(axis=axis))
    for axis in [*range(parts.ndim), None]:
        for reduce, word in ((np.sum, "summed"), (np.mean, "a mean is taken"), (np.max, "the largest is taken")):
            over = f"axis {axis}" if axis is not None else "all axes"
            own = case.own if case.own in case.values else "it"
            text = f"{word} over {over}, which is not where {own} was repeated"
            if reduce != np.sum:
                text = f"{word} over {over}: the gradients of several uses add up"
            reduced = reduce(parts, axis=axis)
            if reduce != np.max or case.answer.shape == case.right.shape:
                yield Guess("summed wrongly", text, lambda r=reduced: np.broadcast_to(r, case.answer.shape))
    magnitudes = np.asarray(unbroadcast(np.abs(parts), case.right)) if case.right.size < parts.size else None
    if magnitudes is not None:
        yield Guess("altered afterward", "the signs were lost before the sum", magnitudes)


def _softmax_back(y, g, axis):
    return y * (g - (g * y).sum(axis=axis, keepdims=True))


def _softmaxes(case):
    """Every array and axis for which the right gradient is that of a softmax whose output the array is."""
    if not case.keeps_shape or case.right.ndim == 0:
        return
    arrays = [case.output] if case.output is not None else list(case.values.values())
    for y in arrays:
        for axis in range(case.right.ndim):
            if np.shape(y) == case.right.shape and same(case.right, _softmax_back(y, case.upstream, axis)):
                if np.allclose(np.sum(y, axis=axis), 1, atol=1e-6):
                    yield y, axis


def softmax_wrong(case):
    """Softmax, and what is made of it: the inner sum belongs along the axis that forward summed over."""
    g, found = case.upstream, False
    for y, axis in _softmaxes(case):
        found = True
        if case.value is not None:
            text = "the rule is right for the output of forward, but was given its input"
            yield Guess("input taken for output", text, _softmax_back(case.value, g, axis))
        for other in [*range(y.ndim), None]:
            if other != axis:
                over = f"axis {other}" if other is not None else "all axes"
                text = f"the inner sum is taken over {over}; forward summed over axis {axis}"
                yield Guess("summed wrongly", text, _softmax_back(y, g, other))
        total = (g * y).sum(axis=axis, keepdims=True)
        for text, guess in (
            ("the inner sum adds up the upstream gradient without its weights, the outputs",
             y * (g - g.sum(axis=axis, keepdims=True))),
            ("the inner sum is a mean", y * (g - (g * y).mean(axis=axis, keepdims=True))),
            ("the inner sum lacks its factor, the output", g * y - total),
            ("the inner sum comes in with the wrong sign", y * (g + total)),
            ("the square of the output is used where the inner sum belongs", g * y - y**2),
            ("the inner sum lacks the upstream gradient", g * y - y * y.sum(axis=axis, keepdims=True)),
            ("the factor y in front is missing", g - total),
        ):  # fmt: skip  # a row each
            yield Guess("summed wrongly", text, guess)
        text = "the rows of the Jacobian are summed before the upstream gradient comes in"
        yield Guess("summed wrongly", text, g * (y - y * y.sum(axis=axis, keepdims=True)))
    if not found and case.keeps_shape:
        for axis in range(g.ndim):  # of the form g - w * sum(g), as for log softmax: the same weights, another axis
            weights = (g - case.right) / g.sum(axis=axis, keepdims=True)
            if (weights > 0).all() and np.allclose(weights.sum(axis=axis), 1):
                for other in range(g.ndim):
                    if other != axis:
                        text = f"the inner sum is taken over axis {other}, not over axis {axis}"
                        yield Guess("summed wrongly", text, g - weights * g.sum(axis=other, keepdims=True))
                yield Guess(
                    "treated as elementwise",
                    "every output is treated as if it depended on its own input alone, but it depends on others too",
                    g * (1 - weights),
                )


def statistics_wrong(case):
    """Normalized rows or columns: mean or variance taken for constants, over another axis, with another divisor."""
    if not case.keeps_shape or case.jacobian is None or case.right.ndim < 2 or case.elementwise:
        return
    g = case.upstream
    inputs = [case.value] if case.value is not None else [np.asarray(v) for v in case.values.values()]
    scales = [None, *(v for v in case.values.values() if np.shape(v) == case.right.shape[-1:])]
    for x in (x for x in inputs if np.shape(x) == case.right.shape):
        for axis in range(case.right.ndim):
            for scale in scales if axis == case.right.ndim - 1 else [None]:
                yield from _of_normalized(case, x, axis, g if scale is None else g * scale, scale)


def _of_normalized(case, x, axis, g, scale):
    n, centered = case.right.shape[axis], x - x.mean(axis=axis, keepdims=True)
    slope, deviation = _fitted(case, centered, axis, scale)
    variance = x.var(axis=axis, keepdims=True)

    def mean(array, over=axis):
        return array.mean(axis=over, keepdims=True)

    def back(of_mean=1, of_variance=1, over=axis, d=deviation, g=g):
        z = centered / d
        return slope * deviation / d * (g - of_mean * mean(g, over) - of_variance * z * mean(g * z, over))

    if not same(case.right, back(), 1e-4):
        return
    eps, constant = deviation**2 - variance, "right if {} were constant, but they change with every x"
    for number, (kind, text, guess) in enumerate((
        ("statistics held constant", constant.format("mean and variance"), back(0, 0)),
        ("statistics held constant", "right if the variance were constant, but it changes with every x", back(1, 0)),
        ("statistics held constant", "right if the mean were constant, but it changes with every x", back(0, 1)),
        *(
            ("summed wrongly", f"the means are taken over axis {other}; forward took them over axis {axis}",
             back(over=other)) for other in range(x.ndim) if other != axis
        ),
        ("summed wrongly", "the means are taken over everything", back(over=None)),
        ("summed wrongly", "sums are used where means belong", back(n, n)),
        ("summed wrongly", "a sum is used where the mean of the gradient belongs", back(n, 1)),
        ("summed wrongly", "a sum is used where the mean of the gradient times the normalized x belongs", back(1, n)),
        ("another value used", "this is the normalized x itself, not its gradient", centered / deviation),
        ("wrong statistics", f"divided by {n - 1} where the variance of forward divides by {n}",
         back(1, n / (n - 1)) if n > 1 else back()),
        ("wrong statistics", f"the deviation divides by {n - 1}, that of forward by {n}",
         back(d=np.sqrt(variance * n / (n - 1) + eps)) if n > 1 else back()),
        ("wrong statistics", "eps is outside the root, forward has it inside", back(d=np.sqrt(variance) + eps)),
        ("wrong statistics", "eps is missing under the root", back(d=np.sqrt(variance))),
        ("wrong statistics", "divided by the deviation once too often: by the variance", back() / deviation),
        ("wrong statistics", "the division by the deviation is missing", back() * deviation),
        ("wrong statistics", "the variance is used where its root belongs", back(d=deviation**2)),
        ("wrong statistics", "the last term lacks its factor, the normalized x",
         slope * (g - mean(g) - mean(g * centered) / deviation)),
        ("wrong statistics", "the sign of the variance's term is wrong", back(1, -1)),
        ("wrong statistics", "the sign of the mean's term is wrong", back(-1, 1)),
    )):  # fmt: skip  # a row each
        yield Guess(kind, text, guess, ("statistics", number))
    if scale is not None and same(case.right, back(), 1e-4):
        yield Guess("local derivative left out", "the scale is missing", back(g=case.upstream))


def _fitted(case, centered, axis, scale):
    """What backward multiplies with, and forward divides by, for each row: from output, or else from the Jacobian."""
    n, shape = case.right.shape[axis], case.right.shape
    rows = np.moveaxis(np.arange(case.right.size).reshape(shape), axis, -1).reshape(-1, n)
    slopes, deviations = np.empty(len(rows)), np.empty(len(rows))
    flat, y = centered.ravel(), None if case.output is None or scale is not None else case.output.ravel()
    epsilons = [v for v in case.values.values() if np.ndim(v) == 0]
    for k, row in enumerate(rows):
        block = case.jacobian[np.ix_(row, row)] / (1 if scale is None else np.asarray(scale))
        ones, own = np.eye(n) - 1 / n, np.outer(flat[row], flat[row]) / n
        if y is not None:
            slopes[k] = flat[row] @ (y[row] - y[row].mean()) / (flat[row] @ flat[row])
            deviations[k] = np.sqrt(slopes[k] * (own * own).sum() / ((slopes[k] * ones - block) * own).sum())
        elif epsilons:
            deviations[k] = np.sqrt(np.mean(flat[row] ** 2) + epsilons[0])
            known = ones - own / deviations[k] ** 2
            slopes[k] = (known * block).sum() / (known * known).sum()
        else:
            terms = np.stack([ones.ravel(), -own.ravel()], axis=1)
            slopes[k], second = np.linalg.lstsq(terms, block.ravel(), rcond=None)[0]
            deviations[k] = np.sqrt(slopes[k] / second)
    kept = [1 if k == axis else size for k, size in enumerate(shape)]
    return slopes.reshape(kept), deviations.reshape(kept)


def loss_of_rows(case):
    """Softmax with loss, sigmoid with loss, squared errors: the gradient is a multiple of y - t, and t is known."""
    if case.targets is None or case.value is None or case.output.ndim or case.answer.shape != case.right.shape:
        return
    x, targets = case.value, np.asarray(case.targets)
    if targets.size == len(x) != x.size and targets.dtype.kind in "iu" and x.ndim == 2:
        targets = np.eye(x.shape[1])[targets.ravel()]
    if targets.size != x.size:
        return
    t, e = targets.reshape(x.shape), np.exp(x - x.max(axis=-1, keepdims=True))
    factors = {1.0, 1 / len(x), 1 / x.size, 2 / len(x), 2 / x.size}
    for name, y in (("x", x), ("softmax", e / e.sum(axis=-1, keepdims=True)), ("sigmoid", 1 / (1 + np.exp(-x)))):
        for factor in factors:
            c = float(case.upstream) * factor
            if not same(case.right, c * (y - t)):
                continue
            for divisor in (1, factor):
                text = "the targets were never subtracted"
                yield Guess("targets left out", text, float(case.upstream) * divisor * y)
            if name == "softmax":
                text = "every probability is treated as if it depended on its own score alone"
                yield Guess("treated as elementwise", text, -c * t * (1 - y))
            if name != "x":
                text = f"the slope of {name} comes in once more: it is in y - t already"
                yield Guess("term too many", text, c * (y - t) * y * (1 - y))
            text = "every example gets the batch's mean in place of its own gradient"
            for wide in (np.mean(case.right, axis=0), np.sum(case.right, axis=0)):
                yield Guess("summed wrongly", text, np.broadcast_to(wide, x.shape))
    down = np.exp(x - x.max(axis=0))
    across = down / down.sum(axis=0)  # forward took the softmax over the batch
    if x.ndim == 2 and same(case.right, float(case.upstream) * (across * t.sum(axis=0) - t) / len(x)):
        text = "the rule is right for a softmax along axis 1; that of forward sums over axis 0"
        yield Guess("summed wrongly", text, float(case.upstream) * (across - t) / len(x))
    for factor in factors:  # binary cross-entropy of probabilities
        c = float(case.upstream) * factor
        if same(case.right, c * (x - t) / (x * (1 - x))):
            yield Guess("term left out", "the term of 1 - t is missing", -c * t / x)
            yield Guess("term left out", "the term of t is missing", c * (1 - t) / (1 - x))
            yield Guess("term left out", "the sign of the term of 1 - t is wrong", -c * t / x - c * (1 - t) / (1 - x))
            yield Guess("local derivative left out", "the division by p (1 - p) is missing", c * (x - t))
