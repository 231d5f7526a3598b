"""In the built book, each term that a page uses is linked once, and no mention of a chapter was left out."""

import pytest
import site_rules
import yaml
from bs4 import NavigableString
from bs4.element import PreformattedString
from notebooks import ROOT

pytest.importorskip("sphinx")

from website.chapters import MENTION, number_of
from website.glossary import Glossary, key, read_glossary
from website.terms import WITHOUT_TERMS, may_be_linked, page_name

GLOSSARY = "chapters/appendix-glossary"
NOT_PROSE = {
    "h1", "h2", "h3", "h4", "h5", "pre", "code", "math", "svg", "figure", "thead", "summary", "script", "style",
}  # fmt: skip
BLOCKS = {"strong", "em", "p", "li", "td", "div"}  # words on both sides of their borders don't belong together
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
PAGES = sorted(file for file in site_rules.toc_files(TOC) if file.startswith("chapters/"))
LINKED_PAGES = [page for page in PAGES if page_name(page) not in WITHOUT_TERMS]


@pytest.fixture(scope="module")
def glossary():
    return Glossary(read_glossary((ROOT / f"{GLOSSARY}.md").read_text(encoding="utf-8"), GLOSSARY))


@pytest.fixture(scope="module")
def article(build):
    return lambda page: site_rules.parsed(build[0] / f"{page}.html").select_one("article")


@pytest.fixture(scope="module")
def entries(article):
    """The glossary's names on the site: {anchor: name}."""
    return {tag["id"]: plain(tag) for tag in article(GLOSSARY).select("dt[id]")}


@pytest.fixture(scope="module")
def links(article, entries):
    """Gives the links of a page to the glossary as [(name of the entry, link)]."""
    return lambda page: [(entries[link["href"].partition("#")[2]], link) for link in article(page).select("a.term")]


def plain(tag):
    return tag.get_text().strip("#\n ").replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def text_of(tag):
    """The prose of a page, found in another way than the extension does; | stands for what was left out."""
    if isinstance(tag, NavigableString):
        return "" if isinstance(tag, PreformattedString) else str(tag)
    classes = tag.get("class", [])
    if tag.name in NOT_PROSE or "cell" in classes or (tag.name == "a" and "term" not in classes):
        return "|"
    border = "|" if tag.name in BLOCKS else ""
    return border + "".join(map(text_of, tag.children)) + border


def test_glossary_is_read_as_the_site_shows_it(entries, glossary):
    assert list(entries.values()) == [name for term in glossary.terms for name in term.names]


@pytest.mark.parametrize("page", LINKED_PAGES)
def test_each_term_is_linked_once(article, links, glossary, page):
    used = {term for name, term, *_ in glossary.find(text_of(article(page))) if may_be_linked(name, term, page)}
    found = {term: [] for term in glossary.terms}
    for name, link in links(page):
        found[glossary.names[key(name)][1]].append(link)
    assert [term.names for term in used if not found[term]] == []
    several = {term.names: links for term, links in found.items() if len(links) > 1}
    for names, several_links in several.items():  # more than one only where each name is defined
        assert all("definition" in link["class"] for link in several_links), names
        assert len({link["href"] for link in several_links}) == len(several_links), names


def test_each_term_is_defined_on_the_page_that_the_glossary_names(links, glossary):
    """In bold, or in italics."""
    defined = {(name, page) for page in LINKED_PAGES for name, link in links(page) if "definition" in link["class"]}
    assert [term.names for term in glossary.terms if not any((name, term.page) in defined for name in term.names)] == []


@pytest.mark.parametrize("page", PAGES)
def test_links_stand_in_prose_and_say_something_plain(article, page):
    assert article(page).select("h1 a.term, h2 a.term, h3 a.term, pre a.term, code a.term, .cell a.term, a a") == []
    for link in article(page).select("a.term, a.chapter"):
        assert link["title"].strip()
        assert not set(link["title"]) & set("\\$`*[]{}")


@pytest.mark.parametrize("page", PAGES)
def test_no_mention_of_a_chapter_is_left_out(article, page):
    left_out = [int(found[0].split()[-1]) for found in MENTION.finditer(text_of(article(page)))]
    assert set(left_out) <= {number_of(page)}


def test_index_names_the_places_of_each_term(build, entries):
    words = site_rules.parsed(build[0] / "genindex.html").select(".word-index dt")
    index = {plain(tag): tag.find_next_sibling("dd") for tag in words}
    assert sorted(index) == sorted(entries.values())
    assert [name for name, places in index.items() if not places.strong] == []
    assert index["broadcasting"].strong.get_text() == "3 Backward through a node"
    assert {link.get_text() for link in index["broadcasting"].select("a")} >= {"6", "10", "14", "Notation and shapes"}
