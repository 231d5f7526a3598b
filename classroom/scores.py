"""Scores for the LMS: the list of the class that it exported, with the scores filled in.

Three kinds of lists are known, by their first columns, in English:

Moodle's grading worksheet (mod/assign/feedback/offline), one for each task: Identifier, Full name, ..., Grade, Maximum
Grade, ..., Feedback comments. Moodle's lists of participants and of grades (grade/import/csv): First name, Last name
or Surname, Email address, ... And Canvas' gradebook (lib/gradebook_exporter.rb): Student, ID, ..., Section, and a
column for each assignment, "06-affine-layer (4711)".

What was not graded stays empty there, and so does what was not handed in: an empty field changes nothing in the LMS.
"""

import csv
import io
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

from .course import gradebook
from .lms import safe
from .register import GRADED, NOT_GRADED, read_register, write_csv

CANVAS_FIRST = ("Student", "ID", "SIS User ID", "SIS Login ID", "Integration ID", "Root Account", "Section")
NAMES = [("First name", "Last name"), ("First name", "Surname"), ("firstname", "lastname")]


class ListError(ValueError):
    """A list of the class that can't be read: the message says what was expected."""


def scores(course):
    """One row for each submission: score and points, or why there is no score.

    What was graded in a box, a folder boxes/STUDENT with a gradebook of its own, counts for that student.
    """
    register, table = read_register(course), []
    with gradebook(course) as book:
        points = {assignment.name: assignment.max_score for assignment in book.assignments}
        given = _given(book)
    for box in sorted(Path(course).glob("boxes/*/gradebook.db")):
        student = box.parent.name  # a program in a box can write what it likes, but for its own student only
        with gradebook(course, box) as book:
            given |= {key: score for key, score in _given(book).items() if key[1] == student}
        for key, entry in read_register(box.parent).items():
            if key[1] == student:
                register[key] = replace(register.get(key, entry), status=entry.status, result=entry.result)
    for key in sorted({*register, *given}):
        slug, student = key
        entry = register.get(key)
        graded = key in given and (entry is None or entry.status == GRADED)
        note = entry.remarks if entry else ""
        if not graded:
            status = entry.status if entry.status == NOT_GRADED else "not graded yet"
            note = f"{status}: {note}" if note else status
        table.append({
            "assignment": slug, "student": student, "name": entry.name if entry else student,
            "number": entry.number if entry else "", "score": given[key] if graded else "",
            "points": points.get(slug, ""), "note": note,
        })  # fmt: skip
    return table


def _given(book):
    return {
        (assignment.name, submission.student_id): max(0.0, submission.score - submission.late_submission_penalty)
        for assignment in book.assignments
        for submission in assignment.submissions
    }


def write_scores(course, lists=(), assignment=None):
    """Write scores.csv, and beside it each list of the class with the scores; return the files and remarks.

    Raises
    ------
    ListError
        If a list is of no kind that is known, or doesn't say which assignment it is for.
    """
    course, table = Path(course), scores(course)
    write_csv(course / "scores.csv", table)
    files, remarks = [course / "scores.csv"], []
    for path in map(Path, lists):
        head, people, delimiter = _read(path)
        if head[0] == "Identifier":
            said = _fill_worksheet(path, head, people, table, assignment)
        elif head[:2] == ["Student", "ID"]:
            said = _fill_canvas(head, people, table)
        elif any({*names} <= {*head} for names in NAMES):
            said = _fill_participants(head, people, table)
        else:
            raise ListError(
                f"{path.name} begins with the columns {', '.join(head[:4])}; expected Moodle's grading worksheet "
                "(Identifier, Full name, ...) or list of participants (First name, Last name, ...), or Canvas' "
                "gradebook (Student, ID, ...). Set the LMS to English for the export"
            )
        files.append(course / f"{path.stem}-scores.csv")
        with files[-1].open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, head, delimiter=delimiter, restval="")
            writer.writeheader()
            writer.writerows(people)
        remarks += [f"{path.name}: {remark}" for remark in said]
    return files, remarks


def _read(path):
    text = path.read_text(encoding="utf-8-sig")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    people = list(reader)
    if not reader.fieldnames or len(reader.fieldnames) < 2:
        raise ListError(f"{path.name} has no columns: expected a list with commas, semicolons or tabs")
    return list(reader.fieldnames), people, delimiter


def _fill_worksheet(path, head, people, table, assignment):
    numbers = {re.sub(r"\D", "", person["Identifier"]) for person in people}
    if assignment is None:  # a participant's number belongs to one task only
        known = [row for row in table if row["assignment"]]
        told = Counter(row["assignment"] for row in known if row["number"] in numbers)
        told = told or Counter(row["assignment"] for row in known if row["assignment"] in path.name)
        if not told:
            raise ListError(f"{path.name}: which assignment is it for? Say it with --assignment")
        assignment = told.most_common(1)[0][0]
    mine = [row for row in table if row["assignment"] == assignment]
    head += [column for column in ("Grade", "Feedback comments") if column not in head]
    find, said = _Finder(mine, [person.get("Full name", "") for person in people]), []
    for person in people:
        row = find(re.sub(r"\D", "", person["Identifier"]), person.get("Full name", ""))
        if row is None:
            continue
        most = person.get("Maximum Grade") or person.get("Maximum grade") or row["points"]
        person["Grade"] = _scaled(row, most)
        if row["score"] == "":
            person["Feedback comments"] = row["note"]
    return said + _remarks(mine, find.used, assignment)


def _fill_canvas(head, people, table):
    slugs = sorted({row["assignment"] for row in table} - {""})
    columns = {slug: next((title for title in head if slug in safe(title)), slug) for slug in slugs}
    head[:] = [title for title in head if title in CANVAS_FIRST] + list(columns.values())
    limits = next((person for person in people if "Points Possible" in person["Student"]), {})
    for person in people:
        for title in set(person) - {*head}:
            del person[title]
    said = []
    for slug, column in columns.items():
        mine = [row for row in table if row["assignment"] == slug]
        find = _Finder(mine, [person["Student"] for person in people])
        for person in (person for person in people if person["ID"]):
            row = find(person["ID"], person["Student"])
            if row is not None:
                person[column] = _scaled(row, limits.get(column) or row["points"])
        if limits and not limits.get(column) and mine:
            limits[column] = mine[0]["points"]
        if column == slug:
            said.append(f"no column has {slug} in its title: Canvas will ask which assignment {slug} is")
        said += _remarks(mine, find.used, slug)
    return said


def _fill_participants(head, people, table):
    names = next(names for names in NAMES if {*names} <= {*head})
    full = [" ".join(person[part] for part in names) for person in people]
    said = []
    for slug in sorted({row["assignment"] for row in table} - {""}):
        mine = [row for row in table if row["assignment"] == slug]
        find = _Finder(mine, full)
        head += [slug, f"{slug} (feedback)"]
        for person, name in zip(people, full):
            row = find(None, name)
            if row is not None:
                person[slug] = _scaled(row, row["points"])
                person[f"{slug} (feedback)"] = row["note"] if row["score"] == "" else ""
        said += _remarks(mine, find.used, slug)
    return said


def _scaled(row, most):
    """The score, in the points that the LMS gives for the task."""
    if row["score"] == "":
        return ""
    most = float(str(most).replace(",", "."))
    return f"{row['score'] * most / row['points']:.2f}".rstrip("0").rstrip(".")


class _Finder:
    """Finds a person's row by the LMS's number, else by name where nobody else has it."""

    def __init__(self, table, names):
        self.numbers = {row["number"]: row for row in table if row["number"]}
        self.names = {}
        for row in table:
            for name in {safe(row["name"]), safe(row["student"])}:
                self.names.setdefault(name, []).append(row)
        self.people = Counter(map(safe, names))
        self.used = set()

    def __call__(self, number, name):
        row = self.numbers.get(number)
        alike = self.names.get(safe(name), [])
        if row is None and len(alike) == 1 and self.people[safe(name)] == 1:
            (row,) = alike
        if row is not None:
            self.used.add(row["student"])
        return row


def _remarks(mine, used, slug):
    lost = [row["student"] for row in mine if row["student"] not in used]
    return [f"{slug}: not on the list, or two with one name: {', '.join(lost)}"] if lost else []
