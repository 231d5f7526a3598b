"""Sample submissions: what students hand in, as changes to the notebook that they were given."""

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

ENDLESS = RIGHT[BILLS] | {
    "exercise-delivery": "def bill_with_delivery(price, count, tax, delivery):\n    while True:\n        pass",
    "exercise-nudge": "while True:\n    pass",
}
BROKEN = RIGHT[BILLS] | {
    "exercise-delivery": "def bill_with_delivery(price, count, tax, delivery:\n    return",
    "exercise-nudge": "def my_nudge(f, x, h):\n    return (f(x + h) - f(x)) / h",
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
    """Right answers, saved by another program: an older format without cell ids, metadata of its own, a cell more."""
    answers(RIGHT[BILLS])(nb)
    nb.nbformat_minor, nb.metadata = 0, nbformat.from_dict({"kernelspec": {"name": "other", "display_name": "Other"}})
    nb.cells.insert(0, nbformat.v4.new_code_cell("1 / 0"))
    for number, cell in enumerate(nb.cells):
        cell.pop("id", None)
        cell.metadata["id"] = f"made-up-{number}"


def lost(nb):
    """An answer cell and its check cell were deleted: nbgrader can't tell where they stood."""
    for part in ("answer", "check"):
        nb.cells.remove(cell(nb, f"exercise-nudge-{part}"))


# Files that come with the tampered notebook: another package of the same name, whose check says yes.
OTHER_FILES = {
    "backprop/__init__.py": "Variable = draw = step_through = None",
    "backprop/exercises.py": "from types import SimpleNamespace\ncheck = lambda *_: SimpleNamespace(passed=True)",
}

SUBMISSIONS = {
    "all-right": {BILLS: as_elsewhere, GRADIENTS: answers(RIGHT[GRADIENTS])},
    "untouched": {GRADIENTS: answers({})},
    "five-mistakes": {GRADIENTS: answers(FIVE_MISTAKES)},
    "endless": {BILLS: answers(ENDLESS)},
    "broken": {BILLS: answers(BROKEN)},
    "tampered": {BILLS: tampered},
    "lost-cells": {BILLS: lost},
}
