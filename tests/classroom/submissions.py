"""Sample submissions: what students hand in, as changes to the notebook that they were given."""

import zipfile
from copy import deepcopy

import nbformat

BILLS, GRADIENTS = "01-computation-graphs", "08-checking-gradients"

RIGHT = {
    BILLS: {
        "exercise-bill-total": "my_total = 264",
        "exercise-delivery": "def bill_with_delivery(p, count, tax, delivery):\n    return p * count * tax + delivery",
        "exercise-delivery-slopes": "my_slopes = 2.2, 1",
        "exercise-nudge": "nudge = lambda f, x, h: (f(x + h) - f(x)) / h",
    },
    GRADIENTS: {
        "exercise-central": "def my_central_difference(f, x, h):\n    return (f(x + h) - f(x - h)) / (2 * h)",
        "exercise-gradient": """\
def my_numerical_gradient(f, x):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = 1e-4
        gradient[index] = (f(x + step) - f(x - step)) / 2e-4
    return gradient""",
        # Right, and NumPy warns of 0 / 0; then something writes to stderr as a library in C does.
        "exercise-relative": """\
import os

def relative_error(a, b):
    os.write(2, b"Warning: from elsewhere")
    size = np.maximum(abs(a), abs(b))
    return np.where(size == 0, 0, abs(a - b) / size)""",
        "exercise-passes": "passes = 2 * (784 * 50 + 50)",
        "exercise-tanh": "def tanh_backward(x, grad_output):\n    return grad_output / np.cosh(x) ** 2",
    },
}

FIVE_MISTAKES = {
    "exercise-central": "def my_central_difference(f, x, h):\n    return (f(x + h) - f(x)) / h",
    "exercise-gradient": """\
def my_numerical_gradient(f, x):
    return np.full(x.shape, (f(x + 1e-4) - f(x - 1e-4)) / 2e-4)""",
    "exercise-relative": "def relative_error(a, b):\n    return np.abs(a - b)",
    "exercise-passes": "passes = 784 * 50 + 50",
    "exercise-tanh": "def tanh_backward(x, grad_output):\n    return grad_output * (1 - x**2)",
}
DIAGNOSES = [
    "You nudged up only: a forward difference.",
    "You nudged all elements at once. Nudge one element at a time.",
    "That is the absolute error. Divide by the greater of |a| and |b|.",
    "That is how many parameters there are. Each needs two passes, one at +h and one at -h.",
    "1 - y**2 needs the output y. Here x is the input: take tanh(x) first.",
]

# One exercise right; the others can't run, each in another way.
BROKEN = {
    "exercise-central": "import itertools\n\nsum(itertools.count())  # takes forever, and can't be interrupted",
    "exercise-gradient": "while True:  # takes forever\n    pass",
    "exercise-relative": "def relative_error(a, b:\n    return",
    "exercise-passes": RIGHT[GRADIENTS]["exercise-passes"],
    "exercise-tanh": "import os\n\nos._exit(0)",
}


def answers(given):
    def change(nb):
        for name, source in given.items():
            cell(nb, f"{name}-answer").source = source

    return change


def cell(nb, identity):
    return next(cell for cell in nb.cells if cell.id == identity)


def tampered(nb):
    """No answers; one check rewritten, one worth more, one unlocked, one deleted, and a `check` that says yes."""
    page = 'from IPython.display import HTML\ndisplay(HTML("<script>no()</script>"))'
    cell(nb, "exercise-bill-total-answer").source += f"\n{page}"
    cell(nb, "setup").source += "\nfrom types import SimpleNamespace\ncheck = lambda *_: SimpleNamespace(passed=True)"
    cell(nb, "exercise-bill-total-check").source = "1"
    worth_more = cell(nb, "exercise-delivery-check")
    worth_more.source, worth_more.metadata.nbgrader.points = "100", 100
    cell(nb, "exercise-delivery-slopes-check").metadata.nbgrader.locked = False
    cell(nb, "exercise-delivery-slopes-check").source = "2"
    nb.cells.remove(cell(nb, "exercise-nudge-check"))


def as_elsewhere(nb):
    """Right answers, saved by another program: an older format without cell ids, metadata of its own, a cell more.

    One answer cell is there twice, and one shows a figure.
    """
    answers(RIGHT[GRADIENTS])(nb)
    cell(nb, "exercise-passes-answer").source += "\nfrom backprop import Variable, draw\n\ndraw(Variable(2.0) * 3)"
    copy_cell(nb, "exercise-relative-answer")
    nb.nbformat_minor, nb.metadata = 0, nbformat.from_dict({"kernelspec": {"name": "other", "display_name": "Other"}})
    nb.cells.insert(0, nbformat.v4.new_code_cell("1 / 0"))
    for number, each in enumerate(nb.cells):
        each.pop("id", None)
        each.metadata["id"] = f"made-up-{number}"


def copy_cell(nb, identity):
    original = cell(nb, identity)
    copy = nbformat.from_dict({**original, "id": "a-copy", "metadata": deepcopy(original.metadata)})
    nb.cells.insert(nb.cells.index(original) + 1, copy)


def lost(nb):
    """Right answers; the imports are gone, and so is an exercise."""
    answers(RIGHT[BILLS])(nb)
    for identity in ("setup", "exercise-nudge-answer", "exercise-nudge-check"):
        nb.cells.remove(cell(nb, identity))


def killer(nb):
    cell(nb, "exercise-nudge-answer").source = "import os, signal\n\nos.kill(os.getppid(), signal.SIGKILL)"


# Files that come with the tampered notebook: another package of the same name, whose check says yes.
OTHER_FILES = {
    "backprop/__init__.py": "Variable = draw = step_through = None",
    "backprop/exercises.py": "from types import SimpleNamespace\ncheck = lambda *_: SimpleNamespace(passed=True)",
}

CLASS = {
    BILLS: {"Tampered": tampered, "Lost Cells": lost, "Killer": killer},
    GRADIENTS: {"All Right": as_elsewhere, "Five Mistakes": answers(FIVE_MISTAKES), "Broken": answers(BROKEN)},
}


def archive(path, slug, release):
    """Write the archive that Moodle makes of a task: what the class handed in, one of them twice and one nothing."""
    with zipfile.ZipFile(path, "w") as file:

        def hand_in(number, student, name, content):
            file.writestr(f"{student}_{slug[1]}{number:02d}_assignsubmission_file/{name}", content)

        for number, (student, change) in enumerate(CLASS[slug].items()):
            nb = deepcopy(release)
            change(nb)
            hand_in(number, student, f"{slug}.ipynb", nbformat.v4.writes(nb))
        if slug == GRADIENTS:
            hand_in(0, "All Right", f"{slug} (1).ipynb", "")
            hand_in(number + 1, "Empty", f"{slug}.ipynb", b"")
        else:
            for name, source in OTHER_FILES.items():
                hand_in(0, "Tampered", name, source)
    return path
