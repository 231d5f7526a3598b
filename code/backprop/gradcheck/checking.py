"""`check_gradients`: what backward returns against central differences, array by array."""

from dataclasses import replace

import numpy as np

from .case import Case, Diagnosis
from .diagnosis import diagnose
from .numerical import derivatives
from .report import ArrayCheck, GradientReport
from .subject import Subject, called

TWICE = "a second backward after the same forward gives another gradient: the first changed what forward kept"


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
        What its forward takes. A loss's targets are given, so they get no gradient.
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
    with np.errstate(all="ignore"):
        output = subject.output()
        if not np.array_equal(output, subject.output(), equal_nan=True):
            raise ValueError(
                f"{called(operation)}.forward gives other numbers every time: let it draw from a numpy Generator that "
                "it keeps as an attribute, so that the check can repeat a draw"
            )
        upstream = np.asarray(rng.standard_normal(output.shape))
        after_another_call = subject.after_other_numbers(rng)
        analytic, mishaps = subject.backward(after_another_call, upstream[()])
        tremor = subject.tremor(output, rng)
        found = {
            name: derivatives(subject.output, array, upstream, tolerance, tremor)
            for name, array in subject.moving.items()
        }
        checks = [
            ArrayCheck(name, analytic[name], d.gradient, tolerance, d.noise, d.kinks) for name, d in found.items()
        ]
        report = GradientReport(called(operation), checks, mishaps, subject.notes(operation))
        if report and not subject.same_again(after_another_call, upstream[()], analytic):
            mishaps.append(Diagnosis("state of an earlier call", TWICE))
        elif not report and "parameter modified" not in report.kinds:
            _diagnose(report, subject, upstream, output, found, tremor)
    return report


def _diagnose(report, subject, upstream, output, found, tremor):
    unspoiled, _ = subject.backward(subject.copy(), upstream[()])

    def gradient_at(name, changes):
        """The right gradient of one array, for the same upstream gradient, where others have other values."""
        kept = {other: array.copy() for other, array in subject.moving.items()}
        try:
            for other, value in changes.items():
                subject.moving[other][...] = value
            return derivatives(subject.output, subject.moving[name], upstream, 1e-6, tremor).gradient
        finally:
            for other, value in kept.items():
                subject.moving[other][...] = value

    for check in report.checks:
        if check.passed or not check.compared:
            continue
        fresh = replace(check, analytic=unspoiled[check.name])
        check.diagnosis = diagnose(
            Case(
                name=check.name,
                analytic=check.analytic,
                numeric=check.numeric,
                wrong=check.wrong if check.analytic.shape == check.numeric.shape else None,
                skipped=check.kinks,
                right_when_fresh=fresh.passed,
                jacobian=found[check.name].jacobian,
                upstream=upstream,
                output=output,
                values=subject.moving,
                inputs=list(subject.inputs),
                targets=next(iter(subject.given.values()), None),
                all_analytic={other.name: other.analytic for other in report.checks},
                all_numeric={other.name: other.numeric for other in report.checks},
                gradient_at=lambda name=check.name, **changes: gradient_at(name, changes),
            )
        )
