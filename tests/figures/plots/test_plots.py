"""Figures have labels with units, show what they were given, and leave matplotlib's settings alone."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from backprop.figures import plots
from backprop.training import History

HISTORY = History(losses=[2.0, 1.0, 0.5, 0.25], steps=[0, 2, 4], train_accuracy=[0.1, 0.9, 0.95], test_accuracy=[])
X = np.linspace(-3, 3, 7)
PATH = np.array([[2.0, 1.0], [1.0, 0.5], [0.5, 0.0]])
W = np.array([[1.0, 3.0, -5.0], [2.0, 4.0, 6.0]])
CALLS = {
    "lines": lambda: plots.plot_lines([1, 2, 3], {"a": [1, 2, 3], "b": [3, 2, 1]}, "steps", "loss in nats"),
    "bars": lambda: plots.plot_bars({"a": 1.0, "b": 2.5}, "milliseconds"),
    "activation": lambda: plots.plot_activation(X, np.maximum(X, 0), (X > 0) * 1.0, "ReLU"),
    "comparison": lambda: plots.compare_activations(X, {"a": (X, X), "b": (X, -X)}),
    "descent": lambda: plots.plot_descent(lambda x, y: x**2 + y**2, {"a": PATH, "b": -PATH}, (-3, 3), (-2, 2)),
    "curve descent": lambda: plots.plot_curve_descent(np.square, (-3, 3), {"a": PATH[:, 0], "b": -PATH[:, 0]}),
    "curves descent": lambda: plots.plot_curve_descent(np.square, (-3, 3), {"a": PATH[:, 0], "b": X}, panels=True),
    "history": lambda: plots.plot_history(HISTORY),
    "digits": lambda: plots.show_digits(np.zeros((3, 784)), ["a", "b", "c"], columns=2),
    "weights": lambda: plots.show_weights(np.ones((784, 3)), columns=2),
    "confusion": lambda: plots.show_confusion(np.array([[5, 1], [0, 4]])),
    "units": lambda: plots.plot_units([1.0, 2.0], W, [0.5, -1.0, 0.0]),
    "row times column": lambda: plots.plot_row_times_column([[1.0, 2.0], [3.0, 4.0]], W, row=1, column=2),
}


@pytest.mark.parametrize("draw", CALLS.values(), ids=CALLS)
def test_draws_and_returns_nothing(draw):
    assert draw() is None, "a figure that is returned shows twice in a notebook"


def test_settings_stay_even_if_drawing_fails():
    with pytest.raises(ValueError):
        plots.plot_lines([1, 2], {"a": [1]}, "x", "y")


def test_lines_are_told_apart_without_color():
    CALLS["lines"]()
    first, second = plt.gca().get_lines()
    assert first.get_linestyle() != second.get_linestyle()
    assert (plt.gca().get_xlabel(), plt.gca().get_ylabel()) == ("steps", "loss in nats")


def test_history_shows_every_loss_and_their_mean():
    plots.plot_history(HISTORY, window=2)
    accuracy, loss = plt.gcf().axes
    each, mean = loss.get_lines()
    np.testing.assert_array_equal(each.get_ydata(), HISTORY.losses)
    np.testing.assert_allclose(mean.get_ydata(), [1.5, 0.75, 0.375])
    np.testing.assert_array_equal(mean.get_xdata(), [1, 2, 3])
    assert len(accuracy.get_lines()) == 1, "without test data there is one curve"


def test_history_of_few_steps_can_be_drawn():
    plots.plot_history(History(losses=[1.0], steps=[0, 1], train_accuracy=[0.1, 0.2], test_accuracy=[0.1, 0.2]))
    assert len(plt.gcf().axes[0].get_lines()) == 2


def test_digits_are_dark_on_light_and_titled():
    CALLS["digits"]()
    axes = plt.gcf().axes
    assert [ax.get_title() for ax in axes[:3]] == ["a", "b", "c"] and len(axes) == 4
    assert axes[0].get_images()[0].get_cmap().name == "gray_r"


def test_weights_have_zero_in_the_middle_of_the_scale():
    plots.show_weights(np.linspace(-1, 3, 784)[:, np.newaxis])
    image = plt.gcf().axes[0].get_images()[0]
    assert image.get_clim() == (-3, 3)


def test_confusion_shows_every_count_and_colors_mistakes_alone():
    CALLS["confusion"]()
    ax = plt.gca()
    assert [text.get_text() for text in ax.texts] == ["5", "1", "0", "4"]
    np.testing.assert_array_equal(ax.get_images()[0].get_array(), [[0, 1], [0, 0]])


def test_saturation_is_shaded_where_the_derivative_is_flat():
    CALLS["activation"]()
    (shade,) = plt.gca().collections
    shaded = shade.get_paths()[0].vertices[:, 0]
    assert shaded.min() == -3 and 0 <= shaded.max() <= 0.5 and shade.get_hatch()
    plots.plot_activation(X, X, np.ones_like(X), "identity")
    assert not plt.gca().collections


def test_bars_carry_their_numbers_and_the_first_is_on_top():
    CALLS["bars"]()
    axes = plt.gca()
    assert [text.get_text() for text in axes.texts] == ["1", "2.5"]
    assert axes.yaxis_inverted() and axes.get_xlabel() == "milliseconds"


def test_a_descent_marks_where_it_starts_and_ends():
    CALLS["descent"]()
    drawn = {
        (line.get_marker(), *np.round(line.get_xydata()[0], 3))
        for line in plt.gca().get_lines()
        if len(line.get_xdata())
    }
    assert {("o", 2.0, 1.0), ("*", 0.5, 0.0), ("o", -2.0, -1.0), ("*", -0.5, 0.0)} <= drawn
    first, second = (line for line in plt.gca().get_lines() if len(line.get_xdata()) == 3)
    assert (first.get_linestyle(), first.get_marker()) != (second.get_linestyle(), second.get_marker())


@pytest.mark.parametrize("equal, stretched", [(False, True), (True, False)])
def test_axes_of_a_map_can_be_equal(equal, stretched):
    plots.plot_descent(lambda x, y: x**2 + y**2, {"a": PATH}, (-9, 9), (-2, 2), equal=equal)
    plt.gcf().canvas.draw()
    origin, right, up = plt.gca().transData.transform([(0, 0), (1, 0), (0, 1)])
    assert (not np.isclose(right[0] - origin[0], up[1] - origin[1])) == stretched


def test_descents_in_panels_are_named_by_their_titles():
    CALLS["curves descent"]()
    assert [axes.get_title() for axes in plt.gcf().axes] == ["a", "b"]


def test_units_have_a_line_with_its_weight_from_every_input_and_their_outputs_inside():
    CALLS["units"]()
    written = [text.get_text() for text in plt.gca().texts]
    assert len(plt.gca().get_lines()) == W.size
    assert {"1", "2", "3", "4", "\N{MINUS SIGN}5", "6"} <= set(written)
    assert [text for text in written if text in ("5.5", "10", "7")] == ["5.5", "10", "7"], "1·1 + 2·2 + 0.5 and so on"
    assert [text for text in written if text.startswith("bias")] == ["bias 0.5", "bias \N{MINUS SIGN}1", "bias 0"]
    assert len({line.get_linestyle() for line in plt.gca().get_lines()}) == 3, "units are told apart without color"


def test_row_times_column_spells_out_the_sum_and_frames_what_is_in_it():
    CALLS["row times column"]()
    axes = plt.gca()
    assert axes.get_title() == "3·\N{MINUS SIGN}5 + 4·6 = 9"
    row, column, number = axes.patches[-3:]
    assert (row.get_y(), row.get_width(), row.get_height()) == (number.get_y(), 2, 1)
    assert (column.get_x(), column.get_width(), column.get_height()) == (number.get_x(), 1, 2)
    framed = [t.get_text() for t in axes.texts if number.get_bbox().contains(*t.get_position())]
    assert framed == ["9"]
