"""Every kind of content in Firefox and in WebKit, wide and on a phone: it does there what it does in Chromium.

`@on(page)` says where a kind of content is looked at. Each engine opens each page once for all that looks at it.
"""

import io
import re

import numpy as np
import pytest
from engines import CONTROL, ENGINES, ENTER, RIGHT

from backprop import Variable
from backprop.figures.experiments import through_stack
from backprop.figures.sentences import number_text
from backprop.layers import Softmax
from backprop.losses import SoftmaxWithLoss
from browser.page_rules import contrast
from browser.pages import FIRST

KINDS = []  # (page, width, function that looks at a kind of content there)
WIDE, PHONE = 1280, 390


def on(page, *widths):
    def keep(look):
        KINDS.extend((page, width, look) for width in widths or [WIDE])
        return look

    return keep


@pytest.fixture(scope="module", params=ENGINES)
def engine(request, window):
    engine = window(request.param)
    engine.shows = None
    return engine


# ---------------------------------------------------------------- what is asked of a page

PULL = """(place, pulls) => {
  const figure = document.querySelectorAll('.bp-live')[place]
  for (const [name, value] of Object.entries(pulls)) {
    const slider = figure.querySelector(`input[type=range][name="${name}"]`)
    slider.value = value
    for (const kind of ['input', 'change']) slider.dispatchEvent(new Event(kind, {bubbles: true}))
  }
}"""
READ = """(place, kind, name) => {
  const figure = document.querySelectorAll('.bp-live')[place]
  return [...figure.querySelectorAll(`svg [data-${kind}="${name}"]`)]
    .filter(text => text.checkVisibility({visibilityProperty: true})).map(text => text.textContent)
}"""
TEXTS = """(place, selector) => {
  const figure = document.querySelectorAll('.bp-live')[place]
  return [...figure.querySelectorAll(selector)].map(text => text.textContent)
}"""
UNCOVER = "() => document.querySelectorAll('.bp-reveal').forEach(button => button.click())"
FOCUS = "selector => document.querySelector(selector).focus()"
SEEN = """selector => [...document.querySelectorAll(selector)]
  .filter(one => one.checkVisibility({visibilityProperty: true})).map(one => one.textContent.trim())"""


def pulled(engine, place, output, *leaves):
    """A live figure shows an output, its leaves, and their gradients, as the package computes them."""
    output.backward()
    engine.evaluate(UNCOVER)
    engine.evaluate(PULL, place, {leaf.name: leaf.data for leaf in leaves})
    assert set(engine.evaluate(READ, place, "value", output.name)) == {number_text(output.data)}
    for leaf in leaves:
        assert set(engine.evaluate(READ, place, "value", leaf.name)) == {number_text(leaf.data)}
        assert set(engine.evaluate(READ, place, "gradient", leaf.name)) == {number_text(leaf.grad)}


# ---------------------------------------------------------------- the first page, and the search


@on(FIRST, WIDE, PHONE)
def the_first_page(engine):
    engine.evaluate(PULL, 0, {"price": 150})
    assert set(engine.evaluate(READ, 0, "value", "total")) == {number_text((150 * 2 + 5) * 1.1)}


@on(FIRST)
def a_file_for_paper(engine):
    """WebKit's driver can't print; what its print style shows is looked at below."""
    if hasattr(engine, "printed"):
        pypdf = pytest.importorskip("pypdf", reason="printed pages are read with pypdf")
        text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(engine.printed())).pages)
        assert "Pull one of the numbers" in text and "Ctrl" not in text


@on(FIRST)
def the_search(engine):
    engine.press("k", held=CONTROL)
    engine.press("broadcasting" + ENTER)
    sentence = engine.wait_for("() => document.querySelector('#search-results li p.context')?.textContent")
    assert re.fullmatch(r".*broadcast.*[.?!:…”)]", sentence, re.IGNORECASE)
    engine.shows = None


# ---------------------------------------------------------------- boxes, folds, steps, and figures to pull

BILL = "chapters/01-computation-graphs"


@on(BILL)
def a_predict_box(engine):
    """A number is typed, told right or wrong, and what was covered shows."""
    answer = ".bp-answer:has(form.bp-guess)"
    assert engine.evaluate(SEEN, f"{answer} .bp-covered") == []
    engine.evaluate(FOCUS, f"{answer} .bp-guess input")
    engine.press("1" + ENTER)
    total = (100 * 2 + 10 * 3) * 1.1
    said = engine.evaluate(SEEN, f"{answer} .bp-guess [role=status]")
    assert said[0] == f"It is {number_text(total)}; yours is {number_text(total - 1)} too small."
    assert number_text(total) in engine.evaluate(SEEN, f"{answer} .bp-covered")[0]


@on(BILL)
def hints_and_solutions(engine):
    for fold in ["article .exercise details:not(.hide)", "article .exercise details.hide"]:
        assert engine.evaluate(SEEN, f"{fold} > :not(summary)") == []
        engine.click(f"{fold} > summary")
        assert len(engine.evaluate(SEEN, f"{fold} > :not(summary)")[0]) > 20


@on(BILL, WIDE, PHONE)
def a_bill_to_pull(engine):
    price, count, tax = Variable(110.0, "price"), Variable(3.0, "count"), Variable(1.2, "tax")
    pulled(engine, 0, (price * count * tax).named("total"), price, count, tax)


@on(BILL, WIDE, PHONE)
def steps(engine):
    """By buttons and by arrows; each step shows its sentence, and more numbers than the one before."""
    engine.evaluate(UNCOVER)
    engine.click(f"{STEPS} button")
    numbers = [numbers_at(engine, 0)]
    engine.click(f"{STEPS} button[value='1']")
    numbers.append(numbers_at(engine, 1))
    engine.evaluate(FOCUS, f"{STEPS} input:checked")
    for step in range(2, 6):
        engine.press(RIGHT)
        numbers.append(numbers_at(engine, step))
    assert numbers == sorted(set(numbers))
    engine.click(f"{STEPS} button[value='-1']")
    assert numbers_at(engine, 4) == numbers[4]


STEPS = "form.bp-steps"


def numbers_at(engine, step):
    """How many numbers a figure shows at the step where it should be."""
    (sentence,) = engine.evaluate(SEEN, f"{STEPS} .bp-say p")
    assert sentence.startswith(f"Step {step} of 5. ")
    return len(engine.evaluate(SEEN, f"{STEPS} :is(.bp-value, .bp-gradient)"))


@on("chapters/03-backward-through-a-node", WIDE, PHONE)
def three_nodes(engine):
    a, b, c, d, e, f = leaves = [Variable(x, name) for name, x in zip("abcdef", [1.0, 2.0, 3.0, 4.0, 5.0, 4.5])]
    pulled(
        engine, 0, ((a + b).named("sum") + (c * d).named("product") + e.maximum(f).named("larger")).named("L"), *leaves
    )


# ---------------------------------------------------------------- views of curves, bars and matrices


def jacobian(*scores):
    softmax = Softmax()
    softmax.forward(np.array(scores))
    return np.ravel([softmax.backward(row) for row in np.eye(3)])


def slope():
    x = Variable(-2.0, "x")
    x.sigmoid().backward()
    return [float(x.grad)] * 2


def touched():
    """Pulling x11 to 5 changes it, its row of XW and its row of the gradient of W."""
    X, W, G = np.array([[5, 2], [3, 4]]), np.array([[1, 3, 5], [2, 4, 6]]), np.array([[1, 2, 3], [4, 5, 6]])
    return [5, *(X @ W)[0], *(X.T @ G)[0]]


# page: which of its live figures, pulls, which texts, what they should be
PULLED = {
    "02-chain-rule": (0, {"x": -9, "h": 1}, ".bp-told [data-v]", lambda: [-9.0, -10.0], 4),
    "04-activation-layers": (0, {"x": -2}, ".bp-told [data-v]", slope, 4),
    "05-activation-gallery": (2, {"x1": 6, "x2": 6, "x3": -6}, ".bp-matrix [data-v]", lambda: jacobian(6.0, 6.0, -6.0), 3),
    "06-affine-layer": (0, {"x11": 5}, ".bp-touched", touched, 3),
    "07-softmax-with-loss": (
        0, {"s1": -8, "s2": 8}, ".bp-told [data-v]",
        lambda: [SoftmaxWithLoss().forward(np.array([[-8.0, 8.0, 2.0]]), np.array([0]))], 4,
    ),
    "15-vanishing-gradients": (
        0, {"deviation": 0.26}, ".bp-size",
        lambda: [sizes[end] for sizes, end in zip(through_stack(30, 0.26, 2, 24, 8, 0), (-1, 0))], 3,
    ),
}  # fmt: skip  # a table


def a_view(engine):
    place, pulls, selector, numbers, digits = PULLED[engine.shows.rpartition("/")[2]]
    engine.evaluate(PULL, place, pulls)
    assert engine.evaluate(TEXTS, place, selector) == [number_text(float(n), digits=digits) for n in numbers()]


for page in PULLED:
    on(f"chapters/{page}")(a_view)


@on("chapters/09-gradient-descent", WIDE, PHONE)
def a_race_of_optimizers(engine):
    engine.evaluate(PULL, 0, {"rate": 0.085})
    read = "() => document.querySelector('.bp-playground .bp-count').textContent"
    assert engine.evaluate(read) == "flies off"  # SGD, above 2 / 25


@on("chapters/20-language-model", WIDE, PHONE)
def a_language_model(engine):
    engine.evaluate("() => { document.querySelector('.bp-adder input').value = '' }")
    engine.evaluate(FOCUS, ".bp-adder input")
    engine.press("45+55")
    assert engine.evaluate(SEEN, ".bp-adder .bp-promise") == ["It writes 001, the ones first, so 100. That is right."]


# ---------------------------------------------------------------- text, formulas, tables, plots


@on("chapters/06-affine-layer")
def a_link_to_the_glossary(engine):
    line = "() => getComputedStyle(document.querySelector('article a.term')).textDecorationLine"
    assert engine.evaluate(line) == "underline"


FORMULAS = """() => {
  const box = element => element.getBoundingClientRect()
  const ends = [...document.querySelectorAll('article msqrt')].filter(root => root.getClientRects().length).map(root =>
    (box(root).right - Math.max(...[...root.children].map(part => box(part).right))) / parseFloat(getComputedStyle(root).fontSize))
  const held = [...document.querySelectorAll('article .formula')].filter(span => span.getClientRects().length)
  const broken = held.filter(span => /[.,;:)]$/.test(span.textContent) && box(span.querySelector('math')).bottom
    <= span.getClientRects()[span.getClientRects().length - 1].top)
  return {ends, held: held.length, broken: broken.map(span => span.textContent)}
}"""


@on("chapters/09-gradient-descent", WIDE, PHONE)
def formulas(engine):
    """Roots end with what they hold, and no line begins with the comma after a formula."""
    found = engine.evaluate(FORMULAS)
    assert found["held"] > 20 and found["broken"] == []
    assert found["ends"] and max(found["ends"]) < 0.15


TABLES = """() => [...document.querySelectorAll('article table')].filter(table => table.getClientRects().length).map(table => {
  const box = element => element.getBoundingClientRect(), rows = [...table.rows].map(row => [...row.cells])
  const frames = table => [table, table.parentElement]  // one of them scrolls
  const text = cell => { const range = document.createRange(); range.selectNodeContents(cell); return box(range) }
  return {
    lefts: rows[0].map((_, i) => new Set(rows.map(row => Math.round(box(row[i]).left))).size),
    feet: rows.map(row => Math.min(...row.map(cell => box(cell).bottom - text(cell).bottom))),
    cut: rows.flat().filter(cell => text(cell).right > box(cell).right + 1).map(cell => cell.textContent),
    inside: frames(table).some(frame => box(frame).right <= box(frame.closest('article')).right + 1
      && (frame.scrollWidth <= frame.clientWidth + 1 || getComputedStyle(frame).overflowX == 'auto')),
  }
})"""


@on("chapters/03-backward-through-a-node", WIDE, PHONE)
def tables(engine):
    """Cells stand below each other, hold their text without a gap at the foot, and stay in the column."""
    found = engine.evaluate(TABLES)
    assert found
    for table in found:
        assert set(table["lefts"]) == {1} and max(table["feet"]) < 12
        assert table["cut"] == [] and table["inside"]


PLOTS = """() => [...document.querySelectorAll('article svg.bp-chart')].filter(plot => plot.getClientRects().length).map(plot => ({
  fonts: [...new Set([...plot.querySelectorAll('text')].map(text => getComputedStyle(text).fontFamily.split(',')[0]))],
  least: Math.min(...[...plot.querySelectorAll('text')].map(
    text => parseFloat(getComputedStyle(text).fontSize) * text.ownerSVGElement.getScreenCTM().a)),
  inside: plot.getBoundingClientRect().right <= plot.closest('article').getBoundingClientRect().right + 1,
}))"""


@on("chapters/04-activation-layers", WIDE, PHONE)
def plots(engine):
    """In the page's font, inside the column, and large enough to be read."""
    engine.evaluate(UNCOVER)
    found = engine.evaluate(PLOTS)
    assert len(found) > 3
    for plot in found:
        assert plot["fonts"] == ['"Book Sans"'] and plot["least"] > 9 and plot["inside"]


# ---------------------------------------------------------------- light, dark, and on paper

COLORS = """selector => {
  const numbers = color => color.match(/[\\d.]+/g).map(Number)
  const seen = [...document.querySelectorAll(selector)].filter(one => one.getClientRects().length)
  return seen.map(one => {
    let ground = one
    while (ground.parentElement && numbers(getComputedStyle(ground).backgroundColor)[3] === 0) ground = ground.parentElement
    return [getComputedStyle(one)[one.closest('svg') ? 'fill' : 'color'], getComputedStyle(ground).backgroundColor]
      .map(color => numbers(color).slice(0, 3))
  })
}"""
COLORED = ["article p", "article pre span", "article math", "svg.backprop-graph text", "svg.bp-chart text"]
THEME = "() => document.documentElement.dataset.theme"
DOTS = "() => [...document.querySelectorAll('.bp-steps input')].map(dot => getComputedStyle(dot).appearance)"
# On paper: what holds for print holds at once, and what holds for a screen doesn't.
ON_PAPER = """() => {
  const turn = rules => { for (const rule of rules) if (rule.media && rule.cssRules) {
    rule.media.mediaText = rule.media.mediaText.replace(/screen/g, 'tv').replace(/print/g, 'all')
    turn(rule.cssRules)
  }}
  for (const sheet of document.styleSheets) turn(sheet.cssRules)
}"""


def stand_out(engine, dark):
    for kind in COLORED:
        colors = engine.evaluate(COLORS, kind)
        assert colors, kind
        for color, ground in colors:
            assert contrast(color, ground) >= 4.5, (kind, color, ground)
            assert (sum(ground) < 3 * 128) == dark, (kind, ground)


@on("chapters/04-activation-layers")
def light_and_dark(engine):
    """Text, code, formulas, graphs and plots stand out from their ground, and the dots of steps follow it."""
    stand_out(engine, dark=False)
    for _ in range(2):  # from "as the system" it is one press, or two
        if engine.evaluate(THEME) == "light":
            engine.click(".theme-switch-button")
    assert engine.evaluate(THEME) == "dark"
    stand_out(engine, dark=True)
    assert set(engine.evaluate(DOTS)) == {"none"}  # those of WebKit stay white


@on("chapters/04-activation-layers")
def on_paper(engine):
    """Light, although the screen is dark; with all steps and answers, and nothing to press."""
    engine.evaluate("() => { document.documentElement.dataset.theme = 'dark' }")
    engine.evaluate(ON_PAPER)
    stand_out(engine, dark=False)
    assert engine.evaluate(SEEN, ".bd-sidebar-primary, .bd-header-article, .prev-next-area") == []
    assert engine.evaluate(SEEN, f"{STEPS} :is(button, input)") == []
    for all_of in [f"{STEPS} .bp-say p", f"{STEPS} .bp-across .bp-gradient", ".bp-covered"]:
        count = engine.evaluate("selector => document.querySelectorAll(selector).length", all_of)
        assert len(engine.evaluate(SEEN, all_of)) == count > 0, all_of
    engine.shows = None


# ---------------------------------------------------------------- all of them, page by page

KINDS.sort(key=lambda kind: (kind[0], -kind[1]))


@pytest.mark.parametrize(
    ("page", "width", "look"), KINDS, ids=lambda value: getattr(value, "__name__", str(value).rpartition("/")[2])
)
def test_content(engine, address, page, width, look):
    if engine.shows != page:
        engine.goto(f"{address}/{page}.html")
        engine.shows = page
    engine.resize(width, 900)
    try:
        look(engine)
    except BaseException:
        engine.shows = None  # what comes next begins anew
        raise
