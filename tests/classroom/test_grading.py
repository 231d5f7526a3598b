"""The real nbgrader grades sample submissions: the scores are as they should be, and the feedback says why."""

import html
import re

import pytest
from submissions import BILLS, DIAGNOSES, GRADIENTS, SUBMISSIONS


@pytest.fixture(scope="module")
def feedback(graded):
    """The text of a student's feedback page, as read."""

    def read(student, slug):
        page = (graded / "feedback" / student / slug / f"{slug}.html").read_text(encoding="utf-8")
        return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", page)))

    return read


@pytest.mark.parametrize(
    ("student", "assignment", "score"),
    [
        ("all-right", BILLS, (7, 7)),
        ("all-right", GRADIENTS, (11, 11)),
        ("untouched", GRADIENTS, (0, 11)),
        ("five-mistakes", GRADIENTS, (0, 11)),
        ("endless", BILLS, (3, 7)),
        ("broken", BILLS, (3, 7)),
        ("tampered", BILLS, (0, 7)),
    ],
)
def test_the_exported_gradebook_holds_the_score(scores, student, assignment, score):
    assert scores[student, assignment] == score


def test_every_submission_was_graded_and_has_feedback(graded):
    handed_in = {(student, slug) for student, slugs in SUBMISSIONS.items() for slug in slugs if student != "lost-cells"}
    for folder, suffix in (("autograded", "ipynb"), ("feedback", "html")):
        assert {path.parts[-3:-1] for path in (graded / folder).glob(f"*/*/*.{suffix}")} == handed_in


@pytest.mark.parametrize("diagnosis", DIAGNOSES)
def test_the_feedback_on_a_known_mistake_holds_its_diagnosis(feedback, diagnosis):
    assert f"Not right yet. {diagnosis}" in feedback("five-mistakes", GRADIENTS)


def test_the_feedback_on_an_untouched_notebook_says_not_attempted(feedback):
    page = feedback("untouched", GRADIENTS)
    assert page.count("Not attempted yet.") == 5 and "Traceback (most recent call last)" not in page


def test_the_feedback_on_right_answers_says_right_and_shows_no_warning(feedback):
    assert feedback("all-right", GRADIENTS).count("Right.") == 5
    assert "Warning: from elsewhere" not in feedback("all-right", GRADIENTS).replace('b"Warning', "")


def test_the_check_stops_an_endless_answer_and_nbgrader_an_endless_cell(feedback):
    page = feedback("endless", BILLS)
    assert "It did not finish within 2 seconds." in page
    assert "No reply from kernel before timeout" in page
    assert page.count("Right.") == 2


def test_an_answer_that_cannot_run_costs_its_own_points_only(feedback):
    page = feedback("broken", BILLS)
    assert "name 'bill_with_delivery' is not defined" in page and "name 'nudge' is not defined" in page
    assert page.count("Right.") == 2


def test_tampered_and_deleted_check_cells_are_restored(graded, small_course, feedback):
    import nbformat

    def checks(folder):
        nb = nbformat.read(folder / BILLS / f"{BILLS}.ipynb", as_version=4)
        said = {cell.metadata.nbgrader.grade_id: cell for cell in nb.cells if cell.metadata.get("nbgrader")}
        return {name: cell.source for name, cell in said.items() if not cell.metadata.nbgrader.solution}

    given, restored = checks(small_course / "release"), checks(graded / "autograded" / "tampered")
    deleted = "exercise-nudge-check"
    assert restored.pop(deleted).endswith(given.pop(deleted))
    assert restored == given
    assert feedback("tampered", BILLS).count("Not attempted yet.") == 4


def test_a_script_in_an_output_does_not_run_in_the_feedback(graded):
    page = (graded / "feedback" / "tampered" / BILLS / f"{BILLS}.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;no()" in page and "<script>no()" not in page
