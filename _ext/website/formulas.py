"""Formulas as MathML, written when the site is built: browsers show it by themselves, and nothing is fetched."""

import re
from xml.etree import ElementTree

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.util import logging

logger = logging.getLogger(__name__)

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
THIN, WORD, LEAN = ({"width": width} for width in ("0.167em", "0.25em", "0.08em"))
NEGATIVE = "negativethinmathspace"  # no browser knows it
ROWS = ("math", "mrow", "mstyle", "mtd", "msqrt")
SCRIPTS = ("msub", "msup", "msubsup", "munder", "mover", "munderover")
LETTERS = ("∞", "∂", "…", "⊤")
ACCENTS = {"^": "ˆ"}
TIGHT = ("/", "|", "‖", ".", *"∑∏∫")  # sums get spaces of their own
SUMS = ("∑", "∏", "∫")
WITH_LIMITS = ("lim", "max", "min", "sup", "inf", "argmax", "argmin")
LEANING = "FHIJKMNTUVWXYΓΠΨ"  # what follows such a letter must not touch it
CLOSING = (")", "]", "|", "‖")


def tidy(formula):
    """Put spaces and scripts where TeX puts them: tanh x, max(x, 0), y = -3, |a|, dL/dx, a sum over i.

    The converter writes names of functions and some symbols as operators, which browsers put wide spaces around, and
    other names without any; it gives a sign the spaces of a difference; and engines differ in the spaces of sums.
    """
    tree = ElementTree.fromstring(formula.replace(f' xmlns="{NAMESPACE}"', "", 1))
    _leave_out_negative_spaces(tree)
    for element in tree.iter("mo"):
        element.text = ACCENTS.get(element.text, element.text)
        if _is_word(element) or element.text in LETTERS:
            element.tag, element.attrib = "mi", {}
        elif element.text in TIGHT:
            element.attrib.update({"lspace": "0", "rspace": "0", "stretchy": element.get("fence", "false")})
        elif element.text == "⊙":
            element.set("largeop", "false")  # else Firefox makes it as large as a sum
    if tree.get("display") == "block":
        _set_limits(tree)
    _close_up_scripts(tree)
    for row in tree.iter():
        if row.tag in ROWS:
            _signs(row)
            _space(row)
    for parent in list(tree.iter()):
        _set_words(parent)
        if parent.tag in ROWS:
            _lean(parent)
    tree.set("xmlns", NAMESPACE)
    return ElementTree.tostring(tree, encoding="unicode")


def _leave_out_negative_spaces(tree):
    for row in tree.iter():
        row[:] = [element for element in row if element.get("width") != NEGATIVE]


def _set_limits(element):
    """What a limit or a maximum is taken over stands below it, but not in a fraction, a script or a line of text."""
    for part in element:
        if part.tag == "msub" and part[0].text in WITH_LIMITS:
            part.tag = "munder"
        if part.tag not in ("mfrac", "mtable") and part.get("displaystyle") != "false":
            _set_limits(part[0:1] if part.tag in SCRIPTS else part)


def _close_up_scripts(tree):
    """An index such as t - 1 has no spaces."""
    for script in (script for parent in tree.iter() if parent.tag in SCRIPTS for script in parent[1:]):
        for operator in script.iter("mo"):
            if script.tag != "mo":
                operator.attrib.update(lspace="0", rspace="0")


def _signs(row):
    """A minus or plus at the beginning, or after an operator or an opening bracket, belongs to what follows it."""
    for before, element in zip([None, *row], row):
        first = before is None or before.tag == "mo" and before.text not in CLOSING
        if element.tag == "mo" and element.text in "+−" and first:
            element.attrib.update(form="prefix", lspace="0", rspace="0")


def _is_word(element):
    return len(element.text or "") > 1 and element.text.isascii() and element.text.isalpha()


def _base(element):
    """What stands on the line: the sum of a sum over i, the name of a minimum over i."""
    return element[0] if element.tag in SCRIPTS else element


def _space(row):
    for left, right in reversed(list(zip(row, row[1:]))):
        before, after = (_kind(_base(element)) for element in (left, right))
        ends = left.tag == "mo" and left.text in CLOSING  # as in (1 - t) ln p
        apart = before in ("name", "sum") and after in ("name", "sum", "other")
        if apart or after in ("name", "sum") and (before == "other" or ends) or before == "sum" and after == "group":
            row.insert(list(row).index(right), ElementTree.Element("mspace", THIN))


def _set_words(parent):
    """The spaces around the words of a formula, which are special characters, become spaces of any font."""
    for words in parent.findall("mtext"):
        text, place = words.text.replace("\N{NO-BREAK SPACE}", " "), list(parent).index(words)
        words.text = text.strip()
        if parent.tag in ROWS:
            for there in [1] * text.endswith(" ") + [0] * text.startswith(" "):
                parent.insert(place + there, ElementTree.Element("mspace", WORD))


def _lean(row):
    for place in reversed(range(len(row))):
        if row[place].tag == "mi" and row[place].text in tuple(LEANING):
            row.insert(place + 1, ElementTree.Element("mspace", {**LEAN, "class": "lean"}))


def _kind(element):
    if element.tag == "mi" and _is_word(element):
        return "name"
    if element.text in SUMS:
        return "sum"
    if len(element) and element[0].get("fence"):
        return "group"  # in brackets that grow with what they hold
    spaced = element.tag == "mtext" and element.text != element.text.strip()
    return "sign" if spaced or element.tag in ("mo", "mspace") else "other"


def mathml(node, display):
    """The formula as MathML. An alignment with & is not understood, and would come out as one garbled line."""
    formula = convert(node.astext(), display=display)
    if "<mi>&</mi>" in formula:
        logger.warning("formula with & on a page: write one formula for each line", location=node)
        return formula
    return tidy(formula)


def inline(writer, node):
    writer.body.append(mathml(node, "inline"))
    raise nodes.SkipNode


def block(writer, node):
    writer.body.append(f'<div class="math">{mathml(node, "block")}</div>')
    raise nodes.SkipNode


def keep_together(document, env):
    """Let no line begin with the comma after a formula, or end with the bracket before it."""
    for formula in list(document.findall(nodes.math)):
        parent, place = formula.parent, formula.parent.index(formula)
        before, after = (_text(parent, place - 1), _text(parent, place + 1))
        start, end = re.search(r"\S*$", before)[0], re.match(r"\S*", after)[0]
        if start or end:
            held = nodes.inline("", "", nodes.Text(start), formula, nodes.Text(end), classes=["formula"])
            pieces = [nodes.Text(before.removesuffix(start)), held, nodes.Text(after.removeprefix(end))]
            first, last = place - bool(before), place + 1 + bool(after)
            parent[first:last] = [piece for piece in pieces if piece is held or piece]


def _text(parent, place):
    piece = parent[place] if 0 <= place < len(parent) else None
    return piece if isinstance(piece, nodes.Text) else ""
