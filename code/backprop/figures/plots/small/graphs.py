"""The marks of a recorded graph: its edges as curves, its nodes as rings and dots on top of them."""

import numpy as np

from ...graph import graph_of
from ...layout import lay_out
from ...trace import Entry
from . import shapes

SHOWN = ("values", "gradients", "order")
THIN, FAINT = 2.2, (0, 1.5, 0.35)
THICKEST = 9  # of the edges that show gradients
DOT = 3.5  # radius of inputs and of the result


def marks_of(variable, show, radius):
    """Yield points, how far the pen reaches beyond them, the pen, and the shape to draw at the points' places."""
    graph = graph_of(variable, gradients=show == "gradients", values=False, names=False)
    layout = lay_out(graph)
    radii = {node: radius if show == "order" or node.kind == "operation" else DOT for node in graph.nodes}
    yield from _edges(graph, layout, radii, show)
    color = 2 if show == "gradients" else 1
    # In topological order: backward visits the last one first.
    for number, node in enumerate(graph.nodes, start=1):
        if show == "order":
            pen, shape = shapes.stroke(2, 2 * radius, round(0.3 + 0.7 * number / len(graph.nodes), 2)), shapes.dots
        elif node.kind == "operation":
            pen, shape = shapes.stroke(0, THIN), _ring(radius, node.label)
        else:
            pen, shape = shapes.stroke(color, 2 * DOT), shapes.dots
        yield _place(layout.cells[node])[np.newaxis], radii[node] + THIN / 2, pen, shape


def _place(cell):
    return np.array([cell.rank / 2, -cell.y])  # odd columns hold the labels of a large figure


def _ring(radius, label):
    sign = next((sign for sign in shapes.SIGNS if sign in label), "")
    return lambda points: shapes.ring(points[0], radius, sign)


def _edges(graph, layout, radii, show):
    widths = _widths(graph) if show == "gradients" else dict.fromkeys(graph.edges, THIN)
    ports = _ports(graph, layout, widths) if show == "gradients" else {}
    for edge, (start, _, *passing, end) in layout.routes.items():
        way = np.array([_place(cell) for cell in (start, *passing, end) if cell.rank % 2 == 0])
        off = np.zeros_like(way)  # in the frame, so that an edge begins and ends at the rims of its nodes
        off[0] = radii[edge.source], ports.get((edge, "outgoing"), 0)
        off[-1] = -radii[edge.target], ports.get((edge, "incoming"), 0)
        pen = shapes.stroke(*FAINT) if show == "order" else shapes.stroke(1 + (show == "gradients"), widths[edge])
        yield way, 0, pen, lambda points, off=off: shapes.bends(points + off)


def _widths(graph):
    """Each edge's width: in proportion to the gradient that came back on it, but never invisible."""
    gradients = {}
    for node in graph.nodes:
        if node.kind == "output":
            gradients[node.incoming[0]] = node.incoming[0].source.entry.gradient
        else:
            returned = [
                part for part, source in zip(node.entry.returned, node.entry.sources) if isinstance(source, Entry)
            ]
            gradients.update(zip(node.incoming, returned))
    if any(np.ndim(gradient) for gradient in gradients.values()):
        raise ValueError("the width of a line shows a gradient that is a number; this graph has arrays")
    largest = max(map(abs, gradients.values())) or 1
    return {edge: max(1, THICKEST * abs(gradient) / largest) for edge, gradient in gradients.items()}


def _ports(graph, layout, widths):
    """How far off the middle of its nodes each edge ends: side by side, so that widths can be seen to add up."""
    ports = {}
    for node in graph.nodes:
        for side, neighbor in (("outgoing", 1), ("incoming", -2)):
            edges = sorted(getattr(node, side), key=lambda edge: layout.routes[edge][neighbor].y)
            top = -sum(widths[edge] for edge in edges) / 2
            for edge in edges:
                ports[edge, side] = top + widths[edge] / 2
                top += widths[edge]
    return ports
