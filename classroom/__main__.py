"""Build a course for nbgrader from the chapters' exercises, or write the tables of "Teaching with this book"."""

import argparse
import sys
from pathlib import Path

from .chapters import ROOT, ChapterError, read_chapters


def main(words=None):
    parser = argparse.ArgumentParser(prog="python -m classroom", description=__doc__)
    parser.add_argument("--course", type=Path, default=ROOT / "course", help="the folder to build in (course)")
    parser.add_argument("--chapters", type=int, nargs="+", default=[], metavar="N", help="only these chapters")
    parser.add_argument("--tables", action="store_true", help="write the appendix's tables instead")
    options = parser.parse_args(words)
    try:
        if options.tables:
            return write_tables()
        return build_course(options.course, options.chapters)
    except ChapterError as problem:
        print(problem, file=sys.stderr)
        return 1


def build_course(folder, numbers):
    from .course import CourseError, build

    try:
        chapters = build(folder, numbers)
    except CourseError as problem:
        print(problem, file=sys.stderr)
        return 1
    for chapter in chapters:
        print(f"{chapter.slug}: {len(chapter.tasks)} exercises, {chapter.points} points")
    print(f"For teachers, with solutions: {folder / 'source'}")
    print(f"For students: {folder / 'release'}")
    return 0


def write_tables():
    from .tables import APPENDIX, with_tables

    APPENDIX.write_text(with_tables(APPENDIX.read_text(encoding="utf-8"), read_chapters()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
