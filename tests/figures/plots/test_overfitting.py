"""Figures of overfitting: the gap, the step where training stops, how weights are spread."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from backprop.figures import plots
from backprop.training import History

HISTORY = History(steps=[0, 2, 4], train_accuracy=[0.1, 0.9, 1.0], test_accuracy=[0.1, 0.7, 0.75])
CALLS = {
    "one gap": lambda: plots.plot_gaps({"plain": HISTORY}),
    "two gaps": lambda: plots.plot_gaps({"without": HISTORY, "with": HISTORY}, other="validation images"),
    "stopping": lambda: plots.plot_stopping([2, 4, 6], {"a": [3, 2, 1], "b": [3, 2, 4]}, best=4, stopped=6),
    "spread": lambda: plots.plot_spread({"a": np.array([0.0, 0.1]), "b": np.array([0.3])}, "weight", limit=0.4),
}


@pytest.mark.parametrize("draw", CALLS.values(), ids=CALLS)
def test_draws_and_returns_nothing(draw):
    assert draw() is None, "a figure that is returned shows twice in a notebook"
    assert plt.gcf().get_supxlabel() or all(axes.get_xlabel() for axes in plt.gcf().axes)
    assert plt.gcf().axes[0].get_ylabel()


def test_gaps_show_both_curves_and_the_width_at_the_end():
    CALLS["two gaps"]()
    for axes, title in zip(plt.gcf().axes, ["without", "with"], strict=True):
        training, other = axes.get_lines()
        np.testing.assert_array_equal(training.get_ydata(), HISTORY.train_accuracy)
        np.testing.assert_array_equal(other.get_ydata(), HISTORY.test_accuracy)
        assert training.get_linestyle() != other.get_linestyle()
        assert axes.get_title() == title
        assert [text.get_text() for text in axes.texts] == ["gap 0.25"]
    assert "validation images" in [text.get_text() for text in plt.gcf().legends[0].get_texts()]


def test_stopping_marks_both_steps():
    CALLS["stopping"]()
    (axes,) = plt.gcf().axes
    first, second, kept, stopped = axes.get_lines()
    assert (kept.get_xdata()[0], stopped.get_xdata()[0]) == (4, 6)
    assert [text.get_text() for text in axes.texts] == ["kept: 4", "stopped: 6"]
    assert first.get_linestyle() != second.get_linestyle() and kept.get_linestyle() != stopped.get_linestyle()


def test_spread_counts_every_number_once():
    CALLS["spread"]()
    (axes,) = plt.gcf().axes
    assert [sum(patch.get_data().values) for patch in axes.patches] == [2, 1]
    assert axes.get_xlim() == (-0.4, 0.4)
    assert len({str(patch.get_linestyle()) for patch in axes.patches}) == 2
