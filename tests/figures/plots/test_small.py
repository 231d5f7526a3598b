"""Small pictures fill one frame, show what they were given, are always the same, and refuse what they can't show."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from drawn import printed_by_other_processes

from backprop import Variable
from backprop.figures.plots.small import Small
from backprop.figures.plots.small.shapes import COLORS, boxes, line, ring, rounded, written

SVG = "{http://www.w3.org/2000/svg}"


def paths(picture):
    """The (path data, attributes) of each path."""
    return [(path.get("d"), path.attrib) for path in ElementTree.fromstring(str(picture)).iter(f"{SVG}path")]


def numbers(data):
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", data)]


def places(data):
    """The points of a path that is nothing but lines, or dots."""
    return np.reshape(numbers(data.replace("h0", "")), (-1, 2))


def rectangles(data):
    """Left, top, width, height of each box."""
    return [numbers(box)[:4] for box in data.split("z") if box]


# ---------------------------------------------------------------- the frame


def test_everything_together_fills_the_frame_up_to_the_margin():
    picture = Small("two lines").line([0, 5], [1, 2], width=2).line([2, 10], [-3, 0], width=4)
    points = np.concatenate([places(data) for data, _ in paths(picture)])
    assert points.min(axis=0).tolist() == [12, 12] and points.max(axis=0).tolist() == [148, 88]


def test_y_goes_up():
    (data, _), = paths(Small("rising").line([0, 1], [0, 1], width=0))  # fmt: skip
    assert places(data).tolist() == [[10, 90], [150, 10]]


def test_equal_scales_leave_squares_square():
    (data, _), = paths(Small("squares", equal=True).squares([0, 9], [0, 0]))  # fmt: skip
    for _, _, width, height in rectangles(data):
        assert width == height > 10
    (data, _), = paths(Small("squares").squares([0, 9], [0, 0]))  # fmt: skip
    assert all(width != height for _, _, width, height in rectangles(data))


@pytest.mark.parametrize("equal", [False, True])
def test_a_flat_line_and_a_single_dot_stand_in_the_middle(equal):
    (data, _), = paths(Small("flat", equal).line([0, 1], [7, 7], width=0))  # fmt: skip
    assert places(data).tolist() == [[10, 50], [150, 50]]
    (data, _), = paths(Small("dot", equal).dots([3], [4]))  # fmt: skip
    assert data == "M80 50h0"


def test_numbers_have_one_decimal_and_a_last_bit_does_not_tip_them():
    assert [written(number) for number in (3, 0.25, 1 / 3, -0.04, -2.5)] == ["3", "0.2", "0.3", "0", "-2.5"]
    for half in (41.25, 41.35, 0.05):
        assert written(half - 1e-12) == written(half) == written(half + 1e-12)


def test_the_same_in_every_process():
    script = """
from backprop import Variable
from backprop.figures.plots.small import Small
x = Variable(2.0) * 3 + Variable(1.0)
y = (x * x).tanh() + x
y.backward()
drawings = [Small("a graph").graph(y, show) for show in ("values", "gradients", "order")]
"""
    assert len(printed_by_other_processes(script)) == 1


# ---------------------------------------------------------------- what a notebook gets


def test_alt_text_is_escaped_and_needed():
    picture = Small('a < b, "c" & \x00d').line([0, 1], [0, 1])
    assert ElementTree.fromstring(str(picture)).get("aria-label") == 'a < b, "c" & \ufffdd'
    assert 'aria-label="' in str(picture), "with double quotes, as the book's rules look for it"
    for missing in ("", "  ", None):
        with pytest.raises(ValueError, match="in words"):
            Small(missing)


def test_a_notebook_gets_html_and_svg():
    picture = Small("a line").line([0, 1], [0, 1])
    shown = picture._repr_mimebundle_()
    assert shown["image/svg+xml"] == shown["text/html"] == str(picture)
    assert shown["text/plain"] == "<picture: a line>"


# ---------------------------------------------------------------- what is drawn


def test_dots_have_their_sizes_and_those_of_size_0_are_left_out():
    drawn = paths(Small("dots").dots([0, 1, 2, 3], [0, 0, 1, 1], size=[4, 0, 4, 2.04]))
    assert {attributes["stroke-width"]: len(places(data)) for data, attributes in drawn} == {"4": 2, "2": 1}
    assert Small("none").dots([0], [0], size=0).marks == []


def test_bars_stand_on_their_base():
    (data, _), = paths(Small("bars").bars([1, -1, 3], base=1, width=1))  # fmt: skip
    first, second, third = rectangles(data)
    assert first[3] == 0, "a bar as high as its base"
    assert second[1] == third[1] + third[3], "one hangs from the base that the other stands on"
    assert second[0] + second[2] == pytest.approx(third[0], abs=0.11), "bars 1 wide touch"


def test_a_matrix_shows_size_by_area_and_sign_by_color():
    ground, positive, negative = paths(Small("matrix", equal=True).matrix([[4, -1, 0], [1, 0, 2]]))
    assert len(rectangles(ground[0])) == 6
    four, one, two = [width**2 for _, _, width, _ in rectangles(positive[0])]
    assert four / one == pytest.approx(4, rel=0.02) and four / two == pytest.approx(2, rel=0.02)
    assert len(rectangles(negative[0])) == 1
    assert positive[1]["fill"] == COLORS[1] and negative[1]["fill"] == COLORS[2]
    left = [corner[0] for corner in rectangles(ground[0])[:3]]
    top = [corner[1] for corner in rectangles(ground[0])[::3]]
    assert left == sorted(left) and top == sorted(top), "columns go right, rows go down"
    assert len(paths(Small("zeros").matrix(np.zeros((2, 2))))) == 1


def test_contours_lie_where_the_height_is():
    x, y = np.linspace(-1, 1, 41), np.linspace(-2, 2, 41)
    picture = Small("rings", equal=True).contours(x, y, x**2 + (y[:, np.newaxis] / 2) ** 2, [0.25, 0.64])
    for mark, radius in zip(picture.marks, (0.5, 0.8)):
        np.testing.assert_allclose(np.hypot(mark.points[:, 0], mark.points[:, 1] / 2), radius, atol=0.01)
    assert len(picture.marks) == 2
    assert len(paths(picture)) == 1, "what one pen draws is one path"


def test_a_guide_is_fainter_than_a_line():
    (_, faint), (_, bold) = paths(Small("axis").guide([0, 1], [0, 0]).line([0, 1], [0, 1]))
    assert faint["stroke"] == "currentColor" and float(faint["opacity"]) < 0.5
    assert "opacity" not in bold and float(faint["stroke-width"]) < float(bold["stroke-width"])


# ---------------------------------------------------------------- graphs


def bill():
    return (Variable(100.0) * Variable(2.0) + Variable(20.0)) * 1.1


def test_a_graph_has_a_ring_for_each_operation_and_a_dot_for_each_end():
    picture = Small("bill").graph(bill())
    drawn = "".join(data for data, _ in paths(picture))
    assert drawn.count("a8 8") == 2 * 3, "two arcs make a ring"
    assert drawn.count("L") == 2 * 3, "two strokes make a sign"
    assert drawn.count("h0") == 3 + 1
    edges = [mark for mark in picture.marks if len(mark.points) > 1]
    assert len(edges) == 3 + 2 + 1, "from each input, between operations, and to the result"
    assert [len(edge.points) for edge in edges].count(3) == 1, "the 20 has to pass the column of the first operation"


def test_signs():
    assert ring((0, 0), 10).count("M") == 1
    assert ring((0, 0), 10, "+").endswith("M-4.2 0L4.2 0M0 -4.2L0 4.2")
    assert ring((0, 0), 10, "×").endswith("M-4.2 -4.2L4.2 4.2M-4.2 4.2L4.2 -4.2")


def test_widths_are_gradients_and_add_up_side_by_side():
    x = Variable(1.0) + Variable(2.0)
    y = x * 2 + x * 4
    y.backward()
    edges = [
        (data, float(pen["stroke-width"])) for data, pen in paths(Small("uses").graph(y, "gradients")) if "C" in data
    ]
    widths = sorted(width for data, width in edges for _ in range(data.count("M")))
    assert widths == [1.5, 1.5, 1.5, 3, 6, 9, 9], "1 to the uses, 2 and 4 from them, 6 to each input"
    two, four = (numbers(data)[:2] for wanted in (3, 6) for data, width in edges if width == wanted)
    assert two[0] == four[0] and abs(two[1] - four[1]) == pytest.approx((3 + 6) / 2), "they begin side by side"


def test_the_later_backward_visits_a_node_the_fainter_it_is():
    marks = Small("order").graph(bill(), "order", radius=4).marks
    nodes = [mark for mark in marks if len(mark.points) == 1]
    strengths = [float(re.search(r'opacity="(.*)"|$', node.pen)[1] or 1) for node in nodes]
    assert strengths == sorted(set(strengths)) and len(nodes) == 3 + 3 + 1
    assert nodes[-1].points[0, 0] == max(node.points[0, 0] for node in nodes), "the result, on the right, is strongest"


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("method", ["line", "guide", "area", "dots", "squares"])
def test_numbers_must_be_finite(method, bad):
    with pytest.raises(ValueError, match="finite numbers, got nan or inf"):
        getattr(Small("a"), method)([0, 1], [0, bad])


@pytest.mark.parametrize(
    ("add", "message"),
    [
        (lambda picture: picture.line([0, 1], [0, 1, 2]), r"one length, got shapes \(2,\) and \(3,\)"),
        (lambda picture: picture.line([], []), "one length"),
        (lambda picture: picture.dots([[0, 1]], [[0, 1]]), "one length"),
        (lambda picture: picture.dots([0, 1], [0, 1], size=np.nan), "finite"),
        (lambda picture: picture.bars([0, np.nan]), "finite"),
        (lambda picture: picture.matrix([1, 2]), r"\(rows, columns\), got \(2,\)"),
        (lambda picture: picture.matrix([[1, np.inf]]), "finite"),
        (
            lambda picture: picture.contours([0, 1, 2], [0, 1], np.zeros((3, 2)), [0]),
            r"\(2, 3\), \(y, x\), got \(3, 2\)",
        ),
        (lambda picture: picture.line([0, 1], [0, 1], color=5), "color from 0 to 4, got 5"),
        (lambda picture: picture.graph(bill(), "grads"), "'values', 'gradients', 'order', got 'grads'"),
        (lambda picture: picture.graph(bill(), "gradients"), r"call backward\(\) first"),
        (str, "the picture is empty"),
    ],
)
def test_what_cannot_be_shown_is_refused(add, message):
    with pytest.raises(ValueError, match=message):
        add(Small("a"))


def test_gradients_that_are_arrays_have_no_width():
    y = Variable(np.ones(3)).sum()
    y.backward()
    with pytest.raises(ValueError, match="a gradient that is a number; this graph has arrays"):
        Small("a").graph(y, "gradients")


# ---------------------------------------------------------------- shapes


def test_a_rounded_line_has_no_corners_and_closes_where_it_began():
    square = np.array([[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]], float)
    assert rounded(square) == "M5 0Q10 0 10 5Q10 10 5 10Q0 10 0 5Q0 0 5 0z"
    assert rounded(square[:3]) == "M0 0L5 0Q10 0 10 5L10 10"


def test_boxes_from_any_two_corners():
    assert boxes([[[4, 1], [0, 3]]]) == "M0 1h4v2h-4z"
    assert line(np.array([[0, 1], [2.04, 3.06]])) == "M0 1L2 3.1"
