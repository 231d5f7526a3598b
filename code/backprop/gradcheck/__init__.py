"""Gradient checks: is what backward returns really the derivative of what forward computes?"""

from .case import KINDS, Diagnosis
from .checking import check_gradients
from .directional import DirectionalReport, directional_check
from .numerical import numerical_gradient
from .report import ArrayCheck, GradientReport

__all__ = [
    "KINDS",
    "ArrayCheck",
    "Diagnosis",
    "DirectionalReport",
    "GradientReport",
    "check_gradients",
    "directional_check",
    "numerical_gradient",
]
