"""The real nbgrader grades a class that an LMS handed out: scores, reasons and feedback are as they should be."""

import contextlib
import csv
import html
import re
import shutil

import nbformat
import psutil
import pytest
from submissions import BILLS, DIAGNOSES, GRADIENTS

from classroom.scores import scores as scores_of

SCORES = [
    ("all-right", GRADIENTS, 11),  # one of its answer cells is there twice
    ("five-mistakes", GRADIENTS, 0),
    ("broken", GRADIENTS, 1),
    ("tampered", BILLS, 0),
    ("lost-cells", BILLS, 5),
]


def page(graded, student, slug):
    return (graded / "feedback" / student / slug / f"{slug}.html").read_text(encoding="utf-8")


def text(graded, student, slug):
    """A feedback page, as read."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", page(graded, student, slug))))


@pytest.mark.parametrize(("student", "slug", "score"), SCORES)
def test_what_can_be_graded_gets_its_score(scores, student, slug, score):
    assert float(scores[student, slug]["score"]) == score
    assert scores[student, slug]["points"] == {BILLS: "7.0", GRADIENTS: "11.0"}[slug]


@pytest.mark.parametrize(
    ("student", "slug", "why"),
    [("killer", BILLS, "it ended the program that grades"), ("empty", GRADIENTS, "the file is empty")],
)
def test_what_cannot_be_graded_says_why_and_has_no_score(scores, graded, student, slug, why):
    assert scores[student, slug]["score"] == ""
    assert scores[student, slug]["note"].startswith(f"not graded: {why}")
    assert not (graded / "feedback" / student).exists()


def test_every_submission_has_a_row_and_every_graded_one_has_feedback(scores, graded):
    assert len(scores) == len(SCORES) + 2
    handed_in = {(student, slug) for student, slug, _ in SCORES}
    for folder, suffix in (("autograded", "ipynb"), ("feedback", "html")):
        assert {path.parts[-3:-1] for path in (graded / folder).glob(f"*/*/*.{suffix}")} == handed_in


def test_the_worksheet_for_moodle_has_scores_reasons_and_empty_fields(graded):
    with (graded / "Grades-Calculus-Homework 8-77-scores.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["Full name"]: (row["Grade"], row["Feedback comments"]) for row in csv.DictReader(file)}
    assert rows == {  # the task gives 22 points where the exercises have 11
        "All Right": ("22", ""), "Five Mistakes": ("0", ""), "Broken": ("2", ""), "Nothing Handed In": ("", ""),
    }  # fmt: skip


def test_what_was_graded_in_a_box_counts_for_its_own_student(graded, tmp_path):
    course, box = tmp_path / "course", tmp_path / "course" / "boxes" / "all-right"
    box.mkdir(parents=True)
    shutil.copy(graded / "nbgrader_config.py", course)
    for name in ("gradebook.db", "submissions.csv"):  # as if a program had written others' scores as well
        shutil.copy(graded / name, box)
    (row,) = scores_of(course)
    assert (row["student"], row["score"]) == ("all-right", 11)


def test_cells_that_take_the_process_with_them_are_named(scores):
    note = scores["broken", GRADIENTS]["note"]
    assert "exercise-central-answer: This cell was left out: it did not end in time" in note
    assert "exercise-tanh-answer: This cell was left out: it ended the process that ran it" in note


@pytest.mark.parametrize("diagnosis", DIAGNOSES)
def test_the_feedback_on_a_known_mistake_holds_its_diagnosis(graded, diagnosis):
    assert f"Not right yet. {diagnosis}" in text(graded, "five-mistakes", GRADIENTS)


def test_the_feedback_on_right_answers_says_right_and_shows_no_warning(graded):
    said = text(graded, "all-right", GRADIENTS)
    assert said.count("Right.") == 5
    assert "Warning: from elsewhere" not in said.replace('b"Warning', "")


def test_the_feedback_shows_figures_and_not_their_source(graded):
    shown = page(graded, "all-right", GRADIENTS)
    assert 'src="data:image/svg+xml;base64,' in shown and "&lt;svg" not in shown


def test_a_script_in_an_output_does_not_run_in_the_feedback(graded):
    shown = page(graded, "tampered", BILLS)
    assert "&lt;script&gt;no()" in shown and "<script>no()" not in shown


def test_an_answer_that_cannot_run_costs_its_own_points_only(graded):
    said = text(graded, "broken", GRADIENTS)
    for name in ("my_central_difference", "my_numerical_gradient", "relative_error"):
        assert f"name '{name}' is not defined" in said
    assert said.count("Right.") == 1


def test_tampered_and_deleted_cells_are_restored(graded, course):
    def given_out(folder):
        nb = nbformat.read(folder / BILLS / f"{BILLS}.ipynb", as_version=4)
        marks = {cell.metadata.nbgrader.grade_id: cell for cell in nb.cells if cell.metadata.get("nbgrader")}
        return {name: cell.source for name, cell in marks.items() if not cell.metadata.nbgrader.solution}

    for student in ("tampered", "lost-cells"):
        assert given_out(graded / "autograded" / student) == given_out(course / "release")
    assert text(graded, "tampered", BILLS).count("Not attempted yet.") == 4
    assert text(graded, "lost-cells", BILLS).count("Not attempted yet.") == 1


@pytest.mark.parametrize(("silent", "works"), [(2, True), (3, False)])
def test_a_kernel_that_does_not_come_up_is_started_again(needs_nbgrader, monkeypatch, silent, works):
    from jupyter_client.asynchronous import AsyncKernelClient

    from classroom.grading import ExecuteEachCell

    answers, wait, pids = [False] * silent + [True], AsyncKernelClient.wait_for_ready, []

    async def wait_for_ready(client, timeout=None):
        pids.append(client.parent.provisioner.process.pid)
        if not answers.pop(0):
            raise RuntimeError("Kernel didn't respond")
        await wait(client, timeout)

    monkeypatch.setattr(AsyncKernelClient, "wait_for_ready", wait_for_ready)
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print(6 * 7)")])
    with contextlib.nullcontext() if works else pytest.raises(RuntimeError, match="didn't respond"):
        done, _ = ExecuteEachCell().preprocess(nb, {})
        assert done.cells[0].outputs[0].text == "42\n"
    assert len(set(pids)) == 3 and not any(map(psutil.pid_exists, pids))
