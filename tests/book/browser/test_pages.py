"""Every page, wide and on a phone, light and dark: nothing fails, nobody else is asked, nothing sticks out.

A first visit to each is weighed too; a table of it ends the tests' output.
"""

import pytest
import site_rules

from browser import page_rules as rules
from browser import weights
from browser.pages import FIRST, PAGES, expect_none, show

MOST_BYTES = 500_000  # compressed, fonts included
STATES = [(1280, "light"), (1280, "dark"), (390, "dark"), (390, "light")]
RULES = [rules.wider_than_the_window, rules.outside_the_column, rules.hidden_text, rules.missing_pictures]
TAKE_EVERY_STEP = "document.querySelectorAll('.bp-steps').forEach(steps => [...steps.elements].at(-1).click())"


@pytest.fixture(scope="package")
def walked(opened):
    """What each rule finds on a page, wide and narrow, light and dark."""
    findings = {rule: [] for rule in RULES}
    for width, scheme in STATES:
        show(opened, width, scheme)
        for rule in RULES:
            findings[rule] += [f"{width} px, {scheme}: {finding}" for finding in rule(opened)]
    return findings


def test_no_page_goes_untested(build):
    names = {page.relative_to(build[0]).with_suffix("").as_posix() for page in site_rules.pages(build[0])}
    assert names == {*PAGES, "index"}


def test_the_folder_opens_at_the_first_page(visit):
    page = visit("index")
    page.wait_for_url(f"**/{FIRST}.html")
    assert page.complaints == [] and page.failed == []


def test_nothing_fails_and_nobody_else_is_asked(walked, opened, address):
    assert len(opened.requested) > 3
    expect_none(opened.failed)
    expect_none(opened.complaints)
    expect_none(rules.foreign_requests(opened.requested, address))


def test_nothing_sticks_out(walked):
    expect_none([*walked[rules.wider_than_the_window], *walked[rules.outside_the_column]])


def test_text_and_pictures_are_there(walked):
    expect_none([*walked[rules.hidden_text], *walked[rules.missing_pictures]])


def test_text_is_there_before_any_script(opened):
    expect_none(opened.before_scripts)


def test_a_first_visit_is_light(opened, build, record_property):
    weight = weights.weigh(build[0], opened.first_visit)
    record_property(weights.PROPERTY, (opened.name, weight))
    assert weight["html"] > 1000 and weight["css"] > 1000 and weight["js"] > 1000
    assert sum(weight.values()) < MOST_BYTES


def test_drawings_stand_out(opened):
    """With every step of every figure taken, so that all of its numbers are to be seen."""
    opened.evaluate(TAKE_EVERY_STEP)
    findings = []
    for scheme in ("light", "dark"):
        show(opened, scheme=scheme)
        findings += [f"{scheme}: {finding}" for finding in rules.faint_drawings(opened)]
    expect_none(findings)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_follows_its_readers_system(visit, scheme):
    page = visit(FIRST, color_scheme=scheme)
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)")
    assert (sum(ground) > 3 * 128) == (scheme == "light")
