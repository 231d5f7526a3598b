"""Says to screen readers what the parts of a page are: cells, tables, and which of two equal figures one is."""

import re
from collections import Counter
from functools import partial

from docutils import nodes

FIGURE = re.compile(r'(role="(?:img|group)" aria-label=")([^"]*)')
# What the libraries write, and what stands there in its place. A group isn't a landmark: a page has dozens of cells.
BETTER = {
    '<div class="cell_input docutils container">': '<div class="cell_input docutils container" role="group" aria-label="code">',
    '<div class="cell_output docutils container">': '<div class="cell_output docutils container" role="group" aria-label="output">',
    '<summary aria-label="Toggle hidden content">': "<summary>",  # its words say what is hidden
    '<th class="head"><p></p></th>': '<td class="head"></td>',  # heads nothing
    '<th class="head': '<th scope="col" class="head',
}


def tell_apart(tree, env):
    """Give each figure of a page a name of its own: of those with equal names, the second one is number 2.

    A figure may say its name twice, once for a wide column and once for a narrow one.
    """
    seen = Counter()
    for raw in tree.findall(nodes.raw):
        if raw.get("format") != "html" or "bp-" not in raw.astext():
            continue
        seen.update({name for _, name in FIGURE.findall(raw.astext())})
        raw.children = [nodes.Text(FIGURE.sub(partial(_numbered, dict(seen)), raw.astext()))]


def _numbered(seen, found):
    """The number follows what the figure is, which a point ends where a figure is told in words."""
    said, name = found.groups()
    what, point, words = name.partition(". ")
    return said + (name if seen[name] == 1 else f"{what}, number {seen[name]}{point}{words}")


def complete(context):
    """Label what the libraries leave unlabeled in a page."""
    body = context.get("body", "")
    for written, better in BETTER.items():
        body = body.replace(written, better)
    if body:
        context["body"] = body
