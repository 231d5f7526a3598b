"""The figures of many processes show what they were given, and leave matplotlib's settings alone."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from backprop.figures import plots
from backprop.scale.costs import ring_all_reduce

COUNTS = [1, 2, 4, 8]
CALLS = {
    "ring": lambda: plots.plot_ring(*ring_all_reduce([np.full(3, 2**rank) for rank in range(3)])),
    "measured": lambda: plots.plot_measured(
        COUNTS, {"memory": [9, 5, 4, 6]}, {"memory": [8, 4, 3, 5]}, "k", "arrays", base=2
    ),
    "scaling": lambda: plots.plot_scaling(COUNTS, {"a": [1, 2, 3, 4], "b": [1, 1, 1, 1]}, "speed-up", ideal=COUNTS),
}


@pytest.mark.parametrize("draw", CALLS.values(), ids=CALLS)
def test_draws_and_returns_nothing(draw):
    assert draw() is None, "a figure that is returned shows twice in a notebook"


def test_the_ring_names_who_is_in_each_sum():
    CALLS["ring"]()
    start, first, *_, last = [axes for axes in plt.gcf().axes if axes.get_title()]
    assert [text.get_text() for text in start.texts if text.get_text()] == list("000111222")
    assert [text.get_text() for text in first.texts if text.get_text()] == [
        "0",
        "0",
        "0+2",
        "0+1",
        "1",
        "1",
        "2",
        "1+2",
        "2",
    ]
    assert {text.get_text() for text in last.texts} == {"all"} and last.get_title() == "after step 4"
    assert len(start.patches) == 9 + 3, "nine chunks, and three frames around what is sent"
    assert len(last.patches) == 9


def test_measured_points_and_their_formula_share_a_color():
    CALLS["measured"]()
    points, line = plt.gca().get_lines()
    assert points.get_color() == line.get_color() and points.get_linestyle() == "None" and line.get_marker() == "None"
    assert [text.get_text() for text in plt.gca().get_xticklabels()] == ["1", "2", "4", "8"]
    assert [text.get_text() for text in plt.gcf().legends[0].get_texts()] == ["memory, measured", "memory, formula"]


def test_scaling_curves_are_told_apart_without_color():
    CALLS["scaling"]()
    first, second, ideal = plt.gca().get_lines()
    assert first.get_marker() != second.get_marker()
    np.testing.assert_array_equal(ideal.get_ydata(), COUNTS)
    assert (plt.gca().get_xlabel(), plt.gca().get_ylabel()) == ("processes", "speed-up")
