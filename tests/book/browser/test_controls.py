"""What a reader can press: copy buttons, folds, the switch of colors, boxes that scroll; by mouse and by keyboard."""

import notebooks
import pytest
from notebooks import ROOT

from browser import page_rules as rules
from browser.pages import CHAPTERS, PHONE, show

CHAPTER = "chapters/03-backward-through-a-node"
FOLDS = {"hint": "article .exercise details:not(.hide)", "solution": "article .exercise details.hide"}


def tab_to(page, selector, most=60):
    """Press Tab until what the selector names has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{selector} isn't reached by {most} presses of Tab")


def start_at(element):
    """Let Tab go on from an element: a click on what takes no focus says where a reader is."""
    element.scroll_into_view_if_needed()
    element.click(position={"x": 2, "y": 2})


# ---------------------------------------------------------------- copy buttons


@pytest.fixture
def copied(visit):
    page = visit(CHAPTER, permissions=["clipboard-read", "clipboard-write"])
    page.locator(".cell_input button.copybtn").first.wait_for(state="attached")
    return page, lambda: page.evaluate("navigator.clipboard.readText()")


def code_on_the_page(but=frozenset()):
    cells = notebooks.code_cells(notebooks.read(ROOT / f"{CHAPTER}.ipynb"))
    return [
        cell.source.rstrip() for cell in cells if not {"remove-cell", "remove-input", *but} & set(notebooks.tags(cell))
    ]


def test_copy_buttons_copy_exactly_the_code(copied):
    page, clipboard = copied
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
    buttons = page.locator(".cell_input button.copybtn").all()
    found = []
    for button in buttons:
        button.click()
        found.append(clipboard().rstrip("\n"))
    assert found == code_on_the_page()


def test_copying_by_keyboard(copied):
    page, clipboard = copied
    start_at(page.locator("article h1"))
    tab_to(page, ".cell_input button.copybtn")
    assert page.evaluate("getComputedStyle(document.activeElement).opacity") == "1"  # else no one sees where one is
    page.keyboard.press("Enter")
    assert clipboard().rstrip("\n") == code_on_the_page(but={"hide-cell"})[0]


# ---------------------------------------------------------------- folds


@pytest.mark.parametrize("kind", FOLDS)
def test_folds_open_by_keyboard(visit, kind):
    page = visit(CHAPTER)
    fold = page.locator(FOLDS[kind]).first
    inside = fold.locator(":scope > :not(summary)").first
    assert not inside.is_visible()
    start_at(page.locator("article h3", has_text="Exercise 1"))
    tab_to(page, f"{FOLDS[kind]} > summary")
    page.keyboard.press("Enter")
    inside.wait_for(state="visible")
    assert inside.inner_text().strip()
    page.keyboard.press("Enter")
    inside.wait_for(state="hidden")


# ---------------------------------------------------------------- light and dark


def by_mouse(page):
    page.locator(".theme-switch-button:visible").first.click()


def by_keyboard(page):
    tab_to(page, ".theme-switch-button")
    page.keyboard.press("Enter")


def theme(page):
    return page.evaluate("document.documentElement.dataset.theme")


@pytest.mark.parametrize("press", [by_mouse, by_keyboard])
@pytest.mark.parametrize("system", ["light", "dark"])
def test_a_reader_chooses_light_or_dark_for_all_pages(visit, system, press):
    page = visit(CHAPTERS[0], color_scheme=system)
    assert theme(page) == system
    chosen = "dark" if system == "light" else "light"
    for _ in range(2):  # from "as the system" to the other theme it is one press, or two
        if theme(page) == system:
            press(page)
    assert theme(page) == chosen
    page.locator("a.right-next").click()
    page.wait_for_url(f"**/{CHAPTERS[1]}.html")
    assert theme(page) == chosen
    show(page, scheme=chosen)  # the system's change changes nothing
    assert theme(page) == chosen


# ---------------------------------------------------------------- boxes that scroll

BOXES = {
    "code": "chapters/14-build-your-own-autograd",
    "formula": "chapters/09-gradient-descent",
    "table": "chapters/appendix-notation",
}
INSIDE = {"code": "pre", "formula": "math", "table": "table"}


@pytest.mark.parametrize("kind", BOXES)
def test_wide_things_scroll_by_keyboard_on_a_phone(visit, kind):
    page = visit(BOXES[kind], viewport=PHONE)
    box = rules.find(
        page,
        """kind => {
      const boxes = [...document.querySelectorAll('article *')].filter(box => scrolls(box) && !folded(box))
      const box = boxes.find(box => box.matches(kind) || box.querySelector(kind))
      box?.setAttribute('data-wide', '')
      return box ? told(box) : null
    }""",
        INSIDE[kind],
    )
    assert box, f"no {kind} is wider than a phone here: choose another page"
    page.wait_for_function("document.querySelector('[data-wide]').tabIndex >= 0")
    page.locator("[data-wide]").focus()
    page.keyboard.press("Shift+Tab")
    assert not page.evaluate("document.activeElement.matches('[data-wide]')")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('[data-wide]')")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.activeElement.scrollLeft > 0")
