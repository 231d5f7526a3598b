"""The first mention of a term on a page leads to the glossary, and the index lists the places."""

import filecmp
import re
import shutil

import pytest

pytest.importorskip("myst_nb")

import small_books
from planting import code, notebook, prose, shown, stream

GLOSSARY = """# Glossary

:::{glossary}
class
  One of the kinds of thing. [Chapter 2](02-two.md).

gradient
  The derivative of the *result*, as in `grad`. It has the shape of $\\lambda w^2$. [Chapter 1](01-one.md).

gradient descent
  Small steps against the gradient. [Chapter 1](01-one.md).

He's weights
  Weights of variance $2/D$. [Chapter 1](01-one.md).

local minimum
  A low place. [Chapter 1](01-one.md).

mini-batch
  A few examples. [Chapter 1](01-one.md).

ReLU
rectified linear unit
  A layer, with
  [two](02-two.md) sides. [Chapter 2](02-two.md).

saturate
  To become flat. [Chapter 1](01-one.md).

stochastic gradient descent
SGD
  Descent with estimates. [Chapter 1](01-one.md).
:::
"""
ONE = """# 1 One, with a gradient

**You will be able to** compute a gradient.

A mini-batch comes before it is defined. The *gradient* of a value, **Gradients** for short. A **mini-batch** is small.
**Gradient descent.** It finds a **local minimum** with **He's weights**, **saturates**, and is **SGD**, for
**stochastic gradient descent**.
"""
TWO = "# 2 Two\n\nA python class is no **class**. The **rectified linear unit** or **ReLU**.\n"

# What stands on a page, and the words that are links then.
CASES = {
    "first only": ("A gradient. Another gradient.", ["gradient"]),
    "plural": ("Gradients and mini-batches of local minima.", ["Gradients", "mini-batches", "local minima"]),
    "verbs": ("It saturates.", ["saturates"]),
    "any case": ("A RELU, a Mini-batch.", ["RELU", "Mini-batch"]),
    "quotes": ("He's weights.", ["He\u2019s weights"]),
    "genitive": ("ReLU's mask.", ["ReLU"]),
    "longest": ("By stochastic gradient descent.", ["stochastic gradient descent"]),
    "inside of a longer one": ("SGD. Stochastic gradient descent. The gradient.", ["SGD", "gradient"]),
    "one link for all names": ("ReLU, the rectified linear unit.", ["ReLU"]),
    "two lines": ("By gradient\ndescent.", ["gradient\ndescent"]),
    "compounds": ("A gradient-based pre-gradient gradientless supergradient.", []),
    "everyday words": ("A class of students.", []),
    "emphasis": ("The *gradient*.", ["gradient"]),
    "label": ("**Mend the gradient.** See the mini-batch.", ["mini-batch"]),
    "bold word": ("**ReLU.** It bends.", ["ReLU"]),
    "heading": ("## The gradient\n\nThe mini-batch.", ["mini-batch"]),
    "link": ("[the gradient](../intro.md), <a href='x'>gradient</a> and [a ReLU](https://example.org)", []),
    "code": ("`gradient`\n\n```\ngradient\n```\n\n    gradient\n", []),
    "formula": ("$\\text{gradient}$\n\n$$\\text{gradient}$$", []),
    "figure": (":::{figure} x.svg\n:alt: gradient\n\nThe gradient.\n:::", []),
    "header of a table": ("| gradient |\n|---|\n| x |", []),
    "comment": ("<!-- gradient -->\n\n% gradient", []),
    "summary": ("<details>\n<summary>A gradient</summary>\n\nWords.\n\n</details>", []),
    "folded": ("<details>\n<summary>Hint</summary>\n\nThe gradient.\n\n</details>", ["gradient"]),
    "aside": ("<aside class='note'>\n\nThe gradient.\n\n</aside>", ["gradient"]),
    "text before folded": ("<details>\n<summary>H</summary>\n\nGradients.\n\n</details>\n\nA gradient.", ["gradient"]),
    "text before aside": ("<aside class='note'>\n\nGradients.\n\n</aside>\n\nA gradient.", ["gradient"]),
    "text before quotation": ("> **Predict.** Gradients?\n\nA gradient.", ["gradient"]),
    "text before table": ("| a |\n|---|\n| Gradients |\n\nA gradient.", ["gradient"]),
    "text before facts": ("**It builds on** gradients.\n\nA gradient.", ["gradient"]),
    "table": ("| a |\n|---|\n| the gradient |", ["gradient"]),
    "equal pieces": ("<a href='x'>gradient</a>,<b>gradient</b> and <i>gradient</i>", ["gradient"]),
}


def place(case):
    return f"cases/case-{list(CASES).index(case)}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    cells = notebook(
        prose("# 3 Cells\n\nThe gradient."),
        code("print('mini-batch')", stream("mini-batch\n"), shown(text_html="<svg>mini-batch", text_plain="x")),
        code("2", shown(text_markdown="A mini-batch, <details>.", text_plain="x"), id="markdown"),
        prose("A ReLU.", id="after"),
    )
    pages = {place(case): f"# Case\n\n{text}\n" for case, (text, _) in CASES.items()}
    pages |= {"chapters/01-one": ONE, "chapters/02-two": TWO, "chapters/03-cells": cells}
    pages |= {"chapters/appendix-glossary": GLOSSARY, "chapters/appendix-sources": "# Sources\n\nA gradient.\n"}
    folder = small_books.write(tmp_path_factory.mktemp("book"), pages)
    (folder / "cases" / "x.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    return folder


@pytest.fixture(scope="module")
def site(folder):
    return small_books.build(folder)[0]


def terms(page):
    return page.select("a.term")


def defined(page):
    return [link.get_text() for link in page.select("strong a.definition, em a.definition")]


# ---------------------------------------------------------------- links


@pytest.mark.parametrize("case", CASES)
def test_mentions(site, case):
    assert [link.get_text() for link in terms(small_books.parsed(site, place(case)))] == CASES[case][1]


@pytest.mark.parametrize("case", ["first only", "inside of a longer one", "one link for all names", "compounds"])
def test_no_word_is_lost(site, case):
    assert CASES[case][0] in small_books.parsed(site, place(case)).get_text()


def test_link_tells_what_the_glossary_says(site):
    link = terms(small_books.parsed(site, place("first only")))[0]
    assert link["href"] == "../chapters/appendix-glossary.html#term-gradient"
    assert link["title"] == "The derivative of the result, as in grad. It has the shape of λ w²."
    assert terms(small_books.parsed(site, place("genitive")))[0]["title"] == "A layer, with two sides."


def test_definitions_come_first(site):
    """The bold words are the link even where the word was used before them, and each name may be defined."""
    one, two = (small_books.parsed(site, f"chapters/{name}") for name in ("01-one", "02-two"))
    names = ["Gradients", "mini-batch", "Gradient descent", "local minimum", "He\u2019s weights", "saturates", "SGD"]
    assert defined(one) == [*names, "stochastic gradient descent"]
    assert len(terms(one)) == len(names) + 1
    assert defined(two) == ["class", "rectified linear unit", "ReLU"]
    assert len(terms(two)) == 3


def test_what_is_a_link_already_stays_the_link_it_is(site):
    assert terms(small_books.parsed(site, place("equal pieces")))[0].parent.name == "b"


def test_cells_are_left_alone(site):
    page = small_books.parsed(site, "chapters/03-cells")
    assert [link.get_text() for link in terms(page)] == ["gradient", "ReLU"]


def test_pages_without_links(site):
    for page in ("intro", "chapters/appendix-glossary", "chapters/appendix-sources"):
        assert terms(small_books.parsed(site, page)) == []


def test_no_anchor_stands_twice(site):
    for page in site.rglob("*.html"):
        ids = [tag["id"] for tag in small_books.parsed(site, page.relative_to(site).with_suffix("")).select("[id]")]
        assert len(ids) == len(set(ids))


def test_entry_without_a_page_is_announced(tmp_path):
    text = "# G\n\n:::{glossary}\nloss\n  One number. [Chapter 9](09-nine.md).\n\nleaf\n  A value.\n:::\n"
    warnings = small_books.build(small_books.write(tmp_path, {"chapters/appendix-glossary": text}))[2]
    for word in ("loss", "leaf"):
        assert f"WARNING: glossary: {word}: the definition should end" in warnings


def test_everyday_words_are_in_the_glossary():
    """A list of words that no glossary holds any more would only look as if it did something."""
    from notebooks import ROOT
    from website import term_words
    from website.glossary import read_glossary

    text = (ROOT / "chapters" / "appendix-glossary.md").read_text(encoding="utf-8")
    names = {name for term in read_glossary(text, "chapters/appendix-glossary") for name in term.names}
    assert {*term_words.FORMS, *term_words.ELSEWHERE, *term_words.NOT_ON} <= names


NO_TERMS = {
    *("Affine", "PyTorch's default", "next", "revenue"),  # items of lists, buttons, an example
    *("The mixing", "The softmax", "The mask", "The scores", "The three matrices"),  # steps of a backward pass
    *("query", "key", "value", "id", "temperature"),  # too common to be linked; the first three have an entry together
}


def test_what_a_chapter_defines_is_in_the_glossary():
    """A term is in bold where it is defined; what begins a paragraph, or is a rule, ends with a point or is longer.

    Labels, such as "Way 1: nudging", have a colon or a number in them.
    """
    from notebooks import ROOT, read
    from website.glossary import Glossary, key, read_glossary
    from website.terms import FACTS

    text = (ROOT / "chapters" / "appendix-glossary.md").read_text(encoding="utf-8")
    glossary = Glossary(read_glossary(text, "chapters/appendix-glossary"))
    bold = {
        words
        for path in (ROOT / "chapters").glob("[0-9]*.ipynb")
        for cell in read(path).cells
        if cell.cell_type == "markdown"
        for words in re.findall(r"\*\*(.+?)\*\*", cell.source)
        if len(words.split()) <= 3
        and not re.search(r"[:\d]", words)
        and not words.endswith((".", "?"))
        and not words.startswith(FACTS)
    }
    assert len(bold) > 100
    assert {words for words in bold if key(words) not in glossary.names} == NO_TERMS


# ---------------------------------------------------------------- the index


def index_of(site):
    return {
        entry.get_text().replace("\u2019", "'"): entry.find_next_sibling("dd")
        for entry in small_books.parsed(site, "genindex").select(".word-index dt")
    }


def test_index_has_every_name(site):
    names = "class, gradient, gradient descent, He's weights, local minimum, mini-batch, rectified linear unit, ReLU, "
    assert list(index_of(site)) == (names + "saturate, SGD, stochastic gradient descent").split(", ")


def test_index_names_the_places(site):
    index = index_of(site)
    assert " ".join(index["ReLU"].get_text().split()).startswith("2 Two; chapter 3; Case; ")
    assert index["ReLU"].get_text() == index["rectified linear unit"].get_text()
    assert index["ReLU"].strong.a["href"] == "chapters/02-two.html#term-relu"
    assert index["rectified linear unit"].strong.a["href"] == "chapters/02-two.html#term-rectified-linear-unit"
    links = {link["href"]: link.get("title") for link in index["gradient"].select("a")}
    assert links["chapters/01-one.html#term-gradient"] is None
    assert links["chapters/03-cells.html#term-gradient"] == "3 Cells"
    assert index["saturate"].strong.get_text() == "1 One, with a gradient"
    entry = small_books.parsed(site, "genindex").select_one(".word-index dt a")
    assert entry["href"] == "chapters/appendix-glossary.html#term-class"


def test_index_leads_to_links(site):
    """What isn't prose, such as code, leaves no trace in the index."""
    for places in index_of(site).values():
        for link in places.select("a"):
            page, _, anchor = link["href"].partition("#")
            assert small_books.parsed(site, page.removesuffix(".html")).find("a", id=anchor), link


# ---------------------------------------------------------------- builds


def test_same_bytes_on_one_processor_as_on_several(folder, site, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("_build"))
    other = small_books.build(copy, processors=2)[0]
    pages = [str(page.relative_to(site)) for page in site.rglob("*.html")]
    assert len(pages) > len(CASES)
    assert filecmp.cmpfiles(site, other, pages, shallow=False)[0] == pages


def test_only_what_depends_on_a_change_is_built(tmp_path):
    pages = {"chapters/01-one": ONE, "chapters/02-two": TWO, "chapters/appendix-glossary": GLOSSARY}
    pages["chapters/03-three"] = "# 3 Three\n\nA gradient.\n"
    folder = small_books.write(tmp_path, pages)
    site = small_books.build(folder)[0]
    search = (site / "searchindex.js").read_text()
    (folder / "chapters" / "03-three.md").touch()
    small_books.build(folder)
    assert (site / "searchindex.js").read_text() == search
    small_books.write(folder, {"chapters/03-three": "# 3 Three\n\nA ReLU.\n"})
    site, written, _ = small_books.build(folder)
    assert [page for page in written if page.startswith("chapters")] == ["chapters/03-three"]
    places = index_of(site)["gradient"].select("a")
    assert [link["href"] for link in places] == ["chapters/01-one.html#term-gradient"]

    small_books.write(folder, {"chapters/appendix-glossary": GLOSSARY.replace("A layer, with", "A bend, with")})
    site, written, _ = small_books.build(folder)
    assert {"chapters/01-one", "chapters/02-two", "chapters/03-three"} <= set(written)
    assert terms(small_books.parsed(site, "chapters/03-three"))[0]["title"] == "A bend, with two sides."
