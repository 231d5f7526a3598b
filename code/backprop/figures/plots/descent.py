"""Walks downhill: along a curve, and over a map of a surface."""

import matplotlib.pyplot as plt
import numpy as np

from .style import GREY, WIDTH, curve_look, legend_outside, style


def _start_and_end(axes, x, y, look):
    """A ring at the first point, a star at the last."""
    shared = {"color": look["color"], "linestyle": "none", "zorder": 4}
    axes.plot(x[0], y[0], marker="o", markersize=10, markerfacecolor="none", markeredgewidth=1.8, **shared)
    axes.plot(x[-1], y[-1], marker="*", markersize=13, markeredgecolor=GREY, markeredgewidth=0.6, **shared)


def _explain_start_and_end(axes):
    axes.plot([], [], "o", color=GREY, markersize=10, markerfacecolor="none", markeredgewidth=1.8, label="start")
    axes.plot([], [], "*", color=GREY, markersize=13, label="end")


def plot_descent(f, paths, xlim, ylim, xlabel="x", ylabel="y", title="", levels=8, equal=False):
    """Paths over the contour lines of f(x, y): `paths` maps each one's label to its points, (steps + 1, 2).

    A ring marks where a path starts, a star where it ends. The contour lines part the map into `levels` equal
    areas, so that flat and steep regions both get some. f must take arrays. With `equal` a unit is as long on one
    axis as on the other, so that angles and curvatures look as they are.
    """
    x, y = np.meshgrid(np.linspace(*xlim, 201), np.linspace(*ylim, 201))
    heights = f(x, y)
    with style({"axes.grid": False}):
        ratio = np.ptp(ylim) / np.ptp(xlim)
        figure, axes = plt.subplots(figsize=(WIDTH, min(1.3 + 4.2 * ratio, 4.6) if equal else 3.9))
        lines = np.unique(np.quantile(heights, np.linspace(0, 1, levels + 1)[1:-1]))
        axes.contour(x, y, heights, levels=lines, colors=GREY, linewidths=0.8, linestyles="-", alpha=0.6)
        for number, (label, path) in enumerate(paths.items()):
            path, look = np.asarray(path), curve_look(number, 3.5)
            every = max(1, len(path) // 40)  # a marker on each step, unless they would hide the line
            axes.plot(path[:, 0], path[:, 1], label=label, zorder=3, markevery=every, **look)
            _start_and_end(axes, path[:, 0], path[:, 1], look)
        _explain_start_and_end(axes)
        axes.set(xlabel=xlabel, ylabel=ylabel, title=title, xlim=xlim, ylim=ylim, aspect="equal" if equal else "auto")
        legend_outside(figure, [axes])


def plot_curve_descent(f, xlim, paths, panels=False, xlabel="x", ylabel="f(x)"):
    """Descents along a curve: `paths` maps each one's label to its values of x, one after each step.

    A ring marks where a path starts, a star where it ends. With `panels` every path gets a curve of its own,
    for paths that would hide each other; what lies outside xlim is cut off. f must take arrays.
    """
    x = np.linspace(*xlim, 401)
    low, high = f(x).min(), f(x).max()
    margin = 0.06 * (high - low)
    with style():
        count = len(paths) if panels else 1
        columns = min(count, 2)
        rows = -(-count // columns)
        size = (WIDTH, 1.9 * rows + 0.6) if panels else (WIDTH, 3.1)
        figure, boxes = plt.subplots(rows, columns, figsize=size, sharex=True, sharey=True, squeeze=False)
        for axes in boxes.flat[count:]:
            axes.axis("off")
        for axes in boxes.flat[:count]:
            axes.plot(x, f(x), color=GREY, linestyle="-", linewidth=1.2, zorder=1)
            axes.set(xlim=xlim, ylim=(low - margin, high + margin))
        for axes in boxes[-1]:
            axes.set_xlabel(xlabel)
        for axes in boxes[:, 0]:
            axes.set_ylabel(ylabel)
        for number, (label, path) in enumerate(paths.items()):
            axes = boxes.flat[number if panels else 0]
            path, look = np.ravel(path), curve_look(number, 3.5)
            axes.plot(path, f(path), label=label, zorder=3, **look)
            _start_and_end(axes, path, f(path), look)
            if panels:
                axes.set_title(label)
        _explain_start_and_end(boxes.flat[0])
        legend_outside(figure, boxes.flat[:1], but=paths if panels else ())  # in panels, the titles name the paths
