"""Figures of depth: one look for each label in all panels, axes with units, and the numbers that they were given."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from backprop.figures import plots

NAMES = [f"network {number}" for number in range(9)]
NORMS = {
    "2 layers": {name: [0.5, 1.0] for name in NAMES},
    "50 layers": {name: 10.0 ** -np.arange(50)[::-1] for name in NAMES[::-1]},
}
OUTPUTS = {
    "narrow": [np.linspace(-0.1, 0.1, 50), np.linspace(-0.2, 0.2, 50), np.zeros(50)],
    "wide": [np.linspace(-1, 1, 50), np.linspace(-2, 2, 50), np.linspace(-9, 9, 50)],
}
LOSSES = {"one": {"a": [4.0, 2.0, 0.0, 2.0], "b": [1.0] * 4}, "two": {"a": [3.0] * 4}}
CALLS = {
    "norms": lambda: plots.plot_norms_by_layer(NORMS),
    "histograms": lambda: plots.plot_output_histograms(OUTPUTS, [1, 3], xlim=(-1, 1)),
    "losses": lambda: plots.plot_losses(LOSSES, window=2),
}


def look(line):
    return line.get_color(), line.get_linestyle(), line.get_marker()


@pytest.mark.parametrize("draw", CALLS.values(), ids=CALLS)
def test_draws_and_returns_nothing(draw):
    assert draw() is None, "a figure that is returned shows twice in a notebook"
    plt.gcf().canvas.draw()


def test_a_network_looks_the_same_in_every_panel_and_like_no_other():
    CALLS["norms"]()
    first, second = plt.gcf().axes
    looks = {line.get_label(): look(line) for line in first.get_lines()}
    assert looks == {line.get_label(): look(line) for line in second.get_lines()}
    assert len({(style, marker) for _, style, marker in looks.values()}) == len(NAMES), "without color, too"


def test_norms_stand_over_layers_counted_from_1():
    CALLS["norms"]()
    first, second = plt.gcf().axes
    assert [axes.get_title() for axes in (first, second)] == list(NORMS)
    assert first.get_yscale() == "log" and first.get_xlabel() == "layer" and "norm" in first.get_ylabel()
    np.testing.assert_array_equal(first.get_lines()[0].get_xydata(), [[1, 0.5], [2, 1.0]])
    assert list(second.get_xticks()) == [1, 25, 50]
    assert first.get_ylim()[0] == second.get_ylim()[0] == 1e-12
    assert [text.get_text() for text in plt.gcf().legends[0].get_texts()] == NAMES


def test_histograms_have_a_row_for_each_label_and_a_column_for_each_layer():
    CALLS["histograms"]()
    axes = plt.gcf().axes
    assert [ax.get_title() for ax in axes] == ["layer 1", "layer 3", "", ""]
    assert [ax.get_ylabel() for ax in axes] == ["narrow", "", "wide", ""]
    shown = [ax.texts[0].get_text() for ax in axes]
    wanted = [OUTPUTS["narrow"][0], OUTPUTS["narrow"][2], OUTPUTS["wide"][0], OUTPUTS["wide"][2]]
    assert shown == [f"{values.std():.1g}" for values in wanted]
    for ax, values in zip(axes, wanted):
        assert sum(bar.get_height() for bar in ax.patches) == values.size, "what lies outside is in the outer bars"


def test_losses_are_smoothed_and_end_at_the_last_step():
    CALLS["losses"]()
    first, second = plt.gcf().axes
    smooth, flat = first.get_lines()
    np.testing.assert_allclose(smooth.get_ydata(), [3, 1, 1])
    np.testing.assert_array_equal(smooth.get_xdata(), [2, 3, 4])
    assert look(second.get_lines()[0]) == look(smooth) != look(flat)
    assert first.get_ylabel() == "loss in nats, mean of 2 steps" and first.get_ylim()[0] == 0
    plots.plot_losses(LOSSES, highest=2.5)
    assert plt.gcf().axes[1].get_ylim() == (0, 2.5)
    plots.plot_losses({"short": {"a": [1.0]}}, window=20)
    assert len(plt.gca().get_lines()[0].get_xdata()) == 1
