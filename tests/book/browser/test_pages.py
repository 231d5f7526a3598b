"""Every page, wide and on a phone, light and dark, with scripts and without: nothing fails, nobody else is asked.

Each is visited once for all of these tests. The first visit is weighed, too; a table of it ends the tests' output.
"""

import re
from types import SimpleNamespace

import pytest
import site_rules

from browser import axe, visits, weights
from browser import page_rules as rules
from browser.pages import FIRST, PAGES, PHONE, WIDE, expect_none, unread, watch

MOST_BYTES = 500_000  # compressed, fonts included


@pytest.fixture(scope="module")
def contexts(browser):
    """Two readers: one with scripts, and one on a phone without."""
    with_scripts = browser.new_context(viewport=WIDE)
    without = browser.new_context(viewport=PHONE, java_script_enabled=False)
    yield with_scripts, without
    with_scripts.close()
    without.close()


@pytest.fixture(scope="module", params=PAGES)
def seen(request, contexts, address):
    """What was found on each page in turn: by rule, without scripts, and what failed or was asked for in both."""
    url = f"{address}/{request.param}.html"
    page, bare = (watch(context.new_page()) for context in contexts)
    findings, first_visit = visits.visited(page, url)
    unusable = visits.visited_without_scripts(bare, url)
    for each in (page, bare):
        each.close()
    return SimpleNamespace(
        name=request.param,
        first_visit=first_visit,
        without_scripts=unusable,
        requested=[*page.requested, *bare.requested],
        failed=[*page.failed, *page.complaints, *bare.failed],
        by=lambda *chosen: [finding for rule in chosen for finding in findings[rule]],
    )


def test_no_page_goes_untested(build):
    names = {page.relative_to(build[0]).with_suffix("").as_posix() for page in site_rules.pages(build[0])}
    assert names == {*PAGES, "index"}


def test_the_folder_opens_at_the_first_page(visit):
    page = visit("index")
    page.wait_for_url(f"**/{FIRST}.html")
    assert page.complaints == [] and page.failed == []


def test_nothing_fails_and_nobody_else_is_asked(seen, address):
    assert len(seen.first_visit) > 3
    expect_none(seen.failed)
    expect_none(rules.foreign_requests(seen.requested, address))


def test_nothing_sticks_out(seen):
    expect_none(seen.by(*visits.LAYOUT))


def test_text_and_pictures_are_there(seen):
    expect_none(seen.by(*visits.CONTENT))


def test_text_is_there_before_any_script(seen):
    expect_none(seen.by(unread))


def test_it_can_be_read_on_a_phone_without_scripts(seen):
    expect_none(seen.without_scripts)


def test_wcag(seen):
    """All rules on a phone, on two pages in a wide window as well; those about colors in light and in dark."""
    expect_none(seen.by(visits.structure, visits.unreachable_boxes, axe.faint_text))


def test_a_screen_reader_is_told(seen):
    expect_none(seen.by(rules.unheard))


def test_drawings_stand_out(seen):
    expect_none(seen.by(rules.faint_drawings))


def test_a_first_visit_is_light(seen, build, record_property):
    weight = weights.weigh(build[0], seen.first_visit)
    record_property(weights.PROPERTY, (seen.name, weight))
    assert weight["html"] > 1000 and weight["css"] > 1000 and weight["js"] > 1000
    assert sum(weight.values()) < MOST_BYTES


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_follows_its_readers_system(visit, scheme):
    page = visit(FIRST, color_scheme=scheme)
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)")
    assert (sum(ground) > 3 * 128) == (scheme == "light")


def test_no_style_cares_how_a_phone_is_held(build):
    """So none can lock the page to one orientation, which axe doesn't look for here."""
    styles = {path.name: path.read_text(encoding="utf-8") for path in build[0].rglob("*.css")}
    assert len(styles) > 3
    assert [name for name, style in styles.items() if re.search(r"\(\s*orientation\b", style)] == []
