"""What step_through puts on a page: one step for each thing that happens, and HTML that can do no harm."""

import re
from collections import Counter
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest
from drawn import SVG, chain, computed, printed_by_other_processes
from hypothesis import given

from backprop import Variable, draw, step_through
from backprop.figures.graph import graph_of
from backprop.layers import Affine, Multiply
from backprop.networks import TwoLayerNet
from backprop.operations import Sum

VOID = {"input"}  # elements that HTML never closes


class Page(HTMLParser):
    """Reads HTML as a browser does, and complains of what a browser would have to mend."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.open, self.elements, self.texts = [], [], []
        self.feed(str(html))
        self.close()
        assert self.open == [], f"never closed: {self.open}"

    def handle_starttag(self, tag, attributes):
        names = [name for name, _ in attributes]
        assert len(set(names)) == len(names), f"an attribute stands twice in <{tag}>: {names}"
        self.elements.append((tag, dict(attributes), tuple(self.open)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> inside {self.open}"
        self.open.pop()

    def handle_data(self, data):
        self.texts.append((self.open[-1] if self.open else "", data))

    def all(self, tag):
        return [attributes for found, attributes, _ in self.elements if found == tag]


def bookshop(**names):
    price, count, tax = (Variable(v, name=names.get(n, n)) for n, v in [("price", 100), ("count", 2), ("tax", 1.1)])
    total = (price * count * tax).named(names.get("total", "total"))
    total.backward()
    return total


def svg_in(html):
    text = str(html)
    return ElementTree.fromstring(text[text.index("<svg") : text.index("</svg>") + 6])


def step_in(element, kind="at"):
    return [int(name.removeprefix(f"{kind}-")) for name in element.get("class").split() if name.startswith(f"{kind}-")]


def texts_by_step(html):
    """Every text of the figure that appears in a step, as (step, kind, text)."""
    return Counter(
        (*step_in(element), element.get("class").split()[0], element.text)
        for element in svg_in(html).iter()
        if "at-" in element.get("class", "")
    )


# ---------------------------------------------------------------- the steps of a graph


def test_the_bookshop_step_by_step():
    assert texts_by_step(step_through(bookshop())) == Counter([
        (0, "bp-value", "100"), (0, "bp-value", "2"), (0, "bp-value", "1.1"),
        (1, "bp-value", "200"),
        (2, "bp-value", "220"),
        (3, "bp-gradient", "1"),
        (4, "bp-gradient", "1.1"), (4, "bp-gradient", "200"),
        (5, "bp-gradient", "2.2"), (5, "bp-gradient", "110"),
    ])  # fmt: skip


def test_the_nodes_at_which_it_happens():
    nodes = [step_in(element, "now") for element in svg_in(step_through(bookshop())).iter(f"{SVG}rect")]
    assert nodes == [[1, 5], [2, 4]]


def test_a_sum_appears_when_its_last_part_has_arrived():
    x = Variable(3.0, name="x")
    y = x * 4 + x * x
    y.backward()
    (total,) = [element for element in svg_in(step_through(y)).iter(f"{SVG}tspan") if element.text == "Σ 10"]
    assert step_in(total) == [len(graph_of(y).steps) - 1]


@given(computed())
def test_steps_of_any_graph(y):
    graph = graph_of(y)
    operations = [node for node in graph.nodes if node.kind == "operation"]
    assert len(graph.steps) == 2 * len(operations) + 2
    happening = sorted(step for node in graph.nodes for step in node.steps)
    assert happening == list(range(1, len(graph.steps)))  # one thing in every step after the first
    for node in operations:
        forward, backward = node.steps
        assert forward < graph.nodes[-1].steps[0] < backward
        assert all(edge.value_step < forward for edge in node.incoming), "made from values that don't stand there yet"
        assert all(edge.value_step == forward for edge in node.outgoing)
        assert all(edge.gradient_step < backward for edge in node.outgoing), "handed back before it arrived"
        assert all(edge.gradient_step == backward for edge in node.incoming)
    for node in graph.nodes:
        if node.kind == "input":
            assert {edge.value_step for edge in node.outgoing} == {0}
        if node.total:
            assert node.total_step == max(edge.gradient_step for edge in node.outgoing)


@given(computed())
def test_the_page_shows_each_number_from_its_step_on(y):
    graph = graph_of(y)
    expected = Counter()
    for edge in graph.edges:
        expected[edge.value_step, "bp-value", edge.value] += 1
        if edge.gradient:
            expected[edge.gradient_step, "bp-gradient", edge.gradient] += 1
    for node in graph.nodes:
        if node.total:
            expected[node.total_step, f"at-{node.total_step}", f"Σ {node.total}"] += 1
    html = step_through(y)
    assert texts_by_step(html) == expected
    marked = [step_in(element, "now") for element in svg_in(html).iter(f"{SVG}rect")]
    assert marked == [list(node.steps) for node in graph.nodes if node.kind == "operation"]


@given(computed())
def test_a_graph_that_has_not_run_backward_has_only_forward_steps(y):
    for variable in y.topological_order():
        variable.zero_grad()
    graph = graph_of(y)
    operations = [node for node in graph.nodes if node.kind == "operation"]
    assert len(graph.steps) == len(operations) + 1
    assert not any("hands back" in sentence or "way back" in sentence for sentence in graph.steps)
    assert [node.steps for node in operations] == [(step,) for step in range(1, len(operations) + 1)]
    assert {kind for _, kind, _ in texts_by_step(step_through(y))} == {"bp-value"}


def test_an_input_alone():
    x = Variable(3.0, name="x")
    assert graph_of(x).steps == ["The inputs: x = 3."]
    x.backward()
    assert graph_of(x).steps == ["The inputs: x = 3.", "The backward pass begins at x with 1."]
    assert texts_by_step(step_through(x)) == Counter([(0, "bp-value", "3"), (1, "bp-gradient", "1")])


def test_layers_and_networks_have_steps():
    layer, network = Multiply(), TwoLayerNet(3, 4, 2)
    layer.forward(100, 2)
    layer.backward(1.1)
    network.gradient(np.ones((5, 3)), np.zeros(5, dtype=int))
    assert [len(Page(step_through(subject)).all("p")) for subject in (layer, network)] == [4, 10]
    assert texts_by_step(step_through(layer))[3, "bp-gradient", "110"] == 1


def test_options():
    local = step_through(bookshop(), local=True)
    assert texts_by_step(local)[5, "bp-gradient", "1.1 · 2 = 2.2"] == 1
    y = Variable(2.0, name="x").sigmoid()
    y.backward()
    assert len(Page(step_through(y, opened=True)).all("p")) == 2 * 4 + 2
    assert len(Page(step_through(y)).all("p")) == 2 + 2


# ---------------------------------------------------------------- the page


def test_the_controls():
    page = Page(step_through(bookshop()))
    radios = page.all("input")
    assert [radio["value"] for radio in radios] == ["0", "1", "2", "3", "4", "5"]
    assert {radio["type"] for radio in radios} == {"radio"} and {radio["name"] for radio in radios} == {"step"}
    assert ["checked" in radio for radio in radios] == [True] + [False] * 5
    assert [radio["aria-label"] for radio in radios] == [f"Step {step} of 5" for step in range(6)]
    assert [text for tag, text in page.texts if tag == "button"] == ["first", "back", "next", "last"]
    assert {button["type"] for button in page.all("button")} == {"button"}  # never sends the form
    assert ("legend", "Walk through the graph") in page.texts
    assert [button["aria-disabled"] for button in page.all("button")] == ["true", "true", "false", "false"]
    inside = {tag: parents for tag, _, parents in page.elements}
    assert "fieldset" in inside["input"] and "form" in inside["fieldset"]
    assert [attributes.get("role") for attributes in page.all("div") if "role" in attributes] == ["group", "status"]


def test_each_step_has_its_sentence():
    y = bookshop()
    page = Page(step_through(y))
    said = [text.strip() for tag, text in page.texts if tag in ("p", "strong")]
    expected = [[f"Step {step} of 5.", sentence] for step, sentence in enumerate(graph_of(y).steps)]
    assert said == [text for pair in expected for text in pair]
    assert [attributes["class"] for attributes in page.all("p")] == [f"say-{step}" for step in range(6)]


def test_each_step_has_its_rules():
    """What step 4 shows: the radio button that it needs, its sentence, its node, and all numbers up to there."""
    (style,) = (text for tag, text in Page(step_through(bookshop())).texts if tag == "style" and "bp-steps" in text)
    assert ".bp-steps:has(input:nth-of-type(5):checked) .say-4{display:block}" in style
    assert ".bp-steps:has(input:nth-of-type(5):checked) .now-4{" in style
    assert ".bp-steps:has(input:nth-of-type(n+5):checked) .at-4{visibility:visible}" in style
    assert style.count("{") == style.count("}")
    assert "say-5" in style and "say-6" not in style
    assert "transition" not in style and "animation" not in style  # nothing moves


@given(computed())
def test_any_page_can_be_read(y):
    page = Page(step_through(y))
    assert not any("id" in attributes for _, attributes, _ in page.elements)
    assert page.all("script") == [] and page.all("link") == []


def test_two_figures_of_a_page_do_not_touch_each_other():
    """No ids to clash, radio buttons with a form of their own, and rules that look only inside one figure."""
    html = str(step_through(bookshop())) + str(step_through(chain(3)))
    page = Page(html)
    assert len(page.all("form")) == 2
    assert not re.search(r"\b(id|for|href|form|aria-labelledby|aria-describedby)=", html)
    for style in (text for tag, text in page.texts if tag == "style" and "bp-steps" in text):
        for selector in re.findall(r"([^{}]+)\{", re.sub(r"@[^{]+\{", "", style)):
            assert all(part.strip().startswith(".bp-steps") for part in selector.split(",")), selector
    assert "document." not in html and "this.querySelectorAll" in html


def test_nothing_comes_from_elsewhere():
    for drawing in (step_through(bookshop()), draw(bookshop())):
        html = str(drawing).replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert not re.search(r"//|url\(|@import|\bsrc=|href=", html)


NASTY = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "it's & \"quoted\"", "</style><b>", "]]>", "-->",
]  # fmt: skip


@pytest.mark.parametrize("name", NASTY)
def test_names_are_text_and_nothing_else(name):
    letters = "x" * len(name)  # as wide, so that both figures have the same forms
    harmless, page = (
        Page(step_through(bookshop(price=letters, total=letters))),
        Page(step_through(bookshop(price=name, total=name))),
    )
    assert [tag for tag, _, _ in page.elements] == [tag for tag, _, _ in harmless.elements]
    keys = [[sorted(attributes) for _, attributes, _ in p.elements] for p in (page, harmless)]
    assert keys[0] == keys[1]
    assert sum(name in text for tag, text in page.texts if tag == "p") == 3  # start, way back, last gradient
    assert name in page.all("svg")[0]["aria-label"]


def test_letters_that_no_page_may_hold():
    html = str(step_through(bookshop(price="bell\x07, null\x00 and half a letter \ud800")))
    html.encode()
    svg_in(html)
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", html)


# ---------------------------------------------------------------- size, speed, edges


def ten_operations():
    numbers = [Variable(1 / (number + 3), name=f"number {number}") for number in range(10)]
    y = numbers[0]
    for number in numbers[1:]:
        y = (y * number).named(f"product with {number.name}")
    y = y + numbers[0]
    y.backward()
    return y


def test_a_figure_of_ten_operations_is_small():
    y = ten_operations()
    assert len(graph_of(y).steps) == 22
    assert len(str(step_through(y)).encode()) < 60_000
    assert len(str(draw(y)).encode()) < 30_000


def test_a_million_numbers_are_a_shape():
    x = Variable(np.ones(1_000_000), name="x")
    y = (x * 2).sum()
    y.backward()
    layer = Sum()
    layer.forward(np.ones((1000, 1000)))
    for drawing, shape in [(step_through(y), "(1000000,)"), (step_through(layer), "(1000, 1000)")]:
        assert shape in str(drawing) and len(str(drawing)) < 12_000


def test_a_layer_does_not_hold_on_to_a_million_numbers_for_the_figure():
    layer = Affine(np.ones((1000, 1000)), np.zeros(1000))
    layer.forward(np.ones((10, 1000)))
    ((given,), output) = layer.last_forward
    assert given.shape == output.shape == (10, 1000) and given.strides == output.strides == (0, 0)


@pytest.mark.parametrize("number, text", [(np.nan, "nan"), (np.inf, "inf"), (-np.inf, "−inf")])
def test_numbers_that_are_none(number, text):
    x = Variable(number, name="x")
    y = (x * 2).tanh()
    y.backward()
    assert texts_by_step(step_through(y))[0, "bp-value", text] == 1
    assert f"x = {text}." in graph_of(y).steps[0]
    Page(step_through(y))


def test_long_names():
    name = "the number of books that were bought " * 10
    y = bookshop(price=name)
    html = str(step_through(y))
    assert html.count(name.strip()) >= 3
    assert float(svg_in(html).get("width")) > 2000  # scrolls inside its own frame
    assert 'class="bp-across"' in html and ":is(.bp-across,.bp-down){overflow-x:auto}" in html


def test_a_wide_graph():
    """149 inputs added up one after the other."""
    y = Variable(0.0, name="x0")
    for number in range(1, 149):
        y = y + Variable(float(number), name=f"x{number}")
    y.backward()
    page = Page(step_through(y))
    assert len(page.all("input")) == 2 * 148 + 2


def test_the_same_figure_has_the_same_bytes():
    assert str(step_through(bookshop())) == str(step_through(bookshop()))


def test_the_same_bytes_in_another_process():
    (printed,) = printed_by_other_processes("""
from backprop import Variable, step_through
from backprop.networks import TwoLayerNet
values = [Variable(float(n), name=f"x{n}") for n in range(6)]
y = values[0]
for n in range(12):
    y = y * values[n % 6] if n % 3 else (y + values[-n % 6]).sigmoid() + y
y.backward()
network = TwoLayerNet(4, 3, 2)
network.gradient([[1.0, 2.0, 3.0, 4.0]], [1])
drawings = [step_through(y), step_through(y, opened=True, local=True), step_through(network)]
""")
    assert printed.endswith(b"</form></div>")


def test_jupyter_gets_the_steps_and_a_still_picture():
    y = bookshop()
    bundle = step_through(y)._repr_mimebundle_()
    assert set(bundle) == {"text/html", "image/svg+xml", "text/plain"}
    assert str(step_through(y)) in bundle["text/html"] and bundle["image/svg+xml"] == str(draw(y))
