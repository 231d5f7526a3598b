"""Mistakes that show in the numbers alone: a factor, an order, a rounding."""

from itertools import permutations

import numpy as np

from ..case import UPSTREAM, Guess


def never_computed(case):
    if case.answer.shape == case.right.shape:
        yield Guess("never computed", "it is 0 everywhere: was it forgotten?", np.zeros_like(case.right))


def wrong_sign(case):
    yield Guess("constant factor", "the sign is wrong everywhere", -case.right)


def constant_factor(case):
    """A factor that is a length, or its root, explains itself; then 2 and 1/2; then whatever it is."""
    for factor, text, key in _named_factors(case):
        yield Guess("constant factor", text, factor * case.right, key)
        yield Guess("constant factor", f"{text}; the sign is wrong, too", -factor * case.right, (key, "-"))


def some_factor(case):
    if case.answer.shape == case.right.shape and case.right.any():
        at = np.unravel_index(np.abs(case.right).argmax(), case.right.shape)
        factor = case.answer[at] / case.right[at]
        if case.exact and abs(factor - 1) < 1e-3:
            return  # not a factor that anybody forgot
        text = f"{factor:.6g} times the right one, everywhere"
        yield Guess("constant factor", text, factor * case.right, f"{factor:.5g} times", fitted=True)


some_factor.fits_one_number = True  # one number is always some multiple of another


def power_too_many(case):
    """A constant times a power of a value, or of two numbers' product or quotient, comes in as a factor."""
    if case.answer.shape != case.right.shape or not case.right.any():
        return
    at = np.unravel_index(np.abs(case.right).argmax(), case.right.shape)
    share = case.answer[at] / case.right[at]
    for name, value in _powers(case):
        factor = np.broadcast_to(value, case.right.shape)
        constant = share / factor[at]
        words = f"{name} is a factor too many"
        if abs(constant - 1) > 1e-6:
            words = f"it is the right one times {constant:.4g} times {name}"
        yield Guess("constant factor", words, constant * factor * case.right, f"{constant:.5g} {name}", fitted=True)


power_too_many.fits_one_number = True


def _powers(case):
    named = {n: np.asarray(v, dtype=float) for n, v in case.shaped.items()}
    for name, v in named.items():
        if np.all(v != 0) and (np.ptp(v) > 0 or not v.ndim):
            yield from ((name, v), (f"{name}²", v**2), (f"1/{name}", 1 / v), (f"1/{name}²", v**-2.0))
            if np.all(v > 0):
                yield from ((f"√{name}", v**0.5), (f"1/√{name}", v**-0.5))
    numbers = {n: v for n, v in named.items() if not v.ndim and v}
    for (a, v), (b, w) in permutations(numbers.items(), 2):
        yield f"{a}/{b}", v / w
        if a < b:
            yield from ((f"{a} {b}", v * w), (f"1/({a} {b})", 1 / (v * w)))


def multiple_in_each_call(case):
    factor = _factor(case.right, case.answer)
    if factor is not None:
        text = f"it is {factor:.6g} times the right one, and in another call another multiple of it"
        telling = np.count_nonzero(case.right) > 1
        yield Guess("constant factor", text, factor * case.right, "multiple", fitted=True, telling=telling)


def _factor(right, answer):
    """By what the one has to be multiplied to be like the other, or None."""
    if answer.shape != right.shape or not right.any():
        return None
    at = np.unravel_index(np.abs(right).argmax(), right.shape)
    return answer[at] / right[at]


def affine(case):
    """Another scale and another origin, such as a range of pixels; the two numbers may differ from call to call."""
    if case.answer.shape != case.right.shape or len(np.unique(case.right.round(9))) < 3:
        return
    a, b = np.polyfit(case.right.ravel(), case.answer.ravel(), 1)
    if abs(a) > 1e-6:
        words = f"{a:.4g} times the right one {'plus' if b > 0 else 'minus'} {abs(b):.4g}"
        for text, key in (
            (f"it is {words}", f"affine {a:.5g} {b:.5g}"), (f"it is {words}, and other numbers in other calls", "affine")
        ):  # fmt: skip  # a row each
            yield Guess("altered afterward", text, a * case.right + b, key, fitted=True)


def rows_stretched(case):
    """The direction of every row is right, and its length is not."""
    if case.answer.shape != case.right.shape or case.right.ndim != 2:
        return
    for words, right, answer in (("row", case.right, case.answer), ("column", case.right.T, case.answer.T)):
        guess = np.stack([a if (f := _factor(r, a)) is None else f * r for r, a in zip(right, answer)])
        text = f"each {words} is a multiple of the right one, but not all {words}s by the same factor"
        guess, telling = guess if words == "row" else guess.T, min(right.shape) > 1
        yield Guess("constant factor", text, guess, f"{words}s", fitted=True, telling=telling)


def only_signs(case):
    if case.answer.shape == case.right.shape and case.right.size > 2:
        size = np.abs(case.answer).max()
        text = "only the signs are right: all numbers have the same size"
        yield Guess("altered afterward", text, size * np.sign(case.right), "signs", fitted=True)


def _named_factors(case):
    """(factor, text, key) for lengths, their roots and ratios, 2 and 1/2, and the numbers among the values."""
    lengths = _lengths(case)
    examples = next(iter(lengths), None)
    if examples and lengths[examples] == 1:  # N = 1 shows nothing, and no other length stands for it
        del lengths[examples]
        n = 1
    elif examples:
        n = lengths[examples]
    if examples:
        yield n, f"N = {n} times too large: is 1/N missing, or a sum taken for a mean?", "N"
        yield 1 / n, f"N = {n} times too small: is 1/N there twice, or a mean taken for a sum?", "1/N"
    of_a_square = case.targets is not None
    yield 2, "twice as large" + ": does the ½ of a square, or the 2 of its derivative, cancel?" * of_a_square, 2
    yield 0.5, "half as large" + ": is the 2 of a square's derivative missing?" * of_a_square, 0.5
    for name, value in case.values.items():
        n = np.size(value)
        if n > 1 and (np.ndim(value) > 1 or not examples):
            yield 1 / n, f"{n} times too small: a mean over all {n} elements of {name}?", (name, "1/size")
            yield n, f"{n} times too large: is a mean over all {n} elements of {name} meant?", (name, "size")
    for (name, axis), n in lengths.items():
        key, where = (name, axis), f": {n} is how long axis {axis} of {name} is"
        if key != examples:
            yield n, f"{n} times too large{where}; is a mean over it meant?", (key, "n")
            yield 1 / n, f"{n} times too small{where}; a mean over it, as if it held the examples?", (key, "1/n")
        yield n**0.5, f"√{n} times too large{where}; is a division by its root missing?", (key, "√n")
        yield n**-0.5, f"√{n} times too small{where}; is there a division by its root too many?", (key, "1/√n")
        yield n / (n - 1), f"{n}/{n - 1} times the right one{where}; is {n - 1} used for {n}?", (key, "n/(n-1)")
        yield (n - 1) / n, f"{n - 1}/{n} times the right one{where}; is {n} used for {n - 1}?", (key, "(n-1)/n")
        yield n**-2, f"{n}² times too small{where}; is it divided by twice?", (key, "1/n²")
    rows = {name: n for (name, axis), n in lengths.items() if axis == 0}
    for (name, n), (other, m) in permutations(rows.items(), 2):
        text = f"{n}/{m} times the right one: is it divided by {m}, the length of {other}, and not by that of {name}?"
        yield n / m, text, (name, other)
    for name, value in case.values.items():
        if np.size(value) == 1 and np.all(value):
            number = float(np.asarray(value).item())
            yield number, f"{name} times the right one: is {name} a factor too many?", (name, "times")
            yield 1 / number, f"{name} is missing as a factor, or divided by once too often", (name, "missing")


def _lengths(case):
    """How long which axis of which value is: the number of examples first, even if that is 1."""
    found = {}
    values = sorted(case.values.items(), key=lambda item: np.ndim(item[1]) < 2)  # where there is a matrix, its rows
    for name, value in values or [(UPSTREAM, case.upstream)]:
        for axis, n in enumerate(np.shape(value)):
            if n > 1 or not found:
                found[name, axis] = n
    if case.output is not None and not any(np.ndim(value) > 1 for _, value in values) and case.output.ndim > 1:
        found = {("the output", 0): len(case.output)} | found
    return found


def rearranged(case):
    right = case.right
    if right.ndim == 2:
        yield Guess("transposed", "this is the right one, transposed", right.T)
    if right.ndim > 1:
        swapped = np.swapaxes(right, 0, 1)
        yield Guess("transposed", "the first two axes are exchanged", swapped)
        text = "right numbers in another order: reshaped where it should be transposed?"
        yield Guess("transposed", text, swapped.reshape(right.shape))
        text = "right numbers in another shape: reshaped where it should be transposed?"
        yield Guess("transposed", text, lambda: right.reshape(case.answer.shape))
        yield Guess("transposed", "right numbers in another order", lambda: right.T.reshape(case.answer.shape))
    if right.ndim > 1:
        turned = right[..., ::-1, ::-1]
        yield Guess("transposed", "this is the right one, turned by 180 degrees", turned)
    for axis in range(right.ndim):
        for place in (axis, axis - right.ndim):  # the same axis in all cases, counted from one of the ends
            text = f"the right one in reverse along axis {axis}"
            yield Guess("off by one", text, np.flip(right, axis), ("flip", place))
        for step, words in ((1, "one place too late"), (-1, "one place too early")):
            text = f"off by one along axis {axis}: each number comes {words}"
            yield Guess("off by one", text, np.roll(right, step, axis))
            moved = np.roll(right, step, axis)
            np.moveaxis(moved, axis, 0)[0 if step > 0 else -1] = 0
            yield Guess("off by one", text + ", and one is lost", moved)
        if right.shape[axis] > 1:
            yield Guess("off by one", "the last one is missing", np.delete(right, -1, axis), ("short", -1))
            yield Guess("off by one", "the first one is missing", np.delete(right, 0, axis), ("short", 0))


def altered(case):
    """Right, and then something was done to every number."""
    for text, change in (
        ("the signs are lost: it is the absolute value of the right one", np.abs),
        ("all signs are negative: it is minus the absolute value of the right one", lambda a: -np.abs(a)),
        ("it is rounded down: is there a // where / belongs, or are there whole numbers in between?", np.floor),
        ("it is cut to a whole number", np.trunc),
        *(
            (f"it is rounded to {k} digit{'s' * (k != 1)} after the point", lambda a, k=k: np.round(a, k))
            for k in range(7)
        ),
        ("negative numbers became 0", lambda a: np.maximum(a, 0)),
        ("positive numbers became 0", lambda a: np.minimum(a, 0)),
        ("only the sign is left", np.sign),
        ("it is cut off at 0 and 1", lambda a: np.clip(a, 0, 1)),
        ("it is cut off at -1 and 1", lambda a: np.clip(a, -1, 1)),
        ("it is the square of the right one", np.square),
        ("it is the root of the right one", np.sqrt),
        ("it is 1 divided by the right one", np.reciprocal),
        ("it is 1 minus the right one", lambda a: 1 - a),
        ("it is the exponential of the right one", np.exp),
        ("it is the logarithm of the right one", np.log),
        ("it is 2 y - 1, with y the right one", lambda a: 2 * a - 1),
        ("it is (y + 1) / 2, with y the right one", lambda a: (a + 1) / 2),
    ):
        yield Guess("altered afterward", text, lambda change=change: change(case.right))
    for k in (1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2):
        text = f"it is kept {k:g} away from 0 and 1"
        yield Guess("altered afterward", text, lambda k=k: np.clip(case.right, k, 1 - k))


altered.fits_one_number = True


def same_everywhere(case):
    """One row, or one number, stands in every place."""
    if case.answer.shape != case.right.shape:
        return
    for axis in [*range(case.right.ndim), None]:
        along = f"along axis {axis}" if axis is not None else "everywhere"
        for words, reduce in (
            ("mean", np.mean), ("sum", np.sum),
            ("first", lambda a, axis, keepdims: np.take(a, [0], axis) if axis is not None else a.ravel()[:1]),
            ("last", lambda a, axis, keepdims: np.take(a, [-1], axis) if axis is not None else a.ravel()[-1:]),
            ("largest", np.max), ("smallest", np.min),
        ):  # fmt: skip  # a row each
            wide = np.broadcast_to(reduce(case.right, axis=axis, keepdims=True), case.right.shape)
            text = f"the same {along}: the {words} of the right ones is in each place"
            yield Guess("summed wrongly", text, wide)


def one_part_only(case):
    """The rest is 0, or is right."""
    if case.answer.shape != case.right.shape:
        return
    for axis in range(case.right.ndim):
        for index, which in ((0, "first"), (-1, "last")):
            alone, without = np.zeros(case.right.shape), case.right.copy()
            np.moveaxis(alone, axis, 0)[index] = np.moveaxis(case.right, axis, 0)[index]
            np.moveaxis(without, axis, 0)[index] = 0
            yield Guess("summed wrongly", f"only the {which} along axis {axis} is there, the others are 0", alone)
            yield Guess("off by one", f"the {which} along axis {axis} is 0, the others are right", without)


def axis_of_length_one(case):
    if case.answer.shape != case.right.shape and np.squeeze(case.answer).shape == np.squeeze(case.right).shape:
        text = "the numbers are right, but an axis of length 1 was added or is missing"
        yield Guess("summed wrongly", text, case.right.reshape(case.answer.shape))


def reduced(case):
    """The shape is smaller than it should be: it was summed, and should not have been."""
    if case.answer.ndim < case.right.ndim:
        for axis in [*range(case.right.ndim), None]:
            over = f"axis {axis}" if axis is not None else "all axes"
            for word, reduce in (("summed", np.sum), ("a mean is taken", np.mean)):
                yield Guess("summed wrongly", f"{word} over {over}, which should stay", reduce(case.right, axis=axis))
