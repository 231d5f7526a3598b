"""The folder of a course: the teacher's versions are written here, nbgrader makes the students' ones."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat.v4

from .assignments import assignment
from .chapters import drift, read_chapters

CONFIG = Path(__file__).parent / "nbgrader_config.py"


class CourseError(Exception):
    """A course that can't be built; the message is for the person who called the command."""


def build(folder, numbers=()):
    """Write source/ and release/ into a folder, for all chapters or for those with the given numbers.

    Submissions and the gradebook stay. The same chapters give the same bytes.

    Raises
    ------
    CourseError
        If a chapter and the package disagree, or nbgrader refuses.
    """
    chapters = [chapter for chapter in read_chapters() if not numbers or chapter.number in numbers]
    unknown = set(numbers) - {chapter.number for chapter in chapters}
    if unknown:
        raise CourseError(f"no chapter {', '.join(map(str, sorted(unknown)))}")
    findings = [finding for chapter in chapters for finding in drift(chapter)]
    if findings:
        raise CourseError("\n".join(findings))
    folder = Path(folder)
    for chapter in chapters:
        target = folder / "source" / chapter.slug / f"{chapter.slug}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(nbformat.v4.writes(assignment(chapter)) + "\n", encoding="utf-8", newline="\n")
    if not (folder / CONFIG.name).exists():
        shutil.copyfile(CONFIG, folder / CONFIG.name)
    nbgrader(folder, "generate_assignment", "*", "--force")
    return chapters


def nbgrader(folder, *words):
    """Run nbgrader in the folder of a course; return what it wrote."""
    # nbgrader looks for the programs it starts on the PATH, and they stand beside this Python.
    beside = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    run = subprocess.run(
        [sys.executable, "-m", "nbgrader", *words],
        cwd=folder, env=beside, capture_output=True, encoding="utf-8", errors="replace", check=False,
    )  # fmt: skip
    if run.returncode:
        raise CourseError(f"nbgrader {' '.join(words)} failed:\n{run.stdout}{run.stderr}")
    return run.stdout + run.stderr
