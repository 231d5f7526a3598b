"""Many processes: the ring, step by step, and how time and memory grow."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import NullLocator

from .style import BLUE, GREEN, GREY, VERMILLION, WIDTH, curve_look, legend_outside, style


def plot_ring(states, sent, columns=2):
    """The steps of a ring all-reduce, one panel each: a row for each process, a column for each chunk.

    For `states, sent` of `backprop.scale.costs.ring_all_reduce`, with arrays that hold 2**rank throughout: then every
    sum tells whose numbers are in it. A heavy frame and an arrow mark what is sent next, one process further down.
    """
    count = len(states[0])
    rows = -(-len(states) // columns)
    with style({"axes.grid": False}):
        _, boxes = plt.subplots(rows, columns, figsize=(WIDTH / 2 * columns, 2.4 * rows), squeeze=False)
        for axes in boxes.flat[len(states) :]:
            axes.axis("off")
        for step, (axes, state) in enumerate(zip(boxes.flat, states)):
            for rank, row in enumerate(state):
                for chunk, values in enumerate(row):
                    _chunk(axes, chunk, rank, _members(values, count), count)
                if step < len(sent):
                    _frame(axes, sent[step][rank], rank)
            axes.set(
                title="at the start" if step == 0 else f"after step {step}", xticks=range(count), yticks=range(count),
                xlim=(-0.55, count - 0.45), ylim=(count - 0.3, -0.55), aspect="equal",
            )  # fmt: skip
            axes.spines[:].set_visible(False)
            axes.tick_params(length=0)
        for axes in boxes[:, 0]:
            axes.set_ylabel("process")
        for axes in boxes[-1]:
            axes.set_xlabel("chunk")


def _members(values, count):
    """The processes whose numbers 2**rank were added up."""
    number = int(np.ravel(values)[0])
    return [rank for rank in range(count) if number >> rank & 1]


def _chunk(axes, x, y, members, count):
    done = len(members) == count
    square = plt.Rectangle((x - 0.47, y - 0.47), 0.94, 0.94, facecolor=GREEN if done else BLUE, edgecolor=GREY,
                           alpha=0.35 if done else 0.1 * len(members), linewidth=0.8)  # fmt: skip
    axes.add_patch(square)
    text, weight = ("all", "bold") if done else ("+".join(map(str, members)), "normal")
    axes.text(x, y, text, ha="center", va="center", fontweight=weight)


def _frame(axes, x, y):
    frame = plt.Rectangle((x - 0.43, y - 0.43), 0.86, 0.86, fill=False, edgecolor=VERMILLION, linewidth=1.8, zorder=3)
    axes.add_patch(frame)
    axes.annotate(
        "", (x, y + 0.68), (x, y + 0.36), zorder=4, annotation_clip=False,
        arrowprops={"arrowstyle": "-|>", "color": VERMILLION, "linewidth": 1.4},
    )  # fmt: skip


def plot_measured(x, measured, model, xlabel, ylabel, xscale="log", yscale="log", base=10):
    """Measured points, and what a formula says as a line: both map a label to values over x.

    `base` is the one of logarithmic x axes: 2 where x doubles from one point to the next.
    """
    with style():
        _, axes = plt.subplots(figsize=(WIDTH, 3.2))
        for number, (label, values) in enumerate(measured.items()):
            look = curve_look(number, 6) | {"linestyle": "none"}
            axes.plot(x, values, label=f"{label}, measured", zorder=3, **look)
        for number, (label, values) in enumerate(model.items()):
            look = curve_look(number) | {"marker": "None"}
            axes.plot(x, values, label=f"{label}, formula", **look)
        _axes(axes, x, xlabel, ylabel, xscale, yscale, base)
        legend_outside(axes.figure, [axes])


def plot_scaling(processes, curves, ylabel, ideal=None, yscale="log"):
    """Curves over the number of processes, which doubles; with `ideal`, the line that none can pass."""
    with style():
        _, axes = plt.subplots(figsize=(WIDTH, 3.6))
        for number, (label, values) in enumerate(curves.items()):
            axes.plot(processes, values, label=label, **curve_look(number))
        if ideal is not None:
            axes.plot(processes, ideal, color=GREY, linestyle="-", linewidth=1, label="ideal", zorder=1)
        _axes(axes, processes, "processes", ylabel, "log", yscale, 2)
        legend_outside(axes.figure, [axes])


def _axes(axes, x, xlabel, ylabel, xscale, yscale, base):
    axes.set(xlabel=xlabel, ylabel=ylabel, yscale=yscale)
    if xscale == "log":
        axes.set_xscale("log", base=base)
        if base == 2:
            axes.set_xticks(x, [f"{value:,}" for value in x], minor=False)
            axes.tick_params(axis="x", labelrotation=40 if len(x) > 8 else 0)
            axes.xaxis.set_minor_locator(NullLocator())
