"""What a gradient check found, array by array, in words."""

import textwrap
from dataclasses import dataclass, field

import numpy as np

from .case import Diagnosis


@dataclass
class ArrayCheck:
    """The verdict on one array: the gradient of one input or one parameter.

    `noise` is how far rounding alone may put the central difference off. Elements on a kink or at the edge of the
    domain are left out: a difference can't judge them.
    """

    name: str
    analytic: np.ndarray
    numeric: np.ndarray
    tolerance: float
    noise: np.ndarray
    kinks: np.ndarray
    edges: np.ndarray
    diagnosis: Diagnosis | None = None

    @property
    def left_out(self):
        return self.kinks | self.edges

    @property
    def wrong(self):
        """Where the two disagree: a boolean array."""
        size = np.maximum(np.abs(self.analytic), np.abs(self.numeric))
        with np.errstate(invalid="ignore"):
            agrees = np.abs(self.analytic - self.numeric) <= self.tolerance * size + self.noise
            agrees &= np.isfinite(size + self.noise)  # infinity agrees with nothing
        return ~(agrees | self.left_out)

    @property
    def compared(self):
        """Whether there was anything to compare: not where every element is left out."""
        return not self.numeric.size or not self.left_out.all()

    @property
    def invisible(self):
        """Elements whose gradient is smaller than what rounding leaves of a difference, and not 0."""
        size = np.maximum(np.abs(self.analytic), np.abs(self.numeric))
        return (self.noise > 0.1 * size) & (self.analytic != 0) & ~self.left_out

    @property
    def passed(self):
        return self.analytic.shape == self.numeric.shape and self.compared and not self.wrong.any()

    def __str__(self):
        if self.analytic.shape != self.numeric.shape:
            return f"{self.name}: WRONG: gradient of shape {self.analytic.shape}, value of shape {self.numeric.shape}"
        if not self.compared:
            places = [("on a kink", self.kinks), ("at the edge of the domain", self.edges)]
            where = " or ".join(words for words, found in places if found.any())
            return f"{self.name}: NOT COMPARED: every element lies {where}; check it on other inputs"
        if self.passed:
            count = self.numeric.size - self.left_out.sum()
            note = "".join(
                f"; {number} {why}"
                for number, why in (
                    (self.kinks.sum(), "more on a kink, left out"),
                    (self.edges.sum(), "not judged here: any step leaves the domain of forward, or makes it overflow"),
                    (self.invisible.sum(), "of them not judged: a difference is not accurate enough"),
                )
                if number
            )
            return f"{self.name}: right, {'1 element' if count == 1 else f'all {count} elements'}{note}"
        with np.errstate(invalid="ignore"):
            off = np.abs(self.analytic - self.numeric)
            size = np.maximum(np.abs(self.analytic), np.abs(self.numeric))
            error = off / np.maximum(size, np.finfo(float).tiny)
        error = np.where(np.isfinite(error), error, np.inf)
        worst = np.unravel_index(np.argmax(np.where(self.wrong, error, -1)), error.shape)
        index = f"[{', '.join(map(str, worst))}]" if worst else ""
        return (
            f"{self.name}: WRONG in {self.wrong.sum()} of {error.size} elements\n"
            f"  worst {self.name}{index}: backward says {self.analytic[worst]:.6g}, "
            f"central difference {self.numeric[worst]:.6g}\n"
            f"  off by {off[worst]:.2g} (relative {error[worst]:.2g})"
        )


@dataclass
class GradientReport:
    """What `check_gradients` found. True when every gradient agrees; print it to read why not.

    Attributes
    ----------
    checks : list of ArrayCheck
        One for each input, then one for each parameter.
    side_effects : list of Diagnosis
        Wrong in other ways: an array that belongs to the caller was changed.
    notes : list of str
        What was not checked, or can't be.
    """

    subject: str
    checks: list
    side_effects: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    finite: bool = True  # whether forward gave numbers, and neither nan nor inf

    def __post_init__(self):
        if not self.finite:
            self.notes.append("forward gives nan or inf for these inputs: choose others")

    @property
    def passed(self):
        return self.finite and not self.side_effects and all(check.passed for check in self.checks)

    @property
    def diagnoses(self):
        """The likely mistakes, each once: a list of Diagnosis, empty where none fits."""
        return list(dict.fromkeys([*self.side_effects, *(check.diagnosis for check in self.checks if check.diagnosis)]))

    @property
    def kinds(self):
        """The kinds of the likely mistakes, each once."""
        return list(dict.fromkeys(diagnosis.kind for diagnosis in self.diagnoses))

    @property
    def diagnosis(self):
        """The first of the likely mistakes, or None."""
        return next(iter(self.diagnoses), None)

    def __bool__(self):
        return self.passed

    def __str__(self):
        if self.passed:
            verdict = "all gradients agree"
        elif any(check.compared and not check.passed for check in self.checks):
            verdict = "a gradient is wrong"
        else:
            verdict = (
                "the gradients agree, but something else is wrong"
                if self.side_effects
                else "not every gradient could be compared"
            )
        lines = [f"{self.subject}: {verdict}"]
        for check in self.checks:
            lines.append(textwrap.indent(str(check), "  "))
            if check.diagnosis:
                lines.append(_wrapped(f"likely: {check.diagnosis.text}", "    "))
        return "\n".join([*lines, *(_wrapped(text, "  ") for text in [m.text for m in self.side_effects] + self.notes)])

    __repr__ = __str__


def _wrapped(text, indent):
    return textwrap.fill(text, width=80, initial_indent=indent, subsequent_indent=indent + "  ")
