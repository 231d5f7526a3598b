"""Each figure of a page has a number that can be said, an address that can be linked to, and a short caption."""

from html import escape

import pytest
import site_rules
import small_books
from planting import code, notebook, prose, shown
from test_reproducible import PLOT
from website import captions

GRAPH = '<div class="bp-graph"><svg role="img" aria-label="{}"><text>2</text></svg></div>'
LIVE = '<div class="bp-live bp-playground" role="group" aria-label="{}">{}</div>'
TABLE = f"<table><tr><td>{GRAPH.format('A small bell')}</td></tr></table>"


def html(text):
    return shown(text_html=text, text_plain="<figure>")


def figures_of(page):
    return [(figure.get("id"), caption_of(figure)) for figure in page.select("figure")]


def caption_of(figure):
    return " ".join(figure.figcaption.get_text(" ").replace("¶", "").split())


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A chapter with a picture, a table, a text, two figures in one cell, and one whose author wrote its caption."""
    authored = code("d", shown(image_png=PLOT, text_plain="x"), id="d", alt="Left: a bell. Right: its slope.")
    authored.metadata["mystnb"]["figure"] = {"caption": "A bell and its *slope*"}
    cells = [
        prose("# 7 Losses"),
        code("a", shown(image_png=PLOT, text_plain="x"), id="a", alt="A curve from -3 to 3: it rises, then falls."),
        code("b", html(TABLE), shown(text_plain="12"), id="b"),
        code("c", html(GRAPH.format("Graph of y = 3. It has x < 2.")), html(GRAPH.format("Graph of L = 1.5")), id="c"),
        authored,
        code("e", html(LIVE.format("z over x", GRAPH.format("Graph of z = 3"))), id="e"),
    ]
    folder = small_books.write(tmp_path_factory.mktemp("book"), {"chapters/07-losses": notebook(*cells)})
    return small_books.parsed(small_books.build(folder)[0], "chapters/07-losses")


def test_figures_are_numbered_in_their_order(page):
    assert figures_of(page) == [
        ("figure-7-1", "Figure 7.1 A curve from −3 to 3"),
        ("figure-7-2", "Figure 7.2 Graph of y = 3"),
        ("figure-7-3", "Figure 7.3 Graph of L = 1.5"),
        ("figure-7-4", "Figure 7.4 A bell and its slope"),
        ("figure-7-5", "Figure 7.5 z over x"),
    ]
    assert page.select_one("#figure-7-4 figcaption em").get_text() == "slope"


def test_each_figure_holds_its_picture_and_a_link_to_itself(page):
    for figure in page.select("figure"):
        assert len(figure.select(":scope > img, :scope > .output")) == 1
        assert figure.select_one("figcaption a.headerlink")["href"] == f"#{figure['id']}"


def test_tables_and_texts_are_no_figures(page):
    outputs = [output for output in page.select(".cell_output") if not output.select("figure")]
    assert [bool(output.select("table")) for output in outputs] == [True]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("A curve\nthat rises. It falls.", "A curve that rises"),
        ("Loss = 0.25 at -1; 3 at 2", "Loss = 0.25 at −1"),
        ("Two of the lines: y = 3h - 4 and x-y", "Two of the lines"),
        ("Left: y = 3h - 4 and x-y. Right: 0.", "Left: y = 3h − 4 and x-y"),
        ("", ""),
    ],
)
def test_the_first_thing_that_a_name_says(name, words):
    assert captions.shortened(name) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GRAPH.format("Graph of y = 3. Words."), "Graph of y = 3"),
        (GRAPH.format(escape("Graph of x < 2 & y. W.")), "Graph of x < 2 & y"),
        ("<svg role='img' viewBox='0 0 9 9' aria-label='He said \"2\".'></svg>", 'He said "2"'),
        (f'<input aria-label="Step 0 of 3">{GRAPH.format("Graph of y")}', "Graph of y"),
        (
            f'<div class="bp-graph" role="group" aria-label="Graph of y, with sliders">{GRAPH}</div>',
            "Graph of y, with sliders",
        ),
        ('<p>Text</p><img src="a.png" alt="A plot of x">', "A plot of x"),
        (TABLE, ""),
        ("<table><tr><td>1</td></tr></table>", ""),
        ("<svg><path/></svg>", ""),
    ],
)
def test_what_a_figure_is_called(text, words):
    output = captions.nodes.container("", captions.nodes.raw("", text, format="html"))
    assert captions.caption_of(output) == words


# ---------------------------------------------------------------- the book itself


def test_every_figure_of_the_book_has_a_number_and_a_caption(build):
    """A picture that a cell shows, unless it stands in a table, is in a figure; numbers follow one another."""
    count = 0
    for file in site_rules.NOTEBOOKS:
        page = site_rules.parsed(build[0] / "chapters" / f"{file.stem}.html")
        bare = [picture for picture in page.select(".cell_output :is(img, svg)")
                if not picture.find_parent(["figure", "table", "svg"])]  # fmt: skip
        assert bare == [], f"{file.stem}: a picture that is no figure"
        found = file.stem.partition("-")[0]
        chapter = f"{int(found)}." if found.isdigit() else ""
        for number, figure in enumerate(page.select("figure"), 1):
            label = f"Figure {chapter}{number}"
            assert figure["id"] == label.lower().replace(" ", "-").replace(".", "-")
            words = caption_of(figure).removesuffix("#").strip()
            assert words.startswith(f"{label} "), f"{file.stem}: {words}"
            words = words.removeprefix(label).strip()
            first = words.split()[0]
            assert len(words.split()) >= 3 and (first[0].isupper() or len(first) == 1 or first[0].isdigit()), words
            assert not words.endswith(".") and len(words) < 180, words
            count += 1
    assert count > len(site_rules.NOTEBOOKS)
