"""Formulas on the site: what the converter can't read is a warning, and spaces stand where TeX puts them."""

import logging
import re

import pytest
import site_rules
from docutils.nodes import math
from markdown_it import MarkdownIt
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from notebooks import read
from website import formulas


@pytest.mark.parametrize(
    ("formula", "warnings"),
    [(r"\frac{a}{b}", 0), (r"\begin{matrix} a & b \end{matrix}", 0), (r"\begin{aligned} a &= b \end{aligned}", 1)],
)
def test_an_alignment_is_announced(caplog, formula, warnings):
    logging.getLogger("sphinx").propagate = True
    with caplog.at_level(logging.WARNING):
        assert formulas.mathml(math(formula, formula), "block").startswith("<math")
    assert len(caplog.records) == warnings


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        (r"\tanh x", "tanh_x"),
        (r"2 \tanh x", "2_tanh_x"),
        (r"\max(x, 0)", "max(x,0)"),
        (r"-\ln p_t", "−ln_pt"),
        (r"\min_i x_i", "mini_xi"),
        (r"\log\, p", "log_p"),
        (r"\operatorname{mean} x", "mean_x"),
        (r"\frac{\exp x}{\sum_j \exp x_j}", "exp_x∑jexp_xj"),
        (r"f(x) y", "f(x)y"),
    ],
)
def test_names_of_functions(formula, wanted):
    """An underscore stands for a thin space."""
    made = formulas.mathml(math(formula, formula), "inline")
    assert made.startswith("<math") and 'xmlns="http://www.w3.org/1998/Math/MathML"' in made
    assert re.sub("<[^>]*>", "", re.sub('<mspace width="0.167em" ?/>', "_", made)) == wanted
    assert not re.search("<mo[^>]*>[a-z]{2,}", made)


@pytest.mark.parametrize(
    ("formula", "signs"),
    [(r"y = -3", 1), (r"-x", 1), (r"(-1)", 1), (r"a, -b", 1), (r"x - 3", 0), (r"f(x) - 1", 0), (r"|a| - |b|", 0)],
)
def test_a_sign_is_no_difference(formula, signs):
    made = formulas.mathml(math(formula, formula), "inline")
    assert made.count('form="prefix"') == signs


def test_letters_and_bars_stand_close():
    made = formulas.mathml(math("", r"\frac{|\partial L|}{\infty}/2"), "block")
    assert "<mi>∂</mi>" in made and "<mi>∞</mi>" in made
    assert made.count('lspace="0" rspace="0"') == 3  # two bars and a slash


def formulas_in(text):
    """Count the formulas in Markdown, inside of sentences and on lines of their own."""
    markdown = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin).use(amsmath_plugin)
    tokens = [one for token in markdown.parse(text) for one in (token, *(token.children or []))]
    return sum(token.type.startswith(("math", "amsmath")) for token in tokens)


@pytest.mark.parametrize("path", site_rules.NOTEBOOKS, ids=lambda path: path.stem)
def test_no_formula_is_lost(build, path):
    written = sum(formulas_in(cell.source) for cell in read(path).cells if cell.cell_type == "markdown")
    shown = site_rules.parsed(build[0] / "chapters" / f"{path.stem}.html").select("article math")
    assert len([formula for formula in shown if formula.get_text(strip=True)]) == written
