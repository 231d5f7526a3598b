"""The built folder works wherever it lies: under a server's sub-path, opened from disk, under another name."""

import shutil

import pytest

from browser.page_rules import foreign_requests
from browser.pages import CHAPTERS, FIRST, expect_none, served
from browser.stepping import READ, figures_of, press
from browser.test_search import WHERE_IT_IS_TAUGHT, addresses, search

GLOSSARY = "chapters/appendix-glossary"


@pytest.fixture(scope="module")
def sub_path(build, tmp_path_factory):
    folder = tmp_path_factory.mktemp("server")
    shutil.copytree(build[0], folder / "some" / "where")
    with served(folder) as address:
        yield f"{address}/some/where"


@pytest.fixture(scope="module")
def disk(build, tmp_path_factory):
    folder = tmp_path_factory.mktemp("disk") / "a book, on a stick"
    shutil.copytree(build[0], folder)
    return folder.as_uri()


@pytest.fixture(params=["sub_path", "disk"])
def place(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def page(new_page, place):
    page = new_page()
    yield page
    expect_none([*page.failed, *page.complaints, *foreign_requests(page.requested, place)])


def test_from_the_first_page_into_a_chapter_and_on(page, place):
    page.goto(f"{place}/index.html")
    page.wait_for_url(f"{place}/{FIRST}.html")
    page.locator(f"main a[href*='{CHAPTERS[0]}']").first.click()
    page.wait_for_url(f"{place}/{CHAPTERS[0]}.html")
    figure = figures_of(page)[0]
    press(figure, "next")
    assert figure.evaluate(READ)["chosen"] == 1
    page.locator("a.right-next").click()
    page.wait_for_url(f"{place}/{CHAPTERS[1]}.html")
    page.locator("nav.bd-links a[href*=appendix-sources]").click()
    page.wait_for_url(f"{place}/chapters/appendix-sources.html")
    page.locator("article a[href*='.html#']").first.click()  # a place within a page
    page.wait_for_url(f"{place}/chapters/*.html#*")


def test_styles_fonts_and_pictures_come(page, place):
    page.goto(f"{place}/{CHAPTERS[4]}.html")
    page.evaluate("document.fonts.ready.then(() => 0)")
    kinds = {url.partition("?")[0].rpartition(".")[2] for url in page.requested}
    assert {"html", "css", "js", "woff2", "svg"} <= kinds
    assert (
        page.evaluate("[...document.fonts].filter(font => font.status == 'error' && font.family.includes('Book'))")
        == []
    )


def test_the_search_finds(page, place):
    page.goto(f"{place}/{GLOSSARY}.html")
    search(page, "broadcasting")
    assert WHERE_IT_IS_TAUGHT in addresses(page)[:3]
    page.locator(f"a[href^='{WHERE_IT_IS_TAUGHT}']").first.click()
    page.wait_for_url(f"{place}/{WHERE_IT_IS_TAUGHT}*")


def test_the_colors_that_a_reader_chose_stay(page, place):
    page.goto(f"{place}/{FIRST}.html")
    page.locator(".theme-switch-button:visible").first.click()
    chosen = page.evaluate("document.documentElement.dataset.mode")
    page.goto(f"{place}/{GLOSSARY}.html")
    assert page.evaluate("document.documentElement.dataset.mode") == chosen != "auto"
