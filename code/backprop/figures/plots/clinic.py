"""The clinic: loss curves of patients beside healthy ones, and the questions to ask first."""

import textwrap

import matplotlib.pyplot as plt
import numpy as np

from .style import BLUE, GREEN, GREY, VERMILLION, WIDTH, style

HIGHEST = 4.0  # nats; a loss above is drawn at the upper edge


def plot_courses(courses, healthy, columns=2, window=5):
    """One small panel for each patient: the loss of its training, dashed, and that of the mended program, solid.

    `courses` and `healthy` map each label to losses in nats, one for each step. Curves are means over `window`
    steps. What lies above 4 nats, or is no number any more, is marked by crosses at the upper edge.
    """
    rows = -(-len(courses) // columns)
    with style():
        figure, boxes = plt.subplots(
            rows, columns, figsize=(WIDTH / 2 * columns, 1.35 * rows + 0.6), sharex=True, sharey=True, squeeze=False
        )
        for axes in boxes.flat[len(courses) :]:
            axes.axis("off")
        for axes, (label, losses) in zip(boxes.flat, courses.items()):
            for values, look in (
                (healthy[label], {"color": BLUE, "linestyle": "-", "label": "mended"}),
                (losses, {"color": VERMILLION, "linestyle": "--", "label": "as it came"}),
            ):
                steps, smooth = _smooth(values, window)
                off = ~(smooth <= HIGHEST)  # above, or not a number
                axes.plot(steps, np.where(off, np.nan, smooth), linewidth=1.6, **look)
                every = max(1, off.sum() // 8)
                axes.plot(
                    steps[off][::every],
                    np.full(len(steps[off][::every]), HIGHEST),
                    "x",
                    color=look["color"],
                    markersize=5,
                )
            axes.set(title=label, ylim=(0, HIGHEST + 0.15))
        figure.supxlabel("step")
        figure.supylabel("loss in nats")
        handles, names = boxes.flat[0].get_legend_handles_labels()
        figure.legend(handles, names, loc="outside upper center", ncols=2)


def _smooth(losses, window):
    """The middle step and the mean of each run of `window` steps."""
    count = len(losses) // window
    with np.errstate(all="ignore"):
        return window * (np.arange(count) + 0.5), np.reshape(losses[: count * window], (count, window)).mean(axis=1)


def plot_questions(questions, end="Healthy."):
    """A decision tree: questions down the left, joined by yes; to the right of each, where a no leads.

    `questions` is a list of (question, what to look at if the answer is no).
    """
    rows = [(textwrap.wrap(question, 17), textwrap.wrap(otherwise, 24)) for question, otherwise in questions]
    last = textwrap.wrap(end, 17)
    heights = [max(len(question), len(otherwise)) + 0.8 for question, otherwise in rows] + [len(last) + 0.8]
    gap = 1.1
    size = (WIDTH, 0.19 * (sum(heights) + gap * len(rows)))
    left, right, half, wide = 0.205, 0.745, 0.2, 0.25
    with style({"axes.grid": False}):
        _, axes = plt.subplots(figsize=size)
        axes.set(xlim=(-0.01, 1.01), ylim=(sum(heights) + gap * len(rows) + 0.1, -0.1))
        axes.axis("off")
        top, text = 0.0, {"ha": "center", "va": "center"}
        for (question, otherwise), height in zip(rows, heights):
            middle, bottom = top + height / 2, top + height
            _box(axes, left - half, top, 2 * half, height, BLUE, "-")
            _box(axes, right - wide, top, 2 * wide, height, VERMILLION, "--")
            axes.text(left, middle, "\n".join(question), **text)
            axes.text(right, middle, "\n".join(otherwise), **text)
            _arrow(axes, (left + half, middle), (right - wide, middle))
            axes.text((left + half + right - wide) / 2, middle - 0.1, "no", ha="center", va="bottom")
            _arrow(axes, (left, bottom), (left, bottom + gap))
            axes.text(left + 0.02, bottom + gap / 2, "yes", ha="left", va="center")
            top = bottom + gap
        _box(axes, left - half, top, 2 * half, heights[-1], GREEN, "-")
        axes.text(left, top + heights[-1] / 2, "\n".join(last), **text)


def _box(axes, x, y, width, height, color, linestyle):
    axes.add_patch(
        plt.Rectangle((x, y), width, height, fill=False, edgecolor=color, linestyle=linestyle, linewidth=1.6)
    )


def _arrow(axes, start, end):
    axes.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": GREY, "shrinkA": 0, "shrinkB": 0})
