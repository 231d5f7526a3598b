"""Exercises whose checks say what is wrong, not only that something is wrong."""

from .checking import Report, check
from .contents import catalogue
from .exercise import Exercise, Mistake

__all__ = ["Exercise", "Mistake", "Report", "catalogue", "check"]
