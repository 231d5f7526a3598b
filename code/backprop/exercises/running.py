"""Run a learner's answer so that whatever it does comes back as a result.

On Linux, an answer runs in a process of its own, a fork of this one: it can be ended whatever it does, and what it
changes goes with it. Elsewhere it runs in a thread, since a fork isn't safe beside the libraries of macOS and Windows
has none: there, a loop inside C that never lets go of the interpreter, such as `sum(itertools.count())`, goes on.
"""

import builtins
import contextlib
import copy
import ctypes
import faulthandler
import inspect
import io
import linecache
import math
import os
import pickle
import random
import signal
import sys
import threading
import time
import warnings
from dataclasses import dataclass, replace
from multiprocessing import Pipe
from os import _exit  # an answer may put another function into os
from typing import Any

import numpy as np

from .comparing import agree
from .settling import settle

TIME_LIMIT = 2.0  # seconds of computing
WAITING = 5  # that many times as long for one that sleeps, or on a machine with other things to do
MEMORY = 2 * 2**30  # bytes, beside what is in use already
DEEPEST = 20_000  # calls inside calls
MODULES = (np, np.linalg, np.random, math, random, builtins)  # an answer may put other functions in them
HERE = os.path.dirname(__file__)
IN_A_PROCESS = sys.platform == "linux"

_here = threading.local()


@dataclass
class Outcome:
    """What a call gave: a result, or words for what went wrong."""

    result: Any = None
    trouble: str | None = None
    error: tuple | None = None  # the name of the exception and its message, if there was one
    out_of: str | None = None  # "time", "memory", or "Python" itself: no result can be expected


def _endless():
    return Outcome(
        trouble=f"It did not finish within {TIME_LIMIT:g} seconds. Does a loop never end, or is the same work done again "
        "and again?",
        out_of="time",
    )


def run(answer, cases, errors):
    """The Outcome of each call `answer(*case)`, on copies and silently. One that never ends is the last."""
    return (_in_a_process if IN_A_PROCESS and not _gpu() else _in_a_thread)(answer, cases, errors)


def _gpu():
    """Whether PyTorch may be using one: then its backward refuses to run in a fork of this process."""
    return "torch" in sys.modules and sys.modules["torch"].cuda.is_available()


def in_an_answer():
    """Whether this very line runs inside an answer that is being checked."""
    return getattr(_here, "answering", False)


def attempt(answer, case, errors):
    """Call the answer on copies of the arguments, and put its result into a form that nothing can change any more."""
    given = copy.deepcopy(case)
    try:
        with _modules_restored(), np.errstate(**{"all": "ignore", **errors}):
            if errors:
                np.errstate, np.seterr = _firm(errors)
            result = answer(*given)
        if inspect.iscoroutine(result):
            result.close()
            return Outcome(trouble="It is an `async` function. Leave out the word `async`.")
        outcome = Outcome(settle(result))
    except OutOfTime:
        raise
    except BaseException as error:  # whatever it is, it is a verdict
        out_of = "memory" if isinstance(error, MemoryError) else None
        return Outcome(trouble=_told(error), error=(type(error).__name__, _words(error)), out_of=out_of)
    if not agree(given, case, exactly=True):
        return replace(outcome, trouble="It changes what it was given. Make something new for the result instead.")
    if isinstance(result, dict) and any(result is argument for argument in given):
        return replace(outcome, trouble="It returns the very dictionary that it was given. Make a new one.")
    return outcome


def _attempts(answer, cases, errors):
    """The outcomes one by one, as bytes: what is in them belongs to nobody else."""
    _here.answering = True
    for case in cases:
        yield pickle.dumps(attempt(answer, case, errors))


def _in_a_process(answer, cases, errors):
    reader, writer = Pipe(duplex=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # other threads aren't in the fork: ours needs none of them
        child = os.fork()
    if not child:
        _answer_and_exit(writer, answer, cases, errors)
    writer.close()
    outcomes, deadline, endless = [], time.monotonic() + WAITING * TIME_LIMIT, False
    try:
        while len(outcomes) < len(cases) and not endless:
            if reader.poll(max(0, deadline - time.monotonic())):
                outcomes.append(pickle.loads(reader.recv_bytes()))
            else:
                endless = True
    except (EOFError, OSError, pickle.PickleError):
        pass
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # what it has started, in its own group
            os.killpg(child, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)  # one that has ended keeps the reason
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        reader.close()
    if len(outcomes) < len(cases):
        endless = endless or status == -signal.SIGPROF
        outcomes.append(
            _endless()
            if endless
            else Outcome(trouble="It ends Python itself. Return a result instead.", out_of="Python")
        )
    return outcomes


def _answer_and_exit(writer, answer, cases, errors):
    """The life of the child. None of its ways leads back to the caller."""
    try:
        os.setpgid(0, 0)  # a group of its own, so that what it starts can be ended with it
        signal.signal(signal.SIGPROF, signal.SIG_DFL)  # which ends the process
        signal.setitimer(signal.ITIMER_PROF, TIME_LIMIT)
        _limit_memory()
        faulthandler.disable()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(nowhere, stream)
        if "torch" in sys.modules:
            sys.modules["torch"].set_num_threads(1)  # a fork has lost the threads that OpenMP counts on
        with _undisturbed():
            for outcome in _attempts(answer, cases, errors):
                writer.send_bytes(outcome)
    finally:
        _exit(0)


def _limit_memory():
    import resource  # which Windows hasn't

    with open("/proc/self/statm") as file:
        in_use = int(file.read().split()[0]) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (in_use + MEMORY, hard))


def _in_a_thread(answer, cases, errors):
    before = threading.stack_size(64 * 2**20)
    try:
        runner = Runner(answer, cases, errors)
        with _undisturbed():
            runner.start()
            try:
                runner.join(TIME_LIMIT)
            finally:
                ended, outcomes = not runner.is_alive(), list(runner.outcomes)
                if not ended:
                    runner.stop()
    finally:
        threading.stack_size(before)
    return [*map(pickle.loads, outcomes), *([] if ended else [_endless()])]


class OutOfTime(SystemExit):
    """Raised inside an answer that takes too long; no `except Exception` stops it, and a thread ends on it silently.

    It is made in the thread of the answer. There it sees to it that the next line raises again: a bare `except` that
    has swallowed it is left that way.
    """

    def __init__(self):
        super().__init__()
        if sys.version_info >= (3, 12):
            return _refuse_every_line(threading.get_ident())
        sys.settrace(lambda *event: None)
        frame = sys._getframe(1)
        while frame and frame.f_code is not Runner.run.__code__:
            frame.f_trace = _refuse
            frame = frame.f_back


def _refuse(*event):
    raise SystemExit


def _refuse_every_line(thread):
    """Let each line of that thread raise. (In Python 3.12.1, a bare `except` swallows what a trace function raises.)"""
    monitoring = sys.monitoring
    if monitoring.get_tool(monitoring.OPTIMIZER_ID) is None:
        monitoring.use_tool_id(monitoring.OPTIMIZER_ID, "backprop.exercises")

    def refuse(*event):
        if threading.get_ident() == thread:
            raise SystemExit

    monitoring.register_callback(monitoring.OPTIMIZER_ID, monitoring.events.LINE, refuse)
    monitoring.set_events(monitoring.OPTIMIZER_ID, monitoring.events.LINE)


class Runner(threading.Thread):
    """Calls an answer and keeps what it gave."""

    def __init__(self, *arguments):
        super().__init__(daemon=True)
        self.arguments, self.outcomes = arguments, []

    def run(self):
        with contextlib.suppress(SystemExit):  # OutOfTime, or what it made a line raise
            self.outcomes.extend(_attempts(*self.arguments))

    def stop(self):
        """Ask it to end, more than once: a bare `except` may swallow the first requests."""
        for _ in range(50):
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.ident), ctypes.py_object(OutOfTime))
            self.join(0.01)
            if not self.is_alive():
                break
        if sys.version_info >= (3, 12) and sys.monitoring.get_tool(sys.monitoring.OPTIMIZER_ID):
            sys.monitoring.set_events(sys.monitoring.OPTIMIZER_ID, 0)
            sys.monitoring.free_tool_id(sys.monitoring.OPTIMIZER_ID)


def _firm(errors):
    """np.errstate and np.seterr for an answer that must not turn these errors off."""
    seterr = np.seterr

    class Firm(np.errstate):
        def __init__(self, **kinds):
            super().__init__(**kinds | errors)

    return Firm, lambda **kinds: seterr(**kinds | errors)


@contextlib.contextmanager
def _modules_restored():
    """An answer may put other functions into modules; what is done with its result needs the right ones."""
    contents = [(module.__dict__, dict(module.__dict__)) for module in MODULES]
    try:
        yield
    finally:
        for now, before in contents:
            now.update(before)


@contextlib.contextmanager
def _undisturbed():
    """Whatever happens inside: nothing is printed or asked, and afterward random numbers are drawn as before."""
    states, printing = (random.getstate(), np.random.get_state()), np.get_printoptions()
    limit, set_limit, ask = sys.getrecursionlimit(), sys.setrecursionlimit, builtins.input
    try:
        with (
            warnings.catch_warnings(),
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            warnings.simplefilter("ignore")
            builtins.input = _refuse_input
            sys.setrecursionlimit = lambda wanted: set_limit(min(wanted, DEEPEST))
            set_limit(min(limit, DEEPEST))
            yield
    finally:
        sys.setrecursionlimit, builtins.input = set_limit, ask
        set_limit(limit)
        random.setstate(states[0])
        np.random.set_state(states[1])
        np.set_printoptions(**printing)  # up to NumPy 2.0, all threads share them


def _refuse_input(prompt=""):
    raise RuntimeError("nobody is there to type: an answer gets all that it needs as arguments")


def _told(error):
    """What happened, and in which line of the learner's: the last one in the file where the answer begins."""
    lines, step = [], error.__traceback__
    while step:
        file = step.tb_frame.f_code.co_filename
        if file == lines[0][0] if lines else os.path.dirname(file) != HERE:
            lines.append((file, step.tb_lineno, step.tb_frame.f_globals))
        step = step.tb_next
    line = linecache.getline(*lines[-1]).strip() if lines else ""
    where = f" in the line `{line}`" if line else ""
    words = _words(error)
    return f"It stopped with {type(error).__name__}{': ' if words else ''}{words}{where}."


def _words(error):
    """The message of an exception, which may be long, or fail."""
    try:
        return f"{error}"[:200]
    except Exception:
        return ""
