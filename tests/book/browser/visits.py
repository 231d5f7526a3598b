"""All that is looked at on a page, in one visit with scripts and one without; test_pages.py says what has to hold."""

from collections import defaultdict

from browser import axe
from browser import page_rules as rules
from browser.pages import CHAPTERS, FIRST, scripts_held_back, show, unread

LAYOUT = [rules.wider_than_the_window, rules.outside_the_column]
CONTENT = [rules.hidden_text, rules.missing_pictures]
# What does nothing without a script must not be shown without; a fold's title does its work.
DEAD = "button:not(details button):visible, input[type=search]:visible"
A_MOMENT = "new Promise(done => requestAnimationFrame(() => setTimeout(done, 100)))"  # by the page's own clock
OUTER = "found => found.map(element => element.outerHTML)"


def unfold(page):
    """Open all folds, uncover all answers, and take the last step of every figure: what they hide is read, too."""
    page.evaluate("""() => {
      for (const fold of document.querySelectorAll('details')) fold.open = true
      for (const button of document.querySelectorAll('.bp-reveal')) button.onclick()
      for (const steps of document.querySelectorAll('.bp-steps')) [...steps.elements].at(-1).click()
    }""")


def thin_out(page):
    """Take the marks off most words of code, which are two thirds of a page's elements: three of a kind are left.

    Words are of one kind if they and all that they stand in have the same classes; their text stays where it is.
    """
    page.evaluate("""() => {
      const seen = new Map()
      const kind = element => element ? `${element.localName}.${element.className} ${kind(element.parentElement)}` : ''
      for (const word of document.querySelectorAll('pre span:not([id], [style], :has(*))')) {
        seen.set(kind(word), (seen.get(kind(word)) || 0) + 1)
        if (seen.get(kind(word)) > 3) word.replaceWith(...word.childNodes)
      }
      for (const code of document.querySelectorAll('pre')) code.normalize()
    }""")


def empty_drawings(page):
    """What axe can't measure only takes its time: the texts of drawings, which `faint_drawings` has measured."""
    page.evaluate("for (const drawing of document.querySelectorAll('svg')) drawing.replaceChildren()")


def unreachable_boxes(page):
    """What scrolls and can't be reached by keyboard, a moment after the window has changed."""
    for _ in range(15):
        if not rules.unreachable_boxes(page):
            break
        page.evaluate(A_MOMENT)
    return rules.unreachable_boxes(page)


def structure(page):
    """What axe finds apart from colors."""
    unreachable_boxes(page)
    return axe.violations(page, but=axe.COLOURS)


def visited(page, url):
    """Visit a page; return {rule: its findings} and the addresses that a first visit asks for.

    Its scripts are late, as on a slow line: the findings of `unread` are what can't be read without them. Then it is
    looked at with its folds closed and open, wide and on a phone, light and dark; every color once in each scheme. What
    only a wide window shows, the lists of pages and sections, is alike on all pages: axe looks at it on two of them.
    """
    findings = defaultdict(list)

    def look(width, scheme, *wanted):
        show(page, width, scheme)
        for rule in wanted:
            findings[rule] += [f"{width} px, {scheme}: {finding}" for finding in rule(page)]

    with scripts_held_back(page):
        page.goto(url, wait_until="commit")
        findings[unread] = unread(page)
    page.wait_for_load_state()
    page.evaluate("document.fonts.ready.then(() => 0)")
    first_visit = list(page.requested)
    look(1280, "light", *LAYOUT, *CONTENT)
    unfold(page)
    thin_out(page)
    whole = url.endswith((f"/{FIRST}.html", f"/{CHAPTERS[0]}.html"))
    look(1280, "light", *LAYOUT, *CONTENT, rules.faint_drawings, unreachable_boxes, rules.unheard)
    if whole:
        look(1280, "light", structure)
    look(390, "light", *LAYOUT, *CONTENT, structure)
    look(390, "dark", *LAYOUT, *CONTENT, rules.faint_drawings)
    empty_drawings(page)
    for width in [390, 1280] if whole else [390]:
        for scheme in ("dark", "light"):
            look(width, scheme, axe.faint_text)
    return findings, first_visit


def visited_without_scripts(page, url):
    """Visit a page in a browser that runs no scripts; return what can't be read, and what would do nothing."""
    page.goto(url)
    unreadable = [*rules.hidden_text(page), *rules.missing_pictures(page), *rules.wider_than_the_window(page)]
    dead = page.locator(DEAD).evaluate_all(OUTER)
    return [*unreadable, *(f"without a script, this does nothing: {html}" for html in dead)]
