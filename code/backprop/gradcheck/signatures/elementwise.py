"""Mistakes of rules that work element by element: the mask, the wrong formula, input against output."""

from itertools import permutations

import numpy as np

from ...values import unbroadcast
from ..case import Guess, same


def mask_wrong(case):
    """Where one of two rules holds, such as 1 and 0, or 1 and y + alpha, and backward picks the wrong one."""
    if not case.elementwise:
        return
    right = case.slope
    high, low = right.max(initial=-np.inf), right.min(initial=np.inf)
    branches = [(right > (low + high) / 2, high, low)]
    if case.value is not None and case.output is not None:
        positive = case.value > 0
        if positive.any() and not positive.all() and np.ptp(right[~positive]) > 1e-6:
            shift = (right - case.output)[~positive][0]
            branches.append((positive, right[positive][0], case.output + shift))  # ELU and its relatives
    for where, one, other in branches:
        if np.ptp(right) < 1e-3 or not same(right, np.where(where, one, other)):
            continue
        text = "the mask is inverted: each of two rules is used where the other holds"
        yield Guess("mask inverted", text, case.upstream * np.where(where, other, one))
        text = "the mask has no effect: the rule that holds for some elements is used for all"
        for rule in [other] if np.ndim(other) else [one] if low == 0 or one != 1 else []:
            yield Guess("mask never zero", text, case.upstream * rule)


def mask_of_parameter_wrong(case):
    """The same for a parameter that works on a part of the elements, such as a learned slope."""
    x = next((v for n, v in case.values.items() if n != case.own), None)
    if case.value is None or case.keeps_shape or case.output is None or np.shape(x) != case.output.shape:
        return
    full, all_parts = case.upstream * x, case.upstream * case.jacobian.sum(axis=0).reshape(case.output.shape)
    active = np.abs(all_parts) > 1e-6 * np.abs(full).max(initial=0)
    if not active.any() or not same(all_parts, full * active):
        return

    def summed(array):
        return np.asarray(unbroadcast(array, case.value))

    yield _wrong_end("output taken for input", summed(case.upstream * case.output))
    text = "the mask is inverted: the sum takes just the elements that should be left out"
    yield Guess("mask inverted", text, summed(full * ~active))
    text = "the mask has no effect: the sum takes elements that should be left out"
    yield Guess("mask never zero", text, summed(full))


def mask_of_values_wrong(case):
    """Right is a multiple of a value on a part of the elements, and 0 on the others, as for a hinge loss."""
    active = case.right != 0
    if not active.any() or active.all():
        return
    for value in case.shaped.values():
        full = np.broadcast_to(np.asarray(value, dtype=float), case.right.shape)
        full = full * (case.right[active][0] / full[active][0])
        if same(case.right, np.where(active, full, 0)):
            text = "the mask is inverted: it is 0 just where it should not be"
            yield Guess("mask inverted", text, np.where(active, 0, full))
            yield Guess("mask never zero", "the mask has no effect: elements that should be 0 are not", full)


FORMULAS = {
    "{v}": lambda v: v,
    "{v} (1 - {v})": lambda v: v * (1 - v),
    "(1 - {v}²)": lambda v: 1 - v * v,
    "(1 - {v})": lambda v: 1 - v,
    "(1 - {v})²": lambda v: (1 - v) ** 2,
    "(1 + {v})": lambda v: 1 + v,
    "1/{v}": lambda v: 1 / v,
    "1/{v}²": lambda v: 1 / (v * v),
    "{v}²": lambda v: v * v,
    "(1 + {v}²)": lambda v: 1 + v * v,
    "{v}³": lambda v: v**3,
    "√{v}": np.sqrt,
    "1/√{v}": lambda v: v**-0.5,
    "exp({v})": np.exp,
    "exp(-{v})": lambda v: np.exp(-v),
    "log({v})": np.log,
    "tanh({v})": np.tanh,
    "(1 - tanh({v})²)": lambda v: 1 - np.tanh(v) ** 2,
    "(1 - tanh({v}))²": lambda v: (1 - np.tanh(v)) ** 2,
    "(1 - tanh({v}))": lambda v: 1 - np.tanh(v),
    "σ({v})": lambda v: 1 / (1 + np.exp(-v)),
    "σ({v}) (1 - σ({v}))": lambda v: np.exp(-v) / (1 + np.exp(-v)) ** 2,
    "sin({v})": np.sin,
    "cos({v})": np.cos,
    "1/cos({v})²": lambda v: np.cos(v) ** -2.0,
    "the absolute value of {v}": np.abs,
    "the sign of {v}": np.sign,
}
ONLY_USED = {
    "the step {v} > 0": lambda v: v > 0,
    "the step {v} ≥ 0": lambda v: v >= 0,
    "the step {v} < 0": lambda v: v < 0,
}


def wrong_end(case):
    """A rule in terms of the output that was given the input, or the other way around."""
    if case.value is None or not case.elementwise or case.output is None or case.wrong.sum() < 2:
        return
    wrong, right = case.wrong, case.slope  # elsewhere another rule may hold, as in ELU
    at = tuple(np.argwhere(wrong)[0])
    for v, w, found in (
        (case.output, case.value, "input taken for output"),
        (case.value, case.output, "output taken for input"),
    ):
        rules = [lambda a, shift=right[at] - v[at]: a + shift]
        scaled = ((f, right[at] / f(v[at])) for f in FORMULAS.values())
        rules += [lambda a, f=f, factor=factor: factor * f(a) for f, factor in scaled]
        for rule in rules:
            if same(right[wrong], rule(v)[wrong]):
                yield _wrong_end(found, np.where(wrong, case.upstream * rule(w), case.right))
    yield _wrong_end("output taken for input", lambda: case.right_with({case.own: case.output}))


wrong_end.fits_one_number = True


def _wrong_end(kind, array):
    wanted, put = ("output", "input") if kind == "input taken for output" else ("input", "output")
    return Guess(kind, f"the rule is right for the {wanted} of forward, but was given its {put}", array)


def wrong_formula(case):
    """Another function of a value stands as a factor where the right one belongs, or none, or one too many."""
    right = case.right
    if not right.size or case.answer.shape != right.shape:
        return
    at = np.unravel_index(np.abs(right).argmax(), right.shape)
    share = float(case.answer[at] / right[at])
    for name, value in case.shaped.items():
        value = np.broadcast_to(np.asarray(value, dtype=float), right.shape)
        if np.ptp(value) == 0 and value.size > 1:
            continue
        factors = {"": np.ones(right.shape)}
        factors |= {text.format(v=name): rule(value) for text, rule in FORMULAS.items()}
        used = factors | {text.format(v=name): rule(value) * 1.0 for text, rule in ONLY_USED.items()}
        there = {text: float(factor[at]) for text, factor in used.items()}
        for text in (f"{name} (1 - {name})", f"(1 - {name}²)"):
            words = f"it is divided by {text}, which belongs there as a factor"
            yield Guess("wrong local derivative", words, right / factors[text] ** 2)
        for belongs, factor in factors.items():
            for text, other in used.items():
                # Most can't be: one number tells.
                likely = abs(there[text] - share * there[belongs]) <= 1e-4 * abs(there[text])
                if text != belongs and (likely or case.is_right):
                    words = (
                        f"{text} is a factor too many"
                        if not belongs
                        else f"the factor {belongs} is missing"
                        if not text
                        else f"{text} is used where {belongs} belongs"
                    )
                    yield Guess("wrong local derivative", words, right / factor * other)


wrong_formula.fits_one_number = True


def formula_of_another(case):
    """The right function as a factor, but of another value; or the difference of two values too many."""
    right, values = case.right, {}
    for name, value in case.shaped.items():
        value = np.broadcast_to(np.asarray(value, dtype=float), right.shape)
        if value.size > 1 and np.ptp(value) > 0:
            values[name] = value
    for (name, v), (other, w) in permutations(values.items(), 2):
        for text, rule in FORMULAS.items():
            words = f"{text.format(v=other)} is used where {text.format(v=name)} belongs"
            yield Guess("another value used", words, lambda v=v, w=w, rule=rule: right / rule(v) * rule(w))
        if name < other:
            text = f"{name} - {other} is a factor too many"
            yield Guess("wrong local derivative", text, right * (v - w), (name, other, "difference"))


def mask_replaced(case):
    """Right is something that passes where a value is positive; something else was done with that value."""
    for name, value in case.shaped.items():
        value = np.asarray(value, dtype=float)
        if value.shape != case.right.shape or not case.answer.shape == case.right.shape:
            continue
        full = case.right_with({name: np.ones_like(value)})
        if np.all(value > 0) or not same(case.right, full * (value > 0)):
            continue
        for text, rule in FORMULAS.items():
            words = f"{text.format(v=name)} is used where the step {name} > 0 belongs"
            yield Guess("wrong local derivative", words, lambda rule=rule, value=value, full=full: full * rule(value))


def summed_formula(case):
    """A parameter's gradient: the upstream gradient times the wrong array, summed."""
    if case.output is None or case.value is None or case.keeps_shape or not case.value.ndim:
        return
    arrays = {n: v for n, v in case.values.items() if n != case.own} | {"the output": case.output}
    for name, array in arrays.items():
        if np.shape(array) == case.output.shape:
            text = f"the sum of the upstream gradient times {name}: another array belongs there"
            kind = "output taken for input" if name == "the output" else "wrong local derivative"
            yield Guess(kind, text, lambda array=array: unbroadcast(case.upstream * array, case.value))


def upstream_masked(case):
    """The sign of the upstream gradient decides, where something else should."""
    if case.keeps_shape:
        for words, array in (
            ("positive", np.maximum(case.upstream, 0)),
            ("negative", np.minimum(case.upstream, 0)),
        ):
            text = f"the upstream gradient where it is itself {words}: the mask looks at the wrong array"
            yield Guess("another value used", text, array)


def not_the_derivative(case):
    """The upstream gradient times a function of a value, but not the right one."""
    if case.keeps_shape:
        text = "the upstream gradient is divided by the local derivative: it should be multiplied by it"
        yield Guess("wrong local derivative", text, case.upstream**2 / case.right)
        for text, rule in (FORMULAS | ONLY_USED).items():
            for name, value in case.shaped.items():
                guess = case.upstream * rule(np.asarray(value, dtype=float))
                what = f"the upstream gradient times {text.format(v=name)}: that is not the derivative"
                yield Guess("wrong local derivative", what, guess)


not_the_derivative.fits_one_number = True


CONDITIONS = {
    "is positive": lambda v: v > 0,
    "is negative": lambda v: v < 0,
    "is 0": lambda v: v == 0,
    "is not 0": lambda v: v != 0,
    "is 0 or less": lambda v: v <= 0,
    "is 1": lambda v: v == 1,
}


def wrong_in_a_part(case):
    """Right where a value is positive, say, and a multiple of what is right elsewhere."""
    if case.answer.shape != case.right.shape:
        return
    for name, value in case.shaped.items():
        for words, condition in CONDITIONS.items():
            part = np.broadcast_to(condition(np.asarray(value)), case.right.shape)
            if not part.any() or part.all():
                continue
            where = f"where {name} {words}"
            yield Guess("term left out", f"{where}, it is 0; elsewhere it is right", np.where(part, 0, case.right))
            yield Guess("constant factor", f"{where}, the sign is wrong", np.where(part, -case.right, case.right))
            if case.keeps_shape:
                passed_on = np.where(part, case.upstream, case.right)
                yield Guess("local derivative left out", f"{where}, it is the upstream gradient as it came", passed_on)
            large = part & (np.abs(case.right) > 1e-3 * np.abs(case.right[part]).max())
            if large.sum() > 1:
                factor = (case.answer / case.right)[large][0]
                text = f"{where}, it is {factor:.6g} times the right one"
                if case.elementwise and np.ptp(case.slope[large]) < 1e-6 * abs(case.slope[large][0]):
                    slope = case.slope[large][0]
                    text = f"{where}, the local derivative is {slope:.6g}, and backward has {factor * slope:.6g}"
                guess = np.where(part, factor * case.right, case.right)
                yield Guess("wrong local derivative", text, guess, (name, words, f"{factor:.5g}"), fitted=True)
