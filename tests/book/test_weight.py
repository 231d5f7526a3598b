"""What the site leaves out, makes lighter and brings along, and what it writes for readers without scripts."""

import re

import fallback_fonts
import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
import site_rules
from fontTools.ttLib import TTFont
from notebooks import ROOT
from PIL import Image
from website import figures, weight

from backprop.figures.plots import plot_descent

SCRIPTS = {
    "documentation_options.js", "doctools.js", "sphinx_highlight.js", "clipboard.min.js", "copybutton.js",
    "sphinx-book-theme.js", "pydata-sphinx-theme.js", *(path.name for path in (ROOT / "_static").glob("book-*.js")),
}  # fmt: skip
SEARCH = {"searchtools.js", "language_data.js", "searchindex.js"}
FONTS = ROOT / "_static" / "fonts"
STYLE = """
p { color: black } /* html[data-theme="dark"] p { color: red } */
html[data-theme="dark"] p, html[data-theme=dark] :is(a, :not(b)) > i, u { color: white }
@media print { html[data-theme="dark"] p { color: black } }
@media screen { p { color: black } }
html[data-theme="light"] p { color: navy }
"""


def test_only_scripts_and_styles_that_the_book_uses(build):
    ours = sorted(path.name for path in (ROOT / "_static").glob("book-*.css"))
    for page in site_rules.pages(build[0]):
        soup = site_rules.parsed(page)
        if not soup.select("main"):  # it only leads to another
            continue
        scripts = soup.select("script[src]")
        wanted = SCRIPTS | (SEARCH if page.name == "search.html" else set())
        assert {name(tag["src"]) for tag in scripts} - set(figures.SCRIPTS.values()) == wanted
        assert all(tag.has_attr("defer") for tag in scripts), f"{page.name}: a script runs before the text"
        assert not soup.select("script[type]:not([type='text/javascript']), link[rel=preload], script:not([src])[id]")
        styles = [name(tag["href"]) for tag in soup.select("link[rel=stylesheet]") if not tag.find_parent("noscript")]
        assert styles == [*sorted(styles[: -len(ours)], key=weight.STYLES.index), *ours]


def name(address):
    return address.partition("?")[0].rpartition("/")[2]


def test_dark_rules():
    rules = [" ".join(rule.split()) for rule in weight.dark_rules(STYLE)]
    assert rules == [
        'html[data-theme="light"] p,html[data-theme="light"] :is(a, :not(b)) > i{ color: white }',
        '@media print{html[data-theme="light"] p{ color: black }}',
    ]


def test_rules_for_classes_that_no_page_has():
    style = "/*! a license; of .theirs */.a,.b{x:1}.b .a{x:2}@media print{.b{x:3}.a:not(.b){x:4}}@media screen{.b{x:5}}"
    rest = r".w-1\.5 :is(p,i){x:6}@font-face{src:url(f)}"
    kept = "/*! a license; of .theirs */.a{x:1}@media print{.a:not(.b){x:4}}"
    assert weight.used_rules(style + rest, {"a", "w-1.5"}) == kept + rest


def test_no_style_asks_for_what_was_left_out(build):
    static = build[0] / "_static"
    for style in static.rglob("*.css"):
        for link in re.findall(r"""url\(["']?(?!data:)([^"')]+)""", style.read_text(encoding="utf-8")):
            assert (style.parent / link.partition("?")[0]).is_file(), f"{style.name}: {link}"


def test_what_is_left_out_is_gone(build):
    assert [name for name in weight.UNUSED if (build[0] / "_static" / name).exists()] == []
    assert list(build[0].rglob("*.map")) == []
    assert "doc-biblioentry" not in (build[0] / "chapters" / "appendix-bibliography.html").read_text(encoding="utf-8")


def plot(path):
    """Write a plot to a file, with shades and thin lines."""
    steps = np.random.default_rng(0).normal(scale=0.1, size=(3, 80, 2)).cumsum(axis=1)
    plot_descent(lambda x, y: x**2 + 4 * y**2, dict(zip("abc", steps)), (-2, 2), (-2, 2))
    plt.savefig(path)
    plt.close()


def on(ground, path):
    with Image.open(path) as image:
        pixels = Image.alpha_composite(Image.new("RGBA", image.size, ground), image.convert("RGBA"))
    return np.asarray(pixels).astype(int)


def test_a_plot_becomes_lighter_and_looks_the_same(tmp_path):
    before, after = tmp_path / "before.png", tmp_path / "after.png"
    plot(before)
    plot(after)
    weight.with_fewer_colors(after)
    assert after.stat().st_size < before.stat().st_size / 3
    for ground in ("white", "#15171a"):
        difference = np.abs(on(ground, before) - on(ground, after)).max(axis=2)
        assert difference.mean() < 1 and (difference > 16).mean() < 0.005
    once = after.read_bytes()
    weight.with_fewer_colors(after)
    assert after.read_bytes() == once  # a second build finds nothing to do


# ---------------------------------------------------------------- the fonts


@pytest.fixture(scope="module")
def held():
    """The characters that each font holds."""
    return {path.stem: set(TTFont(path).getBestCmap()) for path in sorted(FONTS.glob("*.woff2"))}


def test_each_font_has_a_face_and_its_license():
    named = re.findall(r'url\("fonts/([^"]+)"\)', (ROOT / "_static" / "book-type.css").read_text(encoding="utf-8"))
    assert set(named) == {path.name for path in FONTS.glob("*.woff2")}
    licenses = [path.read_text(encoding="utf-8") for path in FONTS.glob("OFL-*.txt")]
    for path in FONTS.glob("*.woff2"):
        names = TTFont(path)["name"]
        [text] = [text for text in licenses if names.getDebugName(0) in text]
        assert "SIL OPEN FONT LICENSE Version 1.1" in text and "TERMINATION" in text
        assert "SIL Open Font License" in names.getDebugName(13)
        assert not any(names.getDebugName(i) for i in (1, 4, 6, 16)), f"{path.name}: the whole font's name is reserved"
        assert path.stat().st_size < 80_000


def test_readers_fonts_get_the_room_of_ours():
    """The sheet is what the tool writes now, from the fonts as they are."""
    written = (ROOT / "_static" / "book-fallbacks.css").read_text(encoding="utf-8")
    assert written == fallback_fonts.style_sheet()
    used = re.findall(r'"((?:Serif|Sans) as [^"]+)"', (ROOT / "_static" / "book-type.css").read_text(encoding="utf-8"))
    assert sorted(set(re.findall(r'font-family: "([^"]+)"', written))) == sorted(used)


def test_every_character_of_the_book_is_in_its_font(build, held):
    """A character that a font lacks comes from another one, and looks it."""
    lacking = {font: set() for font in held}
    for page in site_rules.pages(build[0]):
        for text in site_rules.parsed(page).find_all(string=True):
            tags = {parent.name for parent in text.parents}
            if text.find_parent(lang="zh"):
                continue  # titles of sources, which readers of Chinese have a font for
            if not tags & {"pre", "code", "svg", "script", "style", "annotation", "noscript"}:
                characters = {ord(c) for c in text if c.isprintable()}
                for font in fonts_for(tags):
                    lacking[font] |= characters - held[font]
    assert {font: "".join(map(chr, sorted(found))) for font, found in lacking.items() if found} == {}


def fonts_for(tags):
    """Return the fonts that a text may be set in, by the tags around it."""
    if "math" in tags:
        return ["math"]
    if "article" not in tags:
        return ["sans", "sans-bold"]
    italic = ["serif-italic"] if tags & {"em", "i"} else []
    return ["serif", "serif-bold", "sans", "sans-bold", *italic]


# ---------------------------------------------------------------- the mark


@pytest.mark.parametrize(("file", "size", "ground"), [("favicon.png", 48, 0), ("touch-icon.png", 180, 255)])
def test_the_mark_is_the_same_as_svg_and_in_pixels(file, size, ground):
    """A blue arrow goes forward through a node, an orange one comes back; the ring in the middle is open."""
    svg = (ROOT / "_static" / "logo.svg").read_text(encoding="utf-8")
    assert 'viewBox="0 0 64 64"' in svg and 'd="M2 22L46 22" stroke="#2a7fbf"' in svg
    assert 'd="M62 42L18 42" stroke="#d9631e"' in svg and 'cx="32" cy="32" r="25" fill="none"' in svg
    with Image.open(ROOT / "_static" / file) as picture:
        assert picture.size == (size, size)
        margin = 0.12 * size if ground else 0
        scale = (size - 2 * margin) / 64
        blue, orange, middle, corner = (
            picture.convert("RGBA").getpixel((int(margin + scale * x), int(margin + scale * y)))
            for x, y in [(20, 22), (44, 42), (32, 32), (0, 0)]
        )
    for color, wanted in [(blue, (0x2A, 0x7F, 0xBF)), (orange, (0xD9, 0x63, 0x1E))]:
        assert np.abs(np.subtract(color[:3], wanted)).max() <= 1  # pixels were rounded when the picture was made small
    assert middle[3] == corner[3] == ground
