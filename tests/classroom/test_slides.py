"""A chapter's slides: everything in one file, a heading begins a slide, and the answers wait."""

import re

import pytest

pytest.importorskip("sphinx_revealjs", reason="sphinx-revealjs is not installed: `make slides` installs it")

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from classroom.chapters import ChapterError
from classroom.slides import with_slide_marks, write_slides


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    return write_slides(3, tmp_path_factory.mktemp("slides")).read_text(encoding="utf-8")


SCRIPT = re.compile(r"<script(.*?)>.*?</script>", re.DOTALL)
FETCHED = re.compile(r"""<(?:link|img|iframe)\b[^>]*\b(?:src|href)=(?!["']?data:)|@import|url\((?!data:|#)""")


def test_the_page_fetches_nothing(page):
    assert not FETCHED.search(SCRIPT.sub("", page))
    assert not any("src" in attributes for attributes in SCRIPT.findall(page))
    assert "Reveal.initialize" in page and re.search(r"<script>/\*!\s+\* reveal.js", page)


def test_formulas_are_shown_by_the_browser_itself(page):
    assert "<math" in page and not re.search(r"\$[^$\n]{1,40}\$", SCRIPT.sub("", page))


def test_figures_are_there_and_exercises_without_their_answers(page):
    assert page.count("<svg") > 10
    assert "Exercise 1:" in page and "Not attempted yet" not in page and ">Right." not in page


def test_marks():
    tagged = {"metadata": {"tags": ["hide-cell", "solution"]}}
    cells = [
        new_markdown_cell("# 1 Title\n\nGoals.\n\n## First\n\nText with [a link](02-chain-rule.ipynb)."),
        new_code_cell("a = 1"),
        new_markdown_cell("More.\n\n### Below\n\n> **Predict.** What?"),
        new_code_cell("a + 1"),
        new_markdown_cell("<details>\n<summary>Hint 1</summary>\n</details>"),
        new_code_cell("solved", **tagged),
        new_code_cell("import x", id="setup"),
    ]
    marked = with_slide_marks(nbformat.from_dict(new_notebook(cells=cells)))
    assert [(cell.metadata.slideshow.slide_type, cell.source.split("\n")[0]) for cell in marked.cells] == [
        ("slide", "# 1 Title"),
        ("slide", "## First"),
        ("-", "a = 1"),
        ("subslide", "More."),
        ("subslide", "### Below"),
        ("fragment", "a + 1"),
        ("skip", "<details>"),
        ("skip", "solved"),
        ("skip", "import x"),
    ]
    assert marked.cells[1].source.endswith("Text with a link.")


def test_a_chapter_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(ChapterError, match="no chapter 99"):
        write_slides(99, tmp_path)
