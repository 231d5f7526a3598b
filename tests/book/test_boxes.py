"""Boxes, exercises and the head of a chapter: plain Markdown in the notebook, and the right parts on the page."""

import pytest
import site_rules
import website
from docutils import nodes
from docutils.core import publish_doctree
from website import boxes

CHAPTER = """
3 Backward
==========

**You will be able to** write *backward*.

**It builds on** chapter 2. **It takes** about 5 minutes.

    **Predict.** Which one?

    **Pitfall.** Not this one.

    **Somebody** said so.

Exercises
---------

Exercise 1: add a node (2 points, 5 minutes)
~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~

Add one.

Exercise 2: no points
~~~~~~~~~~~~~~~~~~~~~

Exercising is healthy (2 points)
~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
"""


def laid_out(tree):
    for step in website.STEPS:
        if step.__module__ == boxes.__name__:
            step(tree, None)
    return tree


@pytest.fixture
def tree():
    # docutils joins neighboring quotations: a comment keeps them apart
    tree = publish_doctree(
        CHAPTER.replace("\n\n    **P", "\n\n..\n\n    **P").replace("\n\n    **S", "\n\n..\n\n    **S")
    )
    return laid_out(tree)


def test_boxes_by_their_first_words(tree):
    assert [node["classes"] for node in tree.findall(boxes.box)] == [["facts"], ["box", "predict"], ["box", "pitfall"]]
    predict = list(tree.findall(boxes.box))[1]
    assert predict.next_node(nodes.strong).astext() == "Predict"
    assert predict.astext() == "Predict Which one?"
    assert [quotation.astext() for quotation in tree.findall(nodes.block_quote)] == ["Somebody said so."]


def test_what_a_cell_shows_and_the_words_for_it_are_covered():
    tree = publish_doctree("    **Predict.** Which?\n\nIt runs.\n\nIt was this one.\n\nNow the next thing.")
    shown = nodes.container("", nodes.literal_block("", "7"), classes=["cell_output"])
    tree.insert(2, nodes.container("", nodes.literal_block("", "3 + 4"), shown, classes=["cell"]))
    (covered,) = laid_out(tree).findall(boxes.answer)
    assert [node.astext() for node in covered] == ["7", "It was this one."]
    assert [node.astext() for node in tree][1:] == ["It runs.", "3 + 4", covered.astext(), "Now the next thing."]


def test_what_a_chapter_gives_and_takes_is_one_block(tree):
    facts = next(iter(tree.findall(boxes.box)))
    assert [paragraph.astext()[:16] for paragraph in facts] == ["You will be able", "It builds on cha"]


def test_exercises_are_sections_with_their_points(tree):
    exercises = [s for s in tree.findall(nodes.section) if "exercise" in s["classes"]]
    assert [e.next_node(nodes.title).astext() for e in exercises] == [
        "Exercise 1: add a node (2 points, 5 minutes)", "Exercise 2: no points",
    ]  # fmt: skip
    meta = [node.astext() for node in tree.findall(nodes.inline) if node["classes"] == ["exercise-meta"]]
    assert meta == [" (2 points, 5 minutes)"]


def test_the_number_of_a_chapter_is_marked(tree):
    title = tree.next_node(nodes.title)
    assert title.astext() == "3 Backward"
    assert [(node["classes"], node.astext()) for node in title.findall(nodes.inline)] == [(["chapter-number"], "3 ")]


def test_a_title_without_a_number_stays(tree):
    other = publish_doctree("Glossary\n========\n\nText.")
    assert not list(laid_out(other).next_node(nodes.title).findall(nodes.inline))


def test_on_the_site(build):
    page = site_rules.parsed(build[0] / "chapters" / "01-computation-graphs.html")
    assert len(page.select("article section.exercise")) == 4
    assert len(page.select("article .box.predict")) > 4
    assert not page.select("article blockquote")
    assert len(page.select("article .facts p")) == 2
    description = page.find("meta", {"name": "description"})["content"]
    assert description.startswith("You will be able to turn a calculation into a graph")
