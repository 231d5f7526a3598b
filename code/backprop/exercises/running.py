"""Run a learner's answer so that whatever it does comes back as a result.

The answer runs in a thread, so that it can be left alone when it takes too long. Nothing can stop a loop inside C that
never lets go of the interpreter, such as `sum(itertools.count())`; for that, run the whole process under a limit.
"""

import builtins
import contextlib
import copy
import ctypes
import inspect
import io
import math
import random
import sys
import threading
import traceback
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from .comparing import agree

TIME_LIMIT = 2.0  # seconds
MODULES = (np, np.linalg, np.random, math, random, builtins)  # an answer may put other functions in them


@dataclass
class Outcome:
    """What a call gave: a result, or words for what went wrong."""

    result: Any = None
    trouble: str | None = None
    error: tuple | None = None  # the kind of exception and its message, if there was one
    endless: bool = False


class OutOfTime(SystemExit):
    """Raised inside an answer that takes too long; no `except Exception` stops it, and a thread ends on it silently.

    It is made in the thread of the answer. There it sees to it that the next line raises again: a bare `except` that has
    swallowed it is left that way.
    """

    def __init__(self):
        super().__init__()
        sys.settrace(lambda *event: None)
        frame = sys._getframe(1)
        while frame and frame.f_code is not Runner.run.__code__:
            frame.f_trace = _refuse
            frame = frame.f_back


def _refuse(frame, event, argument):
    raise SystemExit


class Runner(threading.Thread):
    """Calls an answer and keeps what it gave."""

    def __init__(self, answer, arguments):
        super().__init__(daemon=True)
        self.answer, self.arguments, self.outcome = answer, arguments, Outcome()

    def run(self):
        try:
            result = self.answer(*self.arguments)
            if inspect.iscoroutine(result):
                result.close()
                self.outcome = Outcome(trouble="It is an `async` function. Leave out the word `async`.")
            else:
                self.outcome = Outcome(result)
        except OutOfTime:
            pass
        except BaseException as error:  # whatever it is, it is a verdict
            self.outcome = Outcome(trouble=_told(error), error=(type(error), _words(error)))

    def stop(self):
        """Ask it to end, more than once: a bare `except` may swallow the first requests."""
        for _ in range(50):
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.ident), ctypes.py_object(OutOfTime))
            self.join(0.01)
            if not self.is_alive():
                return


def in_an_answer():
    """Whether this very line runs inside an answer that is being checked."""
    return isinstance(threading.current_thread(), Runner)


def call(answer, arguments, seconds=TIME_LIMIT):
    """Call `answer` on copies of the arguments, silently, within the time limit."""
    given = copy.deepcopy(arguments)
    runner = Runner(answer, given)
    with _undisturbed():
        runner.start()
        try:
            runner.join(max(seconds, 0.01))
        finally:
            ended = not runner.is_alive()
            if not ended:
                runner.stop()
    if not ended:
        return Outcome(endless=True, trouble=f"It did not finish within {TIME_LIMIT:g} seconds. Does a loop never end?")
    outcome = runner.outcome
    if outcome.trouble is None and not agree(given, arguments, exactly=True):
        outcome.trouble = "It changes what it was given. Make something new for the result instead."
    elif isinstance(outcome.result, dict) and any(outcome.result is argument for argument in given):
        outcome.trouble = "It returns the very dictionary that it was given. Make a new one."
    return outcome


@contextlib.contextmanager
def _undisturbed():
    """Whatever happens inside: nothing is printed, and afterwards random numbers, warnings and modules are as before."""
    contents = [(module.__dict__, dict(module.__dict__)) for module in MODULES]
    states, recursion_limit = (random.getstate(), np.random.get_state()), sys.getrecursionlimit()
    try:
        with (
            warnings.catch_warnings(),
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        for now, before in contents:  # first of all, and with no function that may have been replaced
            if now != before:
                now.update(before)
        random.setstate(states[0])
        np.random.set_state(states[1])
        sys.setrecursionlimit(recursion_limit)


def _told(error):
    frames = traceback.extract_tb(error.__traceback__)[1:]  # the first one is ours
    own = [frame.line for frame in frames if frame.filename == frames[0].filename and frame.line]
    where = f" in the line `{own[-1]}`" if own else ""
    words = _words(error)
    return f"It stopped with {type(error).__name__}{': ' if words else ''}{words}{where}."


def _words(error):
    """The message of an exception, which may be long, or fail."""
    try:
        return f"{error}"[:200]
    except Exception:
        return ""
