"""Formulas on the site: what the converter can't read is a warning, and spaces stand where TeX puts them."""

import logging
import re

import cut_math
import pytest
import site_rules
from docutils.nodes import math
from fontTools.ttLib import TTFont
from markdown_it import MarkdownIt
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from notebooks import ROOT, read
from small_books import build as build_small
from small_books import parsed, write
from website import formulas


def with_spaces(made):
    """The signs of a formula; an underscore stands for a thin space."""
    return re.sub("<[^>]*>", "", re.sub('<mspace width="0.167em" ?/>', "_", made))


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
        (r"\frac{\exp x}{\sum_j \exp x_j}", "exp_x∑j_exp_xj"),
        (r"f(x) y", "f(x)y"),
        (r"\sum_i x_i", "∑i_xi"),
        (r"(1 - t) \ln p", "(1−t)_ln_p"),
        (r"\ln \sum_j \left(x\right)", "ln_∑j_(x)"),
        (r"\min\!\left(1\right)", "min(1)"),
    ],
)
def test_names_of_functions(formula, wanted):
    made = formulas.mathml(math(formula, formula), "inline")
    assert made.startswith("<math") and 'xmlns="http://www.w3.org/1998/Math/MathML"' in made
    assert with_spaces(made) == wanted
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


def test_bars_grow_where_they_should():
    assert formulas.mathml(math("", r"\left|\frac{a}{b}\right|"), "block").count('stretchy="true"') == 2
    assert 'stretchy="true"' not in formulas.mathml(math("", r"\frac{c}{\lVert g \rVert}"), "block")


@pytest.mark.parametrize(
    ("formula", "display", "below"),
    [
        (r"\lim_{h \to 0} x", "block", True),
        (r"y = \max_i x_i", "block", True),
        (r"\operatorname{argmax}_i x_i", "block", True),
        (r"\lim_{h \to 0} x", "inline", False),
        (r"\frac{\max_i x_i}{2}", "block", False),
        (r"\log_2 x", "block", False),
    ],
)
def test_what_a_limit_is_taken_over(formula, display, below):
    made = formulas.mathml(math("", formula), display)
    assert ("<munder><mi>" in made) == below


def test_an_index_is_set_tight():
    made = formulas.mathml(math("", r"x_{t-1} - 1"), "inline")
    assert '<mo lspace="0" rspace="0">−</mo>' in made and "<mo>−</mo>" in made


def test_words_keep_their_distance():
    made = formulas.mathml(math("", r"x \text{ or the sum of } y"), "inline")
    word = '<mspace width="0.25em" />'
    assert f"{word}<mtext>or the sum of</mtext>{word}" in made


@pytest.mark.parametrize(("formula", "leaning"), [("X", 1), ("XW", 2), ("W^2", 0), ("x", 0), (r"\frac{L}{Y}", 1)])
def test_a_letter_that_leans_touches_nothing(formula, leaning):
    assert formulas.mathml(math("", formula), "inline").count('class="lean"') == leaning


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("The sum $s$, then", ["s,"]),
        ("The sum ($s$). Then", ["(s)."]),
        ("of size $n$-1 and $m$", ["n-1"]),
        ("only $s$ here", []),
        ("**$s$**, then $t$; and $u$.", ["t;", "u."]),
    ],
)
def test_punctuation_stays_with_its_formula(tmp_path, text, held):
    site, _, _ = build_small(write(tmp_path / "book", {"chapters/01-one": f"# One\n\n{text}\n"}))
    page = parsed(site, "chapters/01-one")
    assert [span.get_text() for span in page.select("span.formula")] == held
    assert page.select_one("section p").get_text() == re.sub("[$*]", "", text)


def test_the_math_font_is_alike_in_all_engines():
    """See tools/cut_math.py."""
    font = TTFont(ROOT / "_static" / "fonts" / "math.woff2")
    widths = {font["hmtx"][glyph][0] for glyph in cut_math.roots(font)}
    assert len(widths) == 1
    forms = cut_math.script_forms(font)
    primes = [font.getBestCmap()[code] for code in cut_math.PRIMES]
    assert set(primes) <= set(forms.values()) and not set(primes) & set(forms)


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
