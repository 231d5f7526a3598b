"""The built pages in a real browser: what a reader who clicks through a figure sees, step by step.

What must be seen comes from the package: the cells of a chapter are run, and the graphs that they step through kept.
"""

import json
import os
import re
import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from network import skip_if_out_of_reach
from notebooks import ROOT

import backprop
from backprop.drawing.graph import graph_of
from backprop.drawing.trace import opened as opened_into_parts

sync_api = pytest.importorskip("playwright.sync_api", reason="the tests in a browser need playwright")

CHAPTERS = ["01-computation-graphs", "02-chain-rule", "03-backward-through-a-node"]
PAGES = sorted(path.stem for path in (ROOT / "chapters").glob("*.*") if path.suffix in (".ipynb", ".md"))
BROWSERS = ["chromium", "chromium-browser", "google-chrome"]
QUIET = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

# A complaint that has nothing to do with what the book says: an extension writes its settings twice.
OF_THE_THEME = [
    "Identifier 'THEBE_JS_URL' has already been declared",
]

# What is to be seen of a figure. Texts that CSS hides are left out; what a closed fold hides has no rectangles.
READ = """figure => {
  const style = element => getComputedStyle(element)
  const seen = element => style(element).visibility == 'visible' && element.getClientRects().length > 0
  const texts = selector => [...figure.querySelectorAll(selector)].filter(seen).map(element => element.textContent)
  const radios = [...figure.querySelectorAll('input')]
  return {
    sentences: texts('.bp-say p'),
    numbers: texts('.bp-value, .bp-gradient, .bp-caption tspan[class]'),
    marked: [...figure.querySelectorAll('.bp-node')].map((node, i) => style(node).strokeWidth == '3.5px' ? i : -1)
      .filter(i => i >= 0),
    chosen: radios.findIndex(radio => radio.checked),
    controls: [...figure.querySelectorAll('button, input')].filter(seen).length,
  }
}"""

# The colour of each text of a kind, and of the ground that it stands on, as [r, g, b].
COLOURS = """([figure, kind]) => {
  const numbers = colour => colour.match(/[\\d.]+/g).map(Number)
  const clear = element => numbers(getComputedStyle(element).backgroundColor)[3] === 0
  let ground = figure
  while (ground.parentElement && clear(ground)) ground = ground.parentElement
  return [...figure.querySelectorAll(kind)].map(text => ({
    text: numbers(getComputedStyle(text).fill).slice(0, 3),
    ground: numbers(getComputedStyle(ground).backgroundColor).slice(0, 3),
  }))
}"""


@pytest.fixture(scope="module")
def browser():
    """One Chromium for this file. It must not outlive it: while it runs, nothing else can run an event loop."""
    with sync_api.sync_playwright() as playwright:
        own = playwright.chromium.executable_path
        found = [path for path in [*map(shutil.which, BROWSERS), own] if path and Path(path).is_file()]
        if not found:
            pytest.skip(f"no browser: none of {', '.join(BROWSERS)} is installed, nor playwright's own")
        sandbox = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
        browser = playwright.chromium.launch(executable_path=found[0], args=[*QUIET, *sandbox])
        yield browser
        browser.close()


class Quiet(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # one connection for all files of a page

    def do_GET(self):
        if self.path == "/favicon.ico":  # browsers ask every server for one, once
            self.send_response(204)
            self.end_headers()
        else:
            super().do_GET()

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def address(build):
    """The built site, served on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=build[0]))
    skip_if_out_of_reach(server)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def open_page(browser, address, chapter, **options):
    """A page in a context of its own, which keeps what it asks for and what it complains of."""
    page = browser.new_context(**options).new_page()
    page.set_default_timeout(10_000)
    page.requested, page.complaints = [], []
    page.on("request", lambda request: page.requested.append(request.url))
    page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(f"{address}/chapters/{chapter}.html")
    return page


@pytest.fixture
def visit(browser, address):
    """A function that opens the page of a chapter; options are those of a playwright context."""
    pages = []

    def visit(chapter, **options):
        pages.append(open_page(browser, address, chapter, **options))
        return pages[-1]

    yield visit
    for page in pages:
        page.context.close()


@pytest.fixture(scope="module", params=PAGES)
def on_phone(request, browser, address):
    page = open_page(browser, address, request.param, viewport={"width": 390, "height": 844})
    yield page
    page.context.close()


@pytest.fixture(scope="module")
def graphs():
    """The graphs that each chapter steps through, computed afresh by its own cells."""
    with pytest.MonkeyPatch.context() as patch:
        return {chapter: list(_run(chapter, patch)) for chapter in CHAPTERS}


def _run(chapter, patch):
    notebook = json.loads((ROOT / "chapters" / f"{chapter}.ipynb").read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    graphs, names = [], {"__name__": "__main__"}

    def step_through(subject, *, local=False, opened=False):
        graphs.append(graph_of(opened_into_parts(subject)[0] if opened else subject, local=local))

    patch.setattr(backprop, "step_through", step_through)
    for cell in cells:
        if not {"exercise", "solution"} & set(cell["metadata"].get("tags", [])):
            exec("".join(cell["source"]), names)
    return graphs


def numbers_at(graph, step):
    """What can be read in a figure after so many steps: values, gradients, and the sums of several uses."""
    for edge in graph.edges:
        yield from [edge.value] * (edge.value_step <= step)
        yield from [edge.gradient] * bool(edge.gradient and edge.gradient_step <= step)
    yield from (node.total for node in graph.nodes if node.total and node.total_step <= step)


def expected(graph, step):
    operations = [node for node in graph.nodes if node.kind == "operation"]
    return {
        "sentences": [f"Step {step} of {len(graph.steps) - 1}. {graph.steps[step]}"],
        "numbers": list(numbers_at(graph, step)),
        "marked": [index for index, node in enumerate(operations) if step in node.steps],
        "chosen": step,
        "controls": len(graph.steps) + 4,
    }


def figures_of(page):
    return page.locator("form.bp-steps").all()


def complaints(page):
    return [complaint for complaint in page.complaints if complaint not in OF_THE_THEME]


def press(figure, button):
    figure.get_by_role("button", name=button, exact=True).click()


# ---------------------------------------------------------------- stepping


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_step_of_every_figure(visit, graphs, chapter):
    page = visit(chapter)
    figures = figures_of(page)
    assert len(figures) == len(graphs[chapter]) > 0
    for figure, graph in zip(figures, graphs[chapter]):
        last = len(graph.steps) - 1
        way = [("back", 0)] + [("next", step) for step in range(1, last + 1)] + [("next", last)]
        way += [("back", step) for step in range(last - 1, 0, -1)] + [("last", last), ("first", 0)]
        assert figure.evaluate(READ) == expected(graph, 0)
        for button, step in way:
            press(figure, button)
            assert figure.evaluate(READ) == expected(graph, step), f"{button} to step {step}"
    assert complaints(page) == []


def test_the_bookshop(visit):
    """The numbers of the source's first figure, worked out by hand."""
    page = visit("01-computation-graphs")
    figure = figures_of(page)[0]
    values, gradients = ["100", "2", "200", "1.1", "220"], ["2.2", "110", "1.1", "200", "1"]
    both = [number for pair in zip(values, gradients) for number in pair]

    def read():
        found = figure.evaluate(READ)
        return found["numbers"], found["sentences"][0]

    assert read() == (["100", "2", "1.1"], "Step 0 of 5. The inputs: price = 100, count = 2, tax = 1.1.")
    press(figure, "next")
    assert read() == (["100", "2", "200", "1.1"], "Step 1 of 5. × multiplies 100 by 2: 200.")
    press(figure, "next")
    assert read() == (values, "Step 2 of 5. × multiplies 200 by 1.1: 220.")
    press(figure, "next")
    assert read() == ([*values, "1"], "Step 3 of 5. The way back begins at total with 1.")
    press(figure, "next")
    assert read()[0] == ["100", "2", "200", "1.1", "1.1", "200", "220", "1"]
    assert read()[1] == (
        "Step 4 of 5. × hands back the upstream 1 times its other input 1.1: 1.1; "
        "times its other input 200: 200 to tax."
    )
    press(figure, "next")
    assert read() == (
        both,
        "Step 5 of 5. × hands back the upstream 1.1 times its other input 2: 2.2 to price; "
        "times its other input 100: 110 to count.",
    )


def test_the_keyboard(visit, graphs):
    page = visit("01-computation-graphs")
    figure, graph = figures_of(page)[0], graphs["01-computation-graphs"][0]
    last = len(graph.steps) - 1

    def focused():
        return page.evaluate("[document.activeElement.tagName, getComputedStyle(document.activeElement).outlineStyle]")

    figure.get_by_role("button", name="first", exact=True).focus()
    for _ in range(2):  # to "next"
        page.keyboard.press("Tab")
    assert focused() == ["BUTTON", "solid"]
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    assert figure.evaluate(READ) == expected(graph, 2)
    for _ in range(2):  # over "last" to the radio buttons
        page.keyboard.press("Tab")
    assert focused() == ["INPUT", "solid"]
    for key, step in [("ArrowRight", 3), ("ArrowDown", 4), ("ArrowLeft", 3), ("ArrowUp", 2)]:
        page.keyboard.press(key)
        assert figure.evaluate(READ) == expected(graph, step), key
    page.keyboard.press("Enter")  # would send a form that can be sent
    assert "?" not in page.url and figure.evaluate(READ) == expected(graph, 2)
    page.keyboard.press("Tab")
    assert figure.evaluate("figure => !figure.contains(document.activeElement)")  # all steps are one stop of Tab
    assert last > 2


def test_a_screen_reader_finds_its_way(visit, graphs):
    """Each control has a name, the controls are a group, and the sentence is announced."""
    page = visit("01-computation-graphs")
    figure, graph = figures_of(page)[0], graphs["01-computation-graphs"][0]
    last = len(graph.steps) - 1
    group = figure.get_by_role("group", name="Walk through the graph")
    assert group.get_by_role("button").all_text_contents() == ["first", "back", "next", "last"]
    for step in range(last + 1):
        assert group.get_by_role("radio", name=f"Step {step} of {last}", exact=True).count() == 1
    assert graph.steps[0] in figure.get_by_role("status").inner_text()
    assert figure.get_by_role("img", name=graph.title).count() == 1


def test_two_figures_of_a_page_are_independent(visit, graphs):
    page = visit("03-backward-through-a-node")
    first, second = figures_of(page)[:2]
    graph_1, graph_2 = graphs["03-backward-through-a-node"][:2]
    for _ in range(3):
        press(first, "next")
    assert (first.evaluate(READ), second.evaluate(READ)) == (expected(graph_1, 3), expected(graph_2, 0))
    press(second, "last")
    last = len(graph_2.steps) - 1
    assert (first.evaluate(READ), second.evaluate(READ)) == (expected(graph_1, 3), expected(graph_2, last))


def test_without_a_script(visit, graphs):
    """Only the four buttons need one: they aren't shown, and the radio buttons do their work."""
    page = visit("01-computation-graphs", java_script_enabled=False)
    figure, graph = figures_of(page)[0], graphs["01-computation-graphs"][0]
    for step, sentence in enumerate(graph.steps):
        figure.locator("input").nth(step).check()
        shown = figure.evaluate(READ)
        assert shown == {**expected(graph, step), "controls": len(graph.steps)}, sentence


# ---------------------------------------------------------------- paper, phones, dark pages, no network


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_on_paper_all_of_it(visit, graphs, chapter):
    page = visit(chapter)
    page.emulate_media(media="print")
    for figure, graph in zip(figures_of(page), graphs[chapter], strict=True):
        shown = figure.evaluate(READ)
        last = len(graph.steps) - 1
        assert shown["sentences"] == [f"Step {step} of {last}. {text}" for step, text in enumerate(graph.steps)]
        assert shown["numbers"] == list(numbers_at(graph, last))
        assert shown["controls"] == 0
        assert shown["marked"] == []


def test_no_page_is_wider_than_a_phone(on_phone):
    assert on_phone.evaluate("document.scrollingElement.scrollWidth") <= 390
    column = on_phone.locator("article").first.bounding_box()
    for figure in on_phone.locator("svg.backprop-graph").all():
        frame = figure.locator("xpath=..")
        box = frame.bounding_box()
        assert column["x"] <= box["x"] and box["x"] + box["width"] <= column["x"] + column["width"]
        widths = frame.evaluate("frame => [frame.scrollWidth, frame.clientWidth, getComputedStyle(frame).overflowX]")
        assert widths[0] <= widths[1] or widths[2] == "auto"


def test_pages_ask_nobody_else_and_have_no_complaints(on_phone, address):
    assert len(on_phone.requested) > 3
    assert [url for url in on_phone.requested if not re.match(rf"{re.escape(address)}/|data:", url)] == []
    assert complaints(on_phone) == []


def test_dark_pages_have_colours_of_their_own(visit):
    light, dark = (visit("01-computation-graphs", color_scheme=scheme) for scheme in ("light", "dark"))
    for kind in (".bp-gradient", ".bp-value", ".bp-name"):
        seen = []
        for page in (light, dark):
            figure = figures_of(page)[0]
            colours = figure.evaluate("figure => (" + COLOURS + f")([figure, {kind!r}])")
            assert colours and all(contrast(**colour) >= 4.5 for colour in colours), (kind, colours)
            seen.append(colours[0])
        assert seen[0]["text"] != seen[1]["text"] and seen[0]["ground"] != seen[1]["ground"]


def contrast(text, ground):
    """The ratio of two colours by WCAG 2.2, whose level AA wants 4.5."""
    one, other = sorted(map(_luminance, (text, ground)))
    return (other + 0.05) / (one + 0.05)


def _luminance(colour):
    parts = [part / 255 for part in colour]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear))


def test_contrast():
    assert contrast([0, 0, 0], [255, 255, 255]) == pytest.approx(21)
    assert contrast([119, 119, 119], [255, 255, 255]) == pytest.approx(4.48, abs=0.01)
