"""Small notebooks to plant faults in: a rule that has never found one proves nothing."""

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from notebooks import normalize


def notebook(*cells):
    """Make a normalized notebook, whose code cells have been run in order."""
    nb = new_notebook()
    nb.cells = list(cells)  # handed to new_notebook, it would mend their ids
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.execution_count = 1
    return normalize(nb)


def code(source="1 + 1", *outputs, id="sum-of-ones", tags=(), alt=None, folded=False):
    metadata = {"tags": list(tags)} if tags else {}
    if folded:
        metadata["jupyter"] = {"source_hidden": True}
    if alt:
        metadata["mystnb"] = {"image": {"alt": alt}}
    return new_code_cell(source, id=id, metadata=metadata, outputs=list(outputs))


def prose(source, id="some-words"):
    return new_markdown_cell(source, id=id)


def stream(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def shown(**data):
    """An output that is displayed: shown(text_plain="2", image_png="...")."""
    mimes = {"image_svg": "image/svg+xml"}
    return new_output("display_data", {mimes.get(key, key.replace("_", "/")): value for key, value in data.items()})


def error():
    return new_output("error", ename="ValueError", evalue="no", traceback=["ValueError: no"])
