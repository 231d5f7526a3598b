"""How nbval runs the chapters: kernels that compute the same everywhere, plots compared by what they show, and a fair
answer where MNIST is missing.

Without MNIST the cells tagged `mnist` run on the stand-in digits. They must still run, asserts and all, but their
outputs can't equal the stored ones, so they aren't compared; the summary at the end of the run says so.
"""

import copy
import importlib.util
from collections import Counter
from pathlib import Path

import nbval.kernel
import nbval.plugin
import pytest

HERE = Path(__file__).resolve().parent
PROPERTY = "ran without MNIST"


def _load(name):
    specification = importlib.util.spec_from_file_location(name, HERE.parent / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


# Kernels inherit the environment of this process, and the first one starts after this file was read.
tool, plots = _load("notebooks"), _load("plots")
tool.prepare_environment()
nbval.kernel.KernelManager = tool.without_network(nbval.kernel.KernelManager)
compare_exactly = nbval.plugin.IPyNbCell.compare_outputs


def compare_outputs(cell, test, ref, skip_compare=None):
    """What nbval does, with plots compared by what they show; of those tagged `measured`, the labels alone."""
    test = copy.deepcopy(test)
    difference = plots.other_labels if "measured" in cell.cell.metadata.get("tags", []) else plots.difference
    for new, old in zip(filter(plots.is_plot, test), filter(plots.is_plot, ref)):
        if plots.is_whole(new) and plots.is_whole(old):
            finding = difference(old["data"]["image/svg+xml"], new["data"]["image/svg+xml"])
            new["data"] = dict(old["data"])
            if finding:
                new["data"]["image/svg+xml"] = finding
    return compare_exactly(cell, test, ref, skip_compare)


nbval.plugin.IPyNbCell.compare_outputs = compare_outputs


def pytest_collection_modifyitems(items):
    """Switch the comparison off, where MNIST is missing, for the cells whose outputs come from it."""
    _skip_what_needs_torch(items)
    for item in items:
        item.output_timeout = 600  # nbval's own 5 seconds are few for a figure on a busy machine
    cells = [item for item in items if _is_mnist_cell(item)]
    if not cells or _mnist_available():
        return
    for item in cells:
        item.options["check"] = False
        item.user_properties.append((PROPERTY, item.path.name))


def _skip_what_needs_torch(items):
    """Where there is no PyTorch: cells that import it, and notebooks whose first cell, after the one for Colab, does."""
    if importlib.util.find_spec("torch"):
        return
    skip = pytest.mark.skip(reason="PyTorch is not installed")
    notebooks = set()
    for item in items:
        cell = getattr(item, "cell", None)
        if cell is None or HERE not in item.path.parents:
            continue
        imports = "import torch" in cell.source
        if imports and item.cell_num <= 1:
            notebooks.add(item.path)
        if imports or item.path in notebooks:
            item.add_marker(skip)


def pytest_terminal_summary(terminalreporter):
    """Say in one line which cells ran without comparison, and why."""
    reports = [report for outcome in ("passed", "failed") for report in terminalreporter.getreports(outcome)]
    ran = Counter(
        notebook
        for report in reports
        if getattr(report, "when", None) == "call"
        for name, notebook in report.user_properties
        if name == PROPERTY
    )
    if not ran:
        return
    where = ", ".join(f"{count} of {notebook}" for notebook, count in sorted(ran.items()))
    line = f"MNIST cells that ran on the stand-in digits, without comparison: {where}"
    terminalreporter.write_line(line, yellow=True)


def _is_mnist_cell(item):
    # nbval's items have a cell; with another plugin, or without nbval, there is nothing to do here.
    cell = getattr(item, "cell", None)
    return cell is not None and HERE in item.path.parents and "mnist" in cell.metadata.get("tags", [])


def _mnist_available():
    """Whether MNIST is at hand; where there is a network, this fetches it."""
    from backprop.datasets import DataError, MnistUnavailable, load_mnist

    try:
        load_mnist(stand_in=False)
    except (DataError, MnistUnavailable):  # a damaged file: the cells that load it will say so
        return False
    return True
