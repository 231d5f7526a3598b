"""What the site leaves out, what it makes lighter, and what it writes for readers without scripts."""

import base64
import re
from types import SimpleNamespace

import fonts
import lean
import logo
import numpy as np
import pytest
import site_rules
from fontTools.ttLib import TTFont
from notebooks import ROOT, read
from PIL import Image

STYLE = """
p { color: black }
html[data-theme="dark"] p, html[data-theme=dark] :is(a, b) > i, u { color: white }
@media print { html[data-theme="dark"] p { color: black } }
html[data-theme="light"] p { color: navy }
"""


def script(name):
    return SimpleNamespace(filename=name, attributes={})


def test_only_scripts_and_styles_that_the_book_uses():
    context = {
        "script_files": [script("_static/copybutton.js"), script("_static/sphinx-thebe.js"), script(None),
                         script("_static/scripts/sphinx-book-theme.js")],
        "css_files": [script("_static/book-type.css"), script("_static/pygments.css"),
                      script("_static/book-boxes.css"), script("_static/mystnb.0a1b.css"), script("_static/copybutton.css"),
                      script("https://example.org/book.css")],
    }  # fmt: skip
    lean.keep_what_is_used(None, "intro", "page.html", context, None)
    assert [s.filename for s in context["script_files"]] == [
        "_static/copybutton.js", "_static/scripts/sphinx-book-theme.js",
    ]  # fmt: skip
    assert all(s.attributes == {"defer": "defer"} for s in context["script_files"])
    assert [s.filename for s in context["css_files"]] == [
        "_static/copybutton.css", "_static/book-boxes.css", "_static/book-type.css",
    ]  # fmt: skip


def test_dark_rules():
    rules = [" ".join(rule.split()) for rule in lean.dark_rules(STYLE)]
    assert rules == [
        'html[data-theme="light"] p,html[data-theme="light"] :is(a, b) > i{ color: white }',
        '@media print {html[data-theme="light"] p{ color: black }}',
    ]


def test_no_style_asks_for_what_was_left_out(build):
    static = build[0] / "_static"
    for style in static.rglob("*.css"):
        for link in re.findall(r"""url\(["']?(?!data:)([^"')]+)""", style.read_text(encoding="utf-8")):
            assert (style.parent / link.partition("?")[0]).is_file(), f"{style.name}: {link}"


def test_no_script_of_a_page_runs_before_its_text(build):
    for page in site_rules.pages(build[0]):
        for tag in site_rules.parsed(page).select("script[src]"):
            assert tag.has_attr("defer"), f"{page.name}: {tag['src']} doesn't wait"


def plot(path):
    """Write a real plot of the book to a file: the walks of chapter 9, with shades and thin lines."""
    cell = next(cell for cell in read(ROOT / "chapters" / "09-gradient-descent.ipynb").cells if cell.id == "sgd-figure")
    path.write_bytes(base64.b64decode(cell.outputs[0].data["image/png"]))


def on(ground, path):
    with Image.open(path) as image:
        pixels = Image.alpha_composite(Image.new("RGBA", image.size, ground), image.convert("RGBA"))
    return np.asarray(pixels).astype(int)


def test_a_plot_becomes_lighter_and_looks_the_same(tmp_path):
    before, after = tmp_path / "before.png", tmp_path / "after.png"
    plot(before)
    plot(after)
    lean.lighten(after)
    assert after.stat().st_size < before.stat().st_size / 3
    for ground in ("white", "#15171a"):
        difference = np.abs(on(ground, before) - on(ground, after)).max(axis=2)
        assert difference.mean() < 1 and (difference > 16).mean() < 0.005
    once = after.read_bytes()
    lean.lighten(after)
    assert after.read_bytes() == once  # a second build finds nothing to do


@pytest.mark.parametrize("name", sorted(fonts.FACES))
def test_fonts_hold_what_they_promise(build, name):
    path = build[0] / "_static" / "fonts" / f"{name}.woff2"
    font = TTFont(path)
    original = TTFont(fonts.source(*fonts.FACES[name][:2]))
    wanted = set(fonts.FACES[name][2]) & set(original.getBestCmap())
    assert wanted <= set(font.getBestCmap())
    assert font["name"].getDebugName(0) == original["name"].getDebugName(0)
    assert "SIL Open Font License" in font["name"].getDebugName(13)
    assert path.stat().st_size < 80_000


def test_every_character_of_the_book_is_in_its_font(build):
    """A character that a font lacks comes from another one, and looks it."""
    held = {name: set(TTFont(fonts.source(*fonts.FACES[name][:2])).getBestCmap()) & set(fonts.FACES[name][2])
            for name in ("serif", "math")}  # fmt: skip
    lacking = {"serif": set(), "math": set()}
    for page in site_rules.pages(build[0]):
        article = site_rules.parsed(page).select_one("article")
        if article is None:
            continue
        for text in article.find_all(string=True):
            parents = {parent.name for parent in text.parents}
            if parents & {"pre", "code", "svg", "script", "style", "annotation"}:
                continue
            name = "math" if "math" in parents else "serif"
            lacking[name] |= {c for c in text if c.isprintable() and ord(c) not in held[name]}
    assert {name: "".join(sorted(found)) for name, found in lacking.items()} == {"serif": "", "math": ""}


def test_a_missing_font_is_said(monkeypatch):
    monkeypatch.setattr(fonts, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match="font-source-serif-pro: run `make book` again"):
        fonts.source("font_source_serif_pro", "files/SourceSerifPro-Regular.otf")


def test_the_mark_is_the_same_in_both_forms():
    assert logo.svg().startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    picture = logo.pixels(128)
    at = lambda x, y: picture.getpixel((2 * x, 2 * y))  # noqa: E731
    assert at(20, 22)[:3] == (0x2A, 0x7F, 0xBF) and at(44, 42)[:3] == (0xD9, 0x63, 0x1E)
    assert at(32, 32)[3] == 0  # one sees through the ring
    assert logo.pixels(64, ground="#ffffff").getpixel((0, 0)) == (255, 255, 255, 255)
