"""Formulas as MathML, written when the site is built: browsers show it by themselves, and nothing is fetched."""

from xml.etree import ElementTree

from docutils.nodes import SkipNode
from latex2mathml.converter import convert
from sphinx.util import logging

logger = logging.getLogger(__name__)

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
THIN = {"width": "0.167em"}
ROWS = ("math", "mrow", "mstyle", "mtd")
LETTERS = ("∞", "∂")
TIGHT = ("/", "|", "‖", "^")  # the last one as a hat
CLOSING = (")", "]", "|", "‖", "′")


def set_spaces(formula):
    """Put the spaces of a formula where TeX puts them: tanh x, max(x, 0), y = -3, |a|, dL/dx.

    The converter writes names of functions and some symbols as operators, which browsers put wide spaces around, and
    other names without any; and a minus sign gets the spaces of a difference unless it says that it is a sign.
    """
    tree = ElementTree.fromstring(formula.replace(f' xmlns="{NAMESPACE}"', "", 1))
    for element in tree.iter("mo"):
        if _is_word(element) or element.text in LETTERS:
            element.tag, element.attrib = "mi", {}
        elif element.text in TIGHT:
            element.attrib.update(lspace="0", rspace="0")
    for row in tree.iter():
        if row.tag in ROWS:
            _signs(row)
            _space(row)
    tree.set("xmlns", NAMESPACE)
    return ElementTree.tostring(tree, encoding="unicode")


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
    return element[0] if element.tag in ("msub", "msup", "msubsup", "munder", "munderover") else element


def _space(row):
    for left, right in reversed(list(zip(row, row[1:]))):
        pair = [_base(element) for element in (left, right)]
        beside = [element.tag for element in pair if not (element.tag == "mi" and _is_word(element))]
        if len(beside) < 2 and not {"mo", "mspace"} & set(beside):
            row.insert(list(row).index(right), ElementTree.Element("mspace", THIN))


def mathml(node, display):
    """The formula as MathML. An alignment with & is not understood, and would come out as one garbled line."""
    formula = convert(node.astext(), display=display)
    if "<mi>&</mi>" in formula:
        logger.warning("formula with & on a page: write one formula for each line", location=node)
        return formula
    return set_spaces(formula)


def inline(writer, node):
    writer.body.append(mathml(node, "inline"))
    raise SkipNode


def block(writer, node):
    writer.body.append(f'<div class="math">{mathml(node, "block")}</div>')
    raise SkipNode
