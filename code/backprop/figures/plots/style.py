"""One style: colors that a color-blind reader can tell apart, on light and on dark pages."""

from contextlib import contextmanager

import matplotlib.pyplot as plt

BLUE, VERMILLION, GREEN, PURPLE = "#2a8fd0", "#d55e00", "#009e73", "#b06a98"
LINE_STYLES = ("-", "--", ":", "-.")  # color is never the only signal
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", "p")
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
def style(more=()):
    # Only these settings are put back: matplotlib's own rc_context would also undo what a notebook sets up
    # when the first figure is made, and no later figure would show.
    style = STYLE | dict(more)
    before = {name: plt.rcParams[name] for name in style}
    plt.rcParams.update(style)
    try:
        yield
    finally:
        plt.rcParams.update(before)


def curve_look(number, size=4):
    """Color, line style and marker of a curve: the marker alone tells nine curves apart."""
    return {
        "color": (BLUE, VERMILLION, GREEN, PURPLE)[number % 4],
        "linestyle": LINE_STYLES[(number + number // 4) % 4],
        "marker": MARKERS[number % 9],
        "markersize": size,
        "linewidth": 1.4,
    }
