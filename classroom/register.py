"""The register of a course, submissions.csv: what came in from whom, what was done with it, and what became of it."""

import csv
from dataclasses import asdict, dataclass, fields
from pathlib import Path

READY, GRADED, NOT_GRADED = "ready", "graded", "not graded"


@dataclass
class Entry:
    """One student's submission of one assignment."""

    assignment: str
    student: str  # the name of the folder
    name: str  # as the LMS writes it
    number: str  # the LMS's number for the student
    file: str
    status: str
    note: str = ""  # what was done when it came in, or why it can't be graded
    result: str = ""  # what grading had to say

    @property
    def remarks(self):
        return "; ".join(filter(None, [self.note, self.result]))


def read_register(course):
    """The entries of a course, by (assignment, student)."""
    path = Path(course) / "submissions.csv"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        entries = [Entry(**{field.name: row.get(field.name) or "" for field in fields(Entry)}) for row in rows(file)]
    return {(entry.assignment, entry.student): entry for entry in entries}


def write_register(course, register):
    write_csv(Path(course) / "submissions.csv", [asdict(register[key]) for key in sorted(register)])


def rows(file):
    return list(csv.DictReader(file))


def write_csv(path, table):
    """Write rows, each a dictionary. Spreadsheets need the mark at the beginning, and would run what begins with =."""
    with Path(path).open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(key for row in table for key in row)))
        writer.writeheader()
        writer.writerows({key: _harmless(value) for key, value in row.items()} for row in table)


def _harmless(value):
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@")) else value


def as_text(table):
    """Rows, each a tuple of words, in columns for a terminal."""
    widths = [max(len(str(row[column])) for row in table) for column in range(len(table[0]))]
    lines = ["  ".join(str(word).ljust(width) for word, width in zip(row, widths)).rstrip() for row in table]
    return "\n".join(lines)
