"""tools/book_text.py: the text that chapter 20 learns from is plain, and still that of the chapters."""

import json

from book_text import paragraphs

from backprop.text import load_prose


def test_the_prose_is_that_of_the_chapters():
    """Chapters are edited all the time; the text is written anew when more than a tenth of it has changed."""
    stored, now = load_prose().splitlines(), list(paragraphs())
    for some, others in ((stored, set(now)), (now, set(stored))):
        share = sum(paragraph in others for paragraph in some) / len(some)
        assert share > 0.9, f"{share:.0%} of the paragraphs are the same: run python tools/book_text.py"


def test_only_plain_paragraphs_are_taken(tmp_path):
    """Of a link its words stay; formulas, headings, tables, lists and HTML are left out."""
    cells = [
        "# A heading\n\nPlain, with a [link](x.ipynb), `code` and *stress*.\n\nA formula $x$.",
        "- A list.\n\n| a | b |\n\n<div>HTML.</div>\n\nIn two\nlines, 10 % and (more): yes?",
    ]
    (tmp_path / "chapters").mkdir()
    for number in range(1, 20):
        taken = [{"cell_type": "markdown", "source": [cell]} for cell in cells] if number == 3 else []
        notebook = {"cells": [{"cell_type": "code", "source": ["Code."]}, *taken]}
        (tmp_path / "chapters" / f"{number:02d}-x.ipynb").write_text(json.dumps(notebook))
    assert list(paragraphs(tmp_path)) == [
        "Plain, with a link, code and stress.",
        "In two lines, 10 % and (more): yes?",
    ]
