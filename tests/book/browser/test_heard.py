"""What a screen reader finds on built pages: Chromium's own accessibility tree, and where the focus goes."""

from contextlib import suppress

import pytest

from browser.pages import CHAPTERS, FIRST
from browser.stepping import figures_of, press

CHAPTER = "chapters/01-computation-graphs"
LANDMARKS = {"banner", "complementary", "contentinfo", "form", "main", "navigation", "region", "search"}


def heard(page, role=None):
    """The names in the accessibility tree, of one role or of all."""
    session = page.context.new_cdp_session(page)
    nodes = [node for node in session.send("Accessibility.getFullAXTree")["nodes"] if not node["ignored"]]
    session.detach()
    return [node["name"]["value"] for node in nodes if node.get("name") and role in (None, node["role"]["value"])]


@pytest.fixture
def figure(visit):
    """The page of the first chapter, and nothing on it but its first figure with steps."""
    page = visit(CHAPTER)
    figure = figures_of(page)[0]
    figure.evaluate("figure => document.body.replaceChildren(figure.closest('.bp-graph'))")
    return page, figure


def test_what_has_not_come_is_not_heard(figure):
    page, figure = figure
    later = {"2.2", "110", "220"}
    assert not [name for name in heard(page) if later & set(name.replace(";", " ").replace(".", ". ").split())]
    assert set(heard(page, "image")) == {"Computation graph of total"}
    assert "Computation graph of total, step by step" in heard(page, "group")
    for step, number in enumerate(["200.", "220."], start=1):
        press(figure, "next")
        assert figure.get_by_role("status").inner_text().startswith(f"Step {step} of 5.")
        assert any(number in name for name in heard(page))


def test_a_button_that_leads_no_further_says_so_and_keeps_the_focus(figure):
    page, figure = figure

    def disabled():
        return [
            b.inner_text() for b in figure.get_by_role("button").all() if b.get_attribute("aria-disabled") == "true"
        ]

    assert disabled() == ["first", "back"]
    figure.get_by_role("button", name="next", exact=True).focus()
    for _ in range(5):
        assert "next" not in disabled()
        page.keyboard.press("Enter")
    assert disabled() == ["next", "last"]
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "next"
    figure.locator("input").nth(2).focus()
    page.keyboard.press("ArrowLeft")
    assert disabled() == []


def test_the_focus_goes_on_to_what_was_covered(visit):
    page = visit(CHAPTER)
    reveal = page.get_by_role("button", name="Show what happens", expanded=False).first
    reveal.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("[document.activeElement.className, document.activeElement.ariaLabel]") == [
        "bp-covered", "what happens",
    ]  # fmt: skip  # a pair


def test_a_copy_is_announced(visit):
    page = visit(CHAPTER, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="copy", exact=True).first.click()
    page.locator("body > [role=status]", has_text="Copied!").wait_for(state="attached")


def test_few_landmarks_with_names_of_their_own(visit):
    page = visit(CHAPTER)
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    found = [
        (n["role"]["value"], n["name"]["value"]) for n in nodes if not n["ignored"] and n["role"]["value"] in LANDMARKS
    ]
    found = [pair for pair in found if pair != ("form", "")]  # without a name it is none
    assert len(found) == len(set(found)) <= 8
    assert ("main", "") in found


def test_the_skip_link(visit):
    page = visit(CHAPTERS[1])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.wait_for_function("document.activeElement.getBoundingClientRect().top >= 0")  # it slides in
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize("name", [FIRST, CHAPTER])
def test_the_focus_is_never_covered(visit, name):
    """By Tab and back: whatever has the focus, some of it can be seen."""
    from playwright.sync_api import TimeoutError as PlaywrightTimeout

    page = visit(name)
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    look = """() => {
      const element = document.activeElement, {left, right, top, bottom} = element.getBoundingClientRect()
      const points = [.1, .5, .9].flatMap(x => [.1, .5, .9].map(y => [left + x * (right - left), top + y * (bottom - top)]))
      const seen = points.some(([x, y]) => element.contains(document.elementFromPoint(x, y)))
      return [element == document.body || seen, element.outerHTML.slice(0, 120)]
    }"""
    for key in ["Tab"] * 60 + ["Shift+Tab"] * 60:
        page.keyboard.press(key)
        if not page.evaluate(look)[0]:
            with suppress(PlaywrightTimeout):  # it may be sliding in
                page.wait_for_function(f"() => ({look})()[0]")
        seen, element = page.evaluate(look)
        assert seen, f"{key}: {element} is covered"
