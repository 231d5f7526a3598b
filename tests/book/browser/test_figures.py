"""Figures that are stepped through, as a reader does who clicks, presses keys, prints, or reads in the dark."""

import pytest

from browser.page_rules import contrast
from browser.stepping import CHAPTERS, READ, expected, figures_of, graphs_of, numbers_at, press

# The color of each text of a kind, and of the ground that it stands on, as [r, g, b].
COLOURS = """([figure, kind]) => {
  const numbers = color => color.match(/[\\d.]+/g).map(Number)
  const clear = element => numbers(getComputedStyle(element).backgroundColor)[3] === 0
  let ground = figure
  while (ground.parentElement && clear(ground)) ground = ground.parentElement
  return [...figure.querySelectorAll(kind)].map(text => ({
    text: numbers(getComputedStyle(text).fill).slice(0, 3),
    ground: numbers(getComputedStyle(ground).backgroundColor).slice(0, 3),
  }))
}"""


@pytest.fixture(scope="module")
def graphs():
    """The graphs that each chapter steps through, computed afresh by its own cells."""
    with pytest.MonkeyPatch.context() as patch:
        return {chapter: list(graphs_of(chapter, patch)) for chapter in CHAPTERS}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_step_of_every_figure(visit, graphs, chapter):
    page = visit(f"chapters/{chapter}")
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
    assert page.complaints == []


def test_the_bookshop(visit):
    """The numbers of the source's first figure, worked out by hand."""
    page = visit("chapters/01-computation-graphs")
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
    assert read() == ([*values, "1"], "Step 3 of 5. The backward pass begins at total with 1.")
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
    page = visit("chapters/01-computation-graphs")
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
    page = visit("chapters/01-computation-graphs")
    figure, graph = figures_of(page)[0], graphs["01-computation-graphs"][0]
    last = len(graph.steps) - 1
    group = figure.get_by_role("group", name="Walk through the graph")
    assert group.get_by_role("button").all_text_contents() == ["first", "back", "next", "last"]
    for step in range(last + 1):
        assert group.get_by_role("radio", name=f"Step {step} of {last}", exact=True).count() == 1
    assert graph.steps[0] in figure.get_by_role("status").inner_text()
    assert figure.get_by_role("img", name=graph.subject, exact=True).count() == 1


def test_two_figures_of_a_page_are_independent(visit, graphs):
    page = visit("chapters/03-backward-through-a-node")
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
    page = visit("chapters/01-computation-graphs", java_script_enabled=False)
    figure, graph = figures_of(page)[0], graphs["01-computation-graphs"][0]
    for step, sentence in enumerate(graph.steps):
        figure.locator("input").nth(step).check()
        shown = figure.evaluate(READ)
        assert shown == {**expected(graph, step), "controls": len(graph.steps)}, sentence


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_on_paper_all_of_it(visit, graphs, chapter):
    page = visit(f"chapters/{chapter}")
    page.emulate_media(media="print")
    for figure, graph in zip(figures_of(page), graphs[chapter], strict=True):
        shown = figure.evaluate(READ)
        last = len(graph.steps) - 1
        assert shown["sentences"] == [f"Step {step} of {last}. {text}" for step, text in enumerate(graph.steps)]
        assert shown["numbers"] == list(numbers_at(graph, last))
        assert shown["controls"] == 0
        assert shown["marked"] == []


def test_dark_pages_have_colors_of_their_own(visit):
    light, dark = (visit("chapters/01-computation-graphs", color_scheme=scheme) for scheme in ("light", "dark"))
    for kind in (".bp-gradient", ".bp-value", ".bp-name"):
        seen = []
        for page in (light, dark):
            figure = figures_of(page)[0]
            colors = figure.evaluate("figure => (" + COLOURS + f")([figure, {kind!r}])")
            assert colors and all(contrast(**color) >= 4.5 for color in colors), (kind, colors)
            seen.append(colors[0])
        assert seen[0]["text"] != seen[1]["text"] and seen[0]["ground"] != seen[1]["ground"]
