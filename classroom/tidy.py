"""Put what an LMS handed out where the grader wants it, and say what was done for whom."""

import shutil
from pathlib import Path, PurePosixPath

import nbformat.v4

from .course import CourseError
from .lms import files_in
from .register import NOT_GRADED, READY, Entry, read_register, write_register
from .repair import UnreadableError, assignment_of, read_notebook, repair


def tidy(course, places, assignment=None):
    """Take in archives and folders; return what was done, a register's entries.

    Of several files for one assignment, the last that can be read counts. A student whose file can't be read gets an
    entry that says why. With `assignment`, files that don't show where they belong are taken for that one.

    Raises
    ------
    CourseError
        If there is no course, or no such assignment.
    ValueError
        If a place is no folder and no archive.
    """
    course = Path(course)
    releases = {
        path.stem: nbformat.v4.reads(path.read_text(encoding="utf-8")) for path in course.glob("release/*/*.ipynb")
    }
    if not releases:
        raise CourseError(f"no assignments in {course / 'release'}: `make classroom` makes them")
    if assignment and assignment not in releases:
        raise CourseError(f"no assignment {assignment}: there are {', '.join(sorted(releases))}")
    register, done = read_register(course), {}
    for place in places or [course / "submitted"]:
        found = _by_submission(files_in(place), releases, assignment)
        for (slug, student), files in sorted(found.items()):
            entry = _take_in(course, slug, student, files, releases, register)
            done[slug, student] = entry
            # A file that can't be read doesn't push out an earlier one that can.
            if entry.status == READY or register.get((slug, student), entry).status == NOT_GRADED:
                register[slug, student] = entry
    write_register(course, register)
    return list(done.values())


def _by_submission(files, releases, assignment):
    """Which files are there for which (assignment, student): each with its notebook and notes, or what is wrong."""
    read = [(file, *_read(file, releases)) for file in files]
    told = {slug for *_, slug in read if slug}
    if not assignment and len(told) == 1:  # as in an archive of one task
        (assignment,) = told
    found = {}
    for file, nb, notes, problem, slug in read:
        found.setdefault((slug or assignment or "", file.student), []).append((file, nb, notes, problem))
    return _without_side_files(found)


def _read(file, releases):
    """A file's notebook, notes, what is wrong with it, and which assignment it is."""
    named = next((slug for slug in releases if slug in file.path), None)
    if file.problem:
        return None, [], file.problem, named
    if not _looks_like_a_notebook(file.path):
        return None, [], f"{PurePosixPath(file.path).suffix or 'such'} files aren't graded", None
    try:
        nb, notes = read_notebook(file.data)
    except UnreadableError as error:
        return None, [], str(error), named
    slug = assignment_of(nb, releases)
    return nb, notes, "" if slug else "none of its cells are from this course", slug


def _without_side_files(found):
    """Leave out what is no notebook and belongs to nothing, where the student has handed in something else."""
    students = {student for (slug, student), files in found.items() if any(nb for _, nb, *_ in files)}
    return {key: files for key, files in found.items() if key[0] or key[1] not in students}


def _looks_like_a_notebook(path):
    # Browsers put .txt or .json after the name.
    return path.lower().endswith((".ipynb", ".ipynb.txt", ".ipynb.json", ".json"))


def _take_in(course, slug, student, files, releases, register):
    files = sorted(files, key=lambda item: item[0].order)
    good = [item for item in files if not item[3]]
    file, nb, notes, problem = good[-1] if good else files[-1]
    entry = Entry(slug, student, file.name, file.number, file.path, READY if good else NOT_GRADED, problem)
    if not good:
        if len(files) > 1:
            entry.note = "; ".join(f"{other.path}: {why}" for other, *_, why in files)
        return entry
    fresh, more = repair(nb, releases[slug])
    notes = [*notes, *more]
    others = [item for item in files if item[0] is not file and _looks_like_a_notebook(item[0].path)]
    if others:
        unused = ", ".join(f"{other.path} ({why})" if why else other.path for other, *_, why in others)
        notes.append(f"{len(others) + 1} files, the last good one counts; not used: {unused}")
    target = course / "submitted" / student / slug / f"{slug}.ipynb"
    text = nbformat.v4.writes(fresh) + "\n"
    if target.exists() and target.read_text(encoding="utf-8", errors="replace") == text and (slug, student) in register:
        return register[slug, student]  # came in before
    for step in ("autograded", "feedback"):
        if (course / step / student / slug).exists():
            shutil.rmtree(course / step / student / slug)
            notes.append(f"newer than what is in {step}, which was removed")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8", newline="\n")
    entry.note = "; ".join(notes)
    return entry
