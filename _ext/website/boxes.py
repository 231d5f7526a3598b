"""Gives the parts of a chapter their looks, so that the notebooks stay plain Markdown.

A quotation that begins with **Predict.** or **Pitfall.** becomes a box; a section "Exercise 2: ... (2 points, 5
minutes)" becomes a frame around its task, hints and solution; what a chapter gives, needs and takes becomes its head.
"""

import re
from html import escape

from docutils import nodes

LABELS = {"Predict.": "predict", "Pitfall.": "pitfall"}
FACTS = ("You will be able to", "It builds on")
EXERCISE = re.compile(r"Exercise \d+: .*?( \(\d+ points?, \d+ minutes?\))?$")
QUESTION = re.compile(r"predict: (.*?)(?: -->)?$")
CHAPTER = re.compile(r"(\d+) ")


class box(nodes.General, nodes.Element):
    """A <div> with classes and a role."""


def open_box(writer, node):
    writer.body.append(writer.starttag(node, "div", role="note"))


def close_box(writer, node):
    writer.body.append("</div>\n")


class answer(nodes.General, nodes.Element):
    """What a Predict box asks for: covered until the reader asks, by a button that needs no other script."""


# The button goes, so the focus goes on to what it shows.
REVEAL = "this.ariaExpanded=true;this.parentNode.classList.add('open');this.nextSibling.focus({preventScroll:true})"


def open_answer(writer, node):
    asked = node.get("asked")
    writer.body.append('<div class="bp-answer">')
    if asked:
        writer.body.append(_question(asked))
    writer.body.append(
        f'<button type="button" class="bp-reveal" aria-expanded="false" onclick="{REVEAL}">Show what happens</button>'
        '<div class="bp-covered" role="group" aria-label="what happens" tabindex="-1">'
    )


def close_answer(writer, node):
    writer.body.append("</div></div>\n")


def _question(asked):
    """A field for a number, which is compared with what the cell shows; or choices, of which a star marks the right."""
    if asked.startswith("number"):
        what = escape(asked.removeprefix("number").strip(), quote=True)
        return (
            f'<form class="bp-guess" data-what="{what}" method="dialog"><label>Your answer: '
            '<input type="text" inputmode="decimal" size="8" autocomplete="off"></label> '
            '<button>check</button> <span role="status"></span></form>'
        )
    buttons = "".join(
        f'<button type="button"{" data-right" * choice.startswith("*")}>{escape(choice.lstrip("*"))}</button> '
        for choice in (part.strip() for part in asked.split("|"))
    )
    return f'<div class="bp-guess" role="group" aria-label="Your answer">{buttons}<span role="status"></span></div>'


def cover_answers(tree, env):
    """Cover what the cell after a Predict box shows, and the paragraph after it, which says so in words."""
    for quotation in list(tree.findall(nodes.block_quote)):
        if LABELS.get(_label(quotation)) != "predict":
            continue
        siblings = quotation.parent.children
        place = siblings.index(quotation) + 1
        asked = _asked(quotation)
        while place < len(siblings) and not _is_cell(siblings[place]):
            if isinstance(siblings[place], (nodes.section, nodes.block_quote)):
                break
            place += 1
        if place == len(siblings) or not _is_cell(siblings[place]):
            continue
        cell = siblings[place]
        told = [node for node in siblings[place + 1 : place + 2] if isinstance(node, nodes.paragraph)]
        output = next((c for c in cell.children if "cell_output" in c.get("classes", [])), None)
        covered = answer("", asked=asked)
        if output is not None:
            cell.remove(output)
            shell = nodes.container("", output, classes=["cell", "container"])
            covered += shell
        for paragraph in told:
            quotation.parent.remove(paragraph)
        covered += told
        if covered.children:
            quotation.parent.insert(place + 1, covered)


def _asked(quotation):
    """What an HTML comment in the box says of the answer, `<!-- predict: ... -->`; notebooks don't show it."""
    for node in [*quotation.findall(nodes.comment), *quotation.findall(nodes.raw)]:
        found = QUESTION.search(node.astext())
        if found:
            node.parent.remove(node)
            return found[1]
    return ""


def _is_cell(node):
    return isinstance(node, nodes.container) and "cell" in node.get("classes", [])


def frame_quotations(tree, env):
    for quotation in list(tree.findall(nodes.block_quote)):
        kind = LABELS.get(_label(quotation))
        if kind:
            label = quotation.next_node(nodes.strong)
            label.replace_self(nodes.strong("", label.astext().rstrip(".")))
            quotation.replace_self(box("", *quotation.children, classes=["box", kind]))


def _label(node):
    """The bold words that a node begins with, if it begins with such."""
    while node is not None and not isinstance(node, nodes.strong):
        node = next((child for child in node.children if child.astext()), None)  # MyST begins with an empty text
    return node.astext() if node is not None else ""


def frame_exercises(tree, env):
    for section in tree.findall(nodes.section):
        title = section.next_node(nodes.title)
        found = EXERCISE.fullmatch(title.astext()) if title is not None and title.parent is section else None
        if found:
            section["classes"].append("exercise")
            last = title.children[-1]
            if found[1] and isinstance(last, nodes.Text) and last.endswith(found[1]):
                words = nodes.Text(last.removesuffix(found[1]))
                title.replace(last, [words, nodes.inline("", found[1], classes=["exercise-meta"])])


def frame_facts(tree, env):
    facts = [paragraph for paragraph in tree.findall(nodes.paragraph) if _label(paragraph) in FACTS]
    if facts:
        frame = box("", classes=["facts"])
        facts[0].replace_self(frame)
        for paragraph in facts[1:]:
            paragraph.parent.remove(paragraph)
        frame += facts


def mark_chapter_number(tree, env):
    title = tree.next_node(nodes.title)
    first = title.children[0] if title is not None else None
    found = CHAPTER.match(first) if isinstance(first, nodes.Text) else None
    if found:
        number = nodes.inline("", found[0], classes=["chapter-number"])
        title.replace(first, [number, nodes.Text(first[found.end() :])])


def mark_start(tree, env):
    """A paragraph that is nothing but a link "Start here..." is the way in."""
    for paragraph in tree.findall(nodes.paragraph):
        if paragraph.astext().startswith("Start here:"):
            paragraph["classes"].append("start")
