"""From a layout to SVG text.

No ids, so that no two figures on a page can clash; colors are the page's own text color and the CSS variable
--bp-gradient, so that light and dark pages restyle them. In a figure that is stepped through, the class at-3 is on
what appears in step 3, and now-3 on the node where it happens. In a live one, data-v says which values of the tape
a text shows, and data-g which gradient a line is as wide as.
"""

import math
import re
from xml.sax.saxutils import escape, quoteattr

from .layout import FONT_SIZE, LINE, RADIUS, SMALLEST, lay_out, lines_of

GRADIENT = "fill:var(--bp-gradient,#c24e00)"
CAPTION_SIZE = 11
QUOTES = {'"': "&quot;"}
NOT_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


def svg_of(graph, layout=None):
    """The graph as SVG text: values above the arrows (left of them, where it runs down), gradients on the other side.

    The same graph gives the same bytes.
    """
    layout = layout or lay_out(graph)
    return labeled(graph.label, layout, lines_of_svg(graph, layout))


def lines_of_svg(graph, layout):
    """What is in the picture: a line of text for each edge, each label and each node."""
    ports = _ports(graph, layout)
    return [
        *(_edge(edge, layout, ports[edge]) for edge in graph.edges),
        *(_label(edge, layout.routes[edge][1], layout.down) for edge in graph.edges),
        *(_node(node, layout.cells[node], layout.down) for node in graph.nodes),
    ]


def labeled(label, layout, lines):
    """The picture, called `label` by a screen reader."""
    width, height = math.ceil(layout.width), math.ceil(layout.height)
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" class="backprop-graph" role="img" '
        f'aria-label="{escape(legal(label), QUOTES)}" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'style="max-width:100%;min-width:{math.ceil(SMALLEST * width)}px;height:auto" '
        f'font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,\'DejaVu Sans Mono\',monospace" '
        f'font-size="{FONT_SIZE}" fill="currentColor">',
        *lines,
        "</svg>",
    ])  # fmt: skip  # a line of the figure for each


def _edge(edge, layout, port):
    """An edge's path: it bends only in the gaps between ranks, and is straight everywhere else."""
    start, *between, end = layout.routes[edge]
    down = layout.down
    point = "{1:.1f} {0:.1f}".format if down else "{:.1f} {:.1f}".format  # of the way along, and the place across
    along = start.y + _half(start) if down else start.x + start.width / 2
    tip = end.y - _half(end) if down else end.x - end.width / 2
    if end.item.kind == "operation" and not down:
        tip += RADIUS - math.sqrt(RADIUS**2 - port**2)  # where the round end is, off the middle
    side = start.x if down else start.y
    target = (end.x if down else end.y) + port
    d, bends_from = "M" + point(along, side), start.end
    for to, to_side, straight_to in [
        *((cell.start, cell.x if down else cell.y, cell.end) for cell in between),
        (end.start - 4, target, None),
    ]:
        if to_side != side:
            middle = (bends_from + to) / 2
            curve = point(middle, side), point(middle, to_side), point(to, to_side)
            d += f"L{point(bends_from, side)}C{','.join(curve)}"
        bends_from, side = straight_to, to_side
    d += "L" + point(tip, target)
    width = 3 if edge.strong else 1.2
    head = f"M{point(tip, target)}" + ("l-3.5 -8h7z" if down else "l-8 -3.5v7z")
    return (
        f"{_flow(edge, d)}"
        f'<path class="bp-edge{" bp-strong" * edge.strong}" d="{d}" fill="none" '
        f'stroke="currentColor" stroke-width="{width}"/>'
        f'<path d="{head}"/>'
    )


def _flow(edge, d):
    """A line under the edge, as wide as its gradient is large."""
    if edge.gradient_cells is None:
        return ""
    width = edge.gradient_width
    return f'<path class="bp-flow" data-g="{indices(edge.gradient_cells)}" d="{d}" fill="none" stroke-width="{width:.1f}"/>'


def _half(cell):
    if cell.item.kind == "operation":
        return RADIUS
    return FONT_SIZE / 2 + 3


def _ports(graph, layout):
    """How far off the middle of its target each edge arrives, so that arrowheads don't cover each other."""
    ports = {}
    for node in graph.nodes:
        arriving = sorted(
            node.incoming, key=lambda edge: layout.routes[edge][-2].x if layout.down else layout.routes[edge][-2].y
        )
        distance = min(11, 2 * (RADIUS - 2) / max(len(arriving) - 1, 1))
        for position, edge in enumerate(arriving):
            ports[edge] = distance * (position - (len(arriving) - 1) / 2)
    return ports


def _label(edge, cell, down):
    texts = []
    for text, gradient, cells in (
        (edge.value, False, edge.value_cells),
        (edge.gradient, True, edge.gradient_cells),
    ):
        if text:
            kind, step = ("gradient", edge.gradient_step) if gradient else ("value", edge.value_step)
            attributes = f'class="bp-{kind} at-{step}"' + (f' style="{GRADIENT}"' if gradient else "")
            lines = len(lines_of(text))
            if down:
                x, y = cell.x + (5 if gradient else -5), cell.y + 0.35 * FONT_SIZE - LINE * (lines - 1) / 2
                attributes += f' text-anchor="{"start" if gradient else "end"}"'
            else:
                x, y = cell.x, cell.y + (17 if gradient else -7 - LINE * (lines - 1))
                attributes += ' text-anchor="middle"'
            name = edge.gradient_name if gradient else edge.value_name
            if edge.pull and not gradient:
                attributes = attributes.replace("bp-value", "bp-value bp-pull") + f" data-pull={quoteattr(edge.pull)}"
            texts.append(_text(x, y, text, attributes, cells, f"data-{kind}", name))
    return "".join(texts)


def _node(node, cell, down):
    parts = []
    label_name = f" data-node={quoteattr(legal(node.name))}" if node.name else ""
    if node.kind == "operation":
        now = "".join(f" now-{step}" for step in node.steps)
        parts.append(
            f'<rect class="bp-node{now}"{label_name} x="{cell.x - cell.width / 2:.1f}" y="{cell.y - RADIUS:.1f}" '
            f'width="{cell.width:.1f}" height="{2 * RADIUS}" rx="{RADIUS}" '
            f'style="fill:var(--bp-node,rgba(127,127,127,.12))" stroke="currentColor" stroke-width="1.2"/>'
        )
        label_name = ""
    if node.label:
        parts.append(
            _text(cell.x, cell.y + 0.35 * FONT_SIZE, node.label, f'class="bp-name"{label_name} text-anchor="middle"')
        )
    if node.caption or node.total:
        if down:
            x, anchor = cell.x + cell.width / 2 + 7, "start"
            y = cell.y + 0.35 * CAPTION_SIZE - LINE * (cell.lines - 1) / 2
        else:
            x, anchor = cell.x, "middle"
            y = cell.y + (RADIUS + CAPTION_SIZE + 2 if node.kind == "operation" else FONT_SIZE + 5)
        first, *more = legal(node.caption).split("\n")
        name = f'<tspan opacity="0.75">{escape(first)}</tspan>' if first else ""
        name += "".join(f'<tspan opacity="0.75" x="{x:.1f}" dy="{LINE}">{escape(line)}</tspan>' for line in more)
        total = ""
        if node.total:
            number = _total(node, x)
            total = f'<tspan class="at-{node.total_step}" style="{GRADIENT}">Σ {number}</tspan>'
        parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" '
            f'class="bp-caption" font-size="{CAPTION_SIZE}">{" ".join(filter(None, [name, total]))}</text>'
        )
    return "".join(parts)


def _total(node, x):
    """What several uses add up to, with a line for each row of a matrix."""
    first, *more = node.total.split("\n")
    cells = node.total_cells
    if not more:
        live = _live(cells, "data-gradient", node.name)
        return f"<tspan{live}>{first}</tspan>" if live else first
    rows = [_live(row, "", "") for row in (cells if cells is not None else [None] * (1 + len(more)))]
    spans = [f'<tspan x="{x:.1f}" dy="{LINE}"{row}>{line}</tspan>' for line, row in zip(more, rows[1:])]
    return "".join([f"<tspan{rows[0]}>{first}</tspan>", *spans])


def _text(x, y, text, attributes, cells=None, attribute="", name=""):
    live = _live(cells, attribute, name)
    first, *more = legal(text).split("\n")
    if more and live:  # each row of a matrix shows its own values
        rows = [_live(row, "", "") for row in cells]
        spans = [f"<tspan{rows[0]}>{escape(first)}</tspan>"]
        spans += [f'<tspan x="{x:.1f}" dy="{LINE}"{row}>{escape(line)}</tspan>' for line, row in zip(more, rows[1:])]
        return f'<text x="{x:.1f}" y="{y:.1f}" {attributes}>{"".join(spans)}</text>'
    spans = "".join(f'<tspan x="{x:.1f}" dy="{LINE}">{escape(line)}</tspan>' for line in more)
    return f'<text x="{x:.1f}" y="{y:.1f}" {attributes}{live}>{escape(first)}{spans}</text>'


def _live(cells, attribute, name):
    """What the page needs to keep a text up to date: the values that it shows, and by which name it is found."""
    if cells is None:
        return ""
    found = f" {attribute}={quoteattr(legal(name))}" if attribute and name else ""
    return f'{found} data-v="{indices(cells)}"'


def indices(cells):
    return " ".join(str(index) for index in cells.ravel())


def legal(text):
    """Text without what no XML may hold, such as control characters."""
    return NOT_XML.sub("\ufffd", text)
