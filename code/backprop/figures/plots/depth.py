"""What depth does: gradients and outputs from layer to layer, and the losses of several networks."""

import matplotlib.pyplot as plt
import numpy as np

from .style import BLUE, WIDTH, curve_look, legend_outside, style


def _panels(content, height):
    """A figure with a panel for each title of title -> label -> values, its axes, and one look for each label."""
    figure, panels = plt.subplots(1, len(content), figsize=(WIDTH, height), sharey=True, squeeze=False)
    labels = dict.fromkeys(label for curves in content.values() for label in curves)
    return figure, list(panels.flat), {label: curve_look(number) for number, label in enumerate(labels)}


def plot_norms_by_layer(norms, ylabel="norm of the gradient of the sums", lowest=1e-12, highest=None):
    """The norm at each layer, one panel for each network: title -> label -> values for layers 1, 2, ...

    The panels share a logarithmic axis from `lowest` up: a curve that leaves it below is too small to matter.
    """
    with style():
        figure, panels, looks = _panels(norms, 3.4)
        for axes, (title, curves) in zip(panels, norms.items()):
            for label, values in curves.items():
                layers = np.arange(1, len(values) + 1)
                axes.plot(layers, values, label=label, markevery=max(1, len(values) // 8), **looks[label])
            depth = max(map(len, curves.values()))
            axes.set(xlabel="layer", yscale="log", title=title, xticks=sorted({1, (depth + 1) // 2, depth}))
        panels[0].set(ylabel=ylabel, ylim=(lowest, highest))
        legend_outside(figure, panels)


def plot_output_histograms(outputs, layers, bins=41, xlim=None, xlabel="output"):
    """How outputs are spread, layer by layer: a row for each label, a column for each of the chosen layers.

    `outputs` maps each label to a list of arrays, those of layer 1 first; `layers` counts from 1. Each panel says
    the standard deviation; its height is that of its own tallest bar.
    """
    with style({"axes.grid": False}):
        size = (WIDTH, 1.0 * len(outputs) + 0.5)
        figure, panels = plt.subplots(len(outputs), len(layers), figsize=size, sharex=True, squeeze=False)
        chosen = [np.ravel(arrays[layer - 1]) for arrays in outputs.values() for layer in layers]
        low, high = xlim or (min(map(np.min, chosen)), max(map(np.max, chosen)))
        for row, (label, arrays) in zip(panels, outputs.items()):
            for axes, layer in zip(row, layers):
                values = np.ravel(arrays[layer - 1])
                inside = np.clip(values, low, high)  # the outermost bars hold what lies beyond
                heights = axes.hist(inside, bins=np.linspace(low, high, bins + 1), color=BLUE)[0]
                axes.text(0.97, 0.97, f"{values.std():.1g}", transform=axes.transAxes, ha="right", va="top")
                axes.set(yticks=[], ylim=(0, 1.3 * heights.max()))  # room for the number
            row[0].set_ylabel(label)
        for axes, layer in zip(panels[0], layers):
            axes.set_title(f"layer {layer}")
        figure.supxlabel(f"{xlabel} (number: standard deviation; height: share of outputs)")


def plot_losses(losses, window=20, unit="nats", highest=None):
    """How several networks learn: panels title -> label -> the loss of each step, smoothed over `window` steps.

    A curve that begins above `highest` comes in from there.
    """
    with style():
        figure, panels, looks = _panels(losses, 3.8)
        for axes, (title, curves) in zip(panels, losses.items()):
            for label, values in curves.items():
                width = min(window, len(values))
                smooth = np.convolve(values, np.full(width, 1 / width), mode="valid")
                steps = np.arange(width, len(values) + 1)
                axes.plot(steps, smooth, label=label, markevery=max(1, len(steps) // 8), **looks[label])
            axes.set(title=title)
        figure.supxlabel("step (one mini-batch each)")
        panels[0].set(ylabel=f"loss in {unit}, mean of {window} steps", ylim=(0, highest))
        legend_outside(figure, panels)
