"""Gradient checks: is what backward returns really the derivative of what forward computes?"""

from .case import KINDS, Diagnosis
from .checking import check_gradients
from .numerical import numerical_gradient
from .report import ArrayCheck, GradientReport

__all__ = ["KINDS", "ArrayCheck", "Diagnosis", "GradientReport", "check_gradients", "numerical_gradient"]
