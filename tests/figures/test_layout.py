"""Where everything goes: columns from left to right, rows apart, and room for every text."""

import numpy as np
import pytest
from drawn import computed
from hypothesis import given

from backprop import Variable
from backprop.figures.graph import Edge, Node, graph_of
from backprop.figures.layout import GAP, MARGIN, NARROWEST, ROW, SMALLEST, lay_out, text_width


def laid_out(y):
    graph = graph_of(y)
    return graph, lay_out(graph)


def cells_by_column(layout):
    columns = {}
    for cell in {id(c): c for c in [*layout.cells.values(), *(c for r in layout.routes.values() for c in r)]}.values():
        columns.setdefault(cell.rank, []).append(cell)
    return [columns[number] for number in sorted(columns)]


def places(layout):
    return [(cell.x, cell.y) for cell in layout.cells.values()]


def test_a_chain_is_a_straight_line():
    x = Variable(1.0, name="x")
    _, layout = laid_out(x * 2 + 3)
    assert len({cell.y for column in cells_by_column(layout) for cell in column}) == 1
    assert layout.height == ROW + 2 * MARGIN


def test_inputs_stand_above_each_other_in_order():
    a, b = Variable(1.0, name="a"), Variable(2.0, name="b")
    graph, layout = laid_out(a * b)
    first, second = (layout.cells[node] for node in graph.nodes[:2])
    assert first.rank == second.rank == 0 and abs(first.y - second.y) >= ROW


def test_an_input_alone():
    graph, layout = laid_out(Variable(1.0, name="x"))
    assert layout.width > text_width("x") and layout.height >= ROW
    assert graph.nodes[0] in layout.cells


def test_a_long_name_gets_the_room_it_needs():
    short, long = (laid_out((Variable(1.0, name=name) * 2).named(name))[1] for name in ("x", "x" * 40))
    assert long.width >= short.width + 2 * (text_width("x" * 40) - text_width("x")) - 1


@pytest.mark.parametrize("text, letters", [("", 0), ("abc", 3), ("本の値段", 8), ("a本", 3)])
def test_wide_letters_count_double(text, letters):
    assert text_width(text) == pytest.approx(letters * text_width("a"))


@given(computed())
def test_columns_do_not_touch(y):
    columns = cells_by_column(laid_out(y)[1])
    for column in columns:
        assert len({(cell.start, cell.end) for cell in column}) == 1
        for cell in column:
            half = cell.room / 2
            assert cell.start <= cell.x - cell.width / 2 + 1e-9 and cell.x + half <= cell.end + 1e-9
    for left, right in zip(columns, columns[1:]):
        assert right[0].start == pytest.approx(left[0].end + GAP)


@given(computed())
def test_rows_are_apart(y):
    for column in cells_by_column(laid_out(y)[1]):
        heights = sorted(cell.y for cell in column)
        assert all(lower - upper >= ROW - 1e-9 for upper, lower in zip(heights, heights[1:]))


@given(computed())
def test_arrows_run_from_left_to_right_through_every_column_between(y):
    graph, layout = laid_out(y)
    assert list(layout.routes) == graph.edges
    for edge, route in layout.routes.items():
        start, label, *passing, end = route
        assert (start, end) == (layout.cells[edge.source], layout.cells[edge.target])
        assert label.item is edge and all(cell.item is None for cell in passing)
        assert [cell.rank for cell in route] == list(range(start.rank, end.rank + 1))


@given(computed())
def test_texts_fit_into_their_cells_and_all_cells_into_the_figure(y):
    _, layout = laid_out(y)
    for column in cells_by_column(layout):
        for cell in column:
            texts = [cell.item.value, cell.item.gradient] if isinstance(cell.item, Edge) else []
            texts += [cell.item.label] if isinstance(cell.item, Node) else []
            assert all(text_width(text) <= cell.width for text in texts)
            assert MARGIN <= cell.start and cell.end <= layout.width - MARGIN + 1e-9
            assert ROW / 2 <= cell.y <= layout.height - ROW / 2


def test_a_wide_graph():
    """30 inputs of one sum: every one of them on a row of its own."""
    total = Variable(0.0, name="start")
    for number in range(30):
        total = total + Variable(float(number), name=f"x{number}")
    graph, layout = laid_out(total)
    assert len(set(places(layout))) == len(graph.nodes)


def test_from_top_to_bottom_a_network_fits_a_phone_at_a_readable_size():
    """Weights and constants wait until they are used, and a row that would reach out moves aside."""
    X, W = Variable(np.array([[0.0, 0], [10, 10]]), "X"), Variable(np.array([[1.0, 3, 5], [2, 4, 6]]), "W")
    b, upstream = Variable(np.array([1.0, 2, 3]), "b"), Variable(np.array([[1.0, 2, 3], [4, 5, 6]]), "upstream")
    y = ((X @ W + b) * upstream).sum() * Variable(2.0) ** -1
    y.backward()
    graph = graph_of(y, elements=True)
    assert lay_out(graph, down=True).width <= NARROWEST / SMALLEST < lay_out(graph).width / 2
