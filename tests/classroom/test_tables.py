"""The appendix for teachers: its tables are the computed ones, they add up, and its commands and files exist."""

import re
from pathlib import Path

import pytest

from backprop.exercises import catalogue
from classroom import tables
from classroom.chapters import ROOT
from classroom.plans import PLANS, Session

TEXT = tables.APPENDIX.read_text(encoding="utf-8")


def rows(name):
    """The cells of a table in the appendix, without its head."""
    body = re.search(rf"<!-- table: {name} -->\n(.*?)<!-- end of table -->", TEXT, re.DOTALL)[1]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in body.split("\n") if "|" in line][2:]


def test_the_tables_are_up_to_date(chapters):
    assert tables.with_tables(TEXT, chapters) == TEXT, "run `python -m classroom tables`"


@pytest.mark.parametrize("name", ["exercises", *(plan.id for plan in PLANS)])
def test_the_columns_add_up_to_the_last_row(name):
    *lines, total = rows(name)
    for column in range(len(total)):
        if column and total[column].isdigit():
            assert sum(int(line[column]) for line in lines) == int(total[column])
    if name != "exercises":
        assert all(int(line[-1]) == int(line[-2]) + int(line[-3]) for line in [*lines, total])


def test_every_exercise_stands_in_the_table_once():
    listed = [line[1].strip("`") for line in rows("exercises")[:-1]]
    assert sorted(listed) == sorted(exercise.id for exercise in catalogue())


@pytest.mark.parametrize(("name", "most"), [("half-a-day", 240), ("a-week", 5 * 240), ("a-term", 14 * 130)])
def test_a_plan_fits_its_time(name, most):
    *lines, total = rows(name)
    assert int(total[-1]) <= most
    assert max(int(line[-1]) for line in lines) <= (130 if name == "a-term" else 240)


def test_a_plan_with_an_unknown_exercise_is_refused():
    with pytest.raises(ValueError, match="chapters .1,. have no exercise affine-backward"):
        tables.exercises_of(Session("1", (1,), ("bill-total", "affine-backward")), catalogue())


def test_an_appendix_without_a_place_for_a_table_is_refused(chapters):
    with pytest.raises(ValueError, match="places for"):
        tables.with_tables(TEXT.replace("<!-- table: a-week -->", ""), chapters)


def test_the_files_that_the_appendix_names_exist():
    for name in ("requirements-classroom.txt", "constraints.txt", "classroom/nbgrader_config.py", "code"):
        assert name.split("/")[-1] in TEXT and Path(ROOT, name).exists()


def test_the_settings_that_the_appendix_explains_are_those_of_the_course():
    settings = Path(ROOT, "classroom", "nbgrader_config.py").read_text(encoding="utf-8")
    assert int(re.search(r"Execute.timeout = (\d+)", settings)[1]) == 60 and "after 60 seconds" in TEXT
