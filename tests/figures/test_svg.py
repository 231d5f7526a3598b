"""The figure itself, read back from the SVG text: what it shows, where, and that nothing lies on anything."""

import itertools
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from drawn import SVG, Figure, chain, computed
from hypothesis import given, settings

from backprop import Variable, draw, explore, step_through
from backprop.figures.graph import graph_of
from backprop.figures.layout import lay_out
from backprop.figures.svg import svg_of


def bookshop():
    price, count, tax = Variable(100, name="price"), Variable(2, name="count"), Variable(1.1, name="tax")
    total = ((price * count).named("subtotal") * tax).named("total")
    total.backward()
    return total


def bookshop_with_pens():
    names = {"apple": 100, "count": 2, "pen": 10, "pens": 3, "tax": 1.1}
    apple, count, pen, pens, tax = (Variable(value, name=name) for name, value in names.items())
    total = (apple * count + pen * pens) * tax
    total.backward()
    return total


# What is shown


def test_bookshop():
    figure = Figure(draw(bookshop()))
    assert figure.root.tag == f"{SVG}svg"
    assert sorted(figure.words("value")) == sorted(["100", "2", "1.1", "200", "220"])
    assert sorted(figure.words("gradient")) == sorted(["2.2", "110", "200", "1.1", "1"])
    assert sorted(figure.words("name")) == sorted(["price", "count", "tax", "×", "×", "total"])
    assert [box.text for box in figure.captions] == ["subtotal"]
    assert len(figure.nodes) == 2 and len(figure.paths) == 5


def test_rounding_errors_are_not_shown():
    text = str(draw(bookshop_with_pens()))
    assert "3.3" in Figure(text).words("gradient")
    assert "0000000" not in text


def test_a_value_stands_above_its_arrow_and_its_gradient_below():
    root = Figure(draw(bookshop_with_pens())).root
    texts = list(root.iter(f"{SVG}text"))
    pairs = [pair for pair in itertools.pairwise(texts) if "bp-gradient" in pair[1].get("class")]
    assert len(pairs) == 9 and all("bp-value" in value.get("class") for value, _ in pairs)
    for value, gradient in pairs:
        assert value.get("x") == gradient.get("x")
        assert float(gradient.get("y")) > float(value.get("y")) + 13


def test_each_label_lies_on_the_arrow_of_its_own_value():
    figure = Figure(draw(bookshop()))
    start_of = {box.text: (box.right, (box.top + box.bottom) / 2) for box in figure.texts["name"]}
    for name, value, gradient in [("price", "100", "2.2"), ("count", "2", "110"), ("tax", "1.1", "200")]:
        x, y = start_of[name]
        (path,) = [path for path in figure.paths if abs(path[0][0] - x) < 5 and abs(path[0][1] - y) < 5]
        for kind, text, side in [("value", value, -1), ("gradient", gradient, 1)]:
            boxes = [box for box in figure.texts[kind] if box.text == text]
            assert any(
                box.left < px < box.right and 0 < side * ((box.top + box.bottom) / 2 - py) < 20
                for box in boxes
                for px, py in path.tolist()
            )


def test_forward_only_has_no_gradients():
    x = Variable(3.0, name="x")
    assert Figure(draw(x * x)).words("gradient") == []
    assert "not yet run backward" in str(draw(x * x)) and "hands back" not in str(draw(x * x))


def test_constants_stand_inside_nodes():
    x = Variable(3.0, name="x")
    figure = Figure(draw((x * 2 + 4000) ** 2))
    inside = [text.text for node in figure.nodes for text in figure.texts["name"] if node.overlaps(text)]
    assert inside == ["× 2", "+ 4000", "** 2"]
    assert figure.words("value") == ["3", "6", "4006", "1.6048e+07"]


def test_an_input_alone_shows_its_value():
    x = Variable(3.5, name="x")
    assert Figure(draw(x)).words("value") == ["3.5"]
    x.backward()
    assert Figure(draw(x)).words("gradient") == ["1"]


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>", 'a "quoted" name', "a & b", "it's", "]]>", "-->", "本",
        "tab\tand\nline", "bell\x07\x00", "\ud800",
    ],
    ids=ascii,
)  # fmt: skip
def test_any_name_gives_a_figure_that_can_be_read(name):
    x = Variable(3.0, name=name)
    y = (x * x).named(name) + 1
    y.backward()
    text = str(draw(y.named(name)))
    text.encode()
    assert "<script" not in text
    shown = Figure(text).words("name")
    if name.isprintable():
        assert shown.count(name) == 2
        assert name in ElementTree.fromstring(text).get("aria-label")


def test_the_figure_is_told_in_words():
    root = Figure(draw(bookshop())).root
    assert root.get("role") == "img"
    words = "Computation graph of total = 220. × takes price 100 and count 2 and gives 200"
    assert root.get("aria-label").startswith(words)
    assert not {f"{SVG}title", f"{SVG}desc"} & {element.tag for element in root}  # it would be heard twice


@pytest.mark.parametrize("figure", [step_through, explore])
def test_numbers_that_change_are_in_no_label(figure):
    """What a step shows is told by its sentence, what a pull does by the sliders; the still picture tells it all."""
    drawing = figure(bookshop())
    labels = re.findall(r'role="(?:img|group)" aria-label="([^"]*)"', str(drawing))
    assert len(labels) >= 2 and all(label.startswith("Computation graph of total") for label in labels)
    assert not any(re.search(r"\d", label) for label in labels)
    assert "backward it gets 1 and hands back 1.1 and 200" in drawing.svg


def test_color_is_the_pages_own():
    """No id that could clash with another figure's, no color that a dark page could not replace."""
    root = Figure(draw(bookshop())).root
    assert not any("id" in element.attrib for element in root.iter())
    assert root.get("fill") == "currentColor"
    for element in root.iter():
        assert "var(--bp-" in element.get("style", "var(--bp-") or element is root


# Nothing lies on anything


@pytest.mark.parametrize("down", [False, True])
@settings(max_examples=60)
@given(y=computed())
def test_nothing_overlaps_and_nothing_is_cut_off(down, y):
    graph = graph_of(y)
    figure = Figure(svg_of(graph, lay_out(graph, down)))
    texts = [box for boxes in figure.texts.values() for box in boxes] + figure.captions
    outside = [box for box in texts if not any(node.overlaps(box) for node in figure.nodes)]
    inside = [box for box in texts if box not in outside]

    left, top, width, height = figure.view
    assert (left, top) == (0, 0)
    for box in [*texts, *figure.nodes]:
        assert 0 <= box.left and box.right <= width and 0 <= box.top and box.bottom <= height, box
    for path in figure.paths:
        assert (path >= 0).all() and (path <= [width, height]).all()

    assert len(inside) == len(figure.nodes)  # each node holds its own sign, and nothing else
    for box in inside:
        assert any(node.left <= box.left and box.right <= node.right for node in figure.nodes if node.overlaps(box))
    for one, other in itertools.combinations([*outside, *figure.nodes], 2):
        assert not one.overlaps(other), (one, other)
    for path in figure.paths:
        on_the_way = [node for node in figure.nodes if not node.holds(path[-1])]  # a round end lies in its corner
        for box in [*texts, *on_the_way]:
            assert not box.holds(path), (path[0], path[-1], box)


def test_the_overlap_check_finds_a_planted_overlap():
    """Two labels moved onto each other, and a label moved onto an arrow."""
    boxes = Figure(draw(bookshop())).texts["value"]
    assert boxes[0].overlaps(boxes[0]) and not boxes[0].overlaps(boxes[1])
    path = Figure(draw(bookshop())).paths[0]
    assert not boxes[0].holds(path) and boxes[0].holds(path - [0, 10])


@settings(max_examples=60)
@given(computed())
def test_arrows_end_at_the_nodes_they_lead_to(y):
    figure = Figure(draw(y.named("result")))
    ends = [*figure.nodes, *figure.texts["name"]]
    for path in figure.paths:
        x, y = path[-1]
        assert any(box.left - 4 <= x <= box.left + 18 and box.top <= y <= box.bottom for box in ends), path[-1]


def test_two_arrows_to_one_node_arrive_apart():
    x = Variable(3.0, name="x")
    figure = Figure(draw(x * x))
    (first, second, _) = figure.paths
    assert abs(first[-1][1] - second[-1][1]) >= 7  # an arrowhead is 7 high


# What Jupyter asks for


def test_jupyter_gets_html_svg_and_text():
    drawing = draw(bookshop())
    bundle = drawing._repr_mimebundle_()
    assert bundle["image/svg+xml"] == str(drawing)
    assert str(drawing) in bundle["text/html"]
    assert set(bundle) == {"text/html", "image/svg+xml", "text/plain"} and "\n" not in bundle["text/plain"]


# Limits


@pytest.mark.parametrize("wrong", [None, 3.0, np.ones(3), "x", Variable], ids=repr)
def test_only_variables_are_drawn(wrong):
    with pytest.raises(TypeError, match="draw expected a Variable, a layer, a loss or a network, got "):
        draw(wrong)


@pytest.mark.parametrize("show", [draw, step_through])
def test_a_graph_that_nobody_could_read_is_refused(show):
    assert "</svg>" in str(show(chain(299)))
    for length in (300, 10_000):
        with pytest.raises(ValueError, match=f"this graph has {length + 1} values, .* at most 300: draw a part of it"):
            show(chain(length))


@pytest.mark.parametrize("down", [False, True])
def test_a_column_of_totals_has_a_line_for_each_row_within_the_figure(down):
    x = Variable(np.array([[1.0], [2.0], [3.0], [4.0]]), "x")
    y = (x * x + x).sum()
    y.backward()
    graph = graph_of(y, elements=True)
    layout = lay_out(graph, down=down)
    text = ElementTree.fromstring(svg_of(graph, layout))
    (caption,) = (e for e in text.iter(f"{SVG}text") if "Σ" in "".join(e.itertext()))
    lines = [span for span in caption.iter(f"{SVG}tspan") if span.get("dy")]
    assert ["".join(span.itertext()) for span in lines] == ["[5]", "[7]", "[9]"]
    assert "Σ [3]" in "".join(caption.itertext())
    top = float(caption.get("y")) - 11
    assert 0 <= top and top + 11 + sum(float(span.get("dy")) for span in lines) <= layout.height
