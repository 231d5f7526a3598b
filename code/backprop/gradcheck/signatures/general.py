"""Mistakes that any gradient can have: a factor, a transpose, a part left out."""

import numpy as np

from ..case import Diagnosis, same


def earlier_call(case):
    if case.right_when_fresh:
        return Diagnosis(
            "state of an earlier call",
            "right on the first call, wrong on the second: something kept from the earlier call is used, or added to",
        )


def never_computed(case):
    if case.analytic.size and not case.analytic.any() and case.numeric.any():
        return Diagnosis("never computed", "the gradient is 0 everywhere: was it forgotten?")


def not_used(case):
    if case.name not in case.inputs and not case.numeric.any():
        return Diagnosis(
            "parameter not used",
            f"forward gives the same whatever params[{case.name!r}] holds: does it use another array?",
        )


def upstream_ignored(case):
    if case.explains(case.projected(np.ones(case.output.shape))):
        return Diagnosis(
            "upstream gradient ignored",
            "the upstream gradient is ignored: this is right for an upstream gradient of ones, and for no other",
        )


def local_derivative_left_out(case):
    of_the_shape = case.upstream.ndim and case.analytic.shape == case.numeric.shape
    if of_the_shape and case.explains(case.upstream) and not same(-case.upstream, case.numeric):
        return Diagnosis(
            "local derivative left out", "this is the upstream gradient as it came: the local derivative is missing"
        )


def exchanged(case):
    for other, numeric in case.all_numeric.items():
        swapped = other != case.name and case.explains(numeric)
        if swapped and same(case.all_analytic[other], case.numeric):
            first, second = sorted((case.name, other))
            return Diagnosis("inputs exchanged", f"the gradients of {first} and {second} stand in each other's places")


def constant_factor(case):
    if case.analytic.shape != case.numeric.shape or not case.numeric.any():
        return None
    large = np.abs(case.numeric) > 1e-3 * np.abs(case.numeric).max()
    factors = case.analytic[large] / case.numeric[large]
    factor = factors[0]
    if not np.isfinite(factor) or not case.explains(factor * case.numeric):
        return None
    first = case.values[case.inputs[0]]
    count = len(first) if first.ndim > 1 else case.output.shape[0] if case.output.ndim > 1 else None
    explanation = _explain_factor(factor, count, first.size)
    if explanation is None and large.sum() < 2:
        return None  # one number is always some multiple of another
    return Diagnosis("constant factor", explanation or f"{factor:.6g} times the right one, everywhere")


def _explain_factor(factor, count, size):
    for sign, words in ((1, ""), (-1, ", and of the wrong sign")):
        if sign < 0 and np.isclose(factor, -1, rtol=1e-5):
            return "the sign is wrong everywhere"
        if count and count > 1 and np.isclose(factor, sign * count, rtol=1e-5):
            return f"N = {count} times too large{words}: is 1/N missing, or a sum taken for a mean?"
        if count and count > 1 and np.isclose(factor, sign / count, rtol=1e-5):
            return f"N = {count} times too small{words}: is 1/N there twice, or a mean taken for a sum?"
        if np.isclose(factor, sign * 2, rtol=1e-5):
            return f"twice as large{words}: does the ½ of a square, or the 2 of its derivative, cancel?"
        if np.isclose(factor, sign / 2, rtol=1e-5):
            return f"half as large{words}: is the 2 of a square's derivative missing?"
        if size > 1 and np.isclose(factor, sign / size, rtol=1e-5):
            return f"{size} times too small{words}: a mean over all {size} elements?"
    return None


def transposed(case):
    if case.numeric.ndim == 2 and case.explains(case.numeric.T):
        return Diagnosis("transposed", "this is the right gradient, transposed")
    if case.jacobian is None:
        return None  # too large to try more
    for name, array in case.values.items():
        square = array.ndim == 2 and array.shape[0] == array.shape[1]
        if square and case.explains(case.gradient_at(**{name: array.T.copy()})):
            return Diagnosis("transposed", f"{name} is used the wrong way round: backward needs its transpose")
        reshaped = array.reshape(array.shape[::-1]).T.copy() if array.ndim == 2 and min(array.shape) > 1 else None
        if reshaped is not None and case.explains(case.gradient_at(**{name: reshaped})):
            return Diagnosis(
                "transposed", f"{name} was reshaped where it should be transposed: its numbers are mixed up"
            )
