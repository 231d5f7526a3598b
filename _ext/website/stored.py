"""Shows on a page what a notebook's cell has shown, and the path through the chapters, out of the notebooks.

    ```{stored} chapters/01-computation-graphs.ipynb bill-backward
    ```

The output is the one that the notebook holds, so the tests have compared it like every other.
"""

import json
import re
from html import escape
from pathlib import Path

import yaml
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

KINDS = ("text/html", "image/svg+xml")
CHAPTER = re.compile(r"(?P<file>[\w-]+): (?P<words>.+)")
MINUTES = re.compile(r"\*\*It takes\*\* about (\d+) minutes")
NEEDED = re.compile(r"\((\d\d)-[\w-]+\.ipynb\)(?: to \[\d+\]\((\d\d)-)?")  # a link to a chapter, or to a row of them


class NotFound(ValueError):
    """What a page wants to show isn't in the notebook: the message says what is missing."""


def read(path):
    return json.loads(Path(path).read_text(encoding="utf-8"))["cells"]


def output(cells, identity):
    """Return what a cell has shown, as HTML or SVG."""
    cell = next((cell for cell in cells if cell["id"] == identity), None)
    if cell is None:
        raise NotFound(f"there is no cell {identity!r}")
    for shown in cell.get("outputs", []):
        for kind in KINDS:
            if kind in shown.get("data", {}):
                return "".join(shown["data"][kind])
    raise NotFound(f"the cell {identity!r} shows neither HTML nor SVG")


class Notebooks(SphinxDirective):
    """A directive that reads notebooks: the page is built anew when one of them changes."""

    def cells(self, file):
        path = Path(self.env.srcdir) / file
        self.env.note_dependency(str(path))
        if not path.is_file():
            raise self.error(f"{self.name}: {file} is not there")
        return read(path)

    def output(self, file, identity):
        try:
            return output(self.cells(file), identity)
        except NotFound as problem:
            raise self.error(f"{self.name}: {file}: {problem}") from None


class Stored(Notebooks):
    required_arguments = 2  # notebook, id of the cell
    has_content = True

    def run(self):
        shown = nodes.raw("", f'<div class="stored">{self.output(*self.arguments)}</div>', format="html")
        return [shown]


class ChapterPath(Notebooks):
    """The chapters as cards: picture, number, title, words, minutes, and what each builds on.

    The argument is the notebook with the pictures; each line of the content is "file: what you will be able to do".
    Title, minutes and foundations come from the first cell of each chapter, the parts of the book from _toc.yml.
    """

    required_arguments = 1
    has_content = True

    def run(self):
        toc = Path(self.env.srcdir) / "_toc.yml"
        self.env.note_dependency(str(toc))
        parts = yaml.safe_load(toc.read_text(encoding="utf-8"))["parts"]
        self.marks = ""  # style: what a card builds on is marked while one points at it
        words = dict(self._line(line) for line in self.content if line.strip())
        cards = {file: self._card(file, words[file]) for file in words}
        html = [f"<style>{self.marks}</style>"]
        for part in parts:
            files = [Path(entry["file"]).name for entry in part["chapters"]]
            inside = "".join(cards.pop(file) for file in files if file in cards)
            if inside:
                html.append(f'<h3 class="path-part">{escape(part["caption"])}</h3><ol class="path">{inside}</ol>')
        if cards:
            raise self.error(f"path: not in _toc.yml: {', '.join(cards)}")
        return [nodes.raw("", f'<div class="path-frame">{"".join(html)}</div>', format="html")]

    def _line(self, line):
        found = CHAPTER.fullmatch(line.strip())
        if not found:
            raise self.error(f"path: wanted a line like '01-name: what you will be able to do', got {line!r}")
        return found["file"], found["words"]

    def _card(self, file, words):
        head = "".join(self.cells(f"chapters/{file}.ipynb")[0]["source"])
        number, title = head.splitlines()[0].removeprefix("# ").split(" ", 1)
        needs = head.partition("**It builds on**")[2].partition("**It takes**")[0]
        found = MINUTES.search(head)
        if not found:
            raise self.error(f"path: the first cell of {file} doesn't say '**It takes** about ... minutes'")
        rows = [(int(first), int(last or first)) for first, last in NEEDED.findall(needs)]
        before = [n for first, last in rows for n in range(first, last + 1)]
        picture = self.output(self.arguments[0], f"picture-{int(number):02}")
        self.marks += "".join(
            f".path-frame:has(#card-{number}:is(:hover, :focus-within)) #card-{n}{{border-color:var(--bp-back)}}"
            for n in before
        )
        words_for = ", ".join(str(first) if first == last else f"{first} to {last}" for first, last in sorted(rows))
        builds_on = f'<span class="path-needs">builds on {words_for}</span>' if rows else ""
        return (
            f'<li class="path-card" id="card-{number}"><a href="chapters/{file}.html">{picture}'
            f'<span class="path-title"><span class="path-number">{number}</span> {escape(title)}</span></a>'
            f'<p>{escape(words)}</p><p class="path-facts"><span>{found[1]} minutes</span> {builds_on}</p></li>'
        )
