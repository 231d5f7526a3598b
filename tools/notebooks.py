"""Run the book's notebooks and store their outputs, in the one form that the repository keeps.

    python tools/notebooks.py                       every notebook in chapters/
    python tools/notebooks.py chapters/02-*.ipynb   only these (a folder stands for the notebooks in it)
    python tools/notebooks.py --check               change nothing, list what is not as it should be

A notebook is written only after all of its cells ran. Its cell ids stay: links and exercises hang on them.
"""

import argparse
import atexit
import copy
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import nbformat.v4
from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError
from nbformat.v4 import new_code_cell
from nbformat.warnings import DuplicateCellId, MissingIDFieldWarning
from traitlets import CaselessStrEnum, default

ROOT = Path(__file__).resolve().parent.parent

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
SECONDS_PER_CELL = 600

INSTALL_ID = "install-on-colab"
INSTALL_SOURCE = (ROOT / "tools" / "install_on_colab.py").read_text(encoding="utf-8").rstrip("\n")


class NotebookError(Exception):
    """A notebook that can't be read or run: the message is for whoever called the command."""


# ---------------------------------------------------------------- the form that the repository keeps


def normalize(nb):
    """Return a copy of a notebook in the form that the repository keeps: same cells, same ids, same results."""
    nb = copy.deepcopy(nb)
    nb.nbformat, nb.nbformat_minor = 4, 5
    nb.metadata = nbformat.from_dict(METADATA)
    for cell in nb.cells:
        cell.metadata = kept_metadata(cell.metadata)
    for count, cell in enumerate(code_cells(nb), start=1):
        # A cell that was never run keeps its missing count: only running it gives it the right to one.
        cell.execution_count = count if cell.get("execution_count") else None
        cell.outputs = merge_streams(cell.outputs)
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = cell.execution_count
    return nb


def with_install_cell(nb):
    """Return a copy of a notebook whose first cell of code makes it run on Colab; the website doesn't show it."""
    nb = copy.deepcopy(nb)
    cell = new_code_cell(INSTALL_SOURCE, id=INSTALL_ID, metadata={"tags": ["remove-cell"]})
    others = [other for other in nb.cells if other.get("id") != INSTALL_ID]
    first = next((i for i, other in enumerate(others) if other.cell_type == "code"), len(others))
    nb.cells = [*others[:first], cell, *others[first:]]
    return nb


def code_cells(nb):
    return [cell for cell in nb.cells if cell.cell_type == "code"]


def tags(cell):
    return cell.metadata.get("tags", [])


def kept_metadata(metadata):
    """Return what a cell's metadata says about the page; timings, editor state and the like go."""
    kept = {name: metadata[name] for name in ("cellView", "mystnb", "tags") if metadata.get(name)}
    hidden = {name: True for name in ("outputs_hidden", "source_hidden") if metadata.get("jupyter", {}).get(name)}
    if hidden:
        kept["jupyter"] = hidden
    return nbformat.from_dict(kept)


def merge_streams(outputs):
    """Join neighboring pieces of one stream: how a kernel cuts them up differs from run to run."""
    merged = []
    for output in outputs:
        last = merged[-1] if merged else None
        if last and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            merged.append(output)
    for output in merged:
        if output.output_type == "stream":
            # A progress bar redraws its line after each "\r": keep the last state, as a terminal shows it.
            output.text = re.sub(r"^.*\r(?=[^\n])", "", output.text, flags=re.MULTILINE)
    return merged


def read(path):
    """Read a notebook as it is: unlike nbformat.read, this adds and repairs nothing."""
    try:
        nb = nbformat.v4.reads(Path(path).read_text(encoding="utf-8"))
        if nb.nbformat != 4:
            raise ValueError(f"nbformat {nb.nbformat} instead of 4")
        return nb
    except (OSError, ValueError, KeyError, AttributeError) as problem:
        raise NotebookError(f"can't be read as a notebook: {problem}") from problem


def validate(nb):
    """Raise NotebookError unless a notebook, once normalized, is a valid one, with an id of its own on each cell."""
    with warnings.catch_warnings():
        # nbformat would mend missing and doubled ids by making some up, and only warn.
        for made_up in (DuplicateCellId, MissingIDFieldWarning):
            warnings.simplefilter("error", made_up)
        try:
            nbformat.validate(normalize(nb))
        except (nbformat.ValidationError, DuplicateCellId, MissingIDFieldWarning) as problem:
            raise NotebookError(f"not a valid notebook: {str(problem).splitlines()[0]}") from problem


def to_text(nb):
    """Return a notebook as the text of its file: keys sorted, indented by 1, nothing escaped, a newline at the end."""
    return nbformat.v4.writes(nb) + "\n"


def write(nb, path):
    """Put a notebook in the place of the old file in one step, so that no half-written file is ever seen."""
    path = Path(path)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=".tmp")
    try:
        with open(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(to_text(nb))
        shutil.copymode(path, temporary)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def check(path):
    """Return what is wrong with the form of a notebook's file, as a list of sentences."""
    nb = read(path)
    wanted = normalize(nb)
    findings = [f"cell {cell.get('id')} was never run" for cell in code_cells(nb) if not cell.get("execution_count")]
    if (nb.nbformat, nb.nbformat_minor) != (4, 5):
        findings.append(f"format {nb.nbformat}.{nb.nbformat_minor} instead of 4.5")
    if nb.metadata != wanted.metadata:
        findings.append("the notebook's metadata are not the normal ones")
    for cell, normal in zip(nb.cells, wanted.cells, strict=True):
        parts = [part for part in normal if part != "execution_count" or normal[part]]
        differing = [part.replace("_", " ") for part in parts if cell.get(part) != normal[part]]
        if differing:
            findings.append(f"cell {cell.get('id')} is not normalized: {', '.join(differing)}")
    if not findings and Path(path).read_bytes() != to_text(wanted).encode():
        findings.append("the layout of the file (indent, key order, line ends, last newline) is not the normal one")
    return findings


# ---------------------------------------------------------------- running


def prepare_environment():
    """Set what every kernel started from here shall inherit, so that a notebook computes the same each time."""
    # With several threads the order of a sum, and so its last digits, would depend on the machine.
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[variable] = "1"
    # A kernel runs in the notebook's folder: there, a path relative to this one would lead elsewhere.
    if os.environ.get("BACKPROP_DATA"):
        os.environ["BACKPROP_DATA"] = os.path.abspath(os.path.expanduser(os.environ["BACKPROP_DATA"]))


class ThisInterpreter(KernelSpecManager):
    """Knows one kernel, the interpreter that runs this file, whatever "python3" means elsewhere on the machine."""

    def get_kernel_spec(self, kernel_name):
        return self.kernel_spec_class(resource_dir=RESOURCES, **get_kernel_dict())


def without_network(manager):
    """Return a kind of kernel manager like the given one, whose kernels need no network.

    Ports need one, if only the machine's own, and who is cut off from the network may have not even that.
    Socket files need none. Windows has no use for them here, and keeps the ports.
    """
    if os.name == "nt":
        return manager

    class Manager(manager):
        transport = CaselessStrEnum(["tcp", "ipc"], default_value="ipc")

        @default("ip")
        def _socket_files(self):
            # By itself this would be a name in the current folder, and the kernel's folder is another one.
            # The name has to be short: systems take some 100 letters.
            folder = tempfile.mkdtemp(prefix="kernel-")
            atexit.register(shutil.rmtree, folder, ignore_errors=True)
            return os.path.join(folder, "s")

    return Manager


class KernelOfThisInterpreter(without_network(AsyncKernelManager)):
    @default("kernel_spec_manager")
    def _this_interpreter(self):
        return ThisInterpreter()


def execute(nb, folder):
    """Return a copy of a notebook with the outputs that its cells give when run in `folder`."""
    nb = copy.deepcopy(nb)
    for cell in code_cells(nb):
        cell.outputs, cell.execution_count = [], None
    current = None

    def remember(cell, cell_index):
        nonlocal current
        current = cell

    client = NotebookClient(
        nb,
        kernel_manager_class=KernelOfThisInterpreter,
        kernel_name="python3",
        timeout=SECONDS_PER_CELL,
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
        on_cell_execute=remember,
    )
    try:
        # What a cell prints to stderr comes as an output; what the kernel itself says there helps nobody.
        return client.execute(stderr=subprocess.DEVNULL)
    except CellExecutionError as problem:
        raise NotebookError(f"cell {current.id}: {problem.ename}: {problem.evalue}") from problem
    except CellTimeoutError as problem:
        raise NotebookError(f"cell {current.id}: still running after {SECONDS_PER_CELL} seconds") from problem
    except RuntimeError as problem:  # the kernel died, or never started
        raise NotebookError(f"cell {current.id if current else '(none yet)'}: {problem}") from problem


def update(path):
    """Run a notebook and store it, normalized."""
    nb = read(path)
    validate(nb)
    if any("mnist" in tags(cell) for cell in code_cells(nb)):
        from backprop.datasets import mnist_available

        if not mnist_available():
            raise NotebookError("its outputs must come from the real MNIST: set BACKPROP_DATA to the folder with it")
    write(normalize(execute(with_install_cell(nb), Path(path).resolve().parent)), path)


# ---------------------------------------------------------------- the command


def find_notebooks(paths):
    """Return the notebooks that the paths stand for, in order."""
    found = []
    for path in map(Path, paths):
        found += sorted(path.glob("*.ipynb")) if path.is_dir() else [path]
    return found


def main(arguments=None):
    parser = argparse.ArgumentParser(
        description=__doc__.partition("\n")[0], epilog="Without paths: every notebook in chapters/."
    )
    parser.add_argument("paths", nargs="*", type=Path, help="notebooks, or folders of notebooks")
    parser.add_argument("--check", action="store_true", help="change nothing, list what is not as it should be")
    options = parser.parse_args(arguments)
    prepare_environment()

    status = 0
    for path in find_notebooks(options.paths or [ROOT / "chapters"]):
        started = time.perf_counter()
        try:
            findings = check(path) if options.check else update(path)
        except NotebookError as problem:
            findings = [str(problem)]
        if findings:
            status = 1
            print("\n".join(f"{path}: {finding}" for finding in findings), file=sys.stderr)
        elif not options.check:
            print(f"{path}: run in {time.perf_counter() - started:.1f} s", flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
