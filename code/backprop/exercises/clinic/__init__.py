"""Patients: training programs with one wrong part each, to be diagnosed and mended."""

from . import healthy
from .images import digits
from .patients import PATIENTS, Patient, chart, table
from .programs import Network
from .questions import QUESTIONS, first_no
from .ward import Course, follow

__all__ = [
    "PATIENTS", "QUESTIONS", "Course", "Network", "Patient", "chart", "digits", "first_no", "follow", "healthy", "table",
]  # fmt: skip
