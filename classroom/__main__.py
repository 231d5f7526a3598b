"""The exercises as a course: build it, take in what students handed in, grade it, and write the scores for the LMS."""

import argparse
import sys
from pathlib import Path

from .chapters import ROOT, ChapterError, read_chapters


def main(words=None):
    parser = argparse.ArgumentParser(prog="python -m classroom", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(function, course=True):
        added = commands.add_parser(function.__name__, help=function.__doc__, description=function.__doc__)
        added.set_defaults(function=function)
        if course:
            added.add_argument("--course", type=Path, default=ROOT / "course", help="the course's folder (course)")
        return added

    command(build).add_argument("--chapters", type=int, nargs="+", default=[], metavar="N", help="only these chapters")
    added = command(tidy)
    added.add_argument(
        "places", type=Path, nargs="*", metavar="ARCHIVE", help="what the LMS exported (else submitted/)"
    )
    added.add_argument("--assignment", help="for files that don't show which assignment they are")
    added = command(grade)
    added.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="only these, such as 06-affine-layer")
    added.add_argument("--again", action="store_true", help="also what was graded before")
    added.add_argument("--jobs", type=int, metavar="N", help="how many at once (as many as there are processors)")
    added = command(scores)
    added.add_argument("lists", type=Path, nargs="*", metavar="LIST", help="the LMS's list of the class (.csv)")
    added.add_argument("--assignment", help="the assignment that a grading worksheet is for")
    added = command(slides, course=False)
    added.add_argument("chapter", type=int, metavar="N", help="the chapter's number")
    added.add_argument("--folder", type=Path, default=ROOT / "_build" / "slides", help="where to write (_build/slides)")
    command(tables, course=False)

    options = vars(parser.parse_args(words))
    function = options.pop("function")
    try:
        return function(**options)
    except (ChapterError, ValueError) as problem:
        print(problem, file=sys.stderr)
        return 1


def build(course, chapters):
    """Build a course for nbgrader from the chapters' exercises."""
    from .course import build

    for chapter in build(course, chapters):
        print(f"{chapter.slug}: {len(chapter.tasks)} exercises, {chapter.points} points")
    print(f"For teachers, with solutions: {course / 'source'}")
    print(f"For students: {course / 'release'}")
    return 0


def tidy(course, places, assignment):
    """Take in the archives of an LMS, or folders, and repair what the grader would stumble over."""
    from .register import READY
    from .tidy import tidy

    entries = tidy(course, places, assignment)
    _show(entries)
    ready = sum(entry.status == READY for entry in entries)
    print(f"\n{len(entries)} submissions, {ready} to grade. The same is in {course / 'submissions.csv'}.")
    return 0


def grade(course, assignments, again, jobs):
    """Grade what came in, on several processors, and write the feedback."""
    from .grading import LOG, grade
    from .register import GRADED

    entries = grade(course, assignments, again, jobs)
    graded = sum(entry.status == GRADED for entry in entries)
    _show([entry for entry in entries if entry.remarks])
    print(f"\n{graded} graded, {len(entries) - graded} not graded. The feedback is in {course / 'feedback'},")
    print(f"and what the students' programs wrote past their notebooks in {course / LOG}.")
    return 0


def scores(course, lists, assignment):
    """Write the scores, and fill them into the lists of the class that the LMS exported."""
    from .scores import write_scores

    files, remarks = write_scores(course, lists, assignment)
    print("\n".join([*remarks, *map(str, files)]))
    return 0


def slides(chapter, folder):
    """Write a chapter as slides, one file that needs no network."""
    from .slides import write_slides

    print(f"Open this page: {write_slides(chapter, folder)}")
    return 0


def tables():
    """Write the tables of the appendix "Teaching with this book"."""
    from .tables import APPENDIX, with_tables

    APPENDIX.write_text(with_tables(APPENDIX.read_text(encoding="utf-8"), read_chapters()), encoding="utf-8")
    return 0


def _show(entries):
    from .register import as_text

    head = ("assignment", "student", "file", "", "what was done, or why not")
    print(as_text([head, *((e.assignment, e.student, e.file, e.status, e.remarks) for e in entries)]))


if __name__ == "__main__":
    sys.exit(main())
