"""From a Variable to nodes and edges: what each arrow carries, and the figure in words."""

import math

import numpy as np
import pytest
from drawn import computed
from hypothesis import given

from backprop import Variable
from backprop.figures.graph import graph_of, number_text


def bookshop(backward=True):
    price, count = Variable(100, name="price"), Variable(2, name="count")
    subtotal = (price * count).named("subtotal")
    total = (subtotal * 1.1).named("total")
    if backward:
        total.backward()
    return total


def arrows(graph):
    """Each edge as (from, to, value, gradient)."""
    return [(edge.source.label, edge.target.label, edge.value, edge.gradient) for edge in graph.edges]


@pytest.mark.parametrize(
    "value, text",
    [
        (3.3000000000000003, "3.3"),
        (220.00000000000003, "220"),
        (110.00000000000001, "110"),
        (2, "2"),
        (-1.5, "−1.5"),  # a minus sign, not a hyphen
        (-0.0, "0"),
        (1e-7, "1e−07"),
        (-1e-7, "−1e−07"),
        (1234567.0, "1.23457e+06"),
        (math.inf, "inf"),
        (-math.inf, "−inf"),
        (math.nan, "nan"),
        (np.float32(0.1), "0.1"),
        (np.ones(3), "(3,)"),
        (np.ones((2, 3)), "(2, 3)"),
    ],
)
def test_numbers_as_a_figure_shows_them(value, text):
    assert number_text(value) == text


def test_bookshop():
    graph = graph_of(bookshop())
    assert arrows(graph) == [
        ("price", "×", "100", "2.2"),
        ("count", "×", "2", "110"),
        ("×", "× 1.1", "200", "1.1"),
        ("× 1.1", "total", "220", "1"),
    ]
    assert [(node.kind, node.label, node.caption) for node in graph.nodes] == [
        ("input", "price", ""),
        ("input", "count", ""),
        ("operation", "×", "subtotal"),
        ("operation", "× 1.1", ""),
        ("output", "total", ""),
    ]
    assert graph.title == "Computation graph of total = 220"
    assert graph.sentences == [
        "× takes price 100 and count 2 and gives 200; backward it gets 1.1 and hands back 2.2 and 110.",
        "× 1.1 takes 200 and gives 220; backward it gets 1 and hands back 1.1.",
    ]


@pytest.mark.parametrize(
    ("formula", "subject"),
    [
        (lambda x, y: (x * 2 + y) ** 2, "of ((x × 2) + y) ** 2"),
        (lambda x, y: (x * y).named("area").exp(), "of exp of area"),
        (lambda x, y: x.maximum(y) - 3, "of (max of x and y) − 3"),
        (lambda x, y: (x * y + x * y + x).sigmoid().exp().tanh(), "from x and y to tanh"),
        (lambda x, y: sum(Variable(1.0, f"w{n}") for n in range(8)).log() * 2, "from w0, w1, w2, w3 and 4 more to ×"),
        (lambda x, y: Variable(2.0), "of 2"),
        (lambda x, y: sum(Variable(1000.0 + n) for n in range(9)), "of the result"),
    ],
)
def test_a_result_without_a_name_is_called_by_its_formula(formula, subject):
    assert graph_of(formula(Variable(3.0, "x"), Variable(4.0, "y"))).subject == f"Computation graph {subject}"


@pytest.mark.parametrize("graph", [graph_of(bookshop(backward=False)), graph_of(bookshop(), gradients=False)])
def test_forward_only(graph):
    assert {edge.gradient for edge in graph.edges} == {""}
    assert [edge.value for edge in graph.edges] == ["100", "2", "200", "220"]
    assert not any("backward" in sentence for sentence in graph.sentences)


@pytest.mark.parametrize(
    "formula, label",
    [
        (lambda x: x * 2, "× 2"),
        (lambda x: 2 * x, "2 ×"),
        (lambda x: x + 4000.0, "+ 4000"),
        (lambda x: 1 - x, "1 −"),
        (lambda x: x / 1.1, "/ 1.1"),
        (lambda x: x**2, "** 2"),
        (lambda x: -x, "neg"),
        (lambda x: x.exp(), "exp"),
        (lambda x: x.relu(), "ReLU"),
        (lambda x: x * np.ones(3), "× (3,)"),
        (lambda x: x * -0.5, "× −0.5"),
        (lambda x: x + x, "+"),
    ],
)
def test_a_constant_stands_inside_its_node(formula, label):
    graph = graph_of(formula(Variable(3.0)))
    assert [node.label for node in graph.nodes if node.kind == "operation"] == [label]


def test_each_use_of_a_value_has_its_own_gradient_and_the_sum_stands_below_it():
    x = Variable(3.0, name="x")
    y = x * 4 + x * x
    y.backward()
    graph = graph_of(y)
    from_x = [edge for edge in graph.edges if edge.source.label == "x"]
    assert [edge.gradient for edge in from_x] == ["4", "3", "3"]
    assert graph.nodes[0].total == "10"


def test_an_intermediate_used_twice_shows_its_name_and_its_sum():
    a = (Variable(3.0) * 2).named("a")
    y = a * a
    y.backward()
    node = graph_of(y).nodes[1]
    assert (node.caption, node.total) == ("a", "12")


def test_the_sum_is_that_of_the_arrows_even_if_a_leaf_has_accumulated_more():
    x = Variable(3.0, name="x")
    y = x * x
    y.backward()
    y.backward()
    assert x.grad == 12.0
    assert graph_of(y).nodes[0].total == "6"


def test_after_zero_grad_the_figure_can_still_be_drawn():
    """Leaves are emptied before every step of training; intermediates by a reader who empties everything."""
    x = Variable(3.0, name="x")
    a = x * 2
    y = a * x
    y.backward()
    expected = arrows(graph_of(y))
    for emptied in (x, a):
        emptied.zero_grad()
        assert arrows(graph_of(y)) == expected
    y.zero_grad()
    assert {edge.gradient for edge in graph_of(y).edges} == {""}


def test_gradients_of_another_backward_pass_are_not_mixed_in():
    """shared.grad belongs to the second output: the figure of the first must not multiply it on."""
    x = Variable(3.0, name="x")
    shared = x * 2
    first, second = (shared + 1).named("first"), shared * 5
    first.backward()
    second.backward()
    assert [edge.gradient for edge in graph_of(first).edges] == ["2", "1", "1"]


def test_a_backward_pass_may_start_from_another_gradient_than_1():
    y = Variable(3.0, name="x") * 2
    y.backward(10.0)
    assert [edge.gradient for edge in graph_of(y).edges] == ["20", "10"]


def test_arrays_show_their_shapes():
    w = Variable(np.ones((3, 2)), name="W")
    y = (np.ones((4, 3)) @ w).sum()
    y.backward()
    assert arrows(graph_of(y)) == [
        ("W", "(4, 3) @", "(3, 2)", "(3, 2)"),
        ("(4, 3) @", "sum", "(4, 2)", "(4, 2)"),
        ("sum", "", "24", "1"),
    ]


def test_a_broadcast_value_shows_the_gradient_in_its_own_shape():
    b = Variable(np.ones(2), name="b")
    y = (b + np.ones((4, 2))).sum()
    y.backward()
    assert arrows(graph_of(y))[0] == ("b", "+ (4, 2)", "(2,)", "(2,)")


@given(computed())
def test_the_numbers_are_those_of_the_variables(y):
    graph = graph_of(y)
    order = y.topological_order()
    node_of = dict(zip(map(id, order), graph.nodes))  # one node for each variable, in this order; the end comes last
    assert len(graph.nodes) == len(order) + 1
    edges = iter(graph.edges)
    for variable in order:
        if variable.operation is None:
            continue
        for source, gradient in zip(variable.inputs, variable.operation.pull_back(variable.grad)):
            if isinstance(source, Variable):
                edge = next(edges)
                assert edge.source is node_of[id(source)] and edge.target is node_of[id(variable)]
                assert (edge.value, edge.gradient) == (number_text(source.data), number_text(gradient))
    last = next(edges)
    assert (last.value, last.gradient, last.target.kind) == (number_text(y.data), "1", "output")
    assert next(edges, None) is None


@given(computed())
def test_every_operation_is_deeper_than_its_inputs_and_has_a_sentence(y):
    graph = graph_of(y)
    for edge in graph.edges:
        assert edge.source.depth < edge.target.depth
        assert edge in edge.source.outgoing and edge in edge.target.incoming
    for node in graph.nodes:
        assert node.depth == max((edge.source.depth + 1 for edge in node.incoming), default=0)
    assert len(graph.sentences) == sum(node.kind == "operation" for node in graph.nodes)


def test_drawing_changes_no_gradient():
    x, w = Variable(2.0, name="x"), Variable(np.ones((2, 2)), name="w")
    y = (w @ w * x).sum()
    y.backward()
    variables = y.topological_order()
    before = [np.copy(variable.grad) for variable in variables]
    graph_of(y)
    for variable, grad in zip(variables, before, strict=True):
        np.testing.assert_array_equal(variable.grad, grad)
