"""What an LMS hands out: who handed in which file. Moodle's and Canvas' archives, and plain folders.

The names are those of Moodle's mod_assign, "Download all submissions" (mod/assign/classes/downloader.php), and of
Canvas' "Download Submissions" (lib/content_zipper.rb). Both hand out the newest attempt only, but one attempt can
hold several files.
"""

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

LARGEST = 50_000_000  # bytes of a file; a notebook with its figures has about one million

# "Jane Doe_4711_assignsubmission_file/06-affine-layer.ipynb"; until Moodle 4.0 with _ before the slash, and flat,
# "Jane Doe_4711_assignsubmission_file_06-affine-layer.ipynb", if "in folders" is off. 4711 is the participant's
# number, which is another one in each task.
MOODLE = re.compile(
    r"(?P<name>[^/]+)_(?P<number>\d+)_assignsubmission_(?P<kind>[a-z]+?)(?:_?/|_(?=[^/]+$))(?P<file>.+)"
)
# "doejane_LATE_4711_67890_06-affine-layer-1.ipynb", "anon_aBc12_67890_...": 4711 is the student's number in Canvas,
# 67890 the file's. Canvas puts -1, -2, ... after the name of a file that comes in again.
CANVAS = re.compile(
    r"(?i:LATE_)?(?:(?P<name>[^/]+?)_)?(?i:LATE_)?(?P<number>\d+|(?<=anon_)\w+?)_(?P<order>\d+)_(?P<file>[^/]*)"
)
PLAIN = re.compile(r"(?P<name>[^/.][^/]*)/(?P<file>.+)")  # no name that leads out of the folder

IGNORED = {"__MACOSX", ".ipynb_checkpoints", ".git", "__pycache__"}


@dataclass(frozen=True)
class File:
    """A file that a student handed in."""

    student: str  # a name for a folder
    name: str  # as the LMS writes it
    number: str  # the LMS's number for the student: "" in a plain folder
    path: str  # the file's own name
    order: tuple  # a later file has a greater one
    data: bytes  # empty if the file is too large
    problem: str = ""


def files_in(place):
    """All files in an archive of an LMS, or in a folder, with the students who handed them in.

    Raises
    ------
    ValueError
        If the place is no folder and no archive.
    """
    place = Path(place)
    found = []
    for path, when, size, read in _entries(place):
        parts = PurePosixPath(path).parts
        if IGNORED & set(parts) or parts[-1].startswith("._") or parts[-1] == ".DS_Store":
            continue
        found += list(_unpacked(path, when, size, read))
    layout = next((form for form in (MOODLE, CANVAS) if any(form.fullmatch(path) for path, *_ in found)), PLAIN)
    found = [(path, when, data, problem, layout.fullmatch(path)) for path, when, data, problem in found]
    # Two students of one name can only be told apart by their numbers.
    people = {(safe(match["name"] or ""), match["number"]) for *_, match in found if match and layout is MOODLE}
    shared = {name for name, _ in people if sum(other == name for other, _ in people) > 1}
    return [_file(path, when, data, problem, match, shared) for path, when, data, problem, match in found]


def _file(path, when, data, problem, match, shared):
    if match is None:
        return File("", "", "", path, (), b"", "nothing in its name says whose it is")
    said = {"number": "", "order": "0", "kind": "file", **match.groupdict()}
    name = said["name"] or ""
    student = safe(name) if said["number"] else name
    if said["number"] and ("order" in match.groupdict() or student in shared):
        student = f"{student}-{said['number']}".strip("-")
    repeat = re.search(r"(?:\((\d+)\)|-(\d+))\.ipynb", said["file"])
    order = (int(said["order"]), when, int(next(filter(None, repeat.groups()))) if repeat else 0)
    if said["kind"] not in ("file", "files"):
        problem = problem or f"no file, but Moodle's {said['kind']}"
    return File(student, name, said["number"] or "", said["file"], order, data, problem)


def _entries(place):
    """(path, time, size, function that reads) for everything in a folder or an archive."""
    if place.is_dir():
        for path in sorted(path for path in place.rglob("*") if path.is_file() and not path.is_symlink()):
            yield path.relative_to(place).as_posix(), (path.stat().st_mtime,), path.stat().st_size, path.read_bytes
    elif zipfile.is_zipfile(place):
        with zipfile.ZipFile(place) as archive:
            for entry in (entry for entry in archive.infolist() if not entry.is_dir()):
                yield entry.filename, entry.date_time, entry.file_size, lambda entry=entry: archive.read(entry)
    else:
        raise ValueError(f"{place}: expected the archive (.zip) that the LMS made, or a folder")


def _unpacked(path, when, size, read):
    """A file, or what is in it if a student packed the notebook once more."""
    if size > LARGEST:
        yield path, when, b"", f"larger than {LARGEST // 1_000_000} MB"
        return
    try:
        data = read()
        if not path.lower().endswith(".zip"):
            yield path, when, data, ""
            return
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in archive.infolist():
                inner = PurePosixPath(entry.filename)
                if inner.suffix == ".ipynb" and entry.file_size <= LARGEST and not IGNORED & set(inner.parts):
                    yield f"{path[:-4]} {inner.name}", when, archive.read(entry), ""
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as problem:  # damaged, or with a password
        yield path, when, b"", f"can't be unpacked ({problem})"


def safe(name):
    """A person's name as the name of a folder: letters without accents, digits, and - between them.

    Names in other alphabets keep their letters. "" becomes "".
    """
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss")).casefold()
    return re.sub(r"[^\w.@]+", "-", "".join(c for c in plain if not unicodedata.combining(c))).strip("-.")
