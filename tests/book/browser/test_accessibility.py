"""What axe-core finds on every page, wide and on a phone, light and dark; what is wide can be scrolled by keyboard."""

import re

from browser import axe
from browser import page_rules as rules
from browser.pages import expect_none, show


def unfold(page):
    """Open all folds: what they hide is read too."""
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")


def wait_until_reachable(page):
    """A moment after the window has changed the site makes boxes that scroll reachable; give it that moment."""
    for _ in range(15):
        if not rules.unreachable_boxes(page):
            break
        page.wait_for_timeout(100)


def test_wcag(opened):
    """All rules, wide and on a phone; those about colours, which no width changes, once in light and once in dark."""
    unfold(opened)
    findings = []
    for width, scheme in [(1280, "light"), (390, "light"), (390, "dark")]:
        show(opened, width, scheme)
        wait_until_reachable(opened)
        found = [] if scheme == "dark" else axe.violations(opened, but=axe.COLOURS)
        if (width, scheme) != (390, "light"):
            found += axe.faint_text(opened)
        findings += [f"{width} px, {scheme}: {finding}" for finding in found]
    expect_none(findings)


def test_no_style_cares_how_a_phone_is_held(build):
    """So none can lock the page to one orientation, which axe doesn't look for here."""
    styles = {path.name: path.read_text(encoding="utf-8") for path in build[0].rglob("*.css")}
    assert len(styles) > 3
    assert [name for name, style in styles.items() if re.search(r"\(\s*orientation\b", style)] == []
