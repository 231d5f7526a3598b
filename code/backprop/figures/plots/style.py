"""One style: colors that a color-blind reader can tell apart, on light and on dark pages."""

from contextlib import contextmanager

import matplotlib.pyplot as plt

from .page import BLUE, GREEN, GREY, PURPLE, VERMILLION, Plot

WIDTH = 4.75  # inches, at most: so text of 10 points has 10 pixels on a phone
LINE_STYLES = ("-", "--", ":", "-.")  # color is never the only signal
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", "p")

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
    "figure.figsize": (WIDTH, 2.9),
    "font.size": 10,
    "figure.labelsize": 10,
    "legend.fontsize": 10,
    "xtick.labelsize": 10,
    "ytick.labelsize": 10,
    "image.interpolation": "none",
    "figure.constrained_layout.use": True,
}


@contextmanager
def style(more=()):
    """A figure that is made in here has the book's style, and a notebook shows it as SVG."""
    # Only these settings are put back: matplotlib's own rc_context would also undo what a notebook sets up
    # when the first figure is made, and no later figure would show.
    style = STYLE | dict(more)
    before = {name: plt.rcParams[name] for name in style}
    already = set(plt.get_fignums())
    plt.rcParams.update(style)
    try:
        yield
    finally:
        plt.rcParams.update(before)
        for number in sorted(set(plt.get_fignums()) - already):
            figure = plt.figure(number)
            figure._ipython_display_ = lambda figure=figure: _show(figure)


def _show(figure):
    from IPython.display import display  # here: only a notebook has it, and asks

    display(Plot(figure))


def curve_look(number, size=4):
    """Color, line style and marker of a curve: the marker alone tells nine curves apart."""
    return {
        "color": (BLUE, VERMILLION, GREEN, PURPLE)[number % 4],
        "linestyle": LINE_STYLES[(number + number // 4) % 4],
        "marker": MARKERS[number % 9],
        "markersize": size,
        "linewidth": 1.4,
    }


def legend_outside(figure, panels, but=()):
    """One legend for all panels, each label once, below or above them: there it hides no curve."""
    entries = {}
    for axes in panels:
        for handle, label in zip(*axes.get_legend_handles_labels()):
            if label not in but:
                entries.setdefault(label, handle)
    longest = max(map(len, entries), default=1)
    columns = max(1, min(len(entries), 4, 64 // (longest + 8)))  # as many as fit
    place = "upper" if figure.get_supxlabel() else "lower"  # matplotlib would write one over the other
    figure.legend(entries.values(), entries.keys(), loc=f"outside {place} center", ncols=columns, columnspacing=1.2)
