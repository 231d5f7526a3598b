"""Figures in one style. Every function draws a new pyplot figure and returns nothing, so that a cell shows it alone."""

from .descent import plot_curve_descent, plot_descent
from .digits import show_confusion, show_digits, show_weights
from .lines import compare_activations, plot_activation, plot_bars, plot_history, plot_lines

__all__ = [
    "compare_activations", "plot_activation", "plot_bars", "plot_curve_descent", "plot_descent", "plot_history",
    "plot_lines", "show_confusion", "show_digits", "show_weights",
]  # fmt: skip
