"""Late fonts move nothing; focus and icons are seen in any colors; the first page and print are in order."""

import re

import pytest

from browser.pages import CHAPTERS, FIRST, PHONE, WIDE, expect_none
from browser.test_search import press_the_keys, search

PAGES = [FIRST, CHAPTERS[5], CHAPTERS[14], "chapters/appendix-mathematics", "genindex"]
WATCH = """window.moved = 0
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.moved += entry.value
}).observe({type: 'layout-shift', buffered: true})"""
A_MOMENT = "new Promise(done => requestAnimationFrame(() => setTimeout(done, 300)))"  # by the page's own clock


def moved_by_late_fonts(page, url):
    """Return the cumulative layout shift of a page whose fonts come when everything else has been drawn."""
    waiting = []
    page.add_init_script(WATCH)
    page.route("**/*.woff2", lambda route: waiting.append(route))
    page.goto(url, wait_until="domcontentloaded")
    page.evaluate(A_MOMENT)
    assert waiting, "no font was asked for"
    for route in waiting:  # grows while styles ask for more
        route.continue_()
    page.unroute_all()
    page.evaluate("document.fonts.ready.then(() => 0)")
    page.evaluate(A_MOMENT)
    return page.evaluate("moved")


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("name", PAGES)
def test_late_fonts_move_nothing(new_page, address, name, viewport):
    assert moved_by_late_fonts(new_page(viewport=viewport), f"{address}/{name}.html") < 0.05


def test_what_moves_is_found(new_page, address):
    """The measure itself: the first paragraph grows by nearly half a window."""
    page = new_page()
    page.add_init_script(WATCH)
    page.goto(f"{address}/{FIRST}.html")
    page.evaluate(A_MOMENT)
    page.evaluate("document.querySelector('article p').style.paddingBottom = '400px'")
    page.evaluate(A_MOMENT)
    assert page.evaluate("moved") > 0.05


@pytest.mark.parametrize("colors", ["none", "active"])
def test_focus_is_seen_everywhere(visit, colors):
    """Each link and button that the keyboard comes to has an outline of two pixels, which no edge cuts off."""
    page = visit(CHAPTERS[1], forced_colors=colors)
    outlines = page.evaluate("""() => {
      const seen = element => element.checkVisibility({visibilityProperty: true})
      const clipped = element => {
        const frame = element.closest('.bd-sidebar-primary, .bd-sidebar-secondary')
        return frame && parseFloat(getComputedStyle(element).outlineOffset) > 0
          && element.matches('nav a') && element.getBoundingClientRect().left <= frame.getBoundingClientRect().left + 4
      }
      return [...document.querySelectorAll('a[href], button, input, summary, [tabindex="0"]')].filter(seen).map(element => {
        element.focus({focusVisible: true})
        const {outlineStyle, outlineWidth} = getComputedStyle(element)
        return document.activeElement != element || outlineStyle != 'none' && parseFloat(outlineWidth) >= 2 && !clipped(element)
          ? null : `${element.localName}.${element.className} ${element.textContent.trim().slice(0, 30)}`
      }).filter(Boolean)
    }""")
    expect_none(outlines)


def test_icons_and_frames_are_seen_in_forced_colors(visit):
    page = visit(CHAPTERS[1], forced_colors="active", color_scheme="dark")
    found = page.evaluate("""() => {
      const ground = getComputedStyle(document.body).backgroundColor
      const seen = element => element.checkVisibility({visibilityProperty: true})
      const icons = [...document.querySelectorAll('.fa-solid, .fas')].filter(seen)
      const frames = [...document.querySelectorAll('.box, section.exercise, div.cell.container:not(:has(> details))')].filter(seen)
      return [icons.length, frames.length,
        icons.filter(icon => getComputedStyle(icon).backgroundColor == ground).length,
        frames.filter(frame => getComputedStyle(frame).borderBottomColor == ground
          || getComputedStyle(frame).borderBottomStyle == 'none').length]
    }""")
    assert found[0] > 2 and found[1] > 5 and found[2:] == [0, 0]


@pytest.mark.parametrize("width", [390, 768, 1024, 1280, 1440, 1920])
def test_no_card_is_alone_in_its_row(visit, width):
    page = visit(FIRST, viewport={"width": width, "height": 900})
    rows = page.evaluate("""() => [...document.querySelectorAll('ol.path')].map(path => {
      const rows = {}
      for (const card of path.children) (rows[Math.round(card.getBoundingClientRect().top)] ||= []).push(1)
      return Object.values(rows).map(row => row.length)
    })""")
    assert len(rows) > 2
    assert all(len(set(row)) == 1 if row[0] == 1 else row[-1] > 1 for row in rows), rows


def test_the_first_page_on_paper(visit):
    page = visit(FIRST)
    page.emulate_media(media="print")
    start = page.locator("p.start > a")
    color, ground, border = start.evaluate(
        "link => [getComputedStyle(link).color, getComputedStyle(link).backgroundColor, getComputedStyle(link).borderTopWidth]"
    )
    assert (color, ground, border) == ("rgb(0, 0, 0)", "rgba(0, 0, 0, 0)", "1px")
    assert page.locator(".path-card").first.evaluate("card => getComputedStyle(card).breakInside") == "avoid"


@pytest.mark.parametrize("word", ["gradient", "softmax", "learning rate"])
def test_a_result_shows_a_sentence_of_its_place(visit, word):
    page = visit(FIRST)
    search(page, word, press_the_keys)
    for result in page.locator("#search-results .search li").all()[:6]:
        sentence = result.locator("p.context")
        sentence.wait_for()
        assert re.fullmatch(r".{20,}[.?!:…”)]", sentence.inner_text(), re.DOTALL), sentence.inner_text()
