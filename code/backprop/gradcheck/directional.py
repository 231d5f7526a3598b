"""A check of a whole network in two forward passes: along one random direction through all parameters at once."""

from dataclasses import dataclass, field

import numpy as np

from ..randomness import generators_in
from .numerical import EPS
from .subject import called, in_float64, mapping

STEPS = 1e-6, 1e-7, 1e-8  # a shorter one is tried where a step may have crossed a kink


@dataclass
class DirectionalReport:
    """What `directional_check` found. True when both slopes agree; print it to read more.

    Attributes
    ----------
    analytic, numeric : float
        The slope of the loss along the direction: from the gradients, and from two values of the loss.
    wrong : dict of str to (analytic, numeric)
        Where the slopes disagree: the parameters that do so by themselves.
    """

    subject: str
    analytic: float
    numeric: float
    passed: bool
    wrong: dict = field(default_factory=dict)

    def __bool__(self):
        return self.passed

    def __str__(self):
        verdict = "the slope along a random direction agrees" if self.passed else "a gradient is wrong"
        lines = [f"{self.subject}: {verdict}", f"  gradients say {self.analytic:.9g}, two losses {self.numeric:.9g}"]
        lines += [
            f"  {name}: WRONG along its own part: gradient says {ours:.6g}, two losses {theirs:.6g}"
            for name, (ours, theirs) in self.wrong.items()
        ]
        return "\n".join(lines)

    __repr__ = __str__


def directional_check(network, x, t, rng=0, tolerance=1e-6):
    """Compare the slope of a network's loss along one random direction with what its gradients say.

    All parameters are moved at once: (L(p + h v) - L(p - h v)) / 2h against the sum of gradient times v. That takes
    two forward passes and one backward, however many parameters there are, and a wrong gradient would have to be very
    lucky to pass. It can't say which element is wrong. Where it fails, two more passes for each parameter say which
    of them disagree; `check_gradients` says the rest.

    Parameters
    ----------
    network
        With params, loss(x, t) and gradient(x, t), as in `backprop.networks`. It is checked in float64, on a copy.
    x, t : a batch and its targets
    rng : int or numpy.random.Generator
        Where the direction comes from.
    tolerance : float
        Greatest relative error that counts as agreement.

    Raises
    ------
    TypeError
        If the network has no params, loss and gradient.
    """
    if not mapping(network, "params") or not (hasattr(network, "loss") and hasattr(network, "gradient")):
        raise TypeError(
            f"directional_check expected a network with params, loss(x, t) and gradient(x, t), got {network!r}"
        )
    copied, x = in_float64(network), np.asarray(x, dtype=np.float64)
    generators = generators_in(copied)
    states = [generator.bit_generator.state for generator in generators]

    def repeatable(function):
        for generator, state in zip(generators, states):
            generator.bit_generator.state = state
        return function(x, t)

    grads = {name: np.array(grad, dtype=np.float64) for name, grad in repeatable(copied.gradient).items()}
    rng = np.random.default_rng([0x64697265, rng] if isinstance(rng, (int, np.integer)) else rng)
    direction = {name: rng.standard_normal(np.shape(copied.params[name])) for name in grads}
    start = {name: np.array(copied.params[name]) for name in grads}

    def compared(names):
        """(analytic, numeric, whether they agree) along the direction's part in these parameters."""
        analytic = float(sum(np.sum(grads[name] * direction[name]) for name in names))
        for h in STEPS:
            ends = []
            for signed in (h, -h):
                for name in names:
                    copied.params[name][...] = start[name] + signed * direction[name]
                ends.append(float(repeatable(copied.loss)))
            for name in names:
                copied.params[name][...] = start[name]
            numeric = (ends[0] - ends[1]) / (2 * h)
            noise = 30 * EPS * max(1.0, *map(abs, ends)) / h
            if abs(analytic - numeric) <= tolerance * max(abs(analytic), abs(numeric)) + noise:
                return analytic, numeric, True
        return analytic, numeric, False

    analytic, numeric, passed = compared(list(grads))
    parts = {} if passed else {name: compared([name]) for name in grads}
    wrong = {name: (ours, theirs) for name, (ours, theirs, right) in parts.items() if not right}
    return DirectionalReport(called(network), analytic, numeric, passed, wrong)
