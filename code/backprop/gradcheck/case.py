"""One wrong gradient, and all that is known about it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

KINDS = (
    "upstream gradient ignored", "local derivative left out", "constant factor", "transposed", "summed wrongly",
    "inputs exchanged", "input taken for output", "output taken for input", "mask inverted", "mask never zero",
    "treated as elementwise", "statistics held constant", "targets left out", "never computed",
    "parameter not used", "state of an earlier call", "upstream array modified", "input array modified", "parameter modified",
)  # fmt: skip


@dataclass(frozen=True)
class Diagnosis:
    """The likely mistake: its kind, one of KINDS, and a sentence about it."""

    kind: str
    text: str


@dataclass
class Case:
    """One wrong gradient, and all that is known about it."""

    name: str
    analytic: np.ndarray  # what backward says
    numeric: np.ndarray  # what is right
    wrong: np.ndarray | None  # where they differ; None where even the shapes do
    skipped: np.ndarray  # on a kink, say: left out of every comparison
    right_when_fresh: bool  # right in a copy that had never run before
    jacobian: np.ndarray | None  # (size of the value, size of the output)
    upstream: np.ndarray
    output: np.ndarray
    values: dict  # every input and parameter
    inputs: list  # the names of the inputs among them
    targets: Any
    all_analytic: dict
    all_numeric: dict
    gradient_at: Callable  # the right gradient where other arrays have other values

    @property
    def value(self):
        return self.values[self.name]

    @property
    def like_the_output(self):
        """Whether the value has the output's shape, so that element can be compared with element."""
        return self.value.shape == self.output.shape and self.analytic.shape == self.output.shape

    @property
    def own_derivative(self):
        """d(output element)/d(value element in the same place), where the shapes are the same."""
        return np.diag(self.jacobian).reshape(self.value.shape)

    @property
    def elementwise(self):
        """Whether every output depends on its own input alone."""
        off_diagonal = self.jacobian - np.diag(np.diag(self.jacobian))
        return np.abs(off_diagonal).max(initial=0) <= 1e-6 * np.abs(self.jacobian).max(initial=0)

    @property
    def contributions(self):
        """What each output element sends back to the value, before anything is summed; shape of the output."""
        return self.upstream * self.jacobian.sum(axis=0).reshape(self.output.shape)

    def projected(self, upstream):
        """The right gradient for another upstream gradient."""
        return (self.jacobian @ upstream.ravel()).reshape(self.value.shape)

    def explains(self, candidate, accuracy=1e-5):
        """Whether backward returned just this, and this is not what is right."""
        if self.analytic.shape != self.numeric.shape:
            return same(self.analytic, candidate, accuracy)
        if np.shape(candidate) != self.numeric.shape:
            return False
        analytic, candidate, numeric = (np.asarray(a)[~self.skipped] for a in (self.analytic, candidate, self.numeric))
        return same(analytic, candidate, accuracy) and not same(numeric, candidate, accuracy)


def same(a, b, accuracy=1e-5):
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape or not (np.isfinite(a).all() and np.isfinite(b).all()):
        return False
    return np.allclose(a, b, rtol=accuracy, atol=0.01 * accuracy * np.abs(b).max(initial=0))
