"""Mistakes that are right answers to another question: another value was used, or a term, or a factor left out."""

from itertools import permutations

import numpy as np

from ..case import UPSTREAM, Guess, same, stretches


def upstream_ignored(case):
    if case.upstream is not None:
        text = "the upstream gradient is ignored: this is right for an upstream gradient of ones, and for no other"
        yield Guess("upstream gradient ignored", text, lambda: case.projected(np.ones(case.upstream.shape)))


def local_derivative_left_out(case):
    if case.upstream is None or not case.upstream.ndim:
        return
    if case.keeps_shape and not same(np.sort(np.abs(case.upstream), None), np.sort(np.abs(case.right), None)):
        text = "this is the upstream gradient as it came: the local derivative is missing"
        yield Guess("local derivative left out", text, case.upstream)
    elif case.upstream.ndim < case.right.ndim:
        text = "this is the upstream gradient as it came, in the shape of the output"
        yield Guess("local derivative left out", text, case.upstream)


def exchanged(case):
    for other, (answer, right) in case.others.items():
        first, second = sorted((str(case.own), other))
        if same(answer, case.right):
            text = f"{first} and {second} are exchanged: each holds what belongs to the other"
            yield Guess("inputs exchanged", text, right, ("exchanged", other))


def of_another(case):
    for other, (_, right) in case.others.items():
        if case.answer.shape == case.right.shape:
            yield Guess("inputs exchanged", f"this is what belongs to {other}", right)


def other_values(case):
    """Right if a value were another one."""
    for kind, text, changes in case.alternatives():
        shortened = any(np.shape(case.values.get(name, v)) != np.shape(v) for name, v in changes.items())
        if shortened and case.answer.shape != case.right.shape and UPSTREAM not in changes:
            continue  # a row less can be had in many ways
        yield Guess(kind, text, lambda changes=changes: case.right_with(changes))


other_values.fits_one_number = True


def changed_arrays(values, own=None):
    """What a backward does to the arrays it works with: (kind, text, changed values)."""
    for name, value in values.items():
        value = np.asarray(value)
        if value.ndim == 2:
            if value.shape[0] == value.shape[1]:
                text = f"{name} is used the wrong way around: backward needs its transpose"
                yield "transposed", text, {name: value.T.copy()}
            if min(value.shape) > 1:
                text = f"{name} was reshaped where it should be transposed: its numbers are mixed up"
                yield "transposed", text, {name: value.reshape(value.shape[::-1]).T.copy()}
        if value.ndim > 2:
            yield "transposed", f"{name} is turned by 180 degrees", {name: value[..., ::-1, ::-1].copy()}
        if name != own and value.ndim and value.dtype.kind == "f":
            text = f"right if {name} were all ones: backward leaves it out"
            yield "local derivative left out", text, {name: np.ones_like(value)}
            text = f"right if the rows of {name} had a 1 at their greatest number, and 0 elsewhere"
            if value.ndim == 2:
                yield "another value used", text, {name: np.eye(value.shape[1])[value.argmax(axis=1)]}


def changed_arguments(values, elsewhere):
    """What a learner does to the arguments of a function: (kind, text, changed values).

    `elsewhere` holds the numbers that other cases have under the same names.
    """
    kind = "another value used"
    numeric = {name: value for name, value in values.items() if np.asarray(value).dtype.kind in "fiub"}
    for name, value in numeric.items():
        array = np.asarray(value)
        if array.ndim == 0 and array.dtype.kind != "b":
            usual = [0, 1, 2, -1, 0.5, 0.1, 0.01, 0.001, 0.9, 0.99, 0.999, 10, 100, 255, *10.0 ** np.arange(-8, -3)]
            for number in dict.fromkeys(float(other) for other in [*usual, *elsewhere.get(name, ())]):
                tiny = 0 < number < 1e-3 and abs(array) > 1  # as good as 0
                if (array.dtype.kind == "f" or number.is_integer()) and not tiny:
                    text = f"as if {name} were always {number:g}"
                    yield kind, text, {name: type(value)(number) if isinstance(value, (int, float)) else number}
        for words, changed in _changes(array):
            yield kind, f"this is right with {words.format(name)} in place of {name}", {name: changed}
    numbers = [name for name, v in numeric.items() if isinstance(v, (int, float))]
    for a, b in permutations(numbers, 2):
        if not isinstance(values[a], float):
            continue
        if values[b]:
            yield kind, f"this is right with {a} divided by {b} in place of {a}", {a: values[a] / values[b]}
        yield kind, f"this is right with {a} times {b} in place of {a}", {a: values[a] * values[b]}
    for a, b in permutations(numeric, 2):
        if np.shape(values[a]) == np.shape(values[b]) or np.ndim(values[a]) == np.ndim(values[b]) > 0:
            yield kind, f"{b} is used where {a} belongs", {a: values[b]}
            if a < b:
                yield "inputs exchanged", f"{a} and {b} are in each other's places", {a: values[b], b: values[a]}


def _changes(value):
    if value.dtype.kind == "b":
        yield "the opposite of {}", ~value
        if value.ndim:
            yield "the first of {} in each place", np.broadcast_to(value[:1], value.shape).copy()
            yield "the last of {} in each place", np.broadcast_to(value[-1:], value.shape).copy()
        return
    yield "{} + 1", value + 1
    yield "{} - 1", value - 1
    yield "2 times {}", 2 * value
    if value.dtype.kind == "f":
        yield "-{}", -value
        yield "the absolute value of {}", np.abs(value)
        yield "half of {}", value / 2
        yield "{} cut to whole numbers", np.trunc(value)
        yield "the square of {}", np.square(value)
        yield "the root of {}", np.sqrt(value)
        yield "1/{}", 1 / value
        yield "1 - {}", 1 - value
        yield "the sign of {}", np.sign(value)
        yield "the positive part of {}", np.maximum(value, 0)
        yield "{} cut off at 0 and 1", np.clip(value, 0, 1)
        yield "tanh of {}", np.tanh(value)
        yield "the sigmoid of {}", 1 / (1 + np.exp(-value))
        yield "the exponential of {}", np.exp(value)
        yield "the logarithm of {}", np.log(value)
        if value.ndim == 2:
            yield "the softmax of {}", (e := np.exp(value - value.max(axis=1, keepdims=True))) / e.sum(1, keepdims=True)
    if value.ndim:
        for words, reduce in (("the mean", np.mean), ("the sum", np.sum)):
            yield words + " of {}", np.full(value.shape, reduce(value))
            if value.ndim > 1:
                yield words + " of {} over axis 0", _wide(value, reduce, 0)
                yield words + " of {} over its last axis", _wide(value, reduce, -1)
        yield "ones", np.ones_like(value)
        yield "zeros", np.zeros_like(value)
        yield "the reverse of {}", value[::-1].copy()
        yield "the first of {} in each place", np.broadcast_to(value[:1], value.shape).copy()
        yield "the last of {} in each place", np.broadcast_to(value[-1:], value.shape).copy()
        yield "{} without its mean", value - value.mean()
        yield "{} without its mean over axis 0", value - value.mean(axis=0)
        yield "{} in rising order", np.sort(value, axis=0)
        yield "the order that undoes {}", np.argsort(value, axis=0)
        yield "{} moved on by one place", np.roll(value, 1, axis=0)
        yield "{} moved to the front by one place", np.roll(value, -1, axis=0)
        if len(value) > 1:
            yield "all but the last of {}", value[:-1].copy()
            yield "all but the first of {}", value[1:].copy()
    if value.ndim == 1 and value.dtype.kind != "f":
        yield "0, 1, 2, ...", np.arange(len(value))
    if value.dtype == np.uint8:
        yield "{} as int8, which ends at 127,", value.astype(np.int8)
    if value.ndim == 2:
        yield "the transpose of {}", value.T.copy()
        yield "{} reshaped to its transpose's shape", value.reshape(value.shape[::-1]).copy()
    if value.ndim > 2:
        yield "{} with its last two axes exchanged", np.swapaxes(value, -1, -2).copy()


def _wide(value, reduce, axis):
    return np.broadcast_to(reduce(value, axis=axis, keepdims=True), value.shape).copy()


def term(case):
    """A term is left out, there twice, or of the wrong sign."""
    named = case.shaped | ({UPSTREAM: case.upstream} if case.upstream is not None else {})
    with_products = dict(named)
    for name, value in named.items():
        if case.upstream is not None and name != UPSTREAM and stretches(case.upstream, case.right.shape):
            with_products[f"the upstream gradient times {name}"] = value * case.upstream
    scalars = {name: v for name, v in case.values.items() if np.ndim(v) == 0 and case.right.ndim}
    for name, value in with_products.items():
        value = np.asarray(value, dtype=float)
        for factor, more in ((1, ""), *((float(v), f" times {scalar}") for scalar, v in scalars.items())):
            for times, kind, words in (
                (-1, "term left out", "it is smaller than the right one by exactly {}: is that left out?"),
                (1, "term too many", "it is larger than the right one by exactly {}: is that one too many?"),
                (-2, "term left out", "{} comes in with the wrong sign"),
                (2, "term too many", "{} comes in with the wrong sign"),
            ):
                yield Guess(kind, words.format(name + more), case.right + times * factor * value)


term.fits_one_number = True


def off_by_a_multiple(case):
    """A value comes in with a wrong factor, another one in each call or in each row."""
    if case.answer.shape != case.right.shape or case.right.size < 3:
        return
    off = case.answer - case.right
    named = case.shaped | ({UPSTREAM: case.upstream} if case.upstream is not None else {})
    for name, value in named.items():
        if np.shape(value) == off.shape and np.any(value):
            value = np.asarray(value, dtype=float)
            text = f"it is off by a multiple of {name}: does {name} come in with a wrong factor, or too often?"
            guess = case.right + (off * value).sum() / (value * value).sum() * value
            yield Guess("term too many", text, guess, (name, "multiple"), fitted=True)
            if off.ndim == 2 and off.shape[1] > 2:
                factors = (off * value).sum(axis=1, keepdims=True) / (value * value).sum(axis=1, keepdims=True)
                text = f"each row is off by a multiple of {name} there, by a factor of its own: is a sum over the row wrong?"
                yield Guess("summed wrongly", text, case.right + factors * value, (name, "rows"), fitted=True)
    for axis, words in ((1, "row"), (0, "column")):
        if off.ndim == 2 and off.shape[axis] > 2:
            text = f"each {words} is off by a number of its own, the same in the whole {words}"
            guess = case.right + off.mean(axis=axis, keepdims=True)
            yield Guess("summed wrongly", text, guess, (words, "shifted"), fitted=True)


def constant_too_large(case):
    if case.answer.shape == case.right.shape:
        by = float((case.answer - case.right).ravel()[0])
        text = f"{abs(by):.4g} too {'large' if by > 0 else 'small'}, everywhere"
        kind = "off by one" if abs(by) == 1 else "term too many"
        yield Guess(kind, text, case.right + by, f"{by:.5g} too large", fitted=True)
        text, telling = f"{text}, and by another number in another call", case.right.size > 1
        yield Guess(kind, text, case.right + by, "too large", fitted=True, telling=telling)


constant_too_large.fits_one_number = True


def only_the_value(case):
    """One of the values came back as it was, or the output."""
    for name, value in case.shaped.items():
        if np.shape(value) == case.right.shape:
            yield Guess("another value used", f"this is {name} as it came", np.asarray(value, dtype=float))
            yield Guess("another value used", f"this is {name} with all signs changed", -np.asarray(value, dtype=float))


def two_values_alone(case):
    """Two of the values were combined, and nothing else was done."""
    named = case.shaped | ({UPSTREAM: case.upstream} if case.upstream is not None else {})
    named = {n: np.asarray(v, dtype=float) for n, v in named.items() if np.shape(v) == case.right.shape}
    for (a, v), (b, w) in permutations(named.items(), 2):
        yield Guess("another value used", f"this is {a} minus {b}, and no more", v - w)
        if a < b:
            yield Guess("another value used", f"this is the sum of {a} and {b}, and no more", v + w)
            yield Guess("another value used", f"this is {a} times {b}, and no more", v * w)
