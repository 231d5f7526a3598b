"""A notebook as a student handed it in, made fit for the grader.

nbgrader finds cells by its mark in their metadata, and gives up on a notebook whose marks are copied, lost or changed.
Here the students' version says which marks there are; what the student wrote stays.
"""

import json
from copy import deepcopy

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

MAKE = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}


class UnreadableError(ValueError):
    """A file that is no notebook, or none of this course: the message says why it can't be graded."""


def read_notebook(data):
    """Return the notebook in a file's bytes, and notes on what was odd about them.

    Raises
    ------
    UnreadableError
        If there is no notebook in them.
    """
    if not data.strip():
        raise UnreadableError("the file is empty")
    notes = []
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", errors="replace")
        notes.append("UTF-16 made UTF-8")
    else:
        text = data.decode("utf-8-sig", errors="replace")
        if data.startswith(b"\xef\xbb\xbf"):
            notes.append("byte-order mark taken off")
    try:
        nb = json.loads(text)
    except (ValueError, RecursionError):
        kind = "a PDF" if text.startswith("%PDF") else "a web page" if text.lstrip().startswith("<") else "no notebook"
        raise UnreadableError(f"the file is {kind}, or was damaged on its way") from None
    try:
        nb = nbformat.convert(nbformat.from_dict(nb), 4)
        for cell in nb.cells:
            cell.source = "".join(cell.source)  # in a file, a list of lines
            if cell.cell_type not in MAKE or not isinstance(cell.setdefault("metadata", {}), dict):
                raise ValueError
    except (AttributeError, KeyError, TypeError, ValueError, nbformat.ValidationError):
        raise UnreadableError("the file holds no notebook's cells") from None
    return nb, notes


def marks(nb):
    """The cells that nbgrader looks after, by name."""
    return {cell.metadata.nbgrader.grade_id: cell for cell in nb.cells if "nbgrader" in cell.metadata}


def assignment_of(nb, releases):
    """The assignment that most cells of a notebook belong to, whatever its file is called; None if none do."""
    names = {_name(cell) for cell in nb.cells}
    shared = {slug: len(names & marks(release).keys()) for slug, release in releases.items()}
    best = max(shared, key=shared.get)
    return best if shared[best] else None


def _name(cell):
    """The name that a cell was given out under. Programs that lose the mark often keep the cell's id."""
    mark = cell.metadata.get("nbgrader")
    named = mark.get("grade_id") if isinstance(mark, dict) else None
    return named or cell.get("id") or cell.metadata.get("id")


def repair(nb, release):
    """Return the notebook with each marked cell of the students' version exactly once, and notes on what was done.

    A copy of a cell stays where it is and runs, but only the last one keeps the mark. A cell that is missing comes
    back as it was given out, after the marked cell above it. Locked cells and all marks are restored; outputs go.
    """
    wanted = marks(release)
    found, notes = {}, []
    cells = [_plain(cell) for cell in nb.cells]
    for cell, before in zip(cells, nb.cells):
        name = _name(before)
        if name in wanted:
            if name in found:
                notes.append(f"cell {name} is there twice: both run, the last one counts")
            found[name] = cell
    lost = [name for name, cell in found.items() if not any(_marked(c, name) for c in nb.cells)]
    if lost:
        notes.append(f"marks restored: {', '.join(lost)}")
    for name, cell in found.items():
        mark = wanted[name].metadata.nbgrader
        cell.metadata = nbformat.from_dict({"nbgrader": deepcopy(mark)})
        cell.cell_type = wanted[name].cell_type
        if not mark.solution:
            cell.source = wanted[name].source
    missing = [name for name in wanted if name not in found]
    if missing:
        notes.append(f"cells deleted, put back as they were: {', '.join(missing)}")
        _put_back(cells, wanted, missing)
    fresh = nbformat.v4.new_notebook(metadata=deepcopy(release.metadata))
    fresh.cells = [_built(cell, number) for number, cell in enumerate(cells)]
    return fresh, notes


def _marked(cell, name):
    mark = cell.metadata.get("nbgrader")
    return isinstance(mark, dict) and mark.get("grade_id") == name


def _plain(cell):
    return nbformat.from_dict({"cell_type": cell.cell_type, "source": cell.source, "metadata": {}})


def _put_back(cells, wanted, missing):
    """Insert cells: an answer or a definition as early as can be, a check as late, so that all it checks has run."""
    order = list(wanted)

    def place(name):
        return next(k for k, cell in enumerate(cells) if cell.metadata.get("nbgrader", {}).get("grade_id") == name)

    for name in missing:
        at = order.index(name)
        before = [other for other in order[:at] if other not in missing[missing.index(name) :]]
        after = [other for other in order[at:] if other not in missing]
        if wanted[name].metadata.nbgrader.grade:
            position = place(after[0]) if after else len(cells)
        else:
            position = place(before[-1]) + 1 if before else 0
        cells.insert(position, _plain(wanted[name]))
        cells[position].metadata = deepcopy(wanted[name].metadata)


def _built(cell, number):
    """The cell, valid: with an id of its own, and without outputs."""
    name = cell.metadata.get("nbgrader", {}).get("grade_id")
    return MAKE[cell.cell_type](cell.source, metadata=cell.metadata, id=name or f"cell-{number}")
