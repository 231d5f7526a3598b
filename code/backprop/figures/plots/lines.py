"""Curves, bars, and how a network learned."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import MaxNLocator

from .style import BLUE, GREY, WIDTH, legend_outside, style

FLAT = 0.01  # a derivative this small passes next to nothing


def plot_lines(x, curves, xlabel, ylabel, title="", xscale="linear", yscale="linear"):
    """Several curves over the same x: `curves` maps each one's label to its values."""
    with style():
        _, axes = plt.subplots()
        for label, values in curves.items():
            axes.plot(x, values, marker="o" if len(x) < 30 else "", markersize=4, label=label)
        axes.set(xlabel=xlabel, ylabel=ylabel, title=title, xscale=xscale, yscale=yscale)
        if xscale == "linear" and np.asarray(x).dtype.kind in "iu":
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))  # there is no epoch 2.5
        legend_outside(axes.figure, [axes])


def plot_bars(values, xlabel):
    """One horizontal bar for each entry of `values`, with its number beside it; the first one on top."""
    with style({"axes.grid": False}):
        _, axes = plt.subplots(figsize=(WIDTH, 0.5 + 0.32 * len(values)))
        bars = axes.barh(list(values), list(values.values()), color=BLUE)
        axes.bar_label(bars, fmt="%.3g", padding=4, color=GREY)
        axes.invert_yaxis()
        axes.margins(x=0.15)
        axes.set(xlabel=xlabel)


def plot_activation(x, value, derivative, title):
    """An activation and its derivative over x, shaded where the derivative lies below 0.01: saturation."""
    with style():
        _, axes = plt.subplots(figsize=(WIDTH, 2.7))
        axes.axhline(0, color=GREY, linewidth=0.8, linestyle="-")
        axes.plot(x, value, label="value")
        axes.plot(x, derivative, label="derivative")
        low, high = axes.get_ylim()
        flat = np.abs(derivative) < FLAT
        if np.any(flat):
            axes.fill_between(
                x, low, high, where=flat, step="mid", color=GREY, alpha=0.25, linewidth=0, hatch="//",
                label=f"derivative below {FLAT}",
            )  # fmt: skip
        axes.set(xlabel="x", title=title, xlim=(x[0], x[-1]), ylim=(low, high))
        legend_outside(axes.figure, [axes])


def compare_activations(x, activations):
    """Several activations side by side, values left and derivatives right: label -> (value, derivative)."""
    with style():
        figure, panels = plt.subplots(1, 2, figsize=(WIDTH, 2.4), sharex=True)
        for axes, part, title in zip(panels, (0, 1), ("Value", "Derivative")):
            for label, curves in activations.items():
                axes.plot(x, curves[part], label=label)
            axes.set(xlabel="x", title=title)
        legend_outside(figure, panels[:1])


def plot_history(history, window=100, lowest=0.8):
    """How a network learned: accuracy after each epoch, and the loss of every mini-batch.

    `window` is the number of steps that the smooth curve of the loss takes the mean over, `lowest` the
    accuracy at which the upper panel begins, so that two curves near 1 can be told apart.
    """
    with style():
        _, (upper, lower) = plt.subplots(2, 1, figsize=(WIDTH, 4.6), sharex=True)
        upper.plot(history.steps, history.train_accuracy, marker="o", markersize=3, label="training images")
        if history.test_accuracy:
            upper.plot(history.steps, history.test_accuracy, marker="s", markersize=3, label="test images")
        upper.set(ylabel="accuracy", ylim=(lowest, 1), title="Accuracy after each epoch")
        upper.legend(loc="lower right")
        lower.plot(history.losses, alpha=0.3, linewidth=0.5, label="each mini-batch")
        window = min(window, len(history.losses))
        smooth = np.convolve(history.losses, np.full(window, 1 / window), mode="valid")
        lower.plot(np.arange(window - 1, len(history.losses)), smooth, linestyle="-", label=f"mean of {window} steps")
        lower.set(xlabel="step (one mini-batch each)", ylabel="loss in nats", title="Loss", ylim=(0, None))
        lower.legend()
