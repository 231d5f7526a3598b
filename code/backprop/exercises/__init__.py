"""Exercises whose checks say what is wrong, not only that something is wrong."""

from .checking import Report, catalogue, check
from .exercise import Exercise, Mistake

__all__ = ["Exercise", "Mistake", "Report", "catalogue", "check"]
