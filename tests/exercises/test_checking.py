"""Whatever an answer is or does, the check has a verdict."""

import re
import time

import numpy as np
import pytest

from backprop import Variable
from backprop.exercises import check, comparing

MULTIPLY = "multiply-backward"


def right(x, y, grad_output):
    return grad_output * y, grad_output * x


@pytest.mark.parametrize(
    "answer",
    [
        lambda x, y, g: [g * y, g * x],
        lambda x, y, g: (np.float64(g * y), np.array(g * x)),
        lambda x, y, g: np.array([g * y, g * x]),
        lambda x, y, g: (print("hello"), (g * y, g * x))[1],
        lambda *arguments: right(*arguments),
    ],
    ids=["list", "NumPy scalars", "array", "prints", "any signature"],
)
def test_a_right_answer_in_another_style_passes(answer, capsys):
    assert check(MULTIPLY, answer).passed
    assert capsys.readouterr().out == ""


def test_a_float32_answer_passes():
    assert check("bias-backward", lambda g: g.astype(np.float32).sum(axis=0)).passed


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (3, "A function is wanted"),
        ("text", "A function is wanted"),
        (lambda x, y, g: 1 / 0, "ZeroDivisionError"),
        (lambda x: x, "TypeError"),
        (lambda x, y, g: "text", "Expected 2 results, got one"),
        (lambda x, y, g: g * y, "Expected 2 results, got one"),
        (lambda x, y, g: ("a", "b"), "should be made of numbers"),
        (lambda x, y, g: (g * y, None), "should be made of numbers"),
        (lambda x, y, g: (-g * y, -g * x), "wrong sign"),
        (lambda x, y, g: (np.array([g * y]), g * x), r"should have shape \(\), yours has \(1,\)"),
        (lambda x, y, g: (g * y, g * x) if x == 100 else None, "Is a `return` missing"),
        (lambda x, y, g: (float("nan"), g * x), "not a number"),
        (lambda x, y, g: exit(), "SystemExit"),
    ],
)
def test_a_wrong_answer_is_told_what_differs(answer, words):
    report = check(MULTIPLY, answer)

    assert not report.passed and report.attempted
    assert re.search(words, report.diagnosis), report.diagnosis


def test_the_learners_own_line_is_shown():
    def answer(x, y, grad_output):
        return grad_output[0] * y

    assert "return grad_output[0] * y" in check(MULTIPLY, answer).diagnosis


def test_a_constant_factor_is_named():
    assert "0.5 times" in check("bias-backward", lambda g: g.sum(axis=0) / 2).diagnosis


def test_one_wrong_element_is_pointed_at():
    def answer(grad_output):
        total = grad_output.sum(axis=0)
        total[1] += 1
        return total

    assert "element [1]" in check("bias-backward", answer).diagnosis


def test_an_answer_that_writes_into_its_arguments_is_told_so():
    def answer(grad_output):
        grad_output[1:] += grad_output[:-1]
        return grad_output.sum(axis=0)

    assert "changes what it was given" in check("bias-backward", answer).diagnosis


def test_an_endless_loop_ends():
    def answer(x, y, grad_output):
        while True:
            pass

    start = time.perf_counter()
    report = check(MULTIPLY, answer)

    assert "did not finish" in report.diagnosis
    assert time.perf_counter() - start < 30


def test_a_number_of_the_wrong_type_is_no_answer():
    for answer in ("264", [1, 2], True, {1: 264}, {"total": 264}):
        assert not check("bill-total", answer).passed
    assert check("bill-total", 264).passed


def test_a_check_is_quick():
    start = time.perf_counter()
    check(MULTIPLY, right)
    assert time.perf_counter() - start < 1


def test_a_function_that_returns_nothing_is_told_where_the_answer_goes():
    report = check(MULTIPLY, lambda x, y, g: None)
    assert not report.attempted and "after `return`" in str(report)


@pytest.mark.parametrize("answer", [lambda: 1 / 0, lambda x: x, abs, Variable], ids=repr)
def test_a_function_where_a_number_is_wanted_gets_a_verdict(answer):
    assert not check("bill-total", answer).passed


def test_a_variable_is_told_to_hand_over_its_number():
    assert ".data" in check("bill-total", Variable(264.0)).diagnosis


def test_a_mistake_that_stops_with_an_error_is_named_too():
    report = check("accuracy", lambda scores, targets: (scores.argmax(axis=0) == targets).mean())
    assert "axis 1" in report.diagnosis


def test_one_number_in_place_of_a_tuple_of_one():
    assert comparing.agree(2.0, (2.0,)) and comparing.difference(3.0, (2.0,)).startswith("Result 1 differs")
