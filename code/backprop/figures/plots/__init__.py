"""Figures in one style. Every function draws a new pyplot figure and returns nothing, so that a cell shows it alone."""

from .clinic import plot_courses, plot_questions
from .depth import plot_losses, plot_norms_by_layer, plot_output_histograms
from .descent import plot_curve_descent, plot_descent
from .digits import show_confusion, show_digits, show_weights
from .lines import compare_activations, plot_activation, plot_bars, plot_history, plot_lines
from .overfitting import plot_gaps, plot_spread, plot_stopping
from .products import plot_row_times_column, plot_units
from .scaling import plot_measured, plot_ring, plot_scaling

__all__ = [
    "compare_activations", "plot_activation", "plot_bars", "plot_courses", "plot_curve_descent", "plot_descent",
    "plot_gaps", "plot_history", "plot_lines", "plot_losses", "plot_measured", "plot_norms_by_layer",
    "plot_output_histograms", "plot_questions", "plot_ring", "plot_row_times_column", "plot_scaling", "plot_spread",
    "plot_stopping", "plot_units", "show_confusion", "show_digits", "show_weights",
]  # fmt: skip
