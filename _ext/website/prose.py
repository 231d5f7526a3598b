"""What of a page is prose, and how a link gets into it. For extensions that add links to plain Markdown."""

import re
from collections import Counter

from docutils import nodes
from sphinx import addnodes

# Headings, captions, code, formulas, and what is a link already. Markdown cells have no others.
NOT_PROSE = (
    nodes.Titular, nodes.FixedTextElement, nodes.literal, nodes.math, nodes.figure, nodes.caption, nodes.thead,
    nodes.reference, nodes.footnote_reference, nodes.citation_reference, addnodes.pending_xref,
)  # fmt: skip
CELL = "cell"  # the class of a notebook's code cell: its source and whatever it shows
TAG = re.compile(r"<(/?)(a|aside|button|code|details|figure|h[1-6]|summary|svg)\b", re.IGNORECASE)
SET_APART = {"aside", "details"}


def prose(document):
    """List (text, apart) for each piece of a page's prose; apart tells whether it stands in an aside or is folded."""
    join_lines(document)
    found, open_tags = [], Counter()
    for node in document.findall(lambda node: isinstance(node, (nodes.raw, nodes.Text))):
        if isinstance(node, nodes.raw):
            if not in_code_cell(node):
                for closing, tag in TAG.findall(node.astext()):
                    open_tags[tag.lower()] += -1 if closing else 1
        elif not isinstance(node.parent, nodes.raw) and not any(map(is_not_prose, ancestors(node))):
            inside = {tag for tag, count in open_tags.items() if count > 0}
            if inside <= SET_APART:
                found.append((node, bool(inside)))
    return found


def join_lines(document):
    """Make one text of several in a row: Markdown gives one for each line, and words may go on in the next."""
    for parent in list(document.findall(nodes.TextElement)):
        joined = []
        for child in parent.children:
            if joined and isinstance(child, nodes.Text) and isinstance(joined[-1], nodes.Text):
                joined[-1] = nodes.Text(joined[-1] + child)
            else:
                joined.append(child)
        if len(joined) < len(parent.children):
            parent[:] = joined


def ancestors(node):
    while node.parent is not None:
        node = node.parent
        yield node


def in_code_cell(node):
    return any(CELL in above["classes"] for above in ancestors(node))


def is_not_prose(node):
    return isinstance(node, NOT_PROSE) or CELL in node["classes"]


def put_links(links):
    """Replace parts of texts: links holds (text, start, end, [nodes]), in any order and without overlap."""
    by_text = {}
    for text, start, end, new in links:
        by_text.setdefault(id(text), (text, []))[1].append((start, end, new))
    for text, parts in by_text.values():
        pieces, done = [], 0
        for start, end, new in sorted(parts, key=lambda part: part[0]):
            pieces += [nodes.Text(text[done:start]), *new]
            done = end
        pieces.append(nodes.Text(text[done:]))
        # Texts are strings, and a paragraph may hold two that are equal: so no text.parent.replace.
        place = next(i for i, child in enumerate(text.parent.children) if child is text)
        text.parent[place : place + 1] = [piece for piece in pieces if not isinstance(piece, nodes.Text) or piece]
