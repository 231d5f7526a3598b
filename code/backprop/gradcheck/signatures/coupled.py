"""Mistakes where outputs depend on several inputs: sums, statistics, softmax, losses."""

import numpy as np

from ..case import Diagnosis, same


def treated_as_elementwise(case):
    if not case.like_the_output or case.elementwise:
        return None
    alone = [case.upstream * case.own_derivative, case.own_derivative]
    if _softmax_axis(case) is not None:
        alone.append(case.upstream * case.output)  # the sum held constant
    if any(case.explains(candidate) for candidate in alone):
        return Diagnosis(
            "treated as elementwise",
            "every output is treated as if it depended on its own input alone, but it depends on others too",
        )


def softmax_of_the_input(case):
    axis = _softmax_axis(case)
    if axis is not None and case.explains(_softmax_back(case.value, case.upstream, axis)):
        return Diagnosis(
            "input taken for output", "the rule is right for the output of forward, but was given its input"
        )


def statistics_constant(case):
    """Normalised columns, or rows: how it looks when the mean or the variance counts as a constant."""
    if not case.like_the_output or case.output.ndim != 2 or case.elementwise:
        return None
    for axis, across in ((0, 1), (1, 0)):
        x, g, count = case.value, case.upstream, case.output.shape[axis]
        if count < 3:
            continue
        z = (x - x.mean(axis=axis, keepdims=True)) / x.std(axis=axis, keepdims=True)
        scale = case.own_derivative / (1 - 1 / count - z**2 / count)

        def back(axis, centre=True, whiten=True, g=g, z=z, scale=scale):
            of_mean = g.mean(axis=axis, keepdims=True) if centre else 0
            of_variance = z * (g * z).mean(axis=axis, keepdims=True) if whiten else 0
            return scale * (g - of_mean - of_variance)

        if not same(case.numeric, back(axis), 1e-3):
            continue
        for what, gradient in (
            ("mean and variance", back(axis, centre=False, whiten=False)),
            ("the variance", back(axis, whiten=False)),
            ("the mean", back(axis, centre=False)),
        ):
            if case.explains(gradient, 1e-3):
                return Diagnosis(
                    "statistics held constant", f"right if {what} were constant, but they change with every x"
                )
        if case.explains(back(across), 1e-3):
            return Diagnosis(
                "summed wrongly", f"the means are taken over axis {across}; forward took them over axis {axis}"
            )


def summed_wrongly(case):
    """Contributions of several output elements: over which axes should they have been added up?"""
    parts = case.contributions
    if case.analytic.shape != case.numeric.shape and case.explains(parts):
        return Diagnosis(
            "summed wrongly",
            f"not summed: one gradient for each of the {parts.size} elements of the output, "
            f"but {case.name} is one array for all of them",
        )
    if case.analytic.shape != case.numeric.shape and same(np.squeeze(case.analytic), np.squeeze(case.numeric)):
        return Diagnosis("summed wrongly", "the numbers are right, but an axis of length 1 is too many or too few")
    for axis in [*range(parts.ndim), None]:
        for reduced, word in ((parts.sum, "summed"), (parts.mean, "a mean is taken")):
            candidate = reduced(axis=axis)
            fits = candidate.ndim <= case.analytic.ndim and not same(candidate, case.numeric)
            if fits and case.analytic.size and _fits_broadcast(candidate, case.analytic):
                over = f"axis {axis}" if axis is not None else "all axes"
                return Diagnosis("summed wrongly", f"{word} over {over}, which is not where {case.name} was repeated")
    for example in range(len(parts) if parts.ndim > 1 else 0):
        alone = np.zeros(parts.shape)
        alone[example] = case.upstream[example]
        if case.explains(case.projected(alone)):
            which = {0: "the first", len(parts) - 1: "the last"}.get(example, f"number {example}")
            return Diagnosis(
                "summed wrongly", f"only {which} example counts: does each one overwrite what should be added up?"
            )
    if case.analytic.shape == case.numeric.shape:
        for axis in range(case.numeric.ndim):
            for index, which in ((0, "first"), (-1, "last")):
                alone = np.zeros(case.numeric.shape)
                np.moveaxis(alone, axis, 0)[index] = np.moveaxis(case.numeric, axis, 0)[index]
                if case.numeric.shape[axis] > 1 and case.explains(alone):
                    return Diagnosis(
                        "summed wrongly", f"only the {which} along axis {axis} gets a gradient, the others 0"
                    )
    return _normalised_wrongly(case)


def _fits_broadcast(candidate, analytic):
    try:
        return same(analytic, np.broadcast_to(candidate, analytic.shape))
    except ValueError:
        return False


def _softmax_back(y, g, axis):
    return y * (g - (g * y).sum(axis=axis, keepdims=True))


def _softmax_axis(case):
    """The axis along which forward is a softmax, or None."""
    if not case.like_the_output:
        return None
    axes = range(case.output.ndim)
    return next((axis for axis in axes if same(case.numeric, _softmax_back(case.output, case.upstream, axis))), None)


def _normalised_wrongly(case):
    """Softmax, and what is made of it: the inner sum belongs along the axis that forward summed over."""
    axis = _softmax_axis(case)
    if axis is None:
        return _inner_sum_wrong(case)
    for other in [*range(case.output.ndim), None]:
        if other != axis and case.explains(_softmax_back(case.output, case.upstream, other)):
            over = f"axis {other}" if other is not None else "all axes"
            return Diagnosis("summed wrongly", f"the inner sum is taken over {over}; forward summed over axis {axis}")
    if case.explains(case.output * (case.upstream - case.upstream.sum(axis=axis, keepdims=True))):
        return Diagnosis(
            "summed wrongly", "the inner sum adds up the upstream gradient without its weights, the outputs"
        )


def _inner_sum_wrong(case):
    """Gradients of the form g - w * sum(g): the same weights, another axis."""
    if not case.like_the_output:
        return None
    g = case.upstream
    for axis in range(g.ndim):
        weights = (g - case.numeric) / g.sum(axis=axis, keepdims=True)
        for other in range(g.ndim):
            if other != axis and case.explains(g - weights * g.sum(axis=other, keepdims=True)):
                return Diagnosis("summed wrongly", f"the inner sum is taken over axis {other}, not over axis {axis}")


def loss_of_rows(case):
    """Softmax with loss, squared errors: the gradient is (y - t) / N, and t is known."""
    if case.targets is None or case.output.ndim or case.value.ndim > 2 or case.analytic.shape != case.numeric.shape:
        return None
    rows = np.atleast_2d(case.numeric)
    targets = np.asarray(case.targets)
    if targets.size == len(rows) and targets.dtype.kind in "iu":
        targets = np.eye(rows.shape[1])[targets.ravel()]
    if targets.size != rows.size:
        return None
    targets, count = targets.reshape(case.numeric.shape), len(rows)
    y = count * case.numeric / case.upstream + targets
    if any(case.explains(case.upstream * y / divisor) for divisor in (count, 1)):
        return Diagnosis("targets left out", "the targets were never subtracted")
    if case.explains(-case.upstream * targets * (1 - y) / count):
        return Diagnosis(
            "treated as elementwise", "every probability is treated as if it depended on its own score alone"
        )
    mean = np.broadcast_to(np.mean(rows, axis=0), rows.shape).reshape(case.numeric.shape)
    if case.explains(mean) or case.explains(count * mean):
        return Diagnosis("summed wrongly", "every example gets the batch's mean in place of its own gradient")
