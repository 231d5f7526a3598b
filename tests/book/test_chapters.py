"""Chapters that the prose mentions are links; the same words elsewhere are not."""

import pytest

pytest.importorskip("myst_nb")

import small_books
from planting import code, notebook, prose, shown, stream

OTHERS = {f"chapters/{n:02}-page": f"# {n} Page {n}\n\nWords.\n" for n in (1, 2, 3, 12)}
OTHERS["chapters/04-page"] = "# 4 Itself\n\nIn chapter 4 and in chapter 3. Chapters 3 to 4, and 12.\n"

# What stands on a page, and what is a link then.
CASES = {
    "one": ("See chapter 3.", ["chapter 3"]),
    "capital": ("Chapter 12 has it, and chapter 12's end.", ["Chapter 12", "chapter 12"]),
    "from to": ("Chapters 1 to 3.", ["Chapters 1", "3"]),
    "and": ("Of chapters 3 and 12, 40 pages.", ["chapters 3", "12"]),
    "list": ("In chapters 2, 3 and 12; 4 more.", ["chapters 2", "3", "12"]),
    "then": ("Chapters 1 to 3, then 12, which is long.", ["Chapters 1", "3", "12"]),
    "dash": ("Chapters 1\u20133 first.", ["Chapters 1", "3"]),
    "two lines": ("See chapter\n3 first.", ["chapter\n3"]),
    "emphasis": ("*See chapter 3.*", ["chapter 3"]),
    "quotation": ("> As in chapter 3.", ["chapter 3"]),
    "table": ("| where |\n|---|\n| in chapter 3 |", ["chapter 3"]),
    "folded": ("<details>\n<summary>Hint of chapter 2</summary>\n\nSee chapter 3.\n\n</details>", ["chapter 3"]),
    "one number only": ("In chapter 3, 4 pages are empty.", ["chapter 3"]),
    "other books": ("Chapter 3 of their book. Chapters 3 and 4 of theirs.", []),
    "sizes": ("Chapter 3.5, chapter 3rd, chapter 3 % and chapter 3,000.", ["chapter 3"]),
    "words": ("This chapter, the next chapter, three chapters and subchapter 3.", []),
    "link": ("[chapter 3](../chapters/03-page.md) and <https://example.org>", []),
    "code": ("`chapter 3`\n\n```\nchapter 3\n```\n\n    chapter 3\n", []),
    "formula": (r"$\text{chapter 3}$", []),
    "heading": ("## As in chapter 3\n\nWords.", []),
    "raw link": ('<a href="03-page.html">chapter 3</a>', []),
    "comment": ("<!-- chapter 3 -->", []),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A book with a page for each case."""
    cases = {place(name): f"# {name}\n\n{text}\n" for name, (text, _) in CASES.items()}
    cell = code("'chapter 3'", stream("chapter 3\n"), shown(text_html="<p>chapter 3</p>", text_plain="chapter 3"))
    markdown = code("'x'", shown(text_markdown="See chapter 3.", text_plain="See chapter 3."), id="more")
    cells = {"chapters/13-cells": notebook(prose("# 13 Cells\n\nSee chapter 3."), cell, markdown)}
    return small_books.build(small_books.write(tmp_path_factory.mktemp("book"), OTHERS | cases | cells))[0]


def place(case):
    return f"cases/case-{list(CASES).index(case)}"


def links(page):
    return page.select("a.chapter")


@pytest.mark.parametrize("case", CASES)
def test_mentions(site, case):
    page = small_books.parsed(site, place(case))
    assert [link.get_text() for link in links(page)] == CASES[case][1]
    for link in links(page):
        wanted = int(link.get_text().split()[-1])
        assert link["href"] == f"../chapters/{wanted:02}-page.html"
        assert link["title"] == f"{wanted} Page {wanted}"


@pytest.mark.parametrize("case", ["and", "list", "then", "other books", "sizes", "words"])
def test_no_word_is_lost(site, case):
    assert CASES[case][0] in small_books.parsed(site, place(case)).get_text()


def test_page_has_no_link_to_itself(site):
    page = small_books.parsed(site, "chapters/04-page")
    assert [link.get_text() for link in links(page)] == ["chapter 3", "Chapters 3", "12"]


def test_cells_are_left_alone(site):
    page = small_books.parsed(site, "chapters/13-cells")
    assert [link.parent.get_text() for link in links(page)] == ["See chapter 3."]
    assert not page.select(".cell a.chapter")


def test_first_page_is_linked(site):
    assert [link["href"] for link in links(small_books.parsed(site, "intro"))] == ["chapters/03-page.html"]


def test_no_such_chapter_is_announced(tmp_path):
    pages = {"chapters/01-one": "# 1 One\n\nSee chapter 7.\n", "chapters/03-three": "# 3 Three\n"}
    site, _, warnings = small_books.build(small_books.write(tmp_path, pages))
    assert "01-one.md:3: WARNING: chapter 7: no pages have this number" in warnings
    assert links(small_books.parsed(site, "chapters/01-one")) == []
    assert "See chapter 7." in small_books.parsed(site, "chapters/01-one").get_text()


def test_new_title_is_told_everywhere(tmp_path):
    pages = {"chapters/01-one": "# 1 One\n\nSee chapter 3.\n", "chapters/02-two": "# 2 Two\n"}
    folder = small_books.write(tmp_path, pages | {"chapters/03-three": "# 3 Old\n"})
    small_books.build(folder)
    small_books.write(folder, {"chapters/03-three": "# 3 Old\n\nNew words.\n"})
    assert "chapters/01-one" not in small_books.build(folder)[1]
    small_books.write(folder, {"chapters/03-three": "# 3 New\n"})
    site, written, _ = small_books.build(folder)
    assert {"chapters/01-one", "chapters/02-two", "intro"} <= set(written)
    assert links(small_books.parsed(site, "chapters/01-one"))[0]["title"] == "3 New"
