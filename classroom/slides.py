"""A chapter as slides: one HTML file, with everything in it, that needs no network.

nbconvert makes the slides, reveal.js shows them. reveal.js comes with the package sphinx-revealjs.
"""

import importlib.util
import re
from pathlib import Path

import nbformat.v4
from latex2mathml.converter import convert
from nbconvert.exporters import SlidesExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from traitlets.config import Config

from .assignments import without_links
from .chapters import CHAPTERS, ChapterError, tags

TEMPLATE = Path(__file__).parent / "slides.html.j2"
HEADING = re.compile(r"^(?=#{1,3} )", re.MULTILINE)


def write_slides(number, folder):
    """Write a chapter's slides into a folder; return the file.

    Raises
    ------
    ChapterError
        If there is no chapter of that number.
    """
    found = sorted(CHAPTERS.glob(f"{number:02d}-*.ipynb"))
    if not found:
        raise ChapterError(f"no chapter {number}")
    nb = nbformat.v4.reads(found[0].read_text(encoding="utf-8"))
    target = Path(folder) / f"{found[0].stem}.slides.html"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(as_html(nb), encoding="utf-8")
    return target


def as_html(nb):
    marked = with_slide_marks(nb)
    marked.metadata["title"] = nb.cells[0].source.splitlines()[0].removeprefix("# ")
    settings = Config()
    settings.CSSHTMLHeaderPreprocessor.style = "default"
    exporter = _Exporter(
        config=settings, template_file=str(TEMPLATE), exclude_input_prompt=True, exclude_output_prompt=True,
    )  # fmt: skip
    package = importlib.util.find_spec("sphinx_revealjs").submodule_search_locations[0]
    reveal = Path(package, "_static", "revealjs", "dist")
    resources = {
        "reveal_css": (reveal / "reveal.css").read_text(encoding="utf-8"),
        "reveal_js": (reveal / "reveal.js").read_text(encoding="utf-8").partition("//# sourceMappingURL")[0],
    }
    return exporter.from_notebook_node(marked, resources)[0]


def with_slide_marks(nb):
    """A copy of a chapter in which each cell knows its place among the slides.

    A heading begins a slide (### one below it), and so does each further text; code follows its text on the same
    slide. After a "Predict" box, it waits for a key. Set-up cells, stubs, hints and solutions are left out.
    """
    cells = []
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            parts = [part for part in HEADING.split(cell.source) if part.strip()]
            texts = [nbformat.v4.new_markdown_cell(without_links(part.strip())) for part in parts]
            for text in texts:
                kind = "slide" if re.match("##? ", text.source) else "subslide"
                _mark(text, "skip" if text.source.startswith("<details>") else kind)
            cells += texts
        else:
            cell = nbformat.from_dict(cell)
            above = next((other.source for other in reversed(cells) if other.cell_type == "markdown"), "")
            left_out = {"remove-cell", "hide-cell", "exercise", "solution"} & set(tags(cell)) or cell.id == "setup"
            _mark(cell, "skip" if left_out else "fragment" if "**Predict.**" in above else "-")
            cells.append(cell)
    return nbformat.v4.new_notebook(cells=cells, metadata=dict(nb.metadata))


def _mark(cell, kind):
    cell.metadata["slideshow"] = {"slide_type": kind}


class _Renderer(IPythonRenderer):
    """Formulas as MathML, which browsers show by themselves."""

    def inline_math(self, body):
        return convert(body)

    def block_math(self, body):
        return convert(body, display="block")


class _Exporter(SlidesExporter):
    def default_filters(self):
        yield from super().default_filters()
        yield "markdown2html", _as_html


def _as_html(text):
    return MarkdownWithMath(renderer=_Renderer(escape=False, exclude_anchor_links=True)).render(text)
