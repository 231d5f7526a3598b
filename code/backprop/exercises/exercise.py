"""What an exercise is: a right answer, inputs to try answers on, and the wrong answers that people give."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Mistake:
    """A runnable wrong answer, and what to say to somebody whose answer gives the same results.

    The words tell what those results are or lack; how somebody came by them, only where there is one way to it.
    """

    answer: Any
    explanation: str


@dataclass(frozen=True)
class Exercise:
    """One exercise of the book.

    Attributes
    ----------
    id : str
        The first argument of `check`.
    chapter, points, minutes : int
    answer
        The right answer: a number, a tuple of numbers, or a function.
    cases : function of a numpy Generator to a list of argument tuples
        For answers that are functions: what they are tried on. Odd sizes, so that mixed-up axes show; square ones, in
        which a wrong transpose runs; one example, one output; zeros and both signs; dictionaries with other names, in
        other orders.
    mistakes : list of Mistake
    errors : dict
        Settings of `numpy.errstate` in which answers run: what NumPy would only warn of can be made a mistake.
    needs : str
        The name of a module that its cases are made with, and not everybody has installed.
    """

    id: str
    chapter: int
    points: int
    minutes: int
    answer: Any
    cases: Callable | None = None
    mistakes: list = field(default_factory=list)
    errors: dict = field(default_factory=dict)
    needs: str = ""
