"""The tables of the appendix "Teaching with this book", computed from the chapters and the package's exercises.

Each stands in the appendix between two comments that name it:

    <!-- table: exercises -->
    ...
    <!-- end of table -->
"""

import re

from backprop.exercises import catalogue

from .assignments import plural
from .chapters import CHAPTERS
from .plans import PLANS, WITH_EXERCISES

APPENDIX = CHAPTERS / "appendix-teaching.md"
PLACE = re.compile(r"(?<=<!-- table: )([a-z-]+)( -->\n).*?(?=<!-- end of table -->)", re.DOTALL)


def with_tables(text, chapters):
    """Return the appendix's text with every table computed anew."""
    tables = {"exercises": exercise_table(chapters)} | {plan.id: plan_table(plan, chapters) for plan in PLANS}
    places = [match[1] for match in PLACE.finditer(text)]
    if sorted(places) != sorted(tables):
        raise ValueError(f"the appendix has places for {places}, the tables are {list(tables)}")
    return PLACE.sub(lambda match: f"{match[1]}{match[2]}\n{tables[match[1]]}\n\n", text)


def in_order(chapters):
    """The package's exercises, in the order in which the chapters ask them."""
    place = {task.id: task.number for chapter in chapters for task in chapter.tasks}
    return sorted(catalogue(), key=lambda exercise: (exercise.chapter, place.get(exercise.id, 0)))


def exercise_table(chapters):
    rows = [(e.chapter, f"`{e.id}`", e.points, e.minutes) for e in in_order(chapters)]
    total = ("all", plural(len(rows), "exercise"), *(sum(column) for column in list(zip(*rows))[2:]))
    return table(("chapter", "exercise", "points", "minutes"), [*rows, total])


def plan_table(plan, chapters):
    """One row for each session: chapters, exercises, and the minutes of both, which add up."""
    known = {chapter.number: chapter for chapter in chapters}
    rows = []
    for session in plan.sessions:
        chosen = exercises_of(session, in_order(chapters))
        reading = sum(reading_minutes(known[number]) for number in session.chapters)
        mending = sum(exercise.minutes for exercise in chosen)
        points = sum(exercise.points for exercise in chosen)
        read = ", ".join(map(str, session.chapters))
        rows.append((session.name, read, named(session, chosen), points, reading, mending, reading + mending))
    total = ("all", "", "", *(sum(column) for column in list(zip(*rows))[3:]))
    head = ("session", "chapters", "exercises", "points", "reading, min", "exercises, min", "together, min")
    return table(head, [*rows, total])


def exercises_of(session, exercises):
    """Those of the exercises that a session does.

    Raises
    ------
    ValueError
        If a plan names an exercise that its chapters don't have.
    """
    here = {e.id: e for e in exercises if e.chapter in session.chapters}
    unknown = set(session.exercises or ()) - here.keys()
    if unknown:
        raise ValueError(f"chapters {session.chapters} have no exercise {', '.join(sorted(unknown))}")
    return [e for name, e in here.items() if session.exercises is None or name in session.exercises]


def named(session, chosen):
    return "all" if session.exercises is None else ", ".join(f"`{exercise.id}`" for exercise in chosen)


def reading_minutes(chapter):
    """The time at the chapter's head: what it takes to read and run, with its exercises in one case only."""
    inside = sum(task.minutes for task in chapter.tasks) if chapter.number in WITH_EXERCISES else 0
    return chapter.minutes - inside


def table(head, rows):
    """A Markdown table; columns that hold numbers only are set flush right."""
    numeric = [all(isinstance(value, int) for value in column) for column in zip(*rows)]
    rule = ["--:" if number else "---" for number in numeric]
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in (head, rule, *rows))
