"""The site builds without a warning, with every page of the table of contents, and nothing in it leads nowhere."""

import re
import sys
from pathlib import Path

import pytest
import site_rules as rules
import yaml
from notebooks import ROOT

TOC = """
root: intro
parts:
  - caption: One
    chapters:
      - file: chapters/one
        sections:
          - file: chapters/two
"""


def load(file):
    return yaml.safe_load((ROOT / file).read_text(encoding="utf-8"))


def test_build_gives_no_warning(build):
    _, status, log = build
    warnings = [line for line in log.splitlines() if re.search("WARNING|ERROR|CRITICAL", line)]
    assert warnings == []
    assert status == 0, log[-3000:]


def test_nothing_is_executed(build):
    # Without quotes, off is YAML for False; Jupyter Book takes both.
    assert load("_config.yml")["execute"]["execute_notebooks"] in ("off", False)
    assert "Executing" not in build[2]


def test_every_page_is_there(build):
    assert rules.missing_pages(build[0], load("_toc.yml")) == []


def test_every_notebook_has_a_page():
    listed = {Path(file).name.removesuffix(".ipynb") for file in rules.toc_files(load("_toc.yml"))}
    assert {path.stem for path in rules.NOTEBOOKS} <= listed


def test_every_page_has_a_title(build):
    assert rules.untitled_pages(build[0], load("_toc.yml")) == []


def test_links_and_pictures_resolve(build):
    assert rules.broken_links(build[0]) == []


def test_one_search_box(build):
    assert rules.doubled_search(build[0], load("_toc.yml")) == []


def test_no_path_of_this_machine(build):
    site = build[0]
    assert rules.machine_paths(site, [ROOT, site, Path.home(), sys.prefix]) == []


def test_pictures_have_alt_text(build):
    assert rules.pictures_without_alt(build[0]) == []


def test_drawings_have_a_name(build):
    assert rules.drawings_without_name(build[0]) == []


def test_headings_are_in_order(build):
    assert rules.headings_out_of_order(build[0]) == []


def test_no_latex_is_left(build):
    assert rules.raw_latex(build[0]) == []


# ---------------------------------------------------------------- planted faults

PAGE = """<html><head><title>{title}</title><link rel="stylesheet" href="https://x.org/x.css"></head><body>
<dialog><form class="bd-search"></form></dialog>
<button class="btn search-button-field search-button__button"></button>
<button class="btn search-button search-button__button"></button>
<main><div class="onlyprint"><h1>{title}</h1></div><article><h1 id="top">{title}<a href="#top">#</a></h1>
<a href="{up}intro.html?x=1#top">Intro</a> <a href="#">up</a> <a href="mailto:a@x.org">write</a>
<img src="{up}_images/a%20b.svg" alt="A graph"><h2>Graphs</h2><h3>Small</h3>
<svg role="img"><title>A node</title></svg><a href="#top" aria-hidden="true"><svg></svg></a><h2>End</h2>
</article></main></body></html>
"""


@pytest.fixture
def site(tmp_path):
    """A small site without a fault."""
    for folder in ("chapters", "_images", "_static"):
        (tmp_path / folder).mkdir()
    (tmp_path / "_images" / "a b.svg").write_text("<svg/>")
    (tmp_path / "_static" / "macros.html").write_text('<a href="nowhere.html">')
    (tmp_path / "index.html").write_text('<meta http-equiv="Refresh" content="0; url=intro.html" />')
    for file, up in (("intro", ""), ("chapters/one", "../"), ("chapters/two", "../")):
        (tmp_path / f"{file}.html").write_text(PAGE.format(title=file, up=up))
    return tmp_path


def all_findings(site):
    toc = yaml.safe_load(TOC)
    return [
        *rules.missing_pages(site, toc),
        *rules.untitled_pages(site, toc),
        *rules.broken_links(site),
        *rules.doubled_search(site, toc),
        *rules.machine_paths(site, ["/somewhere/book"]),
        *rules.pictures_without_alt(site),
        *rules.drawings_without_name(site),
        *rules.headings_out_of_order(site),
        *rules.raw_latex(site),
    ]


def test_clean_site_passes(site):
    assert all_findings(site) == []


def test_missing_page_is_found(site):
    (site / "chapters" / "two.html").unlink()
    assert all_findings(site) == ["chapters/two of _toc.yml has no page"]


@pytest.mark.parametrize(
    ("right", "wrong", "finding"),
    [
        ("../intro.html?x=1", "../intr.html", "chapters/one.html: ../intr.html#top leads nowhere"),
        ('"#top"', '"#tip"', "chapters/one.html: #tip leads to a place that one.html doesn't have"),
        ("?x=1#top", "#tip", "chapters/one.html: ../intro.html#tip leads to a place that intro.html doesn't have"),
        ("a%20b.svg", "c.svg", "chapters/one.html: ../_images/c.svg leads nowhere"),
        ("../intro.html?x=1#top", "/intro.html", "chapters/one.html: /intro.html works on one machine only"),
        ("../intro.html?x=1#top", "file:///a.html", "chapters/one.html: file:///a.html works on one machine only"),
        ("../intro.html?x=1#top", "../../a.html", "chapters/one.html: ../../a.html leaves the site"),
        ("https://x.org/x.css", "x.css", "chapters/one.html: x.css leads nowhere"),
        ("<title>chapters/one", "<title>", "chapters/one has no title"),
        ('"top">chapters/one', '"top">', "chapters/one has no heading"),
        ("search-button ", "search-button-field ", "chapters/one has 2 search boxes and 0 search buttons"),
        ("<article>", '<form class="bd-search"></form>', "chapters/one has 2 search boxes and 1 search buttons"),
        ("search-button-field", "x", "chapters/one has 0 search boxes and 1 search buttons"),
        ("</h1>", "</h1>/somewhere/book/a.py", "chapters/one.html holds /somewhere/book"),
        ('alt="A graph"', "", "chapters/one.html: ../_images/a%20b.svg has no alt text"),
        ('alt="A graph"', 'alt="../_images/a%20b.svg"', "chapters/one.html: ../_images/a%20b.svg has no alt text"),
        ('<svg role="img"', "<svg", 'chapters/one.html: a drawing in the page has no role="img"'),
        ("<title>A node</title>", "", "chapters/one.html: a drawing in the page has no name"),
        ("<title>A node</title>", "<title> </title>", "chapters/one.html: a drawing in the page has no name"),
        ("A graph", "with $O(1/k^2)$", "chapters/one.html: $O(1/k^2)$"),
        ("Intro<", r"the \partial of<", r"chapters/one.html: \partial"),
        ("Intro<", "$2^{24}$<", "chapters/one.html: $2^{24}$"),
        (' aria-hidden="true"', "", 'chapters/one.html: a drawing in the page has no role="img"'),
        ("<h2>Graphs</h2>", "", "chapters/one.html: from h1 to h3 at 'Small'"),
        ("<h3>Small</h3>", "<h4>Small</h4>", "chapters/one.html: from h2 to h4 at 'Small'"),
        ("<h2>End</h2>", "<h1>End</h1>", "chapters/one.html: 2 h1, and the headings begin with [1, 2, 3]"),
        ("<article>", "<article><h2>Before</h2>", "chapters/one.html: 1 h1, and the headings begin with [2, 1, 2]"),
    ],
)
def test_planted_fault_is_found(site, right, wrong, finding):
    page = site / "chapters" / "one.html"
    text = page.read_text()
    assert right in text
    page.write_text(text.replace(right, wrong, 1))
    assert all_findings(site) == [finding]


def test_redirect_that_leads_nowhere_is_found(site):
    (site / "index.html").write_text('<meta http-equiv="Refresh" content="0; url=start.html" />')
    assert all_findings(site) == ["index.html: start.html leads nowhere"]
