"""Where everything goes: operations and the labels between them in ranks, from left to right or from top to bottom.

Every label is laid out as if it were a node, in a rank of its own between the operations. So no label can lie on
another one or on an edge: edges bend only in the gaps between the ranks.
"""

import functools
import unicodedata
from dataclasses import dataclass

from .graph import Node

FONT_SIZE = 13
CHARACTER = 0.62 * FONT_SIZE  # width of one, at most, in a monospaced font
SMALLEST = 10 / FONT_SIZE  # a figure shrinks no further: text of 10 pixels can still be read
NARROWEST = 320  # pixels of a column, on a phone
LINE = 14  # from one line of a label or caption to the next
ROW = 58  # from one row to the next, where graphs run from left to right
GAP = 28  # between ranks
MARGIN = 10
RADIUS = 17
ITERATIONS = 16  # of igraph, which finds no fewer crossings in more
BETWEEN = 8  # neighbors in a rank, where graphs run from top to bottom


@dataclass(eq=False, slots=True)
class Cell:
    """Something that takes its place in a rank: a node, an edge's label, or an edge passing by."""

    rank: int
    item: object = None  # Node, Edge, or None for an edge passing by
    width: float = 0.0  # of the shape or text that edges touch
    room: float = 0.0  # that and the text below it, where graphs run from left to right
    lines: int = 1  # of a node's caption; of the gradients below the edges
    left: float = 0.0  # how far it reaches from its center, where graphs run from top to bottom
    right: float = 0.0
    height: float = LINE
    x: float = 0.0  # center
    y: float = 0.0
    start: float = 0.0  # where its rank begins and ends, along the way of the graph
    end: float = 0.0


@dataclass
class Layout:
    width: float
    height: float
    cells: dict  # of each node: its cell
    routes: dict  # of each edge: the cells from its source to its target, the label first after the source
    down: bool  # from top to bottom


def lines_of(text):
    return text.split("\n") if text else []


@functools.lru_cache(maxsize=4096)  # a figure asks for the width of each text many times
def text_width(text):
    """Width of a text in pixels, at most; wide East Asian characters count double."""
    widths = [sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line) for line in lines_of(text)]
    return CHARACTER * max(widths, default=0)


def lay_out(graph, down=False):
    """Place the nodes, and the labels of the edges, of a graph.

    Ranks come from the graph itself (an operation stands after all its inputs); order within a rank and positions
    from igraph's Sugiyama layout, which keeps crossings few and edges straight. All inputs are in the first rank; from
    top to bottom, where width is dear, everything is in the last one before its first use.
    """
    cells = {node: _node_cell(node) for node in graph.nodes}
    if down:
        for node in reversed(graph.nodes):
            if node.outgoing:
                cells[node].rank = min(cells[edge.target].rank for edge in node.outgoing) - 2
    routes = {}
    for edge in graph.edges:
        start, end = cells[edge.source], cells[edge.target]
        passing = map(Cell, range(start.rank + 2, end.rank))
        routes[edge] = [start, _label_cell(start.rank + 1, edge), *passing, end]
    ranks = _ranks(cells, routes)
    width, height = _place_down(ranks) if down else _place_across(ranks, cells)
    return Layout(width, height, cells, routes, down)


def _node_cell(node):
    operation = node.kind == "operation"
    width = max(2 * RADIUS, text_width(node.label) + 16) if operation else text_width(node.label) + 6
    caption = f"{node.caption} {'Σ ' * bool(node.total)}{node.total}".strip()
    lines, caption_width = len(lines_of(caption)), text_width(caption)
    right = width / 2 + (caption_width + 8 if caption_width else 0)
    height = max(2 * RADIUS if operation else FONT_SIZE + 6, LINE * lines + 4)
    return Cell(2 * node.depth, node, width, max(width, caption_width), lines, width / 2, right, height)


def _label_cell(rank, edge):
    value, gradient = text_width(edge.widest_value), text_width(edge.widest_gradient)
    width = max(value, gradient) + 8
    lines = len(lines_of(edge.widest_gradient))
    height = LINE * max(len(lines_of(edge.widest_value)), lines, 1) + 4
    return Cell(rank, edge, width, width, lines, value + 5, gradient + 5, height)


def _ranks(cells, routes):
    """The cells of each rank in order, with their places in it: [(place, cell), ...]."""
    import igraph  # a third of a second, which only who draws should pay

    placed = [*cells.values(), *(cell for route in routes.values() for cell in route[1:-1])]
    number = {id(cell): index for index, cell in enumerate(placed)}
    ways = ([number[id(cell)] for cell in route] for route in routes.values())
    linked = igraph.Graph(len(placed), [link for way in ways for link in zip(way, way[1:])], directed=True)
    layers = [cell.rank for cell in placed]
    found = linked.layout_sugiyama(layers, hgap=1, vgap=1, maxiter=ITERATIONS).coords[: len(placed)]
    first = min(place for place, _ in found)
    ranks = [[] for _ in range(max(layers) + 1)]
    for cell, (place, _) in zip(placed, found):
        ranks[cell.rank].append((place - first, cell))
    for rank in ranks:
        rank.sort(key=lambda pair: pair[0])
        for position, (place, cell) in enumerate(rank[1:], start=1):
            # The layout keeps neighbors one place apart; should it ever not, they are moved apart here.
            if place < rank[position - 1][0] + 1:
                rank[position] = rank[position - 1][0] + 1, cell
    return ranks


def _place_across(ranks, cells):
    """From left to right: ranks are columns as wide as their widest cell; rows are as high as the highest label."""
    edges = [edge for node in cells for edge in node.outgoing]
    above = max((len(lines_of(edge.widest_value)) for edge in edges), default=1)
    below = max((len(lines_of(edge.widest_gradient)) for edge in edges), default=1)
    row = ROW + LINE * max(above + below - 2, 0)
    top = MARGIN + ROW / 2 + LINE * max(above - 1, 0)
    x, bottom = MARGIN, 0
    for rank in ranks:
        width = max([cell.room for _, cell in rank])
        for place, cell in rank:
            cell.start, cell.end = x, x + width
            cell.x, cell.y = x + width / 2, top + row * place
        if not isinstance(cell.item, Node):  # the lowest one
            bottom = max(bottom, cell.y + LINE * max(below - 1, 0))
        x += width + GAP
    for node, cell in cells.items():
        if node.kind == "input":
            cell.x = cell.end - cell.room / 2  # names end where arrows begin
        elif node.kind == "output":
            cell.x = cell.start + cell.width / 2
        bottom = max(bottom, cell.y + LINE * max(cell.lines - 1, 0))
    return x - GAP + MARGIN, bottom + ROW / 2 + MARGIN


def _place_down(ranks):
    """From top to bottom: ranks are rows as high as their highest cell; places are as close as their neighbors allow."""
    x = _abscissas(ranks)
    y = MARGIN
    left = min(x[place] - cell.left for rank in ranks for place, cell in rank)
    most, right = left + NARROWEST / SMALLEST - 2 * MARGIN, left
    for rank in ranks:
        height = max([cell.height for _, cell in rank])
        bound = most
        for place, cell in reversed(rank):
            cell.start, cell.end = y, y + height
            cell.x, cell.y = min(x[place], bound - cell.right), y + height / 2  # aside, where it wouldn't fit
            bound = cell.x - cell.left - BETWEEN
            left, right = min(left, cell.x - cell.left), max(right, cell.x + cell.right)
        y += height + 0.7 * GAP
    for rank in ranks:
        for _, cell in rank:
            cell.x += MARGIN - left
    return right - left + 2 * MARGIN, y - 0.7 * GAP + MARGIN


def _abscissas(ranks):
    """Where each place is: halfway between as far to the left as its neighbors allow, and as far to the right."""
    places = sorted({place for rank in ranks for place, _ in rank})
    before, after = ({place: {} for place in places} for _ in range(2))  # distances from the neighbors of each place
    for rank in ranks:
        for (place, cell), (next_place, following) in zip(rank, rank[1:]):
            distance = cell.right + BETWEEN + following.left
            if distance > before[next_place].get(place, 0.0):
                before[next_place][place] = after[place][next_place] = distance
    x, least = {}, 0.0
    for place in places:
        x[place] = least = max([least, *(x[other] + distance for other, distance in before[place].items())])
    first, most = dict(x), least
    for place in reversed(places):
        most = min([most, *(first[other] - distance for other, distance in after[place].items())])
        x[place], most = (first[place] + most) / 2, first[place]
    return x
