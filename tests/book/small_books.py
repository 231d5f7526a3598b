"""Builds small books with the extensions of this one: what an extension does to a page shows without the whole book."""

import shutil
import sys

from bs4 import BeautifulSoup
from nbformat import writes
from notebooks import ROOT
from sphinx.testing.util import SphinxTestApp

sys.path.insert(0, str(ROOT / "_ext"))

SETTINGS = """
extensions = ["myst_nb", "terms", "chapter_links"]
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
nb_execution_mode = "off"
root_doc = "intro"
html_theme = "basic"
templates_path = ["templates"]
"""
INTRO = "# A book\n\nChapter 3 is the best: a gradient.\n\n```{toctree}\n:glob:\nchapters/*\n```\n"


def write(folder, pages):
    """Write pages into a folder: {"chapters/01-one": a Markdown text or a notebook}; intro and settings are added."""
    if not (folder / "conf.py").exists():  # a newer template would make all pages out of date
        (folder / "conf.py").write_text(SETTINGS, encoding="utf-8")
        (folder / "intro.md").write_text(INTRO, encoding="utf-8")
        (folder / "templates").mkdir()
        shutil.copy(ROOT / "_templates" / "genindex.html", folder / "templates")
    for name, page in pages.items():
        suffix, text = (".md", page) if isinstance(page, str) else (".ipynb", writes(page))
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}{suffix}").write_text(text, encoding="utf-8")
    return folder


def build(folder, parallel=1):
    """Build what changed; return the folder of the site, the pages that were written, and the warnings."""
    app = SphinxTestApp(srcdir=folder, parallel=parallel)
    written = []
    app.connect("html-page-context", lambda app, page, *_: written.append(page))
    try:
        app.build()
        return app.outdir, written, app.warning.getvalue()
    finally:
        app.cleanup()


def parsed(site, page):
    return BeautifulSoup((site / f"{page}.html").read_text(encoding="utf-8"), "html.parser")
