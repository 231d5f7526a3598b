"""Scores in the lists that an LMS exported: in the right rows and columns, and nothing where there is no score."""

import csv

import pytest
from submissions import BILLS, GRADIENTS

from classroom import scores
from classroom.scores import ListError, write_scores

TABLE = [
    (GRADIENTS, "doejane-4711", "doejane", "4711", 11.0, ""),
    (GRADIENTS, "muelleruwe-4712", "muelleruwe", "4712", 2.0, ""),
    (GRADIENTS, "zoe-van-dam", "Zoë van Dam", "81", 5.5, ""),
    (GRADIENTS, "sam-poe-83", "Sam Poe", "83", 1.0, ""),
    (GRADIENTS, "sam-poe-84", "Sam Poe", "84", 2.0, ""),
    (GRADIENTS, "empty", "=Em Pty", "85", "", "not graded: the file is empty"),
    (BILLS, "zoe-van-dam", "Zoë van Dam", "70", 7.0, ""),
]


@pytest.fixture
def course(tmp_path, monkeypatch):
    keys = ("assignment", "student", "name", "number", "score", "note")
    rows = [dict(zip(keys, row)) | {"points": 11.0 if row[0] == GRADIENTS else 7.0} for row in TABLE]
    monkeypatch.setattr(scores, "scores", lambda course: rows)
    return tmp_path


def filled(course, text, name="list.csv", **options):
    """Write a list, fill it in; return its rows and the remarks."""
    (course / name).write_text(text, encoding="utf-8-sig")
    files, remarks = write_scores(course, [course / name], **options)
    with files[-1].open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";" if ";" in text else ",")), remarks


WORKSHEET = """\
Identifier,Full name,Email address,Status,Grade,Maximum Grade,Last modified (grade),Feedback comments
Participant 81,Zoë van Dam,zoe@example.org,Submitted,,11.00,-,
Participant 84,Sam Poe,s@example.org,Submitted,,11.00,-,
Participant 85,=Em Pty,e@example.org,Submitted,,11.00,-,
Participant 99,Nothing Yet,n@example.org,No submission,,11.00,-,
"""


def test_moodles_worksheet_tells_its_assignment_by_the_participants_numbers(course):
    rows, remarks = filled(course, WORKSHEET)
    assert [row["Grade"] for row in rows] == ["5.5", "2", "", ""]
    assert [row["Feedback comments"] for row in rows] == ["", "", "not graded: the file is empty", ""]
    assert rows[0]["Last modified (grade)"] == "-" and rows[2]["Full name"] == "=Em Pty"  # Moodle's own fields stay
    assert "sam-poe-83" in remarks[0] and "sam-poe-84" not in remarks[0]


def test_points_are_scaled_to_the_tasks_and_semicolons_stay(course):
    text = WORKSHEET.replace(",", ";").replace("11.00", "100,00")
    assert [row["Grade"] for row in filled(course, text)[0]] == ["50", "18.18", "", ""]


def test_a_worksheet_with_strange_numbers_needs_the_assignments_name(course):
    text = WORKSHEET.replace("Participant ", "Participant 77")
    with pytest.raises(ListError, match="which assignment is it for"):
        filled(course, text)
    rows, _ = filled(course, text, assignment=BILLS)
    assert [row["Grade"] for row in rows] == ["11", "", "", ""]  # 7 of 7 points, where the task gives 11
    rows, _ = filled(course, text, f"Grades-{GRADIENTS}-77.csv")
    assert [row["Grade"] for row in rows] == ["5.5", "", "", ""]  # two students are called Sam Poe


CANVAS = f"""\
Student,ID,SIS User ID,SIS Login ID,Section,Notes,{GRADIENTS} (1234),Final Score
    Points Possible,,,,,,22,(read only)
"Doe, Jane",4711,u1,jd,A,x,3,50
"Müller, Uwe",4712,u2,um,A,,,
"Student, Test",4799,,,A,,,
"""


def test_canvas_gradebook_keeps_its_columns_for_students_and_gets_the_scores(course):
    rows, remarks = filled(course, CANVAS)
    column = f"{GRADIENTS} (1234)"
    assert list(rows[0]) == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", BILLS, column]
    assert [row[column] for row in rows] == ["22", "22", "4", ""]
    assert [row[BILLS] for row in rows] == ["7.0", "", "", ""]
    assert f"no column has {BILLS} in its title" in remarks[0]


def test_moodles_participants_are_found_by_name_if_nobody_else_has_it(course):
    text = "First name,Last name,Email address\nZoë,van Dam,z@x.org\nSam,Poe,s@x.org\nEm,Pty,e@x.org\n"
    rows, remarks = filled(course, text)
    assert [row[GRADIENTS] for row in rows] == ["5.5", "", ""]
    assert [row[BILLS] for row in rows] == ["7", "", ""]
    assert rows[2][f"{GRADIENTS} (feedback)"] == "not graded: the file is empty"
    assert all(name in "".join(remarks) for name in ("sam-poe-83", "sam-poe-84"))


def test_a_list_of_another_kind_is_refused(course):
    with pytest.raises(ListError, match="begins with the columns Vorname, Nachname; expected Moodle's"):
        filled(course, "Vorname,Nachname\nZoë,van Dam\n")


def test_the_course_s_own_table_starts_no_formula(course):
    write_scores(course)
    with (course / "scores.csv").open(encoding="utf-8-sig", newline="") as file:
        assert "'=Em Pty" in {row["name"] for row in csv.DictReader(file)}
