"""What a link to a page shows where it is posted: words of the page, and a picture if the site's address is known."""

import re

import numpy as np
import pytest
import site_rules
import small_books
from notebooks import ROOT
from PIL import Image
from website import buttons, share

GITHUB = "https://github.com/Reader/a-book"
HOME = "https://reader.github.io/a-book/"
PAGES = {
    "intro": "# A book\n\nPull one of the numbers, and watch how all the others follow it.\n\n"
    "At its end you will have a *network*. It reads.\n\n```{toctree}\n:glob:\nchapters/*\n```\n",
    "chapters/01-one": '# 1 One & "two"\n\nShort.\n\nThis page says "what" it is about & more, in a sentence.\n',
}


@pytest.fixture
def build_site(tmp_path, monkeypatch):
    def build_site(address):
        monkeypatch.setenv(buttons.VARIABLE, address)
        options = {"repository_url": "", "search_bar_text": "Search"}
        theme = {
            "html_theme": "sphinx_book_theme",
            "templates_path": [str(ROOT / "_templates")],
            "html_title": "A book",
        }
        return small_books.build(small_books.write(tmp_path / "book", PAGES), html_theme_options=options, **theme)[0]

    return build_site


def tags_of(site, page):
    """What a page tells of itself, as {name: content}."""
    tags = small_books.parsed(site, page).select("meta[property^='og:'], meta[name='description'], meta[name^=twitter]")
    return {tag.get("property") or tag["name"]: tag["content"] for tag in tags}


def test_a_site_whose_address_is_known(build_site):
    site = build_site(GITHUB)
    words = "This page says “what” it is about & more, in a sentence."
    assert tags_of(site, "chapters/01-one") == {
        "description": words,
        "og:description": words,
        "og:title": "1 One & “two”",
        "og:site_name": "A book",
        "og:type": "article",
        "og:url": f"{HOME}chapters/01-one.html",
        "og:image": f"{HOME}cards/chapters/01-one.png",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": "1 One & “two”",
        "twitter:card": "summary_large_image",
    }
    first = tags_of(site, "intro")
    assert first["og:description"] == "At its end you will have a network. It reads." and first["og:type"] == "website"
    assert tags_of(site, "index") == first  # the site's own address shows what its first page shows
    assert small_books.parsed(site, "index").select_one("meta[http-equiv]")["content"] == "0; url=intro.html"
    for page in ("intro", "chapters/01-one"):
        with Image.open(site / tags_of(site, page)["og:image"].removeprefix(HOME)) as picture:
            assert picture.size == (1200, 630) and picture.format == "PNG"
    assert "og:image" not in tags_of(site, "search")


@pytest.mark.parametrize("address", ["", "https://gitlab.com/reader/a-book"])
def test_a_site_that_may_be_anywhere(build_site, address):
    site = build_site(address)
    assert set(tags_of(site, "intro")) == {
        "description",
        *(f"og:{key}" for key in ("description", "title", "site_name", "type")),
    }
    assert not (site / "cards").exists()


@pytest.mark.parametrize(
    ("address", "home"),
    [
        (GITHUB, HOME),
        ("https://GitHub.com/reader/b.c", "https://reader.github.io/b.c/"),
        ("https://github.com/Reader/reader.github.io", "https://reader.github.io/"),
        ("https://codeberg.org/reader/a-book", ""),
        ("", ""),
    ],
)
def test_where_github_publishes(address, home):
    assert share.published_at(address) == home


def test_a_description_ends_with_a_sentence():
    first, second = f"It is {'very ' * 30}long.", f"So is {'th' * 30}is."
    assert share.beginning(f"{first} {second}") == first
    assert share.beginning(f"{second} Short. {first}") == f"{second} Short."
    assert share.beginning("With 3.5 of them, e.g. two, no full stop") == "With 3.5 of them, e.g. two, no full stop"


# ---------------------------------------------------------------- the book itself


def test_every_page_says_what_it_is_about(build):
    descriptions = {}
    for page in site_rules.pages(build[0]):
        tag = site_rules.parsed(page).select_one("meta[name=description]")
        if tag:
            descriptions[page.stem] = tag["content"]
            assert 40 < len(tag["content"]) < 300 and re.search(r"[.?!]$", tag["content"]), page.stem
    assert {path.stem for path in site_rules.NOTEBOOKS} < set(descriptions)
    assert len(set(descriptions.values())) == len(descriptions)


def test_the_words_of_every_page_fit_into_its_picture(build):
    """Above the arrows and at the right edge, nothing but paper; and the words are there."""
    paper = np.array(Image.new("RGB", (1, 1), share.PAPER))[0, 0]
    for page in site_rules.pages(build[0]):
        tags = {tag.get("property"): tag["content"] for tag in site_rules.parsed(page).select("meta[property]")}
        if "og:title" in tags:
            summary = tags.get("og:description", "")
            inked = (np.array(share.draw(tags["og:title"], summary, tags["og:site_name"])) != paper).any(axis=2)
            assert not inked[514:524].any() and not inked[:, -share.MARGIN + 4 :].any(), page.stem
            assert inked[120:190].any() and inked[240:320].any() == (len(summary) > 0), page.stem
