"""Patients: training programs with one wrong part each, to be diagnosed and fixed."""

from . import healthy
from .patients import PATIENTS, Patient, chart, table
from .programs import Network
from .questions import QUESTIONS, first_no
from .training import TrainingRun, digits, train

__all__ = [
    "PATIENTS", "QUESTIONS", "Network", "Patient", "TrainingRun", "chart", "digits", "first_no", "healthy", "table",
    "train",
]  # fmt: skip
