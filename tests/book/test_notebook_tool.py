"""tools/notebooks.py: what it stores, what it refuses, and that a notebook that fails stays as it was."""

import json
import sys

import notebooks
import pytest
from nbformat import from_dict
from nbformat.v4 import new_output
from planting import code, notebook, prose, stream

import backprop.datasets


@pytest.fixture
def path(tmp_path):
    return tmp_path / "chapter.ipynb"


def save(path, *cells):
    text = notebooks.to_text(notebook(prose("We añade."), *cells))
    path.write_text(text, encoding="utf-8", newline="\n")
    return text


def printed(path):
    return [output.text for cell in notebooks.code_cells(notebooks.read(path)) for output in cell.outputs]


def test_runs_and_stores(path, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    save(
        path,
        code("import os, sys\nprint(sys.executable)", id="interpreter"),
        code("print(os.environ['OMP_NUM_THREADS'], os.path.basename(os.getcwd()))", id="surroundings"),
        code("for i in range(3):\n    print(i, flush=True)", stream("old\n"), id="stream"),
    )
    nb = notebooks.read(path)
    nb.nbformat_minor = 4
    nb.metadata = from_dict({"kernelspec": {"display_name": "Other", "name": "other"}, "widgets": {}})
    path.write_text(notebooks.to_text(nb), encoding="utf-8")

    assert notebooks.main([str(path)]) == 0
    assert printed(path) == [f"{sys.executable}\n", f"1 {path.parent.name}\n", "0\n1\n2\n"]
    after = notebooks.read(path)
    assert [cell.id for cell in after.cells] == [
        "some-words",
        "install-on-colab",
        "interpreter",
        "surroundings",
        "stream",
    ]
    assert [cell.execution_count for cell in notebooks.code_cells(after)] == [1, 2, 3, 4]
    assert after.metadata == notebooks.METADATA
    assert after.nbformat_minor == 5
    assert "añade" in path.read_text(encoding="utf-8") and path.read_bytes().endswith(b"}\n")
    assert list(path.parent.iterdir()) == [path]
    assert notebooks.main(["--check", str(path)]) == 0


def test_failing_cell_leaves_the_file_alone(path, capsys):
    text = save(path, code("print('new')", id="fine"), code("1 / 0", id="not-fine"))
    assert notebooks.main([str(path)]) == 1
    assert f"{path}: cell not-fine: ZeroDivisionError: division by zero" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == text
    assert list(path.parent.iterdir()) == [path]


def test_kernel_that_dies_leaves_the_file_alone(path, capsys):
    text = save(path, code("import os\nos._exit(1)", id="fatal"))
    assert notebooks.main([str(path)]) == 1
    assert f"{path}: cell fatal: Kernel died" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == text


def test_cell_that_hangs_leaves_the_file_alone(path, capsys, monkeypatch):
    class Impatient(notebooks.NotebookClient):
        """With all others it is patient: on a busy machine, any cell may take a second."""

        def __init__(self, nb, timeout, **options):
            limits = {"endless": timeout}
            super().__init__(nb, timeout_func=lambda cell: limits.get(cell.id, 3600), **options)

    monkeypatch.setattr(notebooks, "NotebookClient", Impatient)
    monkeypatch.setattr(notebooks, "SECONDS_PER_CELL", 1)
    text = save(path, code("while True:\n    pass", id="endless"))
    assert notebooks.main([str(path)]) == 1
    assert f"{path}: cell endless: still running after 1 seconds" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == text


def test_other_kernel_of_the_same_name_is_not_used(path, tmp_path, monkeypatch):
    folder = tmp_path / "share" / "kernels" / "python3"
    folder.mkdir(parents=True)
    kernel = {"argv": ["no-such-python", "{connection_file}"], "display_name": "Other", "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(kernel))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share"))
    save(path, code("import sys\nprint(sys.executable)", id="interpreter"))
    assert notebooks.main([str(path)]) == 0
    assert printed(path) == [f"{sys.executable}\n"]


def test_file_is_replaced_in_one_step(path, monkeypatch):
    text = save(path, code(id="sum"))
    path.chmod(0o640)
    mode = path.stat().st_mode

    def full_disk(*_):
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(notebooks.os, "replace", full_disk)
        with pytest.raises(OSError, match="disk full"):
            notebooks.write(notebook(code(id="other")), path)
    assert path.read_text(encoding="utf-8") == text
    assert list(path.parent.iterdir()) == [path]

    notebooks.write(notebook(code(id="other")), path)
    assert notebooks.read(path).cells[0].id == "other"
    assert path.stat().st_mode == mode


def test_announced_error_is_stored(path):
    save(path, code("1 / 0", id="not-fine", tags=["raises-exception"]))
    assert notebooks.main([str(path)]) == 0
    assert notebooks.read(path).cells[-1].outputs[0].ename == "ZeroDivisionError"


def test_mnist_cells_need_mnist(path, capsys, monkeypatch):
    monkeypatch.setattr(backprop.datasets, "mnist_available", lambda: False)
    text = save(path, code("print('digits')", id="digits", tags=["mnist"]))
    assert notebooks.main([str(path)]) == 1
    assert "set BACKPROP_DATA" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ([code(id="sum"), code(id="sum")], "not a valid notebook: Non-unique cell id 'sum'"),
        ([from_dict({"cell_type": "markdown", "metadata": {}, "source": "no id"})], "not a valid notebook"),
    ],
)
def test_ids_are_never_made_up(path, capsys, cells, words):
    text = save(path, *cells)
    assert notebooks.main([str(path)]) == 1
    assert words in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("text", ["", "{}", '{"nbformat": 3, "cells": []}', "[]", "\ufeffx"])
def test_what_is_no_notebook_is_named(path, capsys, text):
    path.write_text(text, encoding="utf-8")
    for arguments in ([str(path)], ["--check", str(path)]):
        assert notebooks.main(arguments) == 1
        assert f"{path}: can't be read as a notebook" in capsys.readouterr().err


def test_missing_file_is_named(path, capsys):
    assert notebooks.main([str(path)]) == 1
    assert f"{path}: can't be read as a notebook" in capsys.readouterr().err


def test_check_changes_nothing_and_names_what_is_wrong(path, capsys):
    save(path, code(id="never-run"), code(id="timed"), code("f()", stream("a\n"), stream("b\n"), id="in-pieces"))
    nb = notebooks.read(path)
    never_run, timed, in_pieces = notebooks.code_cells(nb)
    never_run.execution_count = None
    timed.metadata = from_dict({"execution": {"shell.execute_reply": "2026-01-01"}, "collapsed": False})
    in_pieces.outputs = [stream("a\n"), stream("b\n")]
    nb.metadata["widgets"] = {}
    path.write_text(notebooks.to_text(nb), encoding="utf-8")
    before = path.read_bytes()

    assert notebooks.main(["--check", str(path)]) == 1
    assert capsys.readouterr().err.splitlines() == [
        f"{path}: cell never-run was never run",
        f"{path}: the notebook's metadata are not the normal ones",
        f"{path}: cell timed is not normalized: metadata",
        f"{path}: cell in-pieces is not normalized: outputs",
    ]
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("right", "wrong"), [("\n", "\r\n"), ("}\n", "}"), ("}\n", "}\n\n"), ("\n ", "\n  "), ("ñ", "\\u00f1")]
)
def test_layout_of_the_file_is_checked(path, right, wrong):
    text = save(path, code())
    path.write_bytes(text.replace(right, wrong).encode())
    assert ["layout of the file" in finding for finding in notebooks.check(path)] == [True]


def test_results_carry_the_count_of_their_cell():
    result = new_output("execute_result", {"text/plain": "2"}, execution_count=42)
    cell = notebook(code(id="first"), code("1 + 1", result)).cells[1]
    assert cell.execution_count == cell.outputs[0].execution_count == 2


def test_cell_that_is_not_run_keeps_no_old_output(path):
    save(path, code("", stream("old\n"), id="emptied"))
    assert notebooks.main([str(path)]) == 0
    assert printed(path) == []
    assert notebooks.check(path) == ["cell emptied was never run"]


def test_normalize_keeps_what_the_page_needs_and_is_stable():
    cell = code(tags=["figure"], alt="A graph")
    cell.metadata.update(jupyter={"source_hidden": True, "outputs_hidden": True}, scrolled=True, editable=True)
    nb = notebook(cell)
    assert nb.cells[0].metadata == {
        "tags": ["figure"],
        "mystnb": {"image": {"alt": "A graph"}},
        "jupyter": {"source_hidden": True, "outputs_hidden": True},
    }
    assert notebooks.normalize(nb) == nb


def test_progress_bar_is_stored_in_its_last_state():
    cell = code("bar()", stream("\r  0%|", "stderr"), stream("\r 50%|", "stderr"), stream("\r100%|\n", "stderr"))
    assert notebook(cell).cells[0].outputs == [stream("100%|\n", "stderr")]


def test_relative_data_folder_is_made_absolute(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BACKPROP_DATA", "data")
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.setenv(variable, "8")
    notebooks.prepare_environment()
    assert notebooks.os.environ["BACKPROP_DATA"] == str(tmp_path / "data")
    assert notebooks.os.environ["MKL_NUM_THREADS"] == "1"
