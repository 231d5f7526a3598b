"""Builds small books with the extension of this one: what it does to a page shows without the whole book."""

import shutil
from unittest.mock import patch

from bs4 import BeautifulSoup
from nbformat import writes
from notebooks import ROOT
from sphinx.testing.util import SphinxTestApp

SETTINGS = """
extensions = ["myst_nb", "website"]
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
nb_execution_mode = "off"
html_math_renderer = "mathml"
root_doc = "intro"
exclude_patterns = ["_build"]
html_sourcelink_suffix = ""
html_theme = "basic"
templates_path = ["templates"]
"""
INTRO = "# A book\n\nChapter 3 is the best: a gradient.\n\n```{toctree}\n:glob:\nchapters/*\n```\n"


def write(folder, pages):
    """Write pages into a folder: {"chapters/01-one": a Markdown text or a notebook}; intro and settings are added."""
    folder.mkdir(exist_ok=True)
    if not (folder / "conf.py").exists():  # a newer template would make all pages out of date
        (folder / "conf.py").write_text(SETTINGS, encoding="utf-8")
        (folder / "intro.md").write_text(INTRO, encoding="utf-8")
        (folder / "templates").mkdir()
        shutil.copy(ROOT / "_templates" / "shared" / "genindex.html", folder / "templates")
    for name, page in pages.items():
        suffix, text = (".md", page) if isinstance(page, str) else (".ipynb", writes(page))
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}{suffix}").write_text(text, encoding="utf-8")
    return folder


def build(folder, *, processors=1, each_page=None, **settings):
    """Build what changed; return the folder of the site, the pages that were written, and the warnings.

    each_page is called with the pages written so far, whenever one more is. Several processors keep both to themselves.
    """
    written = []

    def note(app, page, *_):
        written.append(page)
        if each_page:
            each_page(written)

    with patch("website.os.cpu_count", return_value=processors):
        app = SphinxTestApp(srcdir=folder, confoverrides=settings)
        app.connect("html-page-context", note)
        try:
            app.build()
            return app.outdir, written, app.warning.getvalue()
        finally:
            app.cleanup()


def parsed(site, page):
    return BeautifulSoup((site / f"{page}.html").read_text(encoding="utf-8"), "html.parser")
