"""Live figures in a real browser: numbers equal to Python's, pulled by slider, by hand and by keyboard."""

import json
import math
import os
import shutil

import numpy as np
import pytest
from engines import ENGINES
from test_explore import bill, leaves, random_graph

from backprop import Variable, explore
from backprop.figures.sentences import number_text
from backprop.figures.tape import tape_of

BROWSERS = ["chromium", "chromium-browser", "google-chrome"]


@pytest.fixture(scope="module")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api", reason="the tests in a browser need playwright")
    with sync_api.sync_playwright() as playwright:
        found = next(filter(None, map(shutil.which, BROWSERS)), None)
        if found is None:
            pytest.skip(f"no browser: none of {', '.join(BROWSERS)} is installed")
        sandbox = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
        browser = playwright.chromium.launch(executable_path=found, args=sandbox)
        yield browser
        browser.close()


@pytest.fixture
def show(browser):
    """A function that shows figures in a page of their own; a page that complains fails its test."""
    pages, complaints = [], []

    def show(*figures, **options):
        pages.append(browser.new_page(viewport={"width": 800, "height": 900}, **options))
        pages[-1].on("pageerror", lambda error: complaints.append(str(error)))
        pages[-1].set_content("<!doctype html><title>figures</title>" + "".join(str(figure) for figure in figures))
        return pages[-1]

    yield show
    for page in pages:
        page.close()
    assert complaints == []


def pull(page, name, to):
    page.eval_on_selector(
        f'input[name="{name}"]',
        "(s, to) => { s.value = to; for (const e of ['input', 'change']) s.dispatchEvent(new Event(e, {bubbles: true})) }",
        to,
    )


def text(page, selector):
    return page.text_content(selector)


@pytest.fixture(params=["chromium", *ENGINES])
def evaluate(request, window, tmp_path):
    """In each engine, a function that calls another, of JavaScript, in a page with a live figure from disk."""
    if request.param == "chromium":
        return request.getfixturevalue("show")(explore(bill())).evaluate
    file = tmp_path / "figure.html"
    file.write_text(f"<!doctype html><meta charset=utf-8><title>figure</title>{explore(bill())}", encoding="utf-8")
    engine = window(request.param)
    engine.goto(file.as_uri())
    return engine.evaluate


def test_two_hundred_random_graphs_compute_what_python_computes(evaluate):
    graphs, expected = [], []
    for seed in range(200):
        output = random_graph(seed)
        tape, rng = tape_of(output), np.random.default_rng(seed)
        inputs = {leaf.name: float(rng.normal(scale=3)) for leaf in leaves(output)}
        lines = [[s, *([str(w[0])] if s == "=" and not math.isfinite(w[0]) else w)] for s, *w in tape.lines]
        graphs.append([json.loads(json.dumps(lines)), inputs])
        expected.append(tape.run(**inputs))
    found = evaluate(
        "graphs => graphs.map(([lines, inputs]) => [...bpFigures.compiled(lines)(inputs)].map(String))", graphs
    )
    for seed, (values, right) in enumerate(zip(found, expected)):
        values = [float(value.replace("Infinity", "inf")) for value in values]
        np.testing.assert_allclose(values, right, rtol=1e-9, atol=1e-12, err_msg=f"graph {seed}")
    assert sum(not np.isfinite(right).all() for right in expected) > 10  # nan and infinity are among them


def test_a_page_may_forbid_code_made_from_text(show):
    rule = "<meta http-equiv=Content-Security-Policy content=\"script-src 'unsafe-inline'\">"
    tried = "<script>try { Function('')() } catch { document.title = 'forbidden' }</script>"
    page = show(rule, tried, explore(bill(), price=(50, 150)))
    pull(page, "price", 103)
    assert page.title() == "forbidden"
    assert text(page, '[data-value="total"]') == number_text(103 * 2 * 1.1)


def test_numbers_are_written_as_in_python(show):
    page = show(explore(bill()))
    rng = np.random.default_rng(0)
    numbers = [0.0, -0.0, 1e5, 999999.5, 1e6, 1e-4, 9.99999e-5, 100000.5, 100001.5, -2.5e-7, 1e300, -5e-324, 0.1 + 0.2]
    numbers += [*(rng.normal(size=300) * 10.0 ** rng.integers(-12, 12, 300)), *(rng.integers(-4e6, 4e6, 300) / 4)]
    numbers = [float(number) for number in numbers]
    for count in (6, 3):
        found = page.evaluate("([xs, n]) => xs.map(x => bpFigures.digits(x, n))", [numbers, count])
        assert found == [number_text(number, digits=count) for number in numbers]
    special = page.evaluate("[NaN, Infinity, -Infinity].map(x => bpFigures.digits(x))")
    assert special == [number_text(number) for number in (math.nan, math.inf, -math.inf)]


def test_a_pull_changes_the_whole_graph(show):
    page = show(explore(bill(), price=(50, 150)))
    pull(page, "price", 103)
    price, count, tax = Variable(103.0, "price"), Variable(2.0, "count"), Variable(1.1, "tax")
    total = price * count * tax
    total.backward()
    assert text(page, 'svg [data-value="total"]') == number_text(total.data)
    assert text(page, 'svg [data-value="subtotal"]') == number_text(206)
    for leaf in (price, count, tax):
        assert text(page, f'svg [data-gradient="{leaf.name}"]') == number_text(leaf.grad)
        assert text(page, f'output[data-gradient="{leaf.name}"]') == number_text(leaf.grad)
    said = text(page, ".bp-promise")
    assert said == "You raised price by 3. Its gradient promised 3 × 2.2 = 6.6; total rose by 6.6."


def test_arrays_are_written_as_draw_writes_them(show):
    """A column has a row in brackets for each number; 0.33333 has three digits there."""
    column = Variable(np.array([[1.0], [1 / 3]]), "column")
    page = show(explore((column * Variable(1.0, "s")).sum().named("y"), s=(0, 2)))
    shown = page.locator("svg .bp-value").first
    assert shown.text_content() == "[1][0.333]"
    pull(page, "s", 2)
    assert shown.text_content() == "[1][0.333]"
    assert page.locator("svg .bp-value").nth(2).text_content() == "[2][0.667]"


def test_two_at_once_part_from_the_promise(show):
    page = show(explore(bill(), price=(50, 150), count=(0, 10)))
    pull(page, "price", 90)
    pull(page, "count", 3)
    said = text(page, ".bp-promise")
    assert said == (
        "You lowered price by 10 and raised count by 1. Their gradients promised −10 × 2.2 + 1 × 110 = 88; "
        "total rose by 77."
    )
    widths = page.eval_on_selector_all(".bp-bars s", "bars => bars.map(bar => parseFloat(bar.style.width))")
    assert widths == pytest.approx([50, 50 * 77 / 88])
    page.click("[name=here]")
    pull(page, "count", 4)
    assert "raised count by 1. Its gradient promised 1 × 99 = 99; total rose by 99." in text(page, ".bp-promise")
    page.click("[name=reset]")
    assert text(page, 'svg [data-value="total"]') == "220"


def test_by_hand_in_the_figure_and_by_keyboard(show):
    page = show(explore(bill(), price=(50, 150)))
    page.evaluate("document.addEventListener('keydown', () => window.escaped = true)")
    box = page.locator("svg [data-pull=price]").first.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"])
    page.mouse.up()
    pulled = page.eval_on_selector("input[name=price]", "s => s.valueAsNumber")
    assert pulled > 100 and text(page, 'svg [data-value="price"]') == number_text(pulled)
    assert text(page, ".bp-promise").startswith("You raised price")
    page.focus("input[name=price]")
    page.keyboard.press("ArrowLeft")
    assert page.eval_on_selector("input[name=price]", "s => s.valueAsNumber") == pulled - 1
    assert not page.evaluate("window.escaped")  # a notebook's cells stay where they are


def test_what_a_screen_reader_hears_of_a_pull(show):
    """The name of a slider, its value with the gradient, and at the end of a pull, not on its way, what happened."""
    page = show(explore(bill(), price=(50, 150)))
    slider = page.get_by_role("slider", name="price", exact=True)
    assert slider.get_attribute("aria-valuetext") == "100, gradient 2.2"
    slider.focus()
    page.keyboard.down("ArrowRight")
    first = text(page, ".bp-promise")
    assert first == "You raised price by 1. Its gradient promised 1 × 2.2 = 2.2; total rose by 2.2."
    for _ in range(3):
        page.keyboard.down("ArrowRight")
        assert text(page, ".bp-promise") == first
    page.keyboard.up("ArrowRight")
    assert text(page, ".bp-promise").startswith("You raised price by 4.")
    assert slider.get_attribute("aria-valuetext") == "104, gradient 2.2"
    live = page.locator(".bp-live :is(output, [role=status], [aria-live])")
    assert live.evaluate_all("all => all.filter(e => !e.closest('[aria-hidden]')).length") == 1  # the sentence alone


def test_wider_lines_for_larger_gradients(show):
    page = show(explore(bill()))
    widths = dict(page.eval_on_selector_all(
        ".bp-across .bp-flow", "lines => lines.map(l => [l.dataset.g, +l.getAttribute('stroke-width')])"
    ))  # fmt: skip  # a call
    assert len(set(widths.values())) == 5


def test_figures_of_a_page_do_not_disturb_each_other(show):
    page = show(explore(bill()), explore((Variable(3.0, "price") ** 2).named("area")))
    page.eval_on_selector_all("input[name=price]", "s => { s[1].value = 4; s[1].dispatchEvent(new Event('input')) }")
    assert text(page, 'svg [data-value="area"]') == "16"
    assert text(page, 'svg [data-value="total"]') == "220"


def test_a_notebook_that_is_not_trusted_keeps_the_picture(show):
    html = explore(bill())._repr_mimebundle_()["text/html"]
    trusted = show(html)
    assert trusted.locator("img").count() == 0 and trusted.locator("input[type=range]").count() == 3
    without = show(html, java_script_enabled=False)
    assert without.locator("img").bounding_box()["width"] > 300 and without.locator("button").count() == 0


def test_a_frame_changes_what_changed(show):
    """No clock: the work of a pull is one pass over the tape, and one change for each text that changed."""
    page = show(explore(bill()))
    changes = page.evaluate(
        """() => new Promise(done => {
          let count = 0
          new MutationObserver(list => { count += list.length; done(count) }).observe(
            document.querySelector('.bp-across'), {subtree: true, childList: true, characterData: true})
          const s = document.querySelector('input[name=price]'); s.value = 101; s.dispatchEvent(new Event('input'))
        })"""
    )
    assert changes == 5  # price, subtotal, total; gradients of count and tax
