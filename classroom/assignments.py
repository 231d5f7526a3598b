"""A chapter's exercises as a notebook for nbgrader, in the teacher's version.

Each exercise becomes an answer cell, which the student fills in, and a check cell, which is locked and
carries the points. The answer cell holds the chapter's stub, and below it the chapter's solution between
nbgrader's marks. The check cell knows no answer: it asks `backprop.exercises.check`.
"""

import re

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"

INTRODUCTION = """# {title}: exercises

{count} exercises from the chapter of that name, {points} in all.

Run the cells from the top. Put your answer in place of `None`. Then run the cell below it, which tells you what is \
wrong. The check cells are locked, and written anew before grading. An answer may use what stands in this notebook and \
what it imports.

When you are done, choose *Restart kernel and run all cells*, and read the verdicts once more. Save, and hand in this \
file under its own name."""

CHECK = """\
# {points}. This cell is written anew before grading.
from backprop.exercises import check

report = check("{id}", {name})
print(report)
{number} if report.passed else 0"""


def assignment(chapter):
    """Return the teacher's version of a chapter's exercises, with the solutions."""
    points = plural(chapter.points, "point")
    introduction = INTRODUCTION.format(title=chapter.title, count=len(chapter.tasks), points=points)
    cells = [text("title", introduction), locked(chapter.setup)]
    if chapter.definitions:
        cells.append(text("from-the-chapter", "The exercises need these cells of the chapter. Run them as they are."))
        cells += [locked(cell) for cell in chapter.definitions]
    for task in chapter.tasks:
        cells += cells_of(task)
    return nbformat.from_dict(new_notebook(cells=cells, metadata=METADATA))


def cells_of(task):
    lead = [text(cell.id, cell.source) if cell.cell_type == "markdown" else locked(cell) for cell in task.lead]
    lead[0].source = re.sub(r"\A.*?(?=^### )", "", lead[0].source, count=1, flags=re.DOTALL | re.MULTILINE)
    answer = f"{task.stub_source}\n{BEGIN}\n{task.solution_source}\n{END}"
    check = CHECK.format(id=task.id, name=task.name, number=task.points, points=plural(task.points, "point"))
    return [
        *lead,
        code(task.stub.id, answer, solution=True),
        code(f"{task.stub.id.removesuffix('-answer')}-check", check, points=task.points),
        *(text(cell.id, cell.source) for cell in task.hints),
    ]


def code(identity, source, solution=False, points=None):
    """A cell that nbgrader looks after: an answer, a check (if it has points), or else a locked cell."""
    said = {
        "grade": points is not None, "grade_id": identity, "locked": not solution, "schema_version": 3,
        "solution": solution, "task": False,
    }  # fmt: skip
    if points is not None:
        said["points"] = points
    return new_code_cell(source, id=identity, metadata={"nbgrader": said})


def locked(cell):
    return code(cell.id, cell.source)


def text(identity, source):
    return new_markdown_cell(without_links(source), id=identity)


def without_links(source):
    """A text without links to other chapters, which aren't beside the student's file: the words of a link stay."""
    return re.sub(r"(?<!!)\[([^\]]+)\]\((?!https?:)[^)]*\)", r"\1", source)


def plural(count, word):
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
