"""Mistakes of functions that work element by element: the mask, and input against output."""

import numpy as np

from ...values import unbroadcast
from ..case import Diagnosis, same


def mask_wrong(case):
    """Where one of two rules holds, such as 1 and 0, or 1 and y + alpha, and backward picks the wrong one."""
    if not case.like_the_output or not case.elementwise:
        return None
    right = case.own_derivative
    high, low = right.max(initial=-np.inf), right.min(initial=np.inf)
    on = right > (low + high) / 2
    branches = [(on, high, low)]
    positive = case.value > 0
    if positive.any() and not positive.all():
        slope, shift = right[positive][0], (right - case.output)[~positive][0]
        branches.append((positive, slope, case.output + shift))  # ELU and its relatives
    for where, one, other in branches:
        if np.ptp(right) < 1e-3 or not same(right, np.where(where, one, other)):
            continue
        if case.explains(case.upstream * np.where(where, other, one)):
            return Diagnosis("mask inverted", "the mask is inverted: each of two rules is used where the other holds")
        everywhere = [other] if np.ndim(other) else [one] if low == 0 or one != 1 else []
        if any(case.explains(case.upstream * rule) for rule in everywhere):
            return Diagnosis(
                "mask never zero", "the mask has no effect: the rule that holds for some elements is used for all"
            )


def mask_of_parameter_wrong(case):
    """The same for a parameter that works on a part of the elements, such as a learned slope."""
    if case.like_the_output or len(case.inputs) != 1:
        return None
    x = case.values[case.inputs[0]]
    if x.shape != case.output.shape or case.analytic.shape != case.value.shape:
        return None
    full = case.upstream * x
    active = np.abs(case.contributions) > 1e-6 * np.abs(full).max(initial=0)
    if not active.any() or not same(case.contributions, full * active):
        return None

    def summed(array):
        return np.asarray(unbroadcast(array, case.value))

    if case.explains(summed(case.upstream * case.output)):
        return _wrong_end("output taken for input")
    if case.explains(summed(full * ~active)):
        return Diagnosis(
            "mask inverted", "the mask is inverted: the sum takes just the elements that should be left out"
        )
    if case.explains(summed(full)):
        return Diagnosis("mask never zero", "the mask has no effect: the sum takes elements that should be left out")


# Derivatives as people write them, in terms of the input or of the output; a constant factor may stand before.
FORMULAS = [
    lambda v: v,
    lambda v: v * (1 - v),
    lambda v: 1 - v * v,
    lambda v: 1 - v,
    lambda v: 1 / v,
    lambda v: 1 / (v * v),
    lambda v: v * v,
    np.exp,
]


def wrong_end(case):
    """A rule in terms of the output that was given the input, or the other way round."""
    if not case.like_the_output or case.wrong is None or case.wrong.sum() < 2:
        return None
    x, y = case.value[case.wrong], case.output[case.wrong]
    if case.elementwise:
        right = case.own_derivative[case.wrong]
        given = (case.analytic / case.upstream)[case.wrong]
        for v, w, found in ((y, x, "input taken for output"), (x, y, "output taken for input")):
            shift = right[0] - v[0]
            candidates = [(v + shift, w + shift)]
            candidates += [(right[0] / rule(v)[0] * rule(v), right[0] / rule(v)[0] * rule(w)) for rule in FORMULAS]
            if any(same(right, wanted) and same(given, put) for wanted, put in candidates):
                return _wrong_end(found)
        there = case.gradient_at(**{case.name: case.output})
        return _wrong_end("output taken for input") if case.explains(there) else None


def _wrong_end(kind):
    wanted, put = ("output", "input") if kind == "input taken for output" else ("input", "output")
    return Diagnosis(kind, f"the rule is right for the {wanted} of forward, but was given its {put}")
