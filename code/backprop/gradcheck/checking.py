"""`check_gradients`: what backward returns against central differences, array by array."""

from dataclasses import replace

import numpy as np

from ..operations.keeping import unwatched
from .case import UPSTREAM, Case, Diagnosis
from .diagnosis import diagnose
from .numerical import derivatives, partial
from .report import ArrayCheck, GradientReport
from .signatures.dependence import changed_arrays
from .subject import Subject, called

TWICE = "a second backward after the same forward gives another gradient: the first changed what forward kept"
EARLIER = "right on the first call, wrong on the second: something kept from the earlier call is used, or added to"
NOT_USED = "forward gives the same whatever params[{!r}] holds: does it use another array?"


def check_gradients(operation, *inputs, rng=0, tolerance=1e-6, given=()):
    """Compare what backward returns with central differences, for every input and every parameter.

    All is computed in float64, on a copy of the operation. The upstream gradient is random: with all
    ones, a backward that forgets to multiply by it would pass. Random masks are drawn alike every time.
    Before it counts, the operation runs once on other numbers: what it keeps from then must not matter.

    Parameters
    ----------
    operation : operation, layer, network or loss
        Anything with forward and backward, and dictionaries params and grads where it has parameters.
    *inputs
        What its forward takes. A loss's targets, and indices, are given: they get no gradient.
    rng : int or numpy.random.Generator
        Where the upstream gradient comes from.
    tolerance : float
        Greatest relative error that counts as agreement.
    given : tuple of str
        Names of inputs that get no gradient. The targets of a loss need not be named.

    Returns
    -------
    GradientReport

    Raises
    ------
    TypeError
        If the operation has no forward and backward, takes another number of inputs, or returns no numbers.
    ValueError
        If backward does not return one gradient for each input, or forward gives other numbers every time.
    """
    subject = Subject(operation, inputs, given)
    # A stream of its own: inputs that somebody made with default_rng(0) must not meet themselves again.
    rng = np.random.default_rng([0x67726164, rng] if isinstance(rng, (int, np.integer)) else rng)
    with unwatched(), np.errstate(all="ignore"):  # an array that backward itself changes is this check's to find
        output = _repeatable_output(subject, operation)
        upstream = np.asarray(rng.standard_normal(output.shape))
        after_another_call = subject.after_other_numbers(rng)
        analytic, side_effects = subject.backward(after_another_call, upstream[()])
        rounding = subject.rounding(output, rng)
        found = {
            name: derivatives(subject.output, array, upstream, tolerance, rounding)
            for name, array in subject.moving.items()
        }
        checks = [
            ArrayCheck(name, analytic[name], d.gradient, tolerance, d.noise, d.kinks, d.edges)
            for name, d in found.items()
        ]
        report = GradientReport(
            called(operation), checks, side_effects, subject.remarks(operation), bool(np.isfinite(output).all())
        )
        if report and not subject.same_again(after_another_call, upstream[()], analytic):
            side_effects.append(Diagnosis("state of an earlier call", TWICE))
        elif not report and "parameter modified" not in report.kinds:
            _diagnose(report, subject, upstream, output, found, rounding)
    return report


def _repeatable_output(subject, operation):
    output = subject.output()
    if not np.array_equal(output, subject.output(), equal_nan=True):
        subject.run_on_copies()
        output = subject.output()
        if not np.array_equal(output, subject.output(), equal_nan=True):
            raise ValueError(
                f"{called(operation)}.forward gives other numbers every time: let it draw from a numpy Generator that "
                "it keeps as an attribute, so that the check can repeat a draw"
            )
    return output


def _diagnose(report, subject, upstream, output, found, rounding):
    unspoiled, _ = subject.backward(subject.copy(), upstream[()])
    returned = {check.name: (check.analytic, check.numeric) for check in report.checks}

    def right_with(name, changes):
        """The right gradient of one array where others, or the upstream gradient, have other values."""
        changes, array, (answer, right) = dict(changes), subject.moving[name], returned[name]
        g = changes.pop(UPSTREAM, upstream)

        def gradient():
            if answer.shape == right.shape:  # most guesses are wrong: one element tells
                at = np.unravel_index(np.nanargmax(np.abs(answer - right)), right.shape)
                if not np.isclose(partial(subject.output, array, at, g), answer[at], rtol=1e-3):
                    return np.full(right.shape, np.nan)
            return derivatives(subject.output, array, g, 1e-6, rounding).gradient

        return subject.with_other(changes, gradient)

    for check in report.checks:
        if check.passed or not check.compared:
            continue
        if replace(check, analytic=unspoiled[check.name]).passed:
            check.diagnosis = Diagnosis("state of an earlier call", EARLIER)
            continue
        values = subject.moving | subject.given
        check.diagnosis = diagnose(
            Case(
                answer=check.analytic,
                right=check.numeric,
                values=values,
                right_with=lambda changes, name=check.name: right_with(name, changes),
                upstream=upstream,
                output=output,
                own=check.name,
                targets=next(iter(subject.given.values()), None),
                others={name: pair for name, pair in returned.items() if name != check.name},
                skipped=check.left_out,
                jacobian_by=lambda name=check.name: found[name].jacobian,
                alternatives=lambda values=values, name=check.name: changed_arrays(values, name),
            )
        )
        if check.diagnosis is None and check.name in subject.parameters and not check.numeric.any():
            check.diagnosis = Diagnosis("parameter not used", NOT_USED.format(check.name))
