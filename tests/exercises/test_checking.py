"""Whatever an answer is or does, the check has a verdict."""

import builtins
import random
import re
import sys
import threading
import time
import warnings
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from backprop import Variable
from backprop.exercises import catalogue, check, checking, comparing

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
        (lambda x, y, g: "text", "Expected 2 results, got a value of type str"),
        (lambda x, y, g: g * y, "Expected 2 results, got one"),
        (lambda x, y, g: ("a", "b"), "should be made of numbers"),
        (lambda x, y, g: (g * y, None), "should be made of numbers"),
        (lambda x, y, g: (-g * y, -g * x), "the sign is wrong"),
        (lambda x, y, g: (np.array([g * y]), g * x), r"should be a single number, yours has shape \(1,\)"),
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
    assert "half as large" in check("bias-backward", lambda g: g.sum(axis=0) / 2).diagnosis


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
    assert time.perf_counter() - start < 4


def never_gives_up(x, y, grad_output):
    while True:
        try:
            float("x")
        except:  # noqa: E722
            pass


def inside_numpy(x, y, grad_output):
    square = np.ones((200, 200))
    while True:
        square = square @ square / 200


def multiplied_for_ever(x, y, grad_output):
    for _ in iter(int, 1):
        x = np.sqrt(x)


@pytest.mark.parametrize("answer", [never_gives_up, inside_numpy, multiplied_for_ever])
def test_an_endless_loop_ends_with_its_thread(answer, monkeypatch):
    monkeypatch.setattr(checking, "TIME_LIMIT", 0.2)

    assert "did not finish" in check(MULTIPLY, answer).diagnosis
    assert not [thread for thread in threading.enumerate() if type(thread).__name__ == "Runner" and thread.is_alive()]


def test_a_sleeping_answer_is_left_behind_and_silences_nobody(monkeypatch, capsys):
    monkeypatch.setattr(checking, "TIME_LIMIT", 0.2)
    start = time.perf_counter()

    report = check(MULTIPLY, lambda x, y, g: time.sleep(5))
    print("still heard")

    assert "did not finish" in report.diagnosis and time.perf_counter() - start < 3
    assert capsys.readouterr().out == "still heard\n"


def test_the_time_limit_is_for_all_cases_together(monkeypatch):
    monkeypatch.setattr(checking, "TIME_LIMIT", 0.4)
    start = time.perf_counter()

    report = check(MULTIPLY, lambda *given: time.sleep(0.3) or right(*given))

    assert "did not finish" in report.diagnosis and time.perf_counter() - start < 1.9  # there are seven


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


@pytest.mark.parametrize("answer", [lambda: 1 / 0, lambda x: x, abs, Variable], ids=["fails", "same", "abs", "class"])
def test_a_function_where_a_number_is_wanted_gets_a_verdict(answer):
    assert not check("bill-total", answer).passed


def test_a_variable_is_told_to_hand_over_its_number():
    assert ".data" in check("bill-total", Variable(264.0)).diagnosis


def test_a_mistake_that_stops_with_an_error_is_named_too():
    report = check("accuracy", lambda scores, targets: (scores.argmax(axis=0) == targets).mean())
    assert "axis 1" in report.diagnosis


def test_one_number_in_place_of_a_tuple_of_one():
    assert comparing.agree(2.0, (2.0,)) and comparing.difference(3.0, (2.0,)).startswith("Result 1 differs")


class Unprintable(Exception):
    def __str__(self):
        raise RuntimeError


class Hostile:
    """Nothing can be asked of it without an exception."""

    def __getattr__(self, name):
        raise RuntimeError(name)

    def __eq__(self, other):
        raise RuntimeError

    def __len__(self):
        raise RuntimeError

    def __array__(self, *arguments, **settings):
        raise RuntimeError("call numpy() on a tensor that requires a gradient")


def raising(error):
    def answer(*given):
        raise error

    return answer


def without_end(*given):
    return without_end(*given)


async def asynchronous(x, y, grad_output):
    return right(x, y, grad_output)


def yielding(x, y, grad_output):
    yield grad_output * y
    yield grad_output * x


def a_list_of_itself():
    itself = []
    itself.append(itself)
    return itself


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (raising(Unprintable()), "stopped with Unprintable in the line"),
        (raising(KeyboardInterrupt()), "stopped with KeyboardInterrupt in the line"),
        (raising(ValueError("x" * 10**6)), "stopped with ValueError: x{200} in the line"),
        (raising(ExceptionGroup("two", [ValueError(1)])), "ExceptionGroup"),
        (without_end, "RecursionError.*`return without_end"),
        (asynchronous, "Leave out the word `async`"),
        (yielding, "of type generator, which is used up"),
        (Unprintable, "a value of type Unprintable"),
        pytest.param(10**5000, "A function is wanted", id="a long number"),
        (lambda *given: Hostile(), "Expected 2 results, got a value of type Hostile|The results differ"),
        (lambda *given: (Hostile(), 1), "Result 1 can't be made an array"),
        (lambda *given: {"x": 1}, "got a value of type dict"),
        (
            lambda x, y, g: np.array(["a", None], dtype=object),
            "should be made of numbers, yours is a value of type str",
        ),
        (lambda x, y, g: (a_list_of_itself(), 1), "Result 1"),
        (lambda x, y, g: ([0] * 10**7, 1), "yours is a list of length 10000000"),
        (lambda x, y, g: (10**5000, 1), "Result 1"),
        (lambda x, y, g: (np.inf, 1), "inf, which is too large"),
        (lambda x, y, g: (1j, 1), "a value of type complex"),
        (lambda x, y, g: np.zeros((2, 2)), "should be a single number"),
        (lambda x, y, g: np.zeros((3, 2)), "Expected 2 results, got one"),
        (lambda x, y, g: (Variable(g * y), g * x), "is a Variable"),
        (lambda x, y, g: np.ma.array([g * y, g * x], mask=[1, 1]) * 0, "0 everywhere"),
    ],
)
def test_an_attack_gets_a_verdict(answer, words, capfd, recwarn):
    report = check(MULTIPLY, answer)

    assert not report.passed and report.attempted
    assert re.search(words, str(report)), report
    assert len(str(report)) < 700
    assert capfd.readouterr() == ("", "") and not recwarn.list


@pytest.mark.parametrize("result", [Fraction(264), Decimal(264), np.array(264, dtype=object), np.uint16(264), 264 + 0j])
def test_a_number_of_another_kind_passes(result):
    assert check("bill-total", result).passed


def test_the_line_shown_is_the_last_one_of_the_learner():
    def helper(number):
        return number.missing

    assert "`return number.missing`" in check(MULTIPLY, lambda x, y, g: (helper(x), y)).diagnosis


def test_an_answer_that_calls_check_ends():
    def answer(x, y, grad_output):
        inner.append(check(MULTIPLY, answer))
        return right(x, y, grad_output)

    inner = []
    threads = threading.active_count()

    assert check(MULTIPLY, answer).passed
    assert "would never end" in inner[0].diagnosis and not inner[0].passed
    assert threading.active_count() == threads


def surroundings():
    return (
        sys.stdout, sys.stderr, sys.getrecursionlimit(), random.getstate(), str(np.random.get_state()), np.geterr(),
        np.get_printoptions(), list(warnings.filters), np.sum, np.isclose, np.linalg.norm, builtins.zip,
    )  # fmt: skip


def test_an_answer_that_changes_everything_changes_nothing(capfd, recwarn):
    def answer(x, y, grad_output):
        print("printed")
        print("printed", file=sys.stderr)
        warnings.warn("warned", stacklevel=1)
        np.log(np.zeros(1))
        random.seed(1)
        np.random.seed(1)
        np.seterr(all="raise")
        np.set_printoptions(precision=1)
        warnings.simplefilter("error")
        sys.setrecursionlimit(5000)
        np.sum = np.isclose = np.allclose = np.array_equal = np.linalg.norm = lambda *arguments, **settings: True
        builtins.zip = lambda *arguments: iter(())
        sys.stdout = sys.stderr = None
        return 0, 0

    before = surroundings()

    assert not check(MULTIPLY, answer).passed
    assert surroundings() == before
    assert capfd.readouterr() == ("", "") and not recwarn.list


def test_strict_settings_of_the_reader_do_no_harm():
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        for exercise in catalogue():
            if callable(exercise.answer):
                assert check(exercise.id, exercise.answer).passed
                assert not check(exercise.id, lambda *given: np.inf).passed


def test_a_returned_argument_is_not_a_new_dictionary():
    report = check("clip-by-norm", lambda grads, largest: grads)
    assert not report.passed

    def only_where_needed(grads, largest):
        norm = np.sqrt(sum(np.sum(g**2) for g in grads.values()))
        return {name: g * largest / norm for name, g in grads.items()} if norm > largest else grads

    assert "the very dictionary" in check("clip-by-norm", only_where_needed).diagnosis


@pytest.mark.parametrize(
    ("result", "expected", "words"),
    [
        ((2.0, 1.0), (1.0, 2.0), "right, but in another order"),
        (np.ones((2, 3)).cumsum(axis=1).T, np.ones((2, 3)).cumsum(axis=1), "the right one, transposed"),
        (np.arange(4.0).reshape(2, 2).T, np.arange(4.0).reshape(2, 2), "the right one, transposed"),
        (
            np.arange(3.0)[None],
            np.arange(3.0),
            r"should have shape \(3,\), yours has shape \(1, 3\): the numbers are right",
        ),
        (1.234, 1.23412345, "1.234 is rounded"),
        (np.array([1.0, 2.0]), np.array([1.00001, 2.00002]), r"element \[0\] is 1, which is too small"),
        (np.array([np.inf, 1.0]), np.array([1.0, 1.0]), r"element \[0\] is inf, which is too large"),
        ({"W": 1.0}, {"W": 1.0, "b": 2.0}, "got the keys 'W'"),
        ([1.0], {"W": 1.0}, "got a value of type list"),
        (np.array("a"), 1.0, "a value of type str"),
        (reversed([1.0, 2.0]), [1.0, 2.0], "make a list of it"),
    ],
)
def test_a_difference_is_told_in_words(result, expected, words):
    assert not comparing.agree(result, expected)
    assert re.search(words, comparing.difference(result, expected)), comparing.difference(result, expected)


def test_float32_may_cancel():
    wide = np.array([1.0, 1e-4, 0.0])
    assert comparing.agree((wide + 3e-7).astype(np.float32), wide)
    assert not comparing.agree(wide + 3e-7, wide)
    assert not comparing.agree((wide + 1e-5).astype(np.float32), wide)


def test_nobody_else_is_named_when_all_calls_fail():
    """An answer that always fails is named as a known mistake only if it fails with the same message."""
    named = {mistake.explanation for exercise in catalogue() for mistake in exercise.mistakes}
    for exercise in catalogue():
        if callable(exercise.answer):
            for error in (ValueError("no"), RecursionError("no")):
                assert check(exercise.id, raising(error)).diagnosis not in named


def test_an_id_that_is_no_text_gets_a_value_error():
    for name in (None, 3, right, ["bill-total"]):
        with pytest.raises(ValueError, match="there is no exercise"):
            check(name, 264)
