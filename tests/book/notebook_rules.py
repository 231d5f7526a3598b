"""What every notebook of the book must obey: each rule takes a notebook and returns a list of findings.

A finding is one sentence that names the cell. An empty list means that the rule is kept.
"""

import ast
import re
from pathlib import Path

from IPython.core.inputtransformer2 import TransformerManager
from notebooks import check, code_cells, tags

ALLOWED_TAGS = {
    "mnist",
    "nbval-ignore-output",
    "raises-exception",
    "hide-cell",
    "hide-input",
    "hide-output",
    "remove-cell",
    "solution",
    "exercise",
    "hint",
    "figure",
    "listing",
    "measured",
}
FOLDED = {"hide-cell", "remove-cell"}
MAX_LINES = 25
MAX_WIDTH = 91  # what the page shows at 1280 pixels
MAX_BYTES = 1_500_000

MEMORY_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{7,}")
MACHINE_PATH = re.compile(r"(?<![\w.~])/(?:home|root|work|tmp|Users)/|\b[A-Z]:\\+Users")
PIXELS = {"image/png", "image/jpeg", "image/gif"}
PROGRESS_BAR = re.compile(r"\d+%\|.*\||\b(?:it/s|s/it)\b")


def run_in_order(nb):
    """Every code cell was run, once each, from top to bottom."""
    return [
        f"cell {cell.id} has execution count {cell.execution_count} instead of {wanted}"
        for wanted, cell in enumerate(code_cells(nb), start=1)
        if cell.execution_count != wanted
    ]


def errors_only_where_announced(nb):
    """A cell shows an error exactly when its tag says so."""
    findings = []
    for cell in code_cells(nb):
        failed = any(output.output_type == "error" for output in cell.outputs)
        announced = "raises-exception" in tags(cell)
        if failed and not announced:
            findings.append(f"cell {cell.id} shows an error but is not tagged raises-exception")
        if announced and not failed:
            findings.append(f"cell {cell.id} is tagged raises-exception but shows no error")
    return findings


def readable_ids(nb):
    """Cell ids are words joined by hyphens, and no two cells share one."""
    findings, seen = [], set()
    for position, cell in enumerate(nb.cells):
        identity = cell.get("id", "")
        if not is_slug(identity):
            findings.append(f"cell {position} has the id {identity!r}: use a few lowercase words joined by hyphens")
        if identity in seen:
            findings.append(f"cell id {identity} stands twice")
        seen.add(identity)
    return findings


def is_slug(identity):
    if not re.fullmatch(r"[a-z]+\d{0,3}(-([a-z]+\d{0,3}|\d{1,4}))*", identity):
        return False
    words = re.findall(r"[a-z]+", identity)
    # What a program makes up shows: long runs of a to f are hexadecimal, long words without a vowel are random.
    return not any(len(w) >= 8 and set(w) <= set("abcdef") or len(w) >= 6 and not set(w) & set("aeiouy") for w in words)


def known_tags(nb):
    """Tags are few, and a misspelt one would silently do nothing."""
    return [
        f"cell {cell.id} has the unknown tag {tag!r}"
        for cell in nb.cells
        for tag in tags(cell)
        if tag not in ALLOWED_TAGS
    ]


def ignored_outputs_are_asserted(nb):
    """Where an output is not compared, the next code cell asserts the claim that the prose makes about it."""
    cells = code_cells(nb)
    return [
        f"cell {cell.id} is tagged nbval-ignore-output, but the next code cell asserts nothing"
        for cell, following in zip(cells, [*cells[1:], None], strict=True)
        if "nbval-ignore-output" in tags(cell) and not (following and asserts(following.source))
    ]


def measured_plots(nb):
    """A plot whose places aren't compared shows what a cell before it measured, whose claims are asserted there."""
    findings, ignored = [], False
    for cell in code_cells(nb):
        ignored = ignored or "nbval-ignore-output" in tags(cell)
        if "measured" in tags(cell):
            shown = [output for output in cell.outputs if "image/svg+xml" in output.get("data", {})]
            if not (ignored and len(shown) == len(cell.outputs) == 1):
                findings.append(
                    f"cell {cell.id} is tagged measured, but isn't one plot after a cell that is not compared"
                )
    return findings


def asserts(source):
    tree = ast.parse(TransformerManager().transform_cell(source))
    return any(isinstance(node, ast.Assert) for node in ast.walk(tree))


def output_texts(cell):
    """Yield (where, text) for everything that a cell shows as text; pictures made of pixels have none."""
    for output in cell.outputs:
        if output.output_type == "stream":
            yield output.name, output.text
        elif output.output_type == "error":
            yield "error", "\n".join([output.evalue, *output.traceback])
        else:
            yield from ((mime, str(data)) for mime, data in output.data.items() if mime not in PIXELS)


def same_on_every_machine(nb):
    """No output tells of the machine, the moment or the process that it was made on."""
    findings = []
    for cell in code_cells(nb):
        compared = "nbval-ignore-output" not in tags(cell)
        for where, text in output_texts(cell):
            if MEMORY_ADDRESS.search(text):
                findings.append(f"cell {cell.id} shows a memory address ({where})")
            if MACHINE_PATH.search(text):
                findings.append(f"cell {cell.id} shows a path of one machine ({where})")
            if compared and (PROGRESS_BAR.search(text) or "widget" in where):
                findings.append(f"cell {cell.id} shows a progress bar ({where})")
            if compared and where == "stderr":
                findings.append(f"cell {cell.id} writes to stderr: {text.strip()[:80]}")
    return findings


def pictures_have_alt_text(nb):
    """Who can't see a picture gets it in words: mystnb.image.alt in the cell's metadata, or a label in the SVG."""
    findings = []
    for cell in code_cells(nb):
        alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "").strip()
        for output in cell.outputs:
            data = output.get("data", {})
            html = data.get("text/html", "")
            # The page prefers HTML to a picture where an output has both, so the HTML is what counts then.
            if html:
                lacking = unlabeled_pictures(html)
            else:
                lacking = not alt and any(mime.startswith("image/") for mime in data)
            if lacking:
                findings.append(f"cell {cell.id} shows a picture without alt text: set mystnb.image.alt")
    return findings


def unlabeled_pictures(html):
    """Return the tags of pictures in a piece of HTML that say nothing to a screen reader."""
    images = [tag for tag in re.findall(r"<img\b[^>]*>", html) if not re.search(r'\balt="[^"]+"', tag)]
    drawings = re.findall(r"<svg\b[^>]*>(?!\s*<title\b)", html)
    return images + [tag for tag in drawings if not re.search(r'\baria-label(ledby)?="[^"]+"|aria-hidden="true"', tag)]


def short_cells(nb):
    """A cell holds one idea: code of more than a screen belongs in the package, unless it is tagged as a listing."""
    lengths = ((cell.id, len(cell.source.splitlines())) for cell in code_cells(nb) if "listing" not in tags(cell))
    return [f"cell {identity} has {n} lines, more than {MAX_LINES}" for identity, n in lengths if n > MAX_LINES]


def narrow_code(nb):
    """Code that is wider than the page's column has to be scrolled to be read."""
    shown = [cell for cell in code_cells(nb) if not FOLDED & set(tags(cell))]
    widths = ((cell.id, max(map(len, cell.source.splitlines()), default=0)) for cell in shown)
    return [f"cell {identity} is {n} characters wide, more than {MAX_WIDTH}" for identity, n in widths if n > MAX_WIDTH]


def folded_scaffolding(nb):
    """Imports, and cells that only assert, don't stand between a reader and the text, on the page or in a notebook."""
    return [
        f"cell {cell.id} must be folded: tag it hide-cell or remove-cell, and set jupyter.source_hidden"
        for cell in code_cells(nb)
        if (cell.id == "setup" or only_asserts(cell.source))
        and not (FOLDED & set(tags(cell)) and cell.metadata.get("jupyter", {}).get("source_hidden"))
    ]


def only_asserts(source):
    def guards(node):
        inside = isinstance(node, (ast.For, ast.If, ast.With)) and all(map(guards, node.body))
        return isinstance(node, ast.Assert) or inside

    body = ast.parse(TransformerManager().transform_cell(source)).body
    return bool(body) and all(map(guards, body))


def stubs_and_solutions(nb):
    """An exercise begins unattempted; its solution passes its own check."""
    wanted = {"exercise": "Not attempted yet", "solution": "Right."}
    return [
        f"cell {cell.id} is tagged {tag}, and its check doesn't say {words!r}"
        for cell in code_cells(nb)
        for tag, words in wanted.items()
        if tag in tags(cell) and not any(words in text for _, text in output_texts(cell))
    ]


RULES = (
    run_in_order,
    errors_only_where_announced,
    readable_ids,
    known_tags,
    ignored_outputs_are_asserted,
    measured_plots,
    same_on_every_machine,
    pictures_have_alt_text,
    short_cells,
    narrow_code,
    folded_scaffolding,
    stubs_and_solutions,
)


# Rules about the file rather than the notebook in it.


def normal_form(path):
    """The file is as `python tools/notebooks.py` writes it."""
    return [f"{finding}: run python tools/notebooks.py" for finding in check(path)]


def small_file(path):
    """A notebook stays small enough for a Git host to show it."""
    size = Path(path).stat().st_size
    return [f"{size:,} bytes, more than {MAX_BYTES:,}"] if size > MAX_BYTES else []


FILE_RULES = (normal_form, small_file)
