"""Built pages in Firefox and in WebKit, wide and on a phone: figures are stepped and pulled as in Chromium."""

import numpy as np
import pytest
from engines import ENGINES, launched

from backprop import Variable
from backprop.figures.experiments import through_stack
from backprop.figures.sentences import number_text
from backprop.layers import Softmax
from backprop.losses import SoftmaxWithLoss
from browser.pages import FIRST

OPEN = "() => document.querySelectorAll('.bp-reveal').forEach(button => button.click())"  # the answers that are covered
PULL = """(place, pulls) => {
  const figure = document.querySelectorAll('.bp-live')[place]
  for (const [name, value] of Object.entries(pulls)) {
    const slider = figure.querySelector(`input[type=range][name="${name}"]`)
    slider.value = value
    for (const kind of ['input', 'change']) slider.dispatchEvent(new Event(kind, {bubbles: true}))
  }
}"""
READ = """(place, kind, name) => {
  const seen = text => text.getClientRects().length && getComputedStyle(text).visibility == 'visible'
  const figure = document.querySelectorAll('.bp-live')[place]
  return [...figure.querySelectorAll(`svg [data-${kind}="${name}"]`)].filter(seen).map(text => text.textContent)
}"""
TEXTS = """(place, selector) => {
  const figure = document.querySelectorAll('.bp-live')[place]
  return [...figure.querySelectorAll(selector)].map(text => text.textContent)
}"""
STEP = """button => {
  const figure = document.querySelector('form.bp-steps')
  const seen = text => text.getClientRects().length && getComputedStyle(text).visibility == 'visible'
  ;[...figure.querySelectorAll('button')].find(one => one.textContent == button).click()
  return [...figure.querySelectorAll('.bp-say p')].filter(seen).map(text => text.textContent)
}"""


@pytest.fixture(scope="module", params=ENGINES)
def engine(request):
    with launched(request.param) as engine:
        yield engine


@pytest.fixture(params=[(1280, 900), (390, 844)], ids=["wide", "phone"])
def window(request, engine):
    engine.resize(*request.param)
    return engine


def numbers_equal(engine, place, output, *leaves):
    output.backward()
    assert set(engine.evaluate(READ, place, "value", output.name)) == {number_text(output.data)}
    for leaf in leaves:
        assert set(engine.evaluate(READ, place, "value", leaf.name)) == {number_text(leaf.data)}
        assert set(engine.evaluate(READ, place, "gradient", leaf.name)) == {number_text(leaf.grad)}


def test_the_bill_is_pulled(window, address):
    window.goto(f"{address}/chapters/01-computation-graphs.html")
    window.evaluate(OPEN)
    window.evaluate(PULL, 0, {"price": 110, "count": 3, "tax": 1.2})
    price, count, tax = Variable(110.0, "price"), Variable(3.0, "count"), Variable(1.2, "tax")
    numbers_equal(window, 0, (price * count * tax).named("total"), price, count, tax)


def test_three_nodes_are_pulled(window, address):
    window.goto(f"{address}/chapters/03-backward-through-a-node.html")
    numbers = dict(zip("abcdef", [1.0, 2.0, 3.0, 4.0, 5.0, 4.5]))
    window.evaluate(OPEN)
    window.evaluate(PULL, 0, numbers)
    a, b, c, d, e, f = leaves = [Variable(value, name) for name, value in numbers.items()]
    total = ((a + b).named("sum") + (c * d).named("product") + e.maximum(f).named("larger")).named("L")
    numbers_equal(window, 0, total, *leaves)


def test_the_first_page_is_pulled(window, address):
    window.goto(f"{address}/{FIRST}.html")
    window.evaluate(PULL, 0, {"price": 150})
    assert set(window.evaluate(READ, 0, "value", "total")) == {number_text((150 * 2 + 5) * 1.1)}


def test_a_figure_is_stepped_through(window, address):
    window.goto(f"{address}/chapters/01-computation-graphs.html")
    window.evaluate(OPEN)
    assert window.evaluate(STEP, "next") == ["Step 1 of 5. × multiplies 100 by 2: 200."]
    assert window.evaluate(STEP, "last")[0].startswith("Step 5 of 5. ")
    assert window.evaluate(STEP, "back")[0].startswith("Step 4 of 5. ")


def test_a_curve_is_pulled(window, address):
    window.goto(f"{address}/chapters/04-activation-layers.html")
    window.evaluate(PULL, 0, {"x": -2})
    x = Variable(-2.0, "x")
    x.sigmoid().backward()
    read = "() => [...document.querySelectorAll('.bp-told [data-v]')].map(number => number.textContent)"
    assert window.evaluate(read) == [number_text(x.grad, digits=4)] * 2


def jacobian(*scores):
    softmax = Softmax()
    softmax.forward(np.array(scores))
    return np.ravel([softmax.backward(row) for row in np.eye(3)])


def wrong_by(low, high):
    return SoftmaxWithLoss().forward(np.array([[low, high, 2.0]]), np.array([0]))


def touched():
    """Pulling x11 to 5 changes it, its row of XW and its row of the gradient of W."""
    X, W, G = np.array([[5, 2], [3, 4]]), np.array([[1, 3, 5], [2, 4, 6]]), np.array([[1, 2, 3], [4, 5, 6]])
    return [5, *(X @ W)[0], *(X.T @ G)[0]]


# page, which of its live figures, pulls, which texts, what they should be
PULLED = {
    "a secant": ("02-chain-rule", 0, {"x": -9, "h": 1}, ".bp-told [data-v]", lambda: [-9.0, -10.0], 4),
    "a Jacobian": (
        "05-activation-gallery", 2, {"x1": 6, "x2": 6, "x3": -6}, ".bp-matrix [data-v]", lambda: jacobian(6.0, 6.0, -6.0), 3,
    ),
    "what a matrix touches": ("06-affine-layer", 0, {"x11": 5}, ".bp-touched", touched, 3),
    "a loss": ("07-softmax-with-loss", 0, {"s1": -8, "s2": 8}, ".bp-told [data-v]", lambda: [wrong_by(-8.0, 8.0)], 4),
    "a stack": (
        "15-vanishing-gradients", 0, {"deviation": 0.26}, ".bp-size",
        lambda: [sizes[end] for sizes, end in zip(through_stack(30, 0.26, 2, 24, 8, 0), (-1, 0))], 3,
    ),
}  # fmt: skip  # a table


@pytest.mark.parametrize("what", PULLED)
def test_a_playground_is_pulled(what, engine, address):
    page, place, pulls, selector, numbers, digits = PULLED[what]
    engine.goto(f"{address}/chapters/{page}.html")
    engine.evaluate(PULL, place, pulls)
    assert engine.evaluate(TEXTS, place, selector) == [number_text(float(n), digits=digits) for n in numbers()]


def test_an_optimizer_is_raced(window, address):
    window.goto(f"{address}/chapters/09-gradient-descent.html")
    window.evaluate(PULL, 0, {"rate": 0.085})
    read = "() => document.querySelector('.bp-playground .bp-count').textContent"
    assert window.evaluate(read) == "flies off"  # SGD, above 2 / 25


def test_the_language_model_is_asked(window, address):
    window.goto(f"{address}/chapters/20-language-model.html")
    ask = """() => {
      const field = document.querySelector('.bp-adder input')
      field.value = '45+55'
      field.dispatchEvent(new Event('input', {bubbles: true}))
      return document.querySelector('.bp-adder .bp-promise').textContent
    }"""
    assert window.evaluate(ask) == "It writes 001, the ones first, so 100. That is right."


FORMULAS = """() => {
  const box = element => element.getBoundingClientRect()
  const ends = [...document.querySelectorAll('article msqrt')].filter(root => root.getClientRects().length).map(root =>
    (box(root).right - Math.max(...[...root.children].map(part => box(part).right))) / parseFloat(getComputedStyle(root).fontSize))
  const held = [...document.querySelectorAll('article .formula')].filter(span => span.getClientRects().length)
  const broken = held.filter(span => /[.,;:)]$/.test(span.textContent) && box(span.querySelector('math')).bottom
    <= span.getClientRects()[span.getClientRects().length - 1].top)
  const fonts = [...document.fonts].filter(font => font.family.includes('Book Math')).map(font => font.status)
  return {ends, held: held.length, broken: broken.map(span => span.textContent), fonts}
}"""


def test_formulas(window, address):
    """Roots end with what they hold, and no line begins with the comma after a formula."""
    window.goto(f"{address}/chapters/09-gradient-descent.html")
    found = window.evaluate(FORMULAS)
    assert found["held"] > 20 and found["broken"] == []
    assert found["ends"] and max(found["ends"]) < 0.15


def test_a_link_to_the_glossary_is_underlined(window, address):
    window.goto(f"{address}/chapters/06-affine-layer.html")
    line = "() => getComputedStyle(document.querySelector('article a.term')).textDecorationLine"
    assert window.evaluate(line) == "underline"
