"""An array that may be wrong, the right one, and what the right one is made of."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

KINDS = (
    "upstream gradient ignored", "local derivative left out", "wrong local derivative", "constant factor", "transposed",
    "summed wrongly", "inputs exchanged", "input taken for output", "output taken for input", "mask inverted",
    "mask never zero", "treated as elementwise", "statistics held constant", "wrong statistics", "targets left out",
    "term left out", "term too many", "another value used", "off by one", "altered afterward", "never computed",
    "parameter not used", "state of an earlier call", "upstream array modified", "input array modified",
    "parameter modified",
)  # fmt: skip  # names in rows

UPSTREAM = "the upstream gradient"


@dataclass(frozen=True)
class Diagnosis:
    """The likely mistake: its kind, one of KINDS, and a sentence about it; `fitted` as for a Guess."""

    kind: str
    text: str
    fitted: bool = False


@dataclass
class Guess:
    """What one mistake would have returned: an array, or a function that computes it when it is asked for.

    `key` is the same for the same mistake in another case; the text may name numbers of this case. What was `fitted`
    to the answer has to fit all cases: where the answer is right, it would not have been made. What is not `telling`
    fits any answer, such as one number as a multiple of another: it can stand beside a case that tells, not alone.
    """

    kind: str
    text: str
    array: Any
    key: Any = None
    fitted: bool = False
    telling: bool = True

    def __post_init__(self):
        self.key = self.key or self.text

    def computed(self):
        return np.asarray(self.array() if callable(self.array) else self.array, dtype=np.float64)


@dataclass
class Case:
    """An array that may be wrong, and all that is known about it.

    Attributes
    ----------
    answer, right : float64 arrays
    values : dict of str to array
        What the right one is computed from, the upstream gradient aside.
    right_with : function of a dict to an array
        The right one where values (UPSTREAM is a name, too) are others.
    upstream, output : arrays, or None where there is no backward
    own : str or None
        The name of the value that this is the gradient of.
    others : dict of str to (answer, right)
        What was returned beside it.
    skipped : bool array, or False
        On a kink, say: left out of every comparison.
    exact : bool
        Whether the right one is computed, and not a difference.
    """

    answer: np.ndarray
    right: np.ndarray
    values: dict
    right_with: Callable
    upstream: np.ndarray | None = None
    output: np.ndarray | None = None
    own: str | None = None
    targets: Any = None
    others: dict = field(default_factory=dict)
    skipped: Any = False
    exact: bool = False
    jacobian_by: Callable[[], np.ndarray | None] = lambda: None
    alternatives: Callable[[], Iterator] = lambda: iter(())  # (kind, text, changed values): see dependence.py

    @cached_property
    def jacobian(self):
        """d(output)/d(value): (size of the value, size of the output). None where it is not known, or too large."""
        return self.jacobian_by()

    @property
    def value(self):
        return self.values.get(self.own)

    @property
    def keeps_shape(self):
        """Whether right, answer and upstream gradient have one shape, so that element compares with element."""
        return self.upstream is not None and self.answer.shape == self.right.shape == self.upstream.shape

    @property
    def slope(self):
        """d(output element)/d(value element in the same place)."""
        return np.diag(self.jacobian).reshape(self.right.shape)

    @property
    def elementwise(self):
        """Whether every output depends on its own input alone."""
        if not self.keeps_shape or self.jacobian is None:
            return False
        off_diagonal = self.jacobian - np.diag(np.diag(self.jacobian))
        return np.abs(off_diagonal).max(initial=0) <= 1e-6 * np.abs(self.jacobian).max(initial=0)

    @property
    def contributions(self):
        """What each output element sends back to each value element: (value's shape, size of the output)."""
        return (self.jacobian * self.upstream.ravel()).reshape(*self.right.shape, self.upstream.size)

    def projected(self, upstream):
        """The right gradient for another upstream gradient."""
        if self.jacobian is None:
            return self.right_with({UPSTREAM: upstream})
        return (self.jacobian @ upstream.ravel()).reshape(self.right.shape)

    @property
    def shaped(self):
        """Names and values that NumPy can stretch over the right one, element for element."""
        named = ({"the output": self.output} if self.output is not None else {}) | self.values
        numeric = {name: v for name, v in named.items() if np.asarray(v).dtype.kind in "fiub"}
        return {name: v for name, v in numeric.items() if stretches(v, self.right.shape)}

    @property
    def wrong(self):
        """Where answer and right one differ."""
        return ~np.isclose(self.answer, self.right, rtol=1e-6, atol=1e-9) & ~np.asarray(self.skipped)

    @cached_property
    def accuracy(self):
        """Of what explains the answer: far finer than the answer is wrong."""
        with np.errstate(invalid="ignore"):
            off = np.abs(self.answer - self.right) if self.answer.shape == self.right.shape else np.ones(1)
        off = np.where(np.isfinite(off) & ~np.asarray(self.skipped), off, 0).max(initial=0)
        return float(np.clip(0.02 * off / self.size, 1e-8, 1e-7 if self.exact else 1e-5)) if self.size else 1e-5

    @cached_property
    def size(self):
        """The largest of the right numbers."""
        return np.abs(self.right[np.isfinite(self.right)]).max(initial=0)

    @cached_property
    def is_right(self):
        return self._same(self.answer, self.right, 1e-6)

    def agrees(self, guess):
        """Whether the answer is just this, element for element."""
        return self._same(self.answer, guess, self.accuracy)

    def explains(self, guess):
        """Whether the answer is just this, and this is not what is right."""
        return self.agrees(guess) and not self._same(self.right, guess, self.accuracy)

    def _same(self, a, b, accuracy):
        if a.shape == b.shape == self.right.shape:
            keep = np.broadcast_to(~np.asarray(self.skipped), a.shape)
            a, b = a[keep], b[keep]
        return same(a, b, accuracy, self.size)


def same(a, b, accuracy=1e-5, size=0):
    """Whether two arrays hold the same finite numbers, as far as rounding goes in numbers as large as `size`."""
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape or not (np.isfinite(a).all() and np.isfinite(b).all()):
        return False
    return np.allclose(a, b, rtol=accuracy, atol=0.01 * accuracy * max(np.abs(b).max(initial=0), size))


def stretches(value, shape):
    try:
        return np.broadcast_shapes(np.shape(value), shape) == tuple(shape)
    except ValueError:
        return False
