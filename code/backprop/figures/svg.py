"""From a layout to SVG text.

No ids, so that no two figures on a page can clash; colours are the page's own text colour and the
CSS variable --bp-gradient, so that light and dark pages restyle them. In a figure that is stepped
through, the class at-3 stands on what appears in step 3, and now-3 on the node where it happens.
"""

import math
import re
from xml.sax.saxutils import escape, quoteattr

from .layout import FONT_SIZE, LINE, RADIUS, lay_out

GRADIENT = "fill:var(--bp-gradient,#c24e00)"
CAPTION_SIZE = 11
NOT_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


def svg_of(graph):
    """The graph as SVG text: values above the arrows, gradients below. The same graph gives the same bytes."""
    layout = lay_out(graph)
    ports = _ports(graph, layout.routes)
    parts = [_edge(edge, layout.routes[edge], ports[edge]) for edge in graph.edges]
    parts += [_label(edge, layout.routes[edge][1]) for edge in graph.edges]
    parts += [_node(node, layout.cells[node]) for node in graph.nodes]
    width, height = math.ceil(layout.width), math.ceil(layout.height)
    words = " ".join(graph.sentences)
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" class="backprop-graph" role="img" '
        f'aria-label={quoteattr(legal(f"{graph.title}. {words}"))} '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'style="max-width:100%;min-width:{min(width, max(320, round(0.62 * width)))}px;height:auto" '
        f'font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,\'DejaVu Sans Mono\',monospace" '
        f'font-size="{FONT_SIZE}" fill="currentColor">',
        f"<title>{escape(legal(graph.title))}</title>",
        f"<desc>{escape(legal(words))}</desc>",
        *parts,
        "</svg>",
    ])  # fmt: skip


def _edge(edge, route, port):
    """An edge's path: it bends only in the gaps between columns, and is horizontal everywhere else."""
    start, *between, end = route
    path = [f"M{start.right:.1f} {start.y:.1f}H{start.column_right:.1f}"]
    x, y = start.column_right, start.y
    for cell in between:
        path.append(_bend(x, y, cell.column_left, cell.y) + f"H{cell.column_right:.1f}")
        x, y = cell.column_right, cell.y
    tip = end.left
    if end.item.kind == "operation":
        tip += RADIUS - math.sqrt(RADIUS**2 - port**2)  # where the round left end is, off the middle
    path.append(_bend(x, y, end.column_left - 4, end.y + port) + f"H{tip:.1f}")
    width = 3 if edge.strong else 1.2
    return (
        f'<path class="bp-edge{" bp-strong" * edge.strong}" d="{"".join(path)}" fill="none" '
        f'stroke="currentColor" stroke-width="{width}"/>'
        f'<path d="M{tip:.1f} {end.y + port:.1f}l-8 -3.5v7z"/>'
    )


def _bend(x, y, to_x, to_y):
    if y == to_y:
        return f"H{to_x:.1f}"
    middle = (x + to_x) / 2
    return f"C{middle:.1f} {y:.1f} {middle:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}"


def _ports(graph, routes):
    """How far off the middle of its target each edge arrives, so that arrowheads don't cover each other."""
    ports = {}
    for node in graph.nodes:
        arriving = sorted(node.incoming, key=lambda edge: routes[edge][-2].y)
        distance = min(11, 2 * (RADIUS - 2) / max(len(arriving) - 1, 1))
        for position, edge in enumerate(arriving):
            ports[edge] = distance * (position - (len(arriving) - 1) / 2)
    return ports


def _label(edge, cell):
    texts = []
    if edge.value:
        texts.append(_text(cell.x, cell.y - 7, edge.value, f'class="bp-value at-{edge.value_step}"'))
    if edge.gradient:
        attributes = f'class="bp-gradient at-{edge.gradient_step}" style="{GRADIENT}"'
        texts.append(_text(cell.x, cell.y + 17, edge.gradient, attributes))
    return "".join(texts)


def _node(node, cell):
    parts = []
    if node.kind == "operation":
        now = "".join(f" now-{step}" for step in node.steps)
        parts.append(
            f'<rect class="bp-node{now}" x="{cell.left:.1f}" y="{cell.y - RADIUS:.1f}" width="{cell.width:.1f}" '
            f'height="{2 * RADIUS}" rx="{RADIUS}" style="fill:var(--bp-node,rgba(127,127,127,.12))" '
            f'stroke="currentColor" stroke-width="1.2"/>'
        )
    if node.label:
        parts.append(_text(cell.x, cell.y + 0.35 * FONT_SIZE, node.label, 'class="bp-name"'))
    if node.caption or node.total:
        offset = RADIUS + CAPTION_SIZE + 2 if node.kind == "operation" else FONT_SIZE + 5
        first, *more = legal(node.caption).split("\n")
        name = f'<tspan opacity="0.75">{escape(first)}</tspan>' if first else ""
        name += "".join(f'<tspan opacity="0.75" x="{cell.x:.1f}" dy="{LINE}">{escape(line)}</tspan>' for line in more)
        total = f'<tspan class="at-{node.total_step}" style="{GRADIENT}">{node.total}</tspan>' if node.total else ""
        parts.append(
            f'<text x="{cell.x:.1f}" y="{cell.y + offset:.1f}" text-anchor="middle" '
            f'class="bp-caption" font-size="{CAPTION_SIZE}">{" ".join(filter(None, [name, total]))}</text>'
        )
    return "".join(parts)


def _text(x, y, text, attributes):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" {attributes}>{escape(legal(text))}</text>'


def legal(text):
    """Text without what no XML may hold, such as control characters."""
    return NOT_XML.sub("\ufffd", text)
