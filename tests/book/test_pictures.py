"""Every chapter has its picture for the first page: small, of one family, and fit to stand beside the others."""

import json
import re
from xml.etree import ElementTree

import pytest
from notebooks import ROOT, read

from backprop.figures.plots.small.shapes import COLORS

SVG = "{http://www.w3.org/2000/svg}"
PICTURES = ROOT / "chapters" / "appendix-pictures.ipynb"
CHAPTERS = sorted((ROOT / "chapters").glob("[0-9][0-9]-*.ipynb"))
MAX_BYTES = 6000


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_chapter_has_its_picture(path):
    number = path.stem[:2]
    cells = {cell.id: cell for cell in read(PICTURES).cells}
    title = read(path).cells[0].source.splitlines()[0].removeprefix("# ")
    assert cells[f"about-{number}"].source.startswith(f"**[{title}]({path.name}).** ")
    data = cells[f"picture-{number}"].outputs[0].data
    assert data["text/html"] == data["image/svg+xml"]
    text = data["text/html"]
    root = ElementTree.fromstring(text)
    assert root.get("viewBox") == "0 0 160 100" and root.get("class") == "bp-small" and root.get("aria-label")
    assert {element.tag.removeprefix(SVG) for element in root.iter()} == {"svg", "path"}
    assert not any("id" in element.attrib or "style" in element.attrib for element in root.iter())
    assert not re.search(r"\d\.\d\d", re.sub(r'opacity="[^"]*"', "", text)), "one decimal is enough"
    colors = {element.get(pen) for element in root.iter() for pen in ("fill", "stroke")} - {None, "none"}
    assert colors <= set(COLORS)
    assert len(text) <= MAX_BYTES


def test_no_two_pictures_are_alike():
    shown = [json.dumps(c.outputs[0].data) for c in read(PICTURES).cells if c.id.startswith("picture-")]
    assert len(set(shown)) == len(shown) == len(CHAPTERS)
