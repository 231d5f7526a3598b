"""Whatever an answer is or does, the check has a verdict, in a process of its own as in a thread."""

import builtins
import ctypes
import itertools
import os
import random
import re
import sys
import threading
import time
import warnings
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from unittest import mock

import numpy as np
import pytest

from backprop import Variable
from backprop.exercises import catalogue, check, comparing, running

MULTIPLY = "multiply-backward"
PROCESSES = sys.platform == "linux"


@pytest.fixture(autouse=True, params=["process", "thread"] if PROCESSES else ["thread"])
def in_threads(request, monkeypatch):
    monkeypatch.setattr(running, "IN_A_PROCESS", request.param == "process")
    return request.param == "thread"


def right(x, y, grad_output):
    return grad_output * y, grad_output * x


class Array(np.ndarray):
    """An array that equals everything."""

    def __eq__(self, other):
        return np.ones(2, dtype=bool)

    __hash__ = None


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        (MULTIPLY, lambda x, y, g: [g * y, g * x]),
        (MULTIPLY, lambda x, y, g: (np.float64(g * y), np.array(g * x))),
        (MULTIPLY, lambda x, y, g: np.array([g * y, g * x]).view(Array)),
        (MULTIPLY, lambda x, y, g: (print("hello"), right(x, y, g))[1]),
        (MULTIPLY, lambda *arguments: right(*arguments)),
        ("bias-backward", lambda g: g.astype(np.float32).sum(axis=0)),
        *[("bill-total", total) for total in (264, Fraction(264), Decimal(264), np.uint16(264), 264 + 0j, lambda: 264)],
        ("bill-total", np.array(264, dtype=object)),
    ],
)
def test_a_right_answer_in_another_style_passes(exercise, answer, capfd):
    assert check(exercise, answer).passed
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "answer", ["264", [1, 2], True, {1: 264}, Variable(264.0), mock.ANY, abs, Variable, lambda x: x]
)
def test_what_is_no_number_is_no_total(answer):
    report = check("bill-total", answer)
    assert not report.passed and report.attempted
    assert not isinstance(answer, Variable) or ".data" in report.diagnosis


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


class Everything:
    """It equals everything, and so does its class."""

    class EqualClass(type):
        def __eq__(cls, other):
            return True

        __hash__ = type.__hash__

    class Instance(metaclass=EqualClass):
        def __eq__(self, other):
            return True

        __hash__ = None


class Ending:
    def __array__(self, *arguments, **settings):
        raise SystemExit


class Number(float):
    def __float__(self):
        raise KeyboardInterrupt


def raising(error):
    def answer(*given):
        raise error

    return answer


def without_end(*given):
    return without_end(*given)


async def asynchronous(x, y, grad_output):
    return right(x, y, grad_output)


def yielding(x, y, grad_output):
    yield from right(x, y, grad_output)


def a_list_of_itself():
    itself = []
    itself.append(itself)
    return itself


def own_line(x, y, grad_output):
    return grad_output[0] * y


def helped(x, y, grad_output):
    def helper(number):
        return number.missing

    return helper(x), y


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (3, "A function is wanted"),
        ("text", "A function is wanted"),
        pytest.param(10**5000, "A function is wanted", id="a long number"),
        (lambda x, y, g: 1 / 0, "ZeroDivisionError"),
        (lambda x: x, "TypeError"),
        (lambda x, y, g: "text", "Expected 2 results, got a value of type str"),
        (lambda x, y, g: g * y, "Expected 2 results, got one"),
        (lambda x, y, g: ("a", "b"), "should be made of numbers"),
        (lambda x, y, g: (g * y, None), "should be made of numbers"),
        (lambda x, y, g: (-g * y, -g * x), "the sign is wrong"),
        (lambda x, y, g: (np.array([g * y]), g * x), r"should be a single number, but yours has shape \(1,\)"),
        (lambda x, y, g: (g * y, g * x) if x == 100 else None, "Is a `return` missing"),
        (lambda x, y, g: (float("nan"), g * x), "not a number"),
        (lambda x, y, g: (np.inf, 1), "inf, which is too large"),
        (lambda x, y, g: (1j, 1), "a value of type complex"),
        (lambda x, y, g: np.zeros((2, 2)), "should be a single number"),
        (lambda x, y, g: np.zeros((3, 2)), "Expected 2 results, got one"),
        (lambda x, y, g: (Variable(g * y), g * x), "is a Variable"),
        (lambda x, y, g: {"x": 1}, "got a value of type dict"),
        (own_line, r"in the line `return grad_output\[0\] \* y`"),
        (helped, "in the line `return number.missing`"),
        (raising(Unprintable()), "stopped with Unprintable in the line"),
        (raising(KeyboardInterrupt()), "stopped with KeyboardInterrupt in the line"),
        (raising(ValueError("x" * 10**6)), "stopped with ValueError: x{200} in the line"),
        (raising(ExceptionGroup("two", [ValueError(1)])), "ExceptionGroup"),
        (lambda x, y, g: exit(), "SystemExit"),
        (lambda x, y, g: input("x? "), "nobody is there to type"),
        (without_end, "RecursionError.*`return without_end"),
        (asynchronous, "Leave out the word `async`"),
        (yielding, "of type generator, which is used up"),
        (Unprintable, "a value of type Unprintable"),
        (lambda *given: mock.ANY, "a value of type _ANY"),
        (lambda *given: (mock.ANY, mock.ANY), "a value of type _ANY"),
        (lambda *given: (Everything.Instance(), Everything.Instance()), "a value of type Instance"),
        (lambda *given: mock.MagicMock(), "Expected 2 results"),
        (lambda *given: np.zeros(2).view(Array), "too (small|large)|0 everywhere|as it came"),
        (lambda *given: np.ma.array(given[:2], mask=[1, 1]) * 0, "too (small|large)|0 everywhere|as it came"),
        (lambda *given: Ending(), "SystemExit in the line `raise SystemExit`"),
        (lambda *given: (Number(1), 1), "KeyboardInterrupt"),
        (lambda *given: Hostile(), "a value of type Hostile"),
        (lambda *given: (Hostile(), 1), "Result 1 can't be turned into an array"),
        (lambda *given: np.array(["a", None], dtype=object), "numbers, but yours is a value of type str"),
        (lambda *given: (a_list_of_itself(), 1), "Result 1"),
        (lambda *given: ([0] * 10**7, 1) if given[0] == 100 else right(*given), "a list of length 10000000"),
        (lambda *given: (np.zeros(10**7), 1), r"yours has shape \(10000000,\)"),
        (lambda *given: (10**5000, 1), "Result 1"),
    ],
)
def test_a_wrong_answer_gets_a_verdict(answer, words, capfd, recwarn):
    report = check(MULTIPLY, answer)

    assert not report.passed and report.attempted
    assert re.search(words, report.diagnosis), report
    assert len(str(report)) < 700
    assert capfd.readouterr() == ("", "") and not recwarn.list


def one_element_wrong(grad_output):
    total = grad_output.sum(axis=0)
    total[1] += 1
    return total


def written_into(grad_output):
    grad_output[1:] += grad_output[:-1]
    return grad_output.sum(axis=0)


def clipped_only_where_needed(grads, largest):
    norm = np.sqrt(sum(np.sum(g**2) for g in grads.values()))
    return {name: g * largest / norm for name, g in grads.items()} if norm > largest else grads


@pytest.mark.parametrize(
    ("exercise", "answer", "words"),
    [
        ("bias-backward", lambda g: g.sum(axis=0) / 2, "half as large"),
        ("bias-backward", one_element_wrong, r"element \[1\]"),
        ("bias-backward", written_into, "changes what it was given"),
        ("clip-by-norm", clipped_only_where_needed, "the very dictionary"),
        (
            "accuracy",
            lambda scores, targets: (scores.argmax(axis=0) == targets).mean(),
            "axis 1",
        ),  # it fails, as is known
    ],
)
def test_a_wrong_array_is_told_what_differs(exercise, answer, words):
    report = check(exercise, answer)
    assert not report.passed and re.search(words, report.diagnosis), report


def test_what_is_left_from_an_earlier_call_is_told():
    if not PROCESSES:
        pytest.skip("only a new process has forgotten it")

    def answer(params, grads, learning_rate, result={}):  # noqa: B006 - the mistake itself
        for name in params:
            result[name] = params[name] - learning_rate * grads[name]
        return result

    running.IN_A_PROCESS = True  # put back by the fixture
    assert "left from an earlier call" in check("sgd-step", answer).diagnosis


def test_a_function_that_returns_nothing_is_told_where_the_answer_goes():
    report = check(MULTIPLY, lambda x, y, g: None)
    assert not report.attempted and "after `return`" in str(report)


# ---------------------------------------------------------------- endless answers, and hostile ones


@pytest.mark.skipif(not PROCESSES, reason="no process is forked here")
def test_what_an_answer_starts_ends_with_it(monkeypatch):
    monkeypatch.setattr(running, "IN_A_PROCESS", True)
    reader, writer = os.pipe()

    def answer(x, y, grad_output):
        if not os.fork():
            time.sleep(20)
            os.write(writer, b"alive")
            os._exit(0)
        return right(x, y, grad_output)

    assert check(MULTIPLY, answer).passed
    os.close(writer)
    assert os.read(reader, 5) == b""  # nobody holds the other end any more
    os.close(reader)


def never_gives_up(x, y, grad_output):
    while True:
        try:
            float("x")
        except:  # noqa: E722 - what can't be stopped by an exception
            pass


def goes_on_at_last(x, y, grad_output):
    while True:
        try:
            float("x")
        finally:
            continue  # noqa: B012 - what can't be stopped by an exception either


def inside_numpy(x, y, grad_output):
    square = np.ones((200, 200))
    while True:
        square = square @ square / 200


def as_an_array(x, y, grad_output):
    class Endless:
        def __array__(self, *arguments, **settings):
            while True:
                pass

    return Endless(), 1


def in_c(x, y, grad_output):
    return sum(itertools.count())


@pytest.mark.parametrize("answer", [never_gives_up, goes_on_at_last, inside_numpy, as_an_array, in_c])
def test_an_endless_loop_ends(answer, monkeypatch, in_threads):
    if in_threads and answer is in_c:
        pytest.skip("nothing ends this one in a thread")
    monkeypatch.setattr(running, "TIME_LIMIT", 0.2)

    assert "did not finish" in check(MULTIPLY, answer).diagnosis
    assert not [thread for thread in threading.enumerate() if type(thread).__name__ == "Runner" and thread.is_alive()]
    assert check(MULTIPLY, right).passed


def test_a_sleeping_answer_is_left_behind_and_silences_nobody(monkeypatch, capsys):
    monkeypatch.setattr(running, "TIME_LIMIT", 0.2)
    monkeypatch.setattr(running, "WAITING", 1)

    report = check(MULTIPLY, lambda x, y, g: time.sleep(5))
    print("still heard")

    assert "did not finish" in report.diagnosis
    assert capsys.readouterr().out == "still heard\n"


def test_the_time_limit_is_for_all_cases_together(monkeypatch):
    monkeypatch.setattr(running, "TIME_LIMIT", 0.4)
    monkeypatch.setattr(running, "WAITING", 1)

    assert "did not finish" in check(MULTIPLY, lambda *given: time.sleep(0.3) or right(*given)).diagnosis


def deep(*given):
    sys.setrecursionlimit(10**6)
    return deep(*given)


def deep_in_c(*given):
    sys.setrecursionlimit(10**6)

    class Endless:
        def __getattr__(self, name):
            return getattr(self, name + "x")

    return Endless().anything


@pytest.mark.parametrize("answer", [deep, deep_in_c])
def test_a_raised_recursion_limit_crashes_nothing(answer, monkeypatch):
    monkeypatch.setattr(running, "TIME_LIMIT", 600)  # the limit of depth ends it, however busy the machine is
    limit = sys.getrecursionlimit()
    assert not check(MULTIPLY, answer).passed
    assert sys.getrecursionlimit() == limit


@pytest.mark.skipif(not PROCESSES, reason="there is no process of its own to end")
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda *given: os._exit(0), "ends Python itself"),
        (lambda *given: os.abort(), "ends Python itself"),
        (lambda *given: os.kill(os.getpid(), 9), "ends Python itself"),
        (lambda *given: os.closerange(0, 256), "ends Python itself"),
        (lambda *given: ctypes.string_at(0), "ends Python itself"),
        (lambda *given: setattr(os, "_exit", print) or (0, 0), "too (small|large)|0 everywhere|as it came"),
        (lambda *given: [0] * 10**11, "MemoryError"),
    ],
)
def test_a_process_ends_alone(answer, words, monkeypatch, capfd):
    monkeypatch.setattr(running, "IN_A_PROCESS", True)
    process = os.getpid()
    assert re.search(words, check(MULTIPLY, answer).diagnosis)
    assert os.getpid() == process and capfd.readouterr() == ("", "")


def test_an_answer_that_calls_check_ends():
    def answer(x, y, grad_output):
        assert "would never end" in check(MULTIPLY, answer).diagnosis
        return right(x, y, grad_output)

    threads = threading.active_count()

    assert check(MULTIPLY, answer).passed
    assert threading.active_count() <= threads


def surroundings():
    return (
        sys.stdout, sys.stderr, sys.getrecursionlimit(), sys.setrecursionlimit, random.getstate(),
        str(np.random.get_state()), np.geterr(), np.get_printoptions(), list(warnings.filters), np.sum, np.isclose,
        np.linalg.norm, builtins.zip, builtins.input,
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
        np.sum = np.isclose = np.allclose = np.array_equal = np.asarray = lambda *arguments, **settings: True
        np.linalg.norm = np.mean = Everything.Instance()
        builtins.zip = lambda *arguments: iter(())
        sys.stdout = sys.stderr = None
        return 0, 0

    before = surroundings()

    assert re.search("too (small|large)|0 everywhere|as it came", check(MULTIPLY, answer).diagnosis)
    assert surroundings() == before
    assert capfd.readouterr() == ("", "") and not recwarn.list


@pytest.fixture
def functions(in_threads):
    """The exercises that ask for a function; a few of them for processes, which take longer to begin."""
    return [exercise for exercise in catalogue() if callable(exercise.answer)][:: 1 if in_threads else 8]


def test_strict_settings_of_the_reader_do_no_harm(functions):
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        for exercise in functions:
            assert check(exercise.id, exercise.answer).passed
            assert not check(exercise.id, lambda *given: np.inf).passed


def test_nobody_else_is_named_when_all_calls_fail(functions):
    """An answer that always fails is named as a known mistake only if it fails with the same message."""
    for exercise in functions:
        named = {mistake.explanation for mistake in exercise.mistakes}
        for error in (ValueError("no"), RecursionError("no")):
            assert check(exercise.id, raising(error)).diagnosis not in named


# ---------------------------------------------------------------- comparing


@pytest.mark.parametrize("available", [False, True])
def test_where_pytorch_may_use_a_gpu_answers_run_in_a_thread(available, monkeypatch, in_threads):
    cuda, ran_here = SimpleNamespace(is_available=lambda: available), []
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(set_num_threads=int, cuda=cuda))
    assert check("bill-total", lambda: ran_here.append(True) or 264).passed
    assert bool(ran_here) == (in_threads or available)


def test_an_exercise_that_needs_what_is_missing_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    report = check("clinic-23", lambda setup: [1.0])
    assert not report.attempted and "needs torch" in str(report)


def test_one_number_in_place_of_a_tuple_of_one():
    assert comparing.agree(2.0, (2.0,)) and comparing.difference(3.0, (2.0,)).startswith("Result 1 differs")


@pytest.mark.parametrize(
    ("result", "expected", "words"),
    [
        ((2.0, 1.0), (1.0, 2.0), "right, but in another order"),
        (np.ones((2, 3)).cumsum(axis=1).T, np.ones((2, 3)).cumsum(axis=1), "the right one, transposed"),
        (np.arange(4.0).reshape(2, 2).T, np.arange(4.0).reshape(2, 2), "the right one, transposed"),
        (
            np.arange(3.0)[None],
            np.arange(3.0),
            r"should have shape \(3,\), but yours has shape \(1, 3\): the numbers are right",
        ),
        (1.234, 1.23412345, "1.234 is rounded"),
        (np.array([1.0, 2.0]), np.array([1.00001, 2.00002]), "it is rounded down"),
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
