"""Live figures: what the page computes is what Python computes, and what can't be explored is refused with a word."""

import json
import re

import numpy as np
import pytest

from backprop import Variable, draw, explore
from backprop.figures.live import runtime
from backprop.figures.sentences import number_text
from backprop.figures.tape import Symbol, Tape, tape_of


def bill():
    price, count, tax = Variable(100.0, "price"), Variable(2.0, "count"), Variable(1.1, "tax")
    return ((price * count).named("subtotal") * tax).named("total")


OPERATIONS = [
    lambda x, y: x + y,
    lambda x, y: x - y,
    lambda x, y: x * y,
    lambda x, y: x / y,
    lambda x, y: x.maximum(y),
    lambda x, y: -x,
    lambda x, y: x.exp(),
    lambda x, y: x.log(),
    lambda x, y: x.relu(),
    lambda x, y: x.sigmoid(),
    lambda x, y: x.tanh(),
    lambda x, y: x**2,
    lambda x, y: x.sigmoid() ** y,
    lambda x, y: 2 ** x.tanh(),
    lambda x, y: x.reciprocal(),
    lambda x, y: x * 1.5 - 0.3,
    lambda x, y: (x + y).sum(),
]


def random_graph(seed, most=12):
    """A graph of several named inputs, some values used more than once; it ends in one number, and may hold nan."""
    rng = np.random.default_rng(seed)
    values = [Variable(float(rng.normal(scale=3)), name) for name in "abcd"[: rng.integers(1, 5)]]
    values.append(Variable(rng.normal(size=2).round(2)))
    for _ in range(rng.integers(2, most)):
        x, y = (values[i] for i in rng.integers(0, len(values), 2))
        made = OPERATIONS[rng.integers(len(OPERATIONS))]
        with np.errstate(all="ignore"):
            values.append(made(x, y))
    return sum(values[1:], values[0]).sum().named("result")


def leaves(output):
    return [v for v in output.topological_order() if v.operation is None and v.name]


@pytest.mark.parametrize("seed", range(60))
def test_the_tape_computes_what_python_computes(seed):
    output = random_graph(seed)
    with np.errstate(all="ignore"):
        output.backward()
    tape = tape_of(output)
    found = np.array(tape.run(**{leaf.name: leaf.data for leaf in leaves(output)}))
    for variable in output.topological_order():
        for cells, right in ((tape.values, variable.data), (tape.gradients, variable.grad)):
            numbers = found[cells[id(variable)].astype(int)]
            size = np.abs(np.where(np.isfinite(right), right, 0)).max(initial=0)
            np.testing.assert_allclose(numbers, right, rtol=1e-12, atol=1e-12 * size)


def test_a_rule_that_branches_on_a_value_is_refused():
    with pytest.raises(TypeError, match="branches on a value"):
        bool(Symbol(Tape(), 0))


def test_the_figure_holds_what_a_page_needs():
    html = str(explore(bill(), price=(50, 150)))
    assert re.search(r'<input type="range" name="price" min="50" max="150" step="1" value="100"', html)
    for name, number in (("subtotal", "200"), ("total", "220"), ("price", "100")):
        assert re.search(rf'data-value="{name}"[^>]*>{number}<', html), name
    for name, number in (("price", "2.2"), ("count", "110"), ("tax", "200")):
        assert re.search(rf'data-gradient="{name}"[^>]*>{number}<', html), name
    assert "http" not in html.replace("http://www.w3.org/2000/svg", "")


def test_a_figure_and_what_all_share_are_small():
    drawing, (style, script) = explore(bill()), runtime()
    assert len(drawing.markup.replace(style, "")) < 15_000  # on the site; a notebook's cell has the style as well
    assert len(style) + len(script) < 40_000


def test_the_graph_itself_stays_as_it_was():
    output = bill()
    explore(output)
    assert all(variable.grad is None for variable in output.topological_order())
    output.backward()
    before = str(draw(output))
    explore(output)
    assert str(draw(output)) == before


def test_the_same_graph_gives_the_same_bytes():
    assert str(explore(bill())) == str(explore(bill()))


def test_numbers_that_json_does_not_know():
    x = Variable(1.0, "x")
    output = (x * float("inf")).named("y")
    data = json.loads(re.search(r'data-tape="([^"]*)"', str(explore(output))).group(1).replace("&quot;", '"'))
    assert ["=", "inf"] in data["lines"]


@pytest.mark.parametrize("name", ["<b>", "a b", 'say "x"', "&", "Σ", "0", "toString"])
def test_a_leaf_of_any_name(name):
    html = str(explore((Variable(2.0, name) * 3).named("y")))
    assert "<b>" not in html.replace("<b><s>", "") and 'type="range"' in html


@pytest.mark.parametrize(
    "make, ranges, error, words",
    [
        (lambda: Variable(1.0, "x") * Variable(2.0, "x"), {}, ValueError, "two inputs are named 'x'"),
        (lambda: Variable(1.0) * 2, {}, ValueError, "nothing to pull"),
        (bill, {"pirce": (0, 1)}, ValueError, "no input named 'pirce': the graph starts from price, count, tax"),
        (bill, {"price": (0, 50)}, ValueError, "a range of price around its value 100, got 0 to 50"),
        (bill, {"price": 50}, TypeError, r"price=\(low, high\)"),
        (bill, {"price": (0, "150")}, TypeError, "each end of price to be a number"),
        (lambda: Variable(np.ones(3), "x") * Variable(2.0, "s"), {}, ValueError, r"got shape \(3,\): call .sum"),
        (lambda: 3.0, {}, TypeError, "expected a Variable"),
    ],
)
def test_what_cannot_be_explored(make, ranges, error, words):
    with pytest.raises(error, match=words):
        explore(make(), **ranges)


def test_small_arrays_are_shown_as_numbers_and_large_ones_as_their_shape():
    X, W, s = Variable(np.array([[1.0, 2], [3, 4]]), "X"), Variable(np.ones((2, 5)), "W"), Variable(0.5, "s")
    html = str(explore(((X @ W) * s).sum().named("y")))
    assert "[1 2]" in html and "[3 4]" in html and "(2, 5)" in html


def test_how_numbers_are_written():
    assert number_text(np.array([[1.5, -2], [0.125, 1 / 3]]), elements=True) == "[1.5 −2]\n[0.125 0.333]"
    assert number_text(np.ones((2, 5)), elements=True) == "(2, 5)"
    assert number_text(np.ones((1, 1)), elements=True) == "1"
