"""The exercises of a chapter, and whether they still agree with what the package knows of them."""

import ast
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import nbformat.v4

from backprop.exercises import catalogue

from .needs import names, needed

ROOT = Path(__file__).resolve().parent.parent
CHAPTERS = ROOT / "chapters"

HEADING = re.compile(r"^#{2,3} ", re.MULTILINE)
EXERCISE = re.compile(r"Exercise (\d+)(?:: ([^\n]+))? \((\d+) points?, (\d+) minutes?\)")


class ChapterError(Exception):
    """A chapter whose exercises can't be read: the message says which cell, and why."""


@dataclass(frozen=True)
class Task:
    """An exercise as it stands in a chapter."""

    number: int
    points: int
    minutes: int
    id: str  # the first argument of its check
    name: str  # the second one: what the learner hands in
    lead: list  # the cells from the heading to the stub
    stub: object  # the stub's cell; the two below are its source, and the solution's, without the check
    stub_source: str
    solution_id: str
    solution_source: str
    hints: list


@dataclass(frozen=True)
class Chapter:
    slug: str  # "06-affine-layer"
    title: str  # "6 The affine layer"
    minutes: int
    setup: object
    definitions: list  # other cells that the exercises can't do without
    tasks: list

    @property
    def number(self):
        return int(self.slug[:2])

    @property
    def points(self):
        return sum(task.points for task in self.tasks)


def read_chapters(numbers=()):
    """Read all chapters of the book, or those with the given numbers, in order."""
    paths = sorted(CHAPTERS.glob("[0-9][0-9]-*.ipynb"))
    return [read_chapter(path) for path in paths if not numbers or int(path.name[:2]) in numbers]


def read_chapter(path):
    """Read a chapter's exercises.

    Raises
    ------
    ChapterError
        If a tagged cell is not where, or not made as, the conventions say.
    """
    cells = nbformat.v4.reads(Path(path).read_text(encoding="utf-8")).cells  # tests/book validates chapters
    try:
        stubs = [position for position, cell in enumerate(cells) if "exercise" in tags(cell)]
        spans = [_span(cells, position) for position in stubs]
        setup = next(position for position, cell in enumerate(cells) if cell.id == "setup")
        sources = {position: cell.source for position, cell in enumerate(cells) if cell.cell_type == "code"}
        inside = [position for span in spans for position in span if position in sources]
        return Chapter(
            slug=Path(path).stem,
            title=cells[0].source.splitlines()[0].removeprefix("# "),
            minutes=int(re.search(r"\*\*It takes\*\* about (\d+) minutes", cells[0].source)[1]),
            setup=cells[setup],
            definitions=[cells[k] for k in needed(sources, [setup, *inside])],
            tasks=[_task(cells, stub, span) for stub, span in zip(stubs, spans)],
        )
    except (ChapterError, StopIteration, TypeError, IndexError) as problem:
        raise ChapterError(f"{Path(path).name}: {problem or 'no cell with the id setup'}") from problem


def tags(cell):
    return cell.metadata.get("tags", [])


def _span(cells, stub):
    """The positions from an exercise's heading to its solution."""
    first = stub
    while first >= 0 and not (cells[first].cell_type == "markdown" and HEADING.search(cells[first].source)):
        first -= 1
    last = stub + 1
    while last < len(cells) and not {"solution", "exercise"} & set(tags(cells[last])):
        last += 1
    if first < 0 or last == len(cells) or "solution" not in tags(cells[last]):
        raise ChapterError(f"cell {cells[stub].id}: no heading above, or no cell tagged solution below")
    return range(first, last + 1)


def _task(cells, position, span):
    stub, solution = cells[position], cells[span[-1]]
    texts = [cell.source for cell in cells[span[0] : position] if cell.cell_type == "markdown"]
    heading = EXERCISE.search("\n".join(texts))
    if heading is None:
        raise ChapterError(f"cell {stub.id}: above it, nothing says its points and minutes")
    stub_source, exercise_id, name = _without_check(stub)
    solution_source, solution_id, answer = _without_check(solution)
    if not name.isidentifier():
        raise ChapterError(f"cell {stub.id}: hand a name to check, not {name}")
    if answer != name:  # the solution hands in an expression
        solution_source = f"{solution_source}\n{name} = {answer}".lstrip()
    return Task(
        number=int(heading[1]), points=int(heading[3]), minutes=int(heading[4]), id=exercise_id, name=name,
        lead=cells[span[0] : position], stub=stub, stub_source=stub_source,
        solution_id=solution_id, solution_source=solution_source, hints=cells[position + 1 : span[-1]],
    )  # fmt: skip


def _without_check(cell):
    """Split a cell that ends with check("id", answer): its source above that, the id, the answer's source."""
    try:
        last = ast.parse(cell.source).body[-1]
        call = last.value
        if call.func.id != "check" or len(call.args) != 2 or call.keywords:
            raise ValueError
        answer = ast.get_source_segment(cell.source, call.args[1])
        above = cell.source.splitlines()[: last.lineno - 1]
        return "\n".join(above).strip(), ast.literal_eval(call.args[0]), answer
    except (SyntaxError, ValueError, AttributeError, IndexError):
        raise ChapterError(f'cell {cell.id}: its last statement has to be check("...", answer)') from None


def drift(chapter, exercises=None):
    """Say in what a chapter and the package's exercises no longer agree, as a list of sentences."""
    bank = {exercise.id: exercise for exercise in exercises or catalogue()}
    handed = Counter(task.name for task in chapter.tasks)
    elsewhere = [chapter.setup, *chapter.definitions, *(cell for task in chapter.tasks for cell in task.lead)]
    bound = set().union(*(names(cell.source)[0] for cell in elsewhere if cell.cell_type == "code"))
    findings = []
    for place, task in enumerate(chapter.tasks, start=1):
        said = {"points": task.points, "minutes": task.minutes, "chapter": chapter.number}
        if task.number != place:
            findings.append(f"exercise {task.number} stands in place {place}")
        if task.id != task.solution_id:
            findings.append(f"exercise {place}: the stub is checked as {task.id}, the solution as {task.solution_id}")
        if task.id not in bank:
            findings.append(f"exercise {place}: the package knows no exercise {task.id}")
            continue
        for what, value in said.items():
            wanted = getattr(bank[task.id], what)
            if value != wanted:
                findings.append(f"exercise {place}: {what} {value} on the page, {wanted} in the package ({task.id})")
        if task.name in bound or handed[task.name] > 1:
            findings.append(f"exercise {place}: {task.name} is defined elsewhere too, so a broken answer could pass")
    asked = {task.id for task in chapter.tasks}
    missing = [e.id for e in bank.values() if e.chapter == chapter.number and e.id not in asked]
    findings += [f"the package has an exercise {name}, and the chapter doesn't ask it" for name in missing]
    return [f"{chapter.slug}: {finding}" for finding in findings]
