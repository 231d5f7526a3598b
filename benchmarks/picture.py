"""The picture of the steps: how long each contender takes, and the floor that nobody goes below.

A notebook draws the same from the stored results: `plot_steps(json.loads(path.read_text()))`.
"""

import matplotlib.pyplot as plt

from backprop.figures.plots.style import BLUE, GREEN, GREY, VERMILLION, style

from .timing import Summary


def plot_steps(results, threads=1):
    """A panel for each network: bars of microseconds per step, whiskers from quartile to quartile, the floor as a line.

    Draws a new pyplot figure and returns nothing, like the functions of backprop.figures.plots.
    """
    words = f"{threads} thread" + "s" * (threads != 1)
    panels = {name: each for name, each in results["steps"].items() if name.endswith(f", {words}")}
    if not panels:
        raise ValueError(f"the results hold no steps on {words}, only {', '.join(results['steps']) or 'none'}")
    count = max(len(each["seconds_per_step"]) for each in panels.values())
    with style({"axes.grid": False}):
        size = (2.2 + 3.6 * len(panels), 1 + 0.36 * count)
        _, axes = plt.subplots(1, len(panels), figsize=size, sharey=True, squeeze=False)
        for ax, (name, each) in zip(axes.flat, panels.items()):
            _panel(ax, name, each)


def _panel(ax, title, result):
    summaries = {key: Summary.of([1e6 * s for s in seconds]) for key, seconds in result["seconds_per_step"].items()}
    floor = summaries.pop("floor", None)
    names = sorted(summaries, key=lambda key: -summaries[key].median)
    medians = [summaries[key].median for key in names]
    whiskers = [
        [summaries[key].median - summaries[key].lower for key in names],
        [summaries[key].upper - summaries[key].median for key in names],
    ]
    bars = ax.barh(
        [result["labels"][key] for key in names], medians, xerr=whiskers, capsize=3,
        color=[VERMILLION if key == "ours" else BLUE for key in names],
        error_kw={"ecolor": GREY, "elinewidth": 1.2},
    )  # fmt: skip
    for key, bar in zip(names, bars):
        if key == "ours":
            bar.set_hatch("//")  # color is never the only signal
    ax.bar_label(bars, fmt="%.0f", padding=6, color=GREY)
    if floor is not None:
        ax.axvline(floor.median, color=GREEN, linestyle="--", label=f"the five products alone: {floor.median:.0f}")
        ax.legend(loc="lower right", fontsize="small")
    # The slowest would squeeze all others; on a logarithmic axis a ratio is a distance.
    ax.set(xscale="log", xlabel="microseconds per step", title=title)
    ax.margins(x=0.2)
    ax.invert_yaxis()


def save(results, path, threads=1):
    """Draw the picture and write it to a PNG file."""
    plot_steps(results, threads)
    plt.savefig(path, dpi=150)
    plt.close()
