"""Where everything goes: operations and the labels between them in columns, from left to right.

Every label is laid out as if it were a node, in a column of its own between the operations. So no
label can lie on another one or on an edge: edges bend only in the gaps between the columns.
"""

import unicodedata
from dataclasses import dataclass

from .graph import Node

FONT_SIZE = 13
CHARACTER = 0.62 * FONT_SIZE  # width of one, at most, in a monospaced font
ROW = 58
GAP = 34
MARGIN = 10
RADIUS = 17
LINE = 13  # from one line of a caption to the next


@dataclass(eq=False)
class Cell:
    """Something that takes its place in a column: a node, an edge's label, or an edge passing by."""

    column: int
    item: object  # Node, Edge, or None for an edge passing by
    width: float = 0.0  # of the shape or text that edges touch
    caption_width: float = 0.0  # of the text below it
    x: float = 0.0  # centre
    y: float = 0.0
    extra_lines: int = 0  # of the caption, after its first
    column_left: float = 0.0
    column_right: float = 0.0

    @property
    def left(self):
        return self.x - self.width / 2

    @property
    def right(self):
        return self.x + self.width / 2


@dataclass
class Layout:
    width: float
    height: float
    cells: dict  # of each node: its cell
    routes: dict  # of each edge: the cells from its source to its target, the label first after the source


def text_width(text):
    """Width of a text in pixels, at most; wide East Asian characters count double."""
    return CHARACTER * sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def lay_out(graph):
    """Place the nodes, and the labels of the edges, of a graph.

    Layers come from the graph itself (an operation stands right of all its inputs); order within a
    column and heights from igraph's Sugiyama layout, which keeps crossings few and edges straight.
    """
    cells = {node: _node_cell(node) for node in graph.nodes}
    placed, links, routes = list(cells.values()), [], {}
    for edge in graph.edges:
        start, end = cells[edge.source], cells[edge.target]
        label = Cell(start.column + 1, edge, max(text_width(edge.value), text_width(edge.gradient)) + 12)
        passing = [Cell(column, None) for column in range(start.column + 2, end.column)]
        placed += [label, *passing]
        routes[edge] = [start, label, *passing, end]
        links += zip(routes[edge], routes[edge][1:])

    _place_rows(placed, links)
    width = _place_columns(placed)
    height = max(cell.y + LINE * cell.extra_lines for cell in placed) + ROW / 2 + MARGIN
    return Layout(width, height, cells, routes)


def _node_cell(node):
    width = max(2 * RADIUS, text_width(node.label) + 16) if node.kind == "operation" else text_width(node.label) + 6
    lines = f"{node.caption} {node.total}".strip().split("\n")
    return Cell(2 * node.depth, node, width, max(map(text_width, lines)), extra_lines=len(lines) - 1)


def _place_rows(cells, links):
    import igraph  # a third of a second, which only who draws should pay

    number = {cell: index for index, cell in enumerate(cells)}
    graph = igraph.Graph(len(cells), [(number[a], number[b]) for a, b in links], directed=True)
    rows = [row for row, _ in graph.layout_sugiyama([c.column for c in cells], hgap=1, vgap=1).coords[: len(cells)]]
    columns = {}
    for cell, row in zip(cells, rows):
        columns.setdefault(cell.column, []).append((row, cell))
    top = min(rows)
    for column in columns.values():
        lowest = None
        for row, cell in sorted(column, key=lambda pair: pair[0]):
            # The layout keeps neighbours one row apart; should it ever not, they are moved apart here.
            row = row - top if lowest is None else max(row - top, lowest + 1)
            lowest, cell.y = row, MARGIN + ROW / 2 + ROW * row


def _place_columns(cells):
    columns = {}
    for cell in cells:
        columns.setdefault(cell.column, []).append(cell)
    x = MARGIN
    for _, column in sorted(columns.items()):
        width = max(max(cell.width, cell.caption_width) for cell in column)
        for cell in column:
            cell.column_left, cell.column_right = x, x + width
            cell.x = x + width / 2
            if isinstance(cell.item, Node) and cell.item.kind == "input":
                cell.x = x + width - max(cell.width, cell.caption_width) / 2  # names end where arrows begin
            elif isinstance(cell.item, Node) and cell.item.kind == "output":
                cell.x = x + cell.width / 2
        x += width + GAP
    return x - GAP + MARGIN
