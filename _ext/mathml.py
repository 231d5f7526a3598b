"""Formulas as MathML, written when the site is built: browsers show it by themselves, and nothing is fetched."""

from docutils.nodes import SkipNode
from latex2mathml.converter import convert
from sphinx.util import logging

logger = logging.getLogger(__name__)


def mathml(node, display):
    """The formula as MathML. An alignment with & is not understood, and would come out as one garbled line."""
    formula = convert(node.astext(), display=display)
    if "<mi>&</mi>" in formula:
        logger.warning("formula with & on a page: write one formula for each line", location=node)
    return formula


def inline(writer, node):
    writer.body.append(mathml(node, "inline"))
    raise SkipNode


def block(writer, node):
    writer.body.append(f'<div class="math">{mathml(node, "block")}</div>')
    raise SkipNode


def setup(app):
    app.add_html_math_renderer("mathml", inline_renderers=(inline, None), block_renderers=(block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
