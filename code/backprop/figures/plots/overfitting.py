"""Overfitting: the gap between training and other images, where to stop, and how weights are spread."""

import matplotlib.pyplot as plt
import numpy as np

from .style import BLUE, GREY, LINE_STYLES, VERMILLION, WIDTH, legend_outside, style


def plot_gaps(histories, other="test images", lowest=0.0):
    """Accuracy while networks learned, a panel for each: `histories` maps its title to a History with test_accuracy.

    The hatched area is the gap; the number below it is its width at the end. `other` says what test_accuracy was
    measured on, `lowest` is the accuracy at which the panels begin.
    """
    with style():
        figure, panels = plt.subplots(1, len(histories), figsize=(WIDTH, 3), sharey=True, squeeze=False)
        for axes, (title, history) in zip(panels.flat, histories.items()):
            steps, upper, lower = history.steps, np.array(history.train_accuracy), np.array(history.test_accuracy)
            axes.plot(steps, upper, label="training images")
            axes.plot(steps, lower, label=other)
            axes.fill_between(steps, lower, upper, color=GREY, alpha=0.2, linewidth=0, hatch="//")
            axes.text(
                steps[-1], lower[-1] - 0.05, f"gap {upper[-1] - lower[-1]:.2f}", ha="right", va="top",
                bbox={"boxstyle": "round", "facecolor": "none", "edgecolor": GREY},
            )  # fmt: skip
            axes.set(title=title, ylim=(lowest, 1.02))
        panels.flat[0].set_ylabel("accuracy")
        figure.supxlabel("step (one mini-batch each)")
        legend_outside(figure, panels.flat[:1])


def plot_stopping(steps, curves, best, stopped):
    """Losses while a network learned, with the step whose weights are kept and the step at which training ends.

    `curves` maps each one's label to its loss at every step of `steps`.
    """
    with style():
        _, axes = plt.subplots()
        for label, losses in curves.items():
            axes.plot(steps, losses, label=label)
        for step, label, look in ((best, "kept", "-"), (stopped, "stopped", ":")):
            axes.axvline(step, color=GREY, linestyle=look, linewidth=1.4)
            side, offset = ("left", 4) if step < 0.7 * steps[-1] else ("right", -4)  # inside the figure
            axes.annotate(
                f"{label}: {step}", (step, 0.98), xycoords=("data", "axes fraction"), xytext=(offset, 0),
                textcoords="offset points", ha=side, va="top",
            )  # fmt: skip
        axes.set(xlabel="step (one mini-batch each)", ylabel="loss in nats", ylim=(0, None))
        legend_outside(axes.figure, [axes])


def plot_spread(values, xlabel, limit, bins=80):
    """How many of a set of numbers lie where, from -limit to limit: `values` maps each set's label to its array."""
    with style():
        _, axes = plt.subplots()
        colors, edges = (GREY, BLUE, VERMILLION), np.linspace(-limit, limit, bins + 1)
        for number, (label, array) in enumerate(values.items()):
            counts, _ = np.histogram(array, edges)
            look = LINE_STYLES[(number - 1) % 4]
            axes.stairs(counts, edges, label=label, color=colors[number % 3], linestyle=look, linewidth=1.6)
        axes.set(xlabel=xlabel, ylabel="how many", xlim=(-limit, limit), ylim=(0, None))
        legend_outside(axes.figure, [axes])
