"""Grade submissions on several processors, and say of each that can't be graded why.

nbgrader does the grading. What is added here: a cell that ends its process, or hangs so that nothing can interrupt it,
costs its own exercise only; what can't be graded is told apart from a score of 0.
"""

import contextlib
import json
import os
import queue
import shutil
import subprocess
import sys
import threading
from copy import deepcopy
from pathlib import Path

import psutil
from jupyter_core.utils import run_sync
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_output
from nbgrader.converters import Autograde
from nbgrader.preprocessors import Execute

from .course import CourseError, gradebook, nbgrader, reason
from .register import GRADED, NOT_GRADED, READY, Entry, read_register, write_register

LOG = "grading.log"
LONGEST = 1800  # seconds for a submission; more than all its cells may take in practice
PATIENCE = 60  # seconds for the outputs of a cell to arrive, on a busy machine
GRACE = 10  # the same for a kernel that was interrupted
STARTS = 3  # how often a kernel is started: one whose ports another program took first never answers


class HangingKernelError(RuntimeError):
    """A cell ran out of time, and its process doesn't answer any more."""


class ExecuteEachCell(Execute):
    """Executes a notebook. A cell that takes the process with it is left out, and the others run without it."""

    shutdown_kernel = "immediate"

    def preprocess(self, nb, resources):
        self.left_out, self.running, untouched = {}, None, deepcopy(nb)
        while True:
            self.overdue = None
            try:
                return super().preprocess(nb, resources)
            except (DeadKernelError, HangingKernelError, CellTimeoutError) as problem:
                dead = isinstance(problem, DeadKernelError)
                if self.running is None or self.running in self.left_out or not dead and self.overdue != self.running:
                    raise
                hangs = "it did not end in time, and couldn't be interrupted"
                self.left_out[self.running] = "it ended the process that ran it" if dead else hangs
                nb = deepcopy(untouched)

    def start_new_kernel_client(self):
        for _ in range(STARTS - 1):
            try:
                return super().start_new_kernel_client()
            except RuntimeError:
                self.km = self.create_kernel_manager()
                self.start_new_kernel()
        return super().start_new_kernel_client()

    def preprocess_cell(self, cell, resources, index):
        self.running, self.iopub_timeout = index, PATIENCE
        if index in self.left_out:
            message = f"This cell was left out: {self.left_out[index]}."
            cell.outputs = [new_output("error", ename="LeftOut", evalue=message, traceback=[message])]
            return cell, resources
        cell, resources = super().preprocess_cell(cell, resources, index)
        if self.overdue == index:
            try:
                run_sync(self.kc.wait_for_ready)(timeout=GRACE)
            except RuntimeError:
                raise HangingKernelError from None
        return cell, resources

    async def _async_handle_timeout(self, timeout, cell=None):
        """nbclient calls this when a cell's time is up, and then interrupts the kernel."""
        self.overdue, self.iopub_timeout = self.running, GRACE
        return await super()._async_handle_timeout(timeout, cell)


def grade(course, assignments=(), again=False, workers=None, **settings):
    """Grade what is in submitted/ and wasn't graded before; return the entries of the register that changed.

    Raises
    ------
    CourseError
        If there is no course, or nothing was handed in.
    """
    course = Path(course).resolve()
    nbgrader(course)  # makes the gradebook, before several need it
    register = read_register(course)
    jobs, entries = queue.SimpleQueue(), {}
    for path in sorted(course.glob("submitted/*/*/*.ipynb")):
        slug, student = path.parts[-2], path.parts[-3]
        if path.stem != slug or assignments and slug not in assignments:
            continue
        entry = register.setdefault((slug, student), Entry(slug, student, student, "", path.name, READY))
        if again or entry.status != GRADED:
            entries[slug, student] = entry
            jobs.put((slug, student))
    if not register:
        raise CourseError(f"nothing in {course / 'submitted'}: `python -m classroom tidy` puts it there")
    results = {}
    count = min(workers or os.cpu_count(), len(entries))
    crew = [threading.Thread(target=_work, args=(course, settings, jobs, results)) for _ in range(count)]
    for thread in crew:
        thread.start()
    try:
        for thread in crew:
            thread.join()
    except KeyboardInterrupt:
        with contextlib.suppress(queue.Empty):
            while True:
                jobs.get_nowait()
        raise
    with gradebook(course) as book:
        for (slug, student), entry in entries.items():
            graded, entry.result = results[slug, student]
            entry.status = GRADED if graded else NOT_GRADED
            if not graded:
                _forget(course, book, slug, student)
    write_register(course, register)
    return list(entries.values())


def _forget(course, book, slug, student):
    """Take what failed out of the gradebook, where it would stand with a score of 0."""
    from nbgrader.api import MissingEntry

    for step in ("autograded", "feedback"):
        shutil.rmtree(course / step / student / slug, ignore_errors=True)
    with contextlib.suppress(MissingEntry):
        book.remove_submission(slug, student)


def _work(course, settings, jobs, results):
    """Hand one job after the other to a process; when a job takes the process with it, start another process."""
    worker = None
    while not jobs.empty():
        try:
            job = jobs.get_nowait()
        except queue.Empty:
            break
        worker = worker or _Worker(course, settings)
        results[job] = worker.run(job)
        if results[job] is None:
            late = worker.late.is_set()
            said = f"not done after {LONGEST // 60} minutes" if late else "it ended the program that grades"
            results[job] = False, said
            worker.close()
            worker = None
    if worker:
        worker.close()


class _Worker:
    """A process that grades, and answers each job, a line of JSON, with another line."""

    def __init__(self, course, settings):
        path = os.pathsep.join(filter(None, [str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH")]))
        with (course / LOG).open("ab") as log:  # also of what students' code writes past Python's stderr
            self.process = subprocess.Popen(
                [sys.executable, "-m", "classroom.grading", str(course), json.dumps(settings)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, encoding="utf-8",
                env={**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1"},
            )  # fmt: skip
        self.late = threading.Event()

    def run(self, job):
        """Return the answer, or None if the process has ended."""
        timer = threading.Timer(LONGEST, lambda: (self.late.set(), self.kill()))
        timer.start()
        try:
            print(json.dumps(job), file=self.process.stdin, flush=True)
            answer = self.process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        timer.cancel()
        return json.loads(answer) if answer else None

    def kill(self):
        """End the process, and the kernel that it may have left behind."""
        with contextlib.suppress(psutil.NoSuchProcess):
            family = psutil.Process(self.process.pid)
            for process in [*family.children(recursive=True), family]:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
        self.process.wait()

    def close(self):
        self.kill()
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.stdout.close()


def _serve(course, settings):
    answers, sys.stdout = sys.stdout, sys.stderr
    grader = nbgrader(course, **json.loads(settings))
    steps = Autograde(parent=grader).autograde_preprocessors
    grader.config.Autograde.autograde_preprocessors = [ExecuteEachCell if step is Execute else step for step in steps]
    for line in sys.stdin:
        print(json.dumps(_grade(grader, *json.loads(line))), file=answers, flush=True)


def _grade(grader, slug, student):
    """Grade one submission and write its feedback; return whether that was possible, and what there is to say."""
    done = grader.autograde(slug, student, force=True)
    if not done["success"]:
        lines = [line.strip() for line in done.get("log", "").splitlines() if "Error" in line]
        return False, lines[-1] if lines else reason(done)
    left_out = _left_out(Path(grader.coursedir.root, "autograded", student, slug, f"{slug}.ipynb"))
    feedback = grader.generate_feedback(slug, student, force=True)
    notes = [*left_out, *([] if feedback["success"] else [f"no feedback page: {reason(feedback)}"])]
    return True, "; ".join(notes)


def _left_out(path):
    """What was left out of a notebook that has been graded."""
    import nbformat.v4

    for cell in nbformat.v4.reads(path.read_text(encoding="utf-8")).cells:
        for output in cell.get("outputs", ()):
            if output.get("ename") == "LeftOut":
                yield f"{cell.metadata.get('nbgrader', {}).get('grade_id', cell.get('id', 'a cell'))}: {output.evalue}"


if __name__ == "__main__":
    _serve(*sys.argv[1:])
