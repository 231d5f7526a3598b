"""What a first visit transfers is weighed right, and its table shows it; test_pages.py weighs every page."""

import gzip
import os
from types import SimpleNamespace

import pytest

from browser import weights
from browser.pages import PAGES


@pytest.fixture
def site(tmp_path):
    """A page of words that compress well, a style, and a font that doesn't compress."""
    (tmp_path / "a page.html").write_text("word " * 10_000)
    (tmp_path / "style.css").write_text("p { color: red }" * 1000)
    (tmp_path / "sans.woff2").write_bytes(os.urandom(5000))
    return tmp_path


def test_what_is_weighed(site):
    home = "http://127.0.0.1:8000"
    asked = ["/a%20page.html?q=1#top", "/style.css?v=1", "/sans.woff2", "/sans.woff2", "/gone.png"]
    weight = weights.weigh(site, [*(home + path for path in asked), "data:image/png;base64,AAAA"])
    compressed = len(gzip.compress((site / "a page.html").read_bytes(), 6))
    assert weight["html"] == compressed < 1000
    assert 0 < weight["css"] < 1000
    assert weight["fonts"] == 5000
    assert weight["js"] == weight["images"] == weight["other"] == 0


def test_the_table():
    lines = []

    def terminal(*properties):
        reports = [SimpleNamespace(user_properties=[(name, value)]) for name, value in properties]
        return SimpleNamespace(
            getreports=lambda outcome: reports if outcome == "passed" else [],
            section=lines.append,
            write_line=lines.append,
        )

    weights.report(terminal(("something else", 1)))
    assert lines == []
    weights.report(terminal((weights.PROPERTY, (PAGES[0], {"html": 20_000, "css": 1_500}))))
    assert lines[0] == "a first visit, compressed, in KB"
    assert lines[1].split() == ["html", "css", "js", "fonts", "images", "other", "total"]
    assert lines[2].split() == [PAGES[0], "20.0", "1.5", "0.0", "0.0", "0.0", "0.0", "21.5"]
