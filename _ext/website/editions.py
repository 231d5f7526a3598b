"""The book as an EPUB and as a PDF: where `make epub` or `make pdf` has made one, it lies beside the site's pages.

The first page leads to what is there, in the place of its comment <!-- editions -->, and else says nothing of it.
"""

import shutil
from pathlib import Path

MARK = "<!-- editions -->"
FILES = {
    "backpropagation.epub": "as an EPUB, for e-readers",
    "backpropagation.pdf": "as a PDF, for paper",
}


def made(app):
    """Return the files that are there, beside the folder of the site."""
    folder = Path(app.outdir).parent
    return [folder / name for name in FILES if (folder / name).is_file()]


def pages_to_write(app, env):
    return [app.config.root_doc] if app.builder.name == "html" else []


def offer(app, context):
    links = [f'<a href="{file.name}" download>{FILES[file.name]}</a>' for file in made(app)]
    words = f'<p class="editions">Take the whole book along: {" or ".join(links)}.</p>' if links else ""
    context["body"] = context.get("body", "").replace(MARK, words)


def copy(app):
    for name in FILES:
        Path(app.outdir, name).unlink(missing_ok=True)
    for file in made(app):
        shutil.copyfile(file, Path(app.outdir, file.name))
