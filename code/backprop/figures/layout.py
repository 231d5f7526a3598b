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
LINE = 14  # from one line of a label or caption to the next
ROW = 58  # from one row to the next, where graphs run from left to right
GAP = 28  # between ranks
MARGIN = 10
RADIUS = 17
BETWEEN = 8  # neighbors in a rank, where graphs run from top to bottom


@dataclass(eq=False)
class Cell:
    """Something that takes its place in a rank: a node, an edge's label, or an edge passing by."""

    rank: int
    item: object  # Node, Edge, or None for an edge passing by
    width: float = 0.0  # of the shape or text that edges touch
    caption_width: float = 0.0  # of the text beside it
    caption_lines: int = 0
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
    from igraph's Sugiyama layout, which keeps crossings few and edges straight.
    """
    cells = {node: _node_cell(node) for node in graph.nodes}
    placed, links, routes = list(cells.values()), [], {}
    for edge in graph.edges:
        start, end = cells[edge.source], cells[edge.target]
        label = Cell(start.rank + 1, edge, max(text_width(edge.widest_value), text_width(edge.widest_gradient)) + 8)
        passing = [Cell(rank, None) for rank in range(start.rank + 2, end.rank)]
        placed += [label, *passing]
        routes[edge] = [start, label, *passing, end]
        links += zip(routes[edge], routes[edge][1:])
    ranks = _ranks(graph, placed, links)
    width, height = _place_down(ranks) if down else _place_across(ranks)
    return Layout(width, height, cells, routes, down)


def _node_cell(node):
    width = max(2 * RADIUS, text_width(node.label) + 16) if node.kind == "operation" else text_width(node.label) + 6
    lines = lines_of(f"{node.caption} {'Σ ' * bool(node.total)}{node.total}".strip())
    return Cell(2 * node.depth, node, width, text_width("\n".join(lines)), len(lines))


def _ranks(graph, cells, links):
    """The cells of each rank in order, with their places in it: [(place, cell), ...]."""
    if graph.places is None:  # the same whichever way the graph runs
        import igraph  # a third of a second, which only who draws should pay

        number = {cell: index for index, cell in enumerate(cells)}
        linked = igraph.Graph(len(cells), [(number[a], number[b]) for a, b in links], directed=True)
        found = linked.layout_sugiyama([cell.rank for cell in cells], hgap=1, vgap=1).coords[: len(cells)]
        first = min(place for place, _ in found)
        graph.places = [place - first for place, _ in found]
    ranks = {}
    for cell, place in zip(cells, graph.places):
        ranks.setdefault(cell.rank, []).append((place, cell))
    for rank in ranks.values():
        rank.sort(key=lambda pair: pair[0])
        for position, (place, cell) in enumerate(rank[1:], start=1):
            # The layout keeps neighbors one place apart; should it ever not, they are moved apart here.
            rank[position] = max(place, rank[position - 1][0] + 1), cell
    return [ranks[rank] for rank in sorted(ranks)]


def _place_across(ranks):
    """From left to right: ranks are columns as wide as their widest cell; rows are as high as the highest label."""
    edges = [cell.item for rank in ranks for _, cell in rank if not isinstance(cell.item, Node) and cell.item]
    above = max((len(lines_of(edge.widest_value)) for edge in edges), default=1)
    below = max((len(lines_of(edge.widest_gradient)) for edge in edges), default=1)
    row = ROW + LINE * max(above + below - 2, 0)
    top = MARGIN + ROW / 2 + LINE * max(above - 1, 0)
    x, bottom = MARGIN, 0
    for rank in ranks:
        width = max(max(cell.width, cell.caption_width) for _, cell in rank)
        for place, cell in rank:
            cell.start, cell.end = x, x + width
            cell.x, cell.y = x + width / 2, top + row * place
            if isinstance(cell.item, Node) and cell.item.kind == "input":
                cell.x = x + width - max(cell.width, cell.caption_width) / 2  # names end where arrows begin
            elif isinstance(cell.item, Node) and cell.item.kind == "output":
                cell.x = x + cell.width / 2
            lines = cell.caption_lines - 1 if isinstance(cell.item, Node) else below - 1
            bottom = max(bottom, cell.y + LINE * max(lines, 0))
        x += width + GAP
    return x - GAP + MARGIN, bottom + ROW / 2 + MARGIN


def _place_down(ranks):
    """From top to bottom: ranks are rows as high as their highest cell; places are as close as their neighbors allow."""
    x = _abscissas(ranks)
    y = MARGIN
    left, right = 0.0, 0.0
    for rank in ranks:
        height = max(_height(cell) for _, cell in rank)
        for place, cell in rank:
            cell.start, cell.end = y, y + height
            cell.x, cell.y = x[place], y + height / 2
            left, right = min(left, cell.x - _left(cell)), max(right, cell.x + _right(cell))
        y += height + 0.7 * GAP
    for rank in ranks:
        for _, cell in rank:
            cell.x += MARGIN - left
    return right - left + 2 * MARGIN, y - 0.7 * GAP + MARGIN


def _abscissas(ranks):
    """Where each place is: halfway between as far to the left as its neighbors allow, and as far to the right."""
    places = sorted({place for rank in ranks for place, _ in rank})
    before, after = ({place: [] for place in places} for _ in range(2))
    for rank in ranks:
        for (place, cell), (next_place, following) in zip(rank, rank[1:]):
            distance = _right(cell) + BETWEEN + _left(following)
            before[next_place].append((place, distance))
            after[place].append((next_place, distance))
    x, least = {}, 0.0
    for place in places:
        x[place] = least = max([least, *(x[other] + distance for other, distance in before[place])])
    first, most = dict(x), least
    for place in reversed(places):
        most = min([most, *(first[other] - distance for other, distance in after[place])])
        x[place], most = (first[place] + most) / 2, first[place]
    return x


def _left(cell):
    """How far a cell reaches to the left of its center: there is the value of an edge."""
    return (
        cell.width / 2 if cell.item is None or isinstance(cell.item, Node) else text_width(cell.item.widest_value) + 5
    )


def _right(cell):
    """How far a cell reaches to the right of its center: there is the gradient of an edge, the caption of a node."""
    if cell.item is not None and not isinstance(cell.item, Node):
        return text_width(cell.item.widest_gradient) + 5
    return cell.width / 2 + (cell.caption_width + 8 if cell.caption_width else 0)


def _height(cell):
    if isinstance(cell.item, Node):
        return max(2 * RADIUS if cell.item.kind == "operation" else FONT_SIZE + 6, LINE * cell.caption_lines + 4)
    if cell.item is None:
        return LINE
    return LINE * max(len(lines_of(cell.item.widest_value)), len(lines_of(cell.item.widest_gradient)), 1) + 4
