"""The first page shows what cells of notebooks have shown: the same bytes, or an error that says what is missing."""

import json
import re

import pytest
import site_rules
from notebooks import ROOT, read
from website import figures, stored

CELLS = [
    {"id": "words", "cell_type": "markdown", "source": ["# 1 One"]},
    {"id": "silent", "cell_type": "code", "source": [], "outputs": []},
    {"id": "text", "cell_type": "code", "source": [], "outputs": [{"data": {"text/plain": ["2"]}}]},
    {"id": "drawn", "cell_type": "code", "source": [], "outputs": [{"data": {"image/svg+xml": ["<svg>", "</svg>"]}}]},
    {"id": "both", "cell_type": "code", "source": [],
     "outputs": [{"text": ["a"]}, {"data": {"image/svg+xml": ["<svg/>"], "text/html": ["<form/>"]}}]},
]  # fmt: skip


def test_output():
    assert stored.output(CELLS, "drawn") == "<svg></svg>"
    assert stored.output(CELLS, "both") == "<form/>"


@pytest.mark.parametrize(
    ("identity", "message"),
    [
        ("gone", "there is no cell 'gone'"),
        ("silent", "the cell 'silent' shows neither HTML nor SVG"),
        ("text", "the cell 'text' shows neither HTML nor SVG"),
        ("words", "the cell 'words' shows neither HTML nor SVG"),
    ],
)
def test_missing_output(identity, message):
    with pytest.raises(stored.NotFound, match=message):
        stored.output(CELLS, identity)


def test_the_first_page_shows_what_cells_have_shown(build):
    def bare(html):
        return figures.STYLE.sub("", figures.WAITING.sub(r"\1", html))  # styles that figures share come once

    page = bare((build[0] / "intro.html").read_text(encoding="utf-8"))
    named = re.findall(r"\{stored\} (\S+) (\S+)", (ROOT / "intro.md").read_text(encoding="utf-8"))
    assert named
    for notebook, identity in named:
        assert bare(stored.output(stored.read(ROOT / notebook), identity)) in page


def test_the_path_shows_every_chapter_with_its_own_words(build):
    page = site_rules.parsed(build[0] / "intro.html")
    chapters = sorted((ROOT / "chapters").glob("[0-9][0-9]-*.ipynb"))
    cards = page.select("li.path-card")
    assert [card.a["href"] for card in cards] == [f"chapters/{path.stem}.html" for path in chapters]
    for card, path in zip(cards, chapters, strict=True):
        head = read(path).cells[0].source
        title = " ".join(card.select_one(".path-title").get_text().split())
        assert head.splitlines()[0] == f"# {title}"
        assert f"**It takes** about {card.select_one('.path-facts span').get_text()}" in head
        assert len(card.select("svg[aria-label]")) == 1
        needs = card.select_one(".path-needs")
        for number in re.findall(r"\d+", needs.get_text()) if needs else []:
            assert f"({int(number):02}-" in head
    assert cards[10].select_one(".path-needs").get_text() == "builds on 4 to 9"


def test_a_notebook_is_read_as_it_is_stored(tmp_path):
    path = tmp_path / "one.ipynb"
    path.write_text(json.dumps({"cells": CELLS}), encoding="utf-8")
    assert stored.read(path) == CELLS
