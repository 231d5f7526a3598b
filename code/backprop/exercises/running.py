"""Run a learner's answer so that whatever it does comes back as a result."""

import contextlib
import copy
import ctypes
import io
import threading
import traceback
from dataclasses import dataclass
from typing import Any

from .comparing import agree

TIME_LIMIT = 2.0  # seconds


@dataclass
class Outcome:
    """What a call gave: a result, or words for what went wrong."""

    result: Any = None
    trouble: str | None = None
    error: type | None = None  # the kind of exception, if there was one
    endless: bool = False


class OutOfTime(BaseException):
    """Raised inside an answer that takes too long; no `except Exception` of the answer stops it."""


def call(answer, arguments):
    """Call `answer` on copies of the arguments, silently, within the time limit."""
    given = copy.deepcopy(arguments)
    outcome = Outcome()

    def work():
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                outcome.result = answer(*given)
        except OutOfTime:
            pass
        except BaseException as error:  # whatever it is, it is a verdict
            outcome.trouble, outcome.error = _told(error), type(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(TIME_LIMIT)
    if thread.is_alive():
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(OutOfTime))
        return Outcome(endless=True, trouble=f"It did not finish within {TIME_LIMIT:g} seconds. Does a loop never end?")
    if outcome.trouble is None and not agree(given, arguments, exactly=True):
        outcome.trouble = "It changes what it was given. Make something new for the result instead."
    return outcome


def _told(error):
    frames = traceback.extract_tb(error.__traceback__)[1:]  # the first one is ours
    line = next((frame.line for frame in frames if frame.line), "")
    where = f" in the line `{line}`" if line else ""
    return f"It stopped with {type(error).__name__}: {error}{where}."
