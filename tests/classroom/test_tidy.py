"""What students hand in and an LMS hands out, odd as it is, lies where the grader wants it, or a note says why not."""

import zipfile
from copy import deepcopy

import nbformat
import pytest
from submissions import BILLS, GRADIENTS, RIGHT, answers, cell, copy_cell

from classroom.__main__ import main
from classroom.lms import files_in, safe
from classroom.register import NOT_GRADED, READY, read_register
from classroom.repair import marks, repair
from classroom.tidy import tidy

SLUG = GRADIENTS


@pytest.fixture
def folder(releases, tmp_path):
    """A course in which students' versions are all there is."""
    for slug in (BILLS, GRADIENTS):
        target = tmp_path / "release" / slug / f"{slug}.ipynb"
        target.parent.mkdir(parents=True)
        target.write_text(nbformat.v4.writes(releases[slug]), encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def right(releases):
    return as_bytes(releases, answers(RIGHT[SLUG]))


def as_bytes(releases, *changes):
    nb = deepcopy(releases[SLUG])
    for change in changes:
        change(nb)
    return nbformat.v4.writes(nb).encode()


def export(path, files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def sources(folder, student, slug=SLUG):
    path = folder / "submitted" / student / slug / f"{slug}.ipynb"
    return {each.id: each.source for each in nbformat.read(path, as_version=4).cells}


def taken_in(folder, student):
    """Whether the right answers lie where the grader looks for them."""
    return (
        RIGHT[SLUG].items()
        <= {name.removesuffix("-answer"): source for name, source in sources(folder, student).items()}.items()
    )


@pytest.mark.parametrize(
    ("name", "student", "number"),
    [
        (f"Zoë van Dam_81_assignsubmission_file/{SLUG}.ipynb", "zoe-van-dam", "81"),
        (f"Zoë van Dam_81_assignsubmission_file_/{SLUG}.ipynb", "zoe-van-dam", "81"),  # before Moodle 4.1
        (f"Zoë van Dam_81_assignsubmission_file_/week 8/{SLUG}.ipynb", "zoe-van-dam", "81"),
        (f"Zoë van Dam_81_assignsubmission_file_{SLUG}.ipynb", "zoe-van-dam", "81"),  # not in folders
        (f"vandamzo_4711_6789_{SLUG}.ipynb", "vandamzo-4711", "4711"),
        (f"vandamzo_LATE_4711_6789_{SLUG}-2.ipynb", "vandamzo-4711", "4711"),
        (f"anon_aB1c2_6789_{SLUG}.ipynb", "anon-aB1c2", "aB1c2"),
        (f"LATE_anon_aB1c2_6789_{SLUG}.ipynb", "anon-aB1c2", "aB1c2"),
        (f"s4711/{SLUG}/{SLUG}.ipynb", "s4711", ""),
    ],
)
def test_the_names_in_an_archive_say_whose_a_file_is(tmp_path, name, student, number):
    (file,) = files_in(export(tmp_path / "export.zip", {name: b"x", "__MACOSX/._x": b""}))
    assert (file.student, file.number, file.data) == (student, number, b"x")
    assert SLUG in file.path and safe(file.name) in student.casefold()


@pytest.mark.parametrize(
    ("name", "data", "note"),
    [
        ("{slug}.ipynb", "{right}", ""),
        ("{slug} (1).ipynb", "{right}", ""),
        ("homework FINAL.ipynb.txt", "{right}", ""),
        ("{slug}.ipynb", b"\xef\xbb\xbf{right}", "byte-order mark taken off"),
        ("{slug}.ipynb", b"\xff\xfe{right}", "UTF-16 made UTF-8"),
        ("{slug}.ipynb", b"", "the file is empty"),
        ("{slug}.ipynb", b"  \n", "the file is empty"),
        ("{slug}.ipynb", b"<!DOCTYPE html>", "the file is a web page, or was damaged"),
        ("{slug}.ipynb", b'{"cells": [', "the file is no notebook, or was damaged"),
        ("{slug}.ipynb", b"[1]", "the file holds no notebook's cells"),
        ("{slug}.ipynb", b'{"cells": [7], "nbformat": 4, "nbformat_minor": 5}', "the file holds no notebook's cells"),
        ("{slug}.ipynb", b'{"cells": [], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "none of its cells"),
        ("{slug}.pdf", b"%PDF", ".pdf files aren't graded"),
        ("{slug}.zip", b"PK", "can't be unpacked"),
    ],
)
def test_odd_files(folder, right, name, data, note):
    if data == "{right}":
        data = right
    elif b"{right}" in data:
        encoding = "utf-16-le" if data.startswith(b"\xff") else "utf-8"
        data = data.removesuffix(b"{right}") + right.decode().encode(encoding)
    path = export(folder / "export.zip", {f"Zoë van Dam_81_assignsubmission_file/{name.format(slug=SLUG)}": data})
    (entry,) = tidy(folder, [path], SLUG)
    assert entry.note.startswith(note) and bool(entry.note) == bool(note)
    can_be_graded = note in ("", "byte-order mark taken off", "UTF-16 made UTF-8")
    assert entry.status == (READY if can_be_graded else NOT_GRADED)
    assert (folder / "submitted" / "zoe-van-dam").exists() == can_be_graded
    assert not can_be_graded or taken_in(folder, "zoe-van-dam")
    assert read_register(folder) == {(SLUG, "zoe-van-dam"): entry}


def test_of_several_files_the_last_good_one_counts(folder, releases, right):
    files = {
        f"doejane_4711_10_{SLUG}-3.ipynb": as_bytes(releases),
        f"doejane_4711_30_{SLUG}-2.ipynb": b"",
        f"doejane_4711_20_{SLUG}-1.ipynb": right,
        "doejane_4711_40_notes.pdf": b"%PDF",
    }
    (entry,) = tidy(folder, [export(folder / "export.zip", files)])
    assert entry.file == f"{SLUG}-1.ipynb" and taken_in(folder, "doejane-4711")
    assert entry.note.startswith("3 files, the last good one counts") and "(the file is empty)" in entry.note


def test_files_of_nobody_are_all_named(folder, right):
    (entry,) = tidy(folder, [export(folder / "export.zip", {"a.ipynb": right, f"../{SLUG}.ipynb": right})])
    assert entry.status == NOT_GRADED and not (folder / "submitted").exists()
    assert entry.note == "; ".join(
        f"{name}: nothing in its name says whose it is" for name in ("a.ipynb", f"../{SLUG}.ipynb")
    )


def test_a_second_attempt_replaces_the_first_and_what_was_graded(folder, releases, right):
    name = f"Jane Doe_81_assignsubmission_file/{SLUG}.ipynb"
    tidy(folder, [export(folder / "first.zip", {name: as_bytes(releases)})])
    for step in ("autograded", "feedback"):
        (folder / step / "jane-doe" / SLUG).mkdir(parents=True)
    second = export(folder / "second.zip", {name: right})
    (entry,) = tidy(folder, [second])
    assert taken_in(folder, "jane-doe") and "newer than what is in autograded" in entry.note
    assert not (folder / "autograded" / "jane-doe" / SLUG).exists()
    (unchanged,) = tidy(folder, [second])
    assert unchanged == entry
    (broken,) = tidy(folder, [export(folder / "third.zip", {name: b""})])
    assert broken.status == NOT_GRADED and read_register(folder)[SLUG, "jane-doe"] == entry


def test_two_students_of_one_name_are_told_apart(folder, right):
    names = [f"Jane Doe_{number}_assignsubmission_file/{SLUG}.ipynb" for number in (81, 82)]
    entries = tidy(folder, [export(folder / "export.zip", dict.fromkeys(names, right))])
    assert [entry.student for entry in entries] == ["jane-doe-81", "jane-doe-82"]


def test_a_notebook_that_was_packed_again_is_unpacked(folder, right):
    inner = export(folder / "inner.zip", {f"x/{SLUG}.ipynb": right}).read_bytes()
    tidy(folder, [export(folder / "export.zip", {"Jane Doe_81_assignsubmission_file/homework.zip": inner})])
    assert taken_in(folder, "jane-doe")


def test_without_an_archive_the_submitted_folder_is_put_in_order(folder, right):
    place = folder / "submitted" / "Jane_Doe" / SLUG / f"{SLUG} (1).ipynb"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"\xef\xbb\xbf" + right)
    (entry,) = tidy(folder, [])
    assert (entry.student, entry.status) == ("Jane_Doe", READY) and taken_in(folder, "Jane_Doe")


def test_a_file_is_taken_for_what_its_cells_say(folder, right):
    name = f"Jane Doe_81_assignsubmission_file/{BILLS}.ipynb"
    (entry,) = tidy(folder, [export(folder / "export.zip", {name: right})])
    assert entry.assignment == SLUG


@pytest.mark.parametrize(
    ("place", "message"), [("missing.zip", "expected the archive"), ("submissions.csv", "expected the archive")]
)
def test_what_is_no_archive_is_refused(folder, capsys, place, message):
    (folder / "submissions.csv").write_text("")
    assert main(["tidy", str(folder / place), "--course", str(folder)]) == 1
    assert message in capsys.readouterr().err


# Repairs


def repaired(releases, *changes):
    nb = deepcopy(releases[SLUG])
    for change in changes:
        change(nb)
    fresh, notes = repair(nb, releases[SLUG])
    nbformat.validate(fresh)
    types = [(name, each.cell_type) for name, each in marks(fresh).items()]
    assert types == [(name, each.cell_type) for name, each in marks(releases[SLUG]).items()]  # each once, in order
    return [cell.source for cell in fresh.cells], notes


def without_marks(nb):
    for each in nb.cells:
        each.metadata = {}


def without(*names):
    def change(nb):
        for name in names:
            nb.cells.remove(cell(nb, name))

    return change


def test_a_copied_cell_stays_and_runs_but_only_one_counts(releases):
    given, _ = repaired(releases, answers(RIGHT[SLUG]))
    for name in ("exercise-relative-answer", "exercise-relative-check", "setup"):
        found, notes = repaired(releases, answers(RIGHT[SLUG]), lambda nb, name=name: copy_cell(nb, name))
        assert notes == [f"cell {name} is there twice: both run, the last one counts"]
        assert len(found) == len(given) + 1 and set(found) == set(given)


@pytest.mark.parametrize(
    "names",
    [
        ["setup"],
        ["exercise-passes-answer", "exercise-passes-check"],
        ["exercise-central-answer"],
        ["exercise-tanh-check"],
        ["setup", "exercise-central-answer", "exercise-central-check", "exercise-gradient-answer"],
    ],
)
def test_deleted_cells_come_back_in_their_place(releases, names):
    given = [cell.source for cell in releases[SLUG].cells if cell.cell_type == "code"]
    found, notes = repaired(releases, without(*names))
    assert [source for source in found if source in given] == given
    assert notes == [f"cells deleted, put back as they were: {', '.join(names)}"]


def test_an_answer_in_a_cell_of_its_own_is_not_undone_by_a_cell_that_comes_back(releases):
    """The stub comes back above it, and the check below it."""

    def change(nb):
        own = nbformat.v4.new_code_cell("passes = 2 * (784 * 50 + 50)")
        nb.cells.insert(nb.cells.index(cell(nb, "exercise-passes-answer")) + 1, own)
        without("exercise-passes-answer", "exercise-passes-check")(nb)

    found, _ = repaired(releases, change)
    own, stub, check = (
        next(k for k, source in enumerate(found) if wanted in source)
        for wanted in ("passes = 2 *", "passes = None", '"forward-passes"')
    )
    assert stub < own < check


def test_lost_and_changed_marks_are_restored(releases):
    assert repaired(releases, without_marks)[1][0].startswith("marks restored: setup, ")

    def change(nb):
        cell(nb, "exercise-passes-check").metadata.nbgrader.update(points=100, schema_version=99, locked=False)
        cell(nb, "exercise-passes-check").source = "100"
        cell(nb, "exercise-passes-answer").cell_type = "raw"
        cell(nb, "exercise-passes").metadata["nbgrader"] = {"grade_id": "of another course", "grade": True}

    assert repaired(releases, change)[0] == repaired(releases)[0]
