"""A matrix of weights: as the lines between units, and as the columns that rows are multiplied by."""

import matplotlib.pyplot as plt
import numpy as np

from .style import BLUE, GREEN, GREY, LINE_STYLES, PURPLE, VERMILLION, WIDTH, style

COLORS = (BLUE, VERMILLION, GREEN, PURPLE)
RIGHT = 4.0  # where the units are
CIRCLE = 0.32  # radius
BESIDE = 0.26  # where on its line a weight is written: near the input, before lines cross


def plot_units(x, W, b):
    """A layer as units: the inputs x (D,) as circles on the left, a unit for each column of W (D, M) on the right.

    Each line has its weight beside it, each unit its bias above and its output x @ W + b inside.
    """
    x, W, b = np.asarray(x), np.asarray(W), np.asarray(b)
    units = 1.3 * _centered(len(b))
    inputs = 1.6 * _centered(len(x))
    with style({"axes.grid": False}):
        _, axes = plt.subplots(figsize=(WIDTH, 0.4 + 0.85 * max(W.shape)))
        for j, (y, value) in enumerate(zip(units, x @ W + b)):
            look = {"color": COLORS[j % 4], "linestyle": LINE_STYLES[j % 4]}
            for i, start in enumerate(inputs):
                _line(axes, start, y, look)
                axes.text(BESIDE * RIGHT, start + BESIDE * (y - start) + 0.08, _number(W[i, j]), ha="center")
            _circle(axes, RIGHT, y, value, look)
            axes.text(RIGHT, y + CIRCLE + 0.08, f"bias {_number(b[j])}", ha="center")
            axes.text(RIGHT + CIRCLE + 0.12, y, f"$y_{j + 1}$", va="center", fontsize="large")
        for i, (y, value) in enumerate(zip(inputs, x)):
            _circle(axes, 0, y, value, {"color": GREY, "linestyle": "-"})
            axes.text(-CIRCLE - 0.12, y, f"$x_{i + 1}$", ha="right", va="center", fontsize="large")
        heights = np.concatenate([units, inputs])
        axes.set(xlim=(-0.9, RIGHT + 0.9), ylim=(heights.min() - 0.4, heights.max() + 0.7), aspect="equal")
        axes.axis("off")


def _centered(count):
    return (count - 1) / 2 - np.arange(count)


def _line(axes, start, end, look):
    """From the edge of one circle to the edge of the next."""
    part = CIRCLE / np.hypot(RIGHT, end - start)
    places = np.array([part, 1 - part])
    axes.plot(RIGHT * places, start + places * (end - start), linewidth=1.6, **look)


def _circle(axes, x, y, value, look):
    axes.add_patch(plt.Circle((x, y), CIRCLE, facecolor="none", edgecolor=look["color"], linestyle=look["linestyle"]))
    axes.text(x, y, _number(value), ha="center", va="center")


def _number(value):
    return f"{value:.4g}".replace("-", "\N{MINUS SIGN}")


def plot_row_times_column(X, W, row=0, column=0):
    """A product X @ W of small matrices: X (N, D) or x (D,) to the left of it, W (D, M) above it.

    A row of X, a column of W and the number where they meet are framed; the title spells its sum out.
    """
    name = "X" if np.ndim(X) == 2 else "x"
    X, W = np.atleast_2d(X), np.asarray(W)
    (N, D), M = X.shape, W.shape[1]
    parts = ((X, 0, D + 0.6, name), (W, D + 0.6, 0, "W"), (X @ W, D + 0.6, D + 0.6, f"{name} W"))
    with style({"axes.grid": False}):
        _, axes = plt.subplots(figsize=(min(WIDTH, 0.5 * (D + M) + 0.8), 0.4 * (D + N) + 0.7))
        for array, left, top, label in parts:
            for i, numbers in enumerate(array):
                for j, value in enumerate(numbers):
                    axes.text(left + j + 0.5, top + i + 0.5, _number(value), ha="center", va="center")
            height, width = array.shape
            _frame(axes, left, top, width, height, GREY, 0.8)
            beside = (left - 0.15, top + height / 2) if label == "W" else (left + width / 2, top + height + 0.35)
            axes.text(*beside, f"${label}$", ha="right" if label == "W" else "center", va="center")
        _frame(axes, 0, D + 0.6 + row, D, 1, BLUE, 2)
        _frame(axes, D + 0.6 + column, 0, 1, D, VERMILLION, 2, "--")
        _frame(axes, D + 0.6 + column, D + 0.6 + row, 1, 1, GREEN, 2)
        terms = " + ".join(f"{_number(a)}·{_number(w)}" for a, w in zip(X[row], W[:, column]))
        axes.set_title(f"{terms} = {_number(X[row] @ W[:, column])}")
        axes.set(xlim=(-0.1, D + M + 0.7), ylim=(D + N + 1.2, -0.1), aspect="equal")
        axes.axis("off")


def _frame(axes, left, top, width, height, color, linewidth, linestyle="-"):
    axes.add_patch(
        plt.Rectangle((left, top), width, height, fill=False, edgecolor=color, linewidth=linewidth, linestyle=linestyle)
    )
