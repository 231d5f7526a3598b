"""With scripts off everything but search and copying works; test_pages.py looks whether each page can be read."""

import pytest

from browser import page_rules as rules
from browser.pages import CHAPTERS, FIRST, PAGES, expect_none, show

LOOKED_AT = [FIRST, CHAPTERS[0], CHAPTERS[4], "chapters/appendix-glossary"]

# What colors everything has, in the order of the page; without scripts some elements are absent, which these aren't.
COLOURS = """() => [...document.querySelectorAll(
  'body, nav.bd-links a, article :is(h1, h2, h3, p, li, a, code, pre, pre span, td, th, dt, aside, summary, text, math)'
)].filter(e => !e.closest('.pst-js-only, .headerlink')).map(e => {
  const {color, backgroundColor, fill} = getComputedStyle(e)
  return `${e.localName}: ${e.localName == 'text' ? fill : color} on ${backgroundColor}`
})"""


@pytest.fixture
def visit_without(visit):
    def visit_without(name, **options):
        return visit(name, java_script_enabled=False, **options)

    return visit_without


@pytest.mark.parametrize("width", [390, 1280])
def test_the_contents_lead_to_every_page(visit_without, width):
    page = visit_without(CHAPTERS[2], viewport={"width": width, "height": 844})
    links = page.locator("nav.bd-links a")
    paths = {link.evaluate("a => a.pathname") for link in links.all() if link.is_visible()}
    assert {f"/{name}.html" for name in PAGES if name.startswith("chapters/")} <= paths
    page.locator("nav.bd-links a[href*='07-']").click()
    page.wait_for_url("**/chapters/07-*.html")


@pytest.mark.parametrize("name", LOOKED_AT)
def test_colors_follow_the_system_as_with_scripts(visit, visit_without, name):
    without, usual = visit_without(name), visit(name)
    seen = {}
    for scheme in ("light", "dark"):
        without.emulate_media(color_scheme=scheme)
        show(usual, scheme=scheme)
        colors, wanted = without.evaluate(COLOURS), usual.evaluate(COLOURS)
        assert len(colors) == len(wanted) > 20
        pairs = zip(colors, wanted, strict=True)
        expect_none(sorted({f"{scheme}: {have} instead of {want}" for have, want in pairs if have != want}))
        seen[scheme] = colors
    assert seen["light"] != seen["dark"]


def test_solutions_and_hints_open(visit_without):
    page = visit_without(CHAPTERS[0])
    for kind in ("article details:not(.hide)", "article details.hide"):
        fold = page.locator(kind).first
        inside = fold.locator(":scope > :not(summary)").first
        assert not inside.is_visible()
        fold.locator("summary").click()
        assert inside.is_visible() and inside.inner_text().strip()


def test_the_search_says_what_it_needs(visit_without):
    page = visit_without("search")
    message = page.locator("main noscript, main").first.inner_text()
    assert "Searching needs scripts" in message
    page.locator("main a[href*=genindex]").click()
    page.wait_for_url("**/genindex.html")


@pytest.mark.parametrize(
    "body",
    [
        '<div class="bp-answer"><p class="bp-covered" hidden>unseen</p></div>',
        '<div class="bp-stage"><section>seen</section><section hidden>unseen</section></div>',
    ],
)
def test_without_a_script_nothing_may_wait_for_a_press(new_page, body):
    for scripts in (True, False):
        page = new_page(java_script_enabled=scripts)
        page.set_content(f"<main><article>{body}</article></main>")
        findings = rules.hidden_text(page)
        assert (findings == []) if scripts else ("unseen" in findings[0]), findings
