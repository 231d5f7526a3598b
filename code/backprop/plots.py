"""Figures in one style: colours that a colour-blind reader can tell apart, on light and on dark pages.

Every function draws a new pyplot figure and returns nothing, so that a notebook cell shows the figure alone.
"""

from contextlib import contextmanager

import matplotlib.pyplot as plt
import numpy as np

BLUE, VERMILLION, GREEN, PURPLE = "#2a8fd0", "#d55e00", "#009e73", "#b06a98"
LINE_STYLES = ("-", "--", ":", "-.")  # colour is never the only signal
GREY = "#808080"  # readable on white and on black

STYLE = {
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "axes.edgecolor": GREY,
    "axes.labelcolor": GREY,
    "axes.titlecolor": GREY,
    "axes.titlesize": "medium",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.prop_cycle": plt.cycler(color=[BLUE, VERMILLION, GREEN, PURPLE], linestyle=LINE_STYLES),
    "grid.color": GREY,
    "grid.alpha": 0.25,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "text.color": GREY,
    "legend.frameon": False,
    "figure.dpi": 110,
    "figure.constrained_layout.use": True,
}


@contextmanager
def _style(more=()):
    # Only these settings are put back: matplotlib's own rc_context would also undo what a notebook sets up
    # when the first figure is made, and no later figure would show.
    style = STYLE | dict(more)
    before = {name: plt.rcParams[name] for name in style}
    plt.rcParams.update(style)
    try:
        yield
    finally:
        plt.rcParams.update(before)


def plot_lines(x, curves, xlabel, ylabel, title="", xscale="linear", yscale="linear"):
    """Several curves over the same x: `curves` maps each one's label to its values."""
    with _style():
        _, axes = plt.subplots(figsize=(6.4, 3.6))
        for label, values in curves.items():
            axes.plot(x, values, marker="o" if len(x) < 30 else "", markersize=4, label=label)
        axes.set(xlabel=xlabel, ylabel=ylabel, title=title, xscale=xscale, yscale=yscale)
        axes.legend()


FLAT = 0.01  # a derivative this small passes next to nothing


def plot_activation(x, value, derivative, title):
    """An activation and its derivative over x, shaded where the derivative lies below 0.01: saturation."""
    with _style():
        _, axes = plt.subplots(figsize=(6.4, 2.8))
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
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1))


def compare_activations(x, activations):
    """Several activations side by side, values left and derivatives right: label -> (value, derivative)."""
    with _style():
        _, panels = plt.subplots(1, 2, figsize=(9, 3.2), sharex=True)
        for axes, part, title in zip(panels, (0, 1), ("Value", "Derivative")):
            for label, curves in activations.items():
                axes.plot(x, curves[part], label=label)
            axes.set(xlabel="x", title=title)
        panels[0].legend()


def plot_history(history, window=100, lowest=0.8):
    """How a network learned: accuracy after each epoch, and the loss of every mini-batch.

    `window` is the number of steps that the smooth curve of the loss takes the mean over, `lowest` the
    accuracy at which the left figure begins, so that two curves near 1 can be told apart.
    """
    with _style():
        _, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6))
        left.plot(history.steps, history.train_accuracy, marker="o", markersize=3, label="training images")
        if history.test_accuracy:
            left.plot(history.steps, history.test_accuracy, marker="s", markersize=3, label="test images")
        left.set(xlabel="step (one mini-batch each)", ylabel="accuracy", ylim=(lowest, 1), title="Accuracy after each epoch")
        left.legend(loc="lower right")
        right.plot(history.losses, alpha=0.3, linewidth=0.5, label="each mini-batch")
        window = min(window, len(history.losses))
        smooth = np.convolve(history.losses, np.full(window, 1 / window), mode="valid")
        right.plot(np.arange(window - 1, len(history.losses)), smooth, linestyle="-", label=f"mean of {window} steps")
        right.set(xlabel="step (one mini-batch each)", ylabel="loss in nats", title="Loss", ylim=(0, None))
        right.legend()


def show_digits(images, titles, columns=10):
    """A sheet of images of 28 by 28 pixels (flat or square, 0 to 1), dark on light, each with a title."""
    rows = -(-len(images) // columns)
    with _style():
        _, axes = plt.subplots(rows, columns, figsize=(0.85 * columns, 1.1 * rows), squeeze=False)
        for ax in axes.flat:
            ax.axis("off")
        for ax, image, title in zip(axes.flat, images, titles):
            ax.imshow(np.reshape(image, (28, 28)), cmap="gray_r", vmin=0, vmax=1)
            ax.set_title(title, fontsize=9)


def show_weights(weights, columns=10):
    """The weights into each hidden unit, (784, H), as images: orange adds, purple takes away, white is 0."""
    limit = np.abs(weights).max()
    rows = -(-weights.shape[1] // columns)
    with _style():
        figure, axes = plt.subplots(rows, columns, figsize=(0.8 * columns, 0.8 * rows), squeeze=False)
        for ax in axes.flat:
            ax.axis("off")
        for ax, unit in zip(axes.flat, weights.T):
            image = ax.imshow(unit.reshape(28, 28), cmap="PuOr_r", vmin=-limit, vmax=limit)
        figure.colorbar(image, ax=axes, shrink=0.6, label="weight")


def show_confusion(matrix):
    """A confusion matrix (C, C): row = what the image is, column = what the network said."""
    classes = len(matrix)
    with _style({"axes.grid": False}):
        _, axes = plt.subplots(figsize=(5.6, 5))
        mistakes = matrix * (1 - np.eye(classes, dtype=int))
        axes.imshow(mistakes, cmap="Oranges")
        for row in range(classes):
            for column in range(classes):
                strong = mistakes[row, column] > 0.6 * mistakes.max()
                color = "white" if strong else "black"
                axes.text(column, row, matrix[row, column], ha="center", va="center", fontsize=8, color=color)
        axes.set(
            xticks=range(classes), yticks=range(classes), xlabel="what the network said", ylabel="what the image is"
        )
