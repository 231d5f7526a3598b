"""`check_gradients`: what backward returns against central differences, array by array."""

import numpy as np

from .case import Case, Diagnosis
from .diagnosis import diagnose
from .numerical import derivatives
from .report import ArrayCheck, GradientReport
from .subject import Subject, called, input_names

TWICE = "a second backward after the same forward gives another gradient: the first changed what forward kept"


def check_gradients(operation, *inputs, rng=0, tolerance=1e-6):
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

    Returns
    -------
    GradientReport

    Raises
    ------
    TypeError
        If the operation has no forward and backward, or takes another number of inputs.
    ValueError
        If backward does not return one gradient for each input.
    """
    names = input_names(operation)
    if len(inputs) != len(names):
        raise TypeError(
            f"{called(operation)} takes {len(names)} input{'s' * (len(names) != 1)} ({', '.join(names)}), "
            f"check_gradients got {len(inputs)}"
        )
    subject = Subject(operation, dict(zip(names, inputs)))
    rng = np.random.default_rng(rng)
    output = subject.output()
    upstream = rng.standard_normal(output.shape)[()]
    after_another_call = subject.after_other_numbers(rng)
    analytic, mishaps = subject.backward(after_another_call, upstream)

    # Rounding puts the output off by some eps of the terms that it sums and of the values that it starts
    # from: a loss of 1e-12 is the difference of two scores of 17.
    size = np.sum(np.abs(upstream * output)) + max(
        (np.abs(array).max(initial=0) for array in subject.moving.values()), default=0
    )
    found = {
        name: derivatives(subject.output, array, np.asarray(upstream), size, tolerance)
        for name, array in subject.moving.items()
    }
    checks = [
        ArrayCheck(name, analytic[name], d.gradient, tolerance, d.noise, d.kinks) for name, d in found.items()
    ]
    report = GradientReport(called(operation), checks, mishaps)
    if report and not subject.same_again(after_another_call, upstream, analytic):
        mishaps.append(Diagnosis("state of an earlier call", TWICE))
    elif not report:
        _diagnose(report, subject, np.asarray(upstream), output, found)
    return report


def _diagnose(report, subject, upstream, output, found):
    unspoiled, _ = subject.backward(subject.copy(), upstream[()])

    def gradients_at(**changes):
        """The right gradients for the same upstream gradient at other values."""
        kept = {name: array.copy() for name, array in subject.moving.items()}
        try:
            for name, value in changes.items():
                subject.moving[name][...] = value
            size = 1 + np.abs(subject.output() * upstream).sum()
            return {n: derivatives(subject.output, a, upstream, size, 1e-6).gradient for n, a in subject.moving.items()}
        finally:
            for name, value in kept.items():
                subject.moving[name][...] = value

    for check in report.checks:
        if check.passed or not check.compared:
            continue
        again = ArrayCheck(check.name, unspoiled[check.name], check.numeric, check.tolerance, check.noise, check.kinks)
        check.diagnosis = diagnose(
            Case(
                name=check.name,
                analytic=check.analytic,
                numeric=check.numeric,
                wrong=check.wrong if check.analytic.shape == check.numeric.shape else None,
                right_when_fresh=again.passed,
                jacobian=found[check.name].jacobian,
                upstream=upstream,
                output=output,
                values=subject.moving,
                inputs=list(subject.inputs),
                targets=next(iter(subject.given.values()), None),
                all_analytic={other.name: other.analytic for other in report.checks},
                all_numeric={other.name: other.numeric for other in report.checks},
                gradients_at=gradients_at,
            )
        )
