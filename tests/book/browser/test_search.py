"""The search, from the box to the chapter."""

import re

import pytest

from browser.pages import FIRST, expect_none

WHERE_IT_IS_TAUGHT = "chapters/03-backward-through-a-node.html"
DISTANT = "chapters/appendix-glossary"
RESULTS = "#search-results .search li"


def click_the_box(page):
    page.locator(".search-button-field:visible").click()


def press_the_keys(page):
    page.keyboard.press("Control+k")


def search(page, word, open_box=press_the_keys):
    """Search as a reader does; the search is over when its summary stands above the results."""
    open_box(page)
    page.keyboard.type(word)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=*")
    page.locator("#search-results .search-summary", has_text=re.compile("found|match")).wait_for()


def addresses(page):
    """Return what the results lead to, without the word that is marked there."""
    return [re.sub(r"[?#].*", "", link.get_attribute("href")) for link in page.locator(f"{RESULTS} > a").all()]


@pytest.mark.parametrize("open_box", [click_the_box, press_the_keys])
@pytest.mark.parametrize("start", [FIRST, DISTANT])
def test_a_word_is_found_where_it_is_taught(visit, start, open_box):
    page = visit(start)
    search(page, "broadcasting", open_box)
    assert WHERE_IT_IS_TAUGHT in addresses(page)[:3]
    expect_none([*page.complaints, *page.failed])


def test_results_show_the_word_in_its_place(visit):
    page = visit(FIRST)
    search(page, "broadcasting")
    results = page.locator(RESULTS).all()
    for result in results:
        result.locator("p.context").wait_for()
        assert re.search("broadcast", result.inner_text(), re.IGNORECASE)
    page.locator(RESULTS, has=page.locator(f"a[href^='{WHERE_IT_IS_TAUGHT}']")).locator("a").first.click()
    page.wait_for_url(f"**/{WHERE_IT_IS_TAUGHT}*")
    expect_none([*page.complaints, *page.failed])


def test_a_word_that_the_book_lacks(visit):
    page = visit(FIRST)
    search(page, "xylophone")
    assert addresses(page) == []
    assert "did not match" in page.locator("#search-results").inner_text()
    expect_none([*page.complaints, *page.failed])


def test_on_a_phone(visit):
    page = visit(FIRST, viewport={"width": 390, "height": 844})
    search(page, "broadcasting", lambda page: page.locator(".search-button:visible").click())
    assert WHERE_IT_IS_TAUGHT in addresses(page)[:3]
