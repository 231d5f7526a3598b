"""The cell that makes a notebook run on Colab: in every notebook, out of sight, and tried far from this repository."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from importlib.metadata import distribution, version
from pathlib import Path
from zipfile import ZipFile

import notebooks
import pytest
import site_rules
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from notebooks import ROOT
from planting import code, notebook, prose
from website import buttons

CELL = ROOT / "tools" / "install_on_colab.py"
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
DISTRIBUTION = "backprop-step-by-step"
TORCH = "2.9.0+cu126"  # Colab's torch isn't one that a package index has
NEWER = {"numpy": f"{version('numpy')}.post1", "torch": "2.9.0.post1"}


# ---------------------------------------------------------------- where it stands


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_notebook_begins_with_it(path):
    cell = notebooks.code_cells(notebooks.read(path))[0]
    assert cell.source == CELL.read_text(encoding="utf-8").rstrip("\n"), "run python tools/notebooks.py"
    assert (cell.id, cell.metadata, cell.outputs) == ("install-on-colab", {"tags": ["remove-cell"]}, [])


def test_no_page_shows_it(build):
    for path in site_rules.NOTEBOOKS:
        shown = site_rules.parsed(build[0] / "chapters" / f"{path.stem}.html").get_text()
        assert "google.colab" not in shown, path.stem


def test_a_new_notebook_gets_it(tmp_path):
    path = tmp_path / "new.ipynb"
    path.write_text(notebooks.to_text(notebook(prose("# New"), code("print(1 + 1)"))), encoding="utf-8", newline="\n")
    for _ in range(2):  # running it again gives it no second one
        assert notebooks.main([str(path)]) == 0
        assert [cell.id for cell in notebooks.read(path).cells] == ["some-words", "install-on-colab", "sum-of-ones"]
    test_every_notebook_begins_with_it(path)
    # What the site's copies are filled with must find its place.
    assert "https://example.org/a/b" in buttons.filled(path.read_text(encoding="utf-8"), "https://example.org/a/b")


# ---------------------------------------------------------------- what it does

# These tests share an environment, and each adds something to it: they run in the order in which they stand.


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    """A folder with all that pip can get: what builds the package, and a NumPy and a torch newer than Colab's."""
    folder = tmp_path_factory.mktemp("wheels")
    setuptools = distribution("setuptools")
    files = {file.as_posix(): file.read_binary() for file in setuptools.files if ".." not in file.parts}
    write_wheel(folder, "setuptools", setuptools.version, files)
    for name, newer in NEWER.items():
        write_wheel(folder, name, newer, {f"{name}/__init__.py": b"", **metadata(name, newer)})
    return folder


def write_wheel(folder, name, number, files):
    with ZipFile(folder / f"{name}-{number}-py3-none-any.whl", "w") as wheel:
        for path, content in files.items():
            wheel.writestr(path, content)


def metadata(name, number):
    """The files that tell of an installed package, as {path: content}; in a wheel they do the same."""
    told = {
        "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {number}\n",
        "WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "RECORD": "",
    }
    return {f"{name}-{number}.dist-info/{file}": text.encode() for file, text in told.items()}


@pytest.fixture(scope="module")
def python(wheels, tmp_path_factory):
    """The Python of a new environment with what Colab has: all that is here but the package, and another torch.

    It finds that in a folder of links. What pip installs comes before it, and pip takes nothing away from there.
    """
    folder = tmp_path_factory.mktemp("colab")
    had = folder / "had"
    had.mkdir()
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if not re.match("_*(editable_*|backprop|torch|functorch)", path.name):
            link(had / path.name, path)
    for file, content in {"torch/__init__.py": b"", **metadata("torch", TORCH)}.items():
        (had / file).parent.mkdir(exist_ok=True)
        (had / file).write_bytes(content)
    run = command(sys.executable, "-m", "venv", "--without-pip", folder / "environment")
    assert run.returncode == 0, run.stderr
    python = folder / "environment" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    (site_packages(python) / "had.pth").write_text(f"{had}\n", encoding="utf-8")
    return python


def link(path, target):
    try:
        path.symlink_to(target)
    except OSError as problem:  # on Windows, not everybody may
        pytest.skip(f"no links can be made here: {problem}")


@pytest.fixture(autouse=True)
def surroundings(request, monkeypatch):
    """A published notebook knows its address by itself; no setting of pip's, and no path of ours, reaches the cell."""
    for name in [name for name in os.environ if name.startswith(("PIP_", "PYTHON", buttons.VARIABLE))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    if "wheels" in request.fixturenames:
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_FIND_LINKS", str(request.getfixturevalue("wheels")))
        monkeypatch.setenv("PIP_NO_COMPILE", "1")  # only to be quicker


@pytest.fixture(scope="module")
def colab(python):
    """The same environment, with a stand-in for the package by which the cell knows Colab."""
    folder = site_packages(python) / "google" / "colab"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "__init__.py").touch()
    return python


@pytest.fixture
def repository(tmp_path):
    """A repository of one commit with the package as it is now: also from a download, or a clone without history."""
    if not shutil.which("git"):
        pytest.skip("no git, which pip needs to fetch the package")
    unwanted = shutil.ignore_patterns("__pycache__", "*.egg-info", "build")
    shutil.copytree(ROOT / "code", tmp_path / "repository" / "code", ignore=unwanted)
    git(tmp_path / "repository", "init", "-q")
    commit(tmp_path / "repository")
    return tmp_path / "repository"


def commit(repository):
    git(repository, "add", "-A")
    git(repository, "-c", "user.name=n", "-c", "user.email=e@example.org", "commit", "-q", "-m", "Change")


def git(folder, *words):
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    subprocess.run(["git", *words], cwd=folder, env=surroundings, check=True)


def command(*words, **options):
    return subprocess.run([*map(str, words)], capture_output=True, encoding="utf-8", errors="replace", **options)


def site_packages(python):
    return Path(command(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").stdout.strip())


def packages(python):
    """The packages of an environment with their versions; the first of a name is the one that is imported."""
    listed = "json.dumps([(d.name, d.version) for d in importlib.metadata.distributions()])"
    run = command(python, "-c", f"import importlib.metadata, json; print({listed})")
    return dict(reversed(json.loads(run.stdout)))


def run_cell(python, folder, address=""):
    """Run the cell by itself, in an empty folder."""
    folder.mkdir()
    source = CELL.read_text(encoding="utf-8").replace(', "")', f', "{address}")')
    return command(python, "-c", source, cwd=folder)


def test_elsewhere_it_does_nothing(python, tmp_path):
    """Not even where the name `google` is taken by another of its packages."""
    before = packages(python)
    (site_packages(python) / "google" / "auth").mkdir(parents=True)
    run = run_cell(python, tmp_path / "lone", "https://example.org/a/b")
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert packages(python) == before and DISTRIBUTION not in before
    assert list((tmp_path / "lone").iterdir()) == []


def test_without_an_address_it_says_what_to_do(colab, tmp_path):
    before = packages(colab)
    run = run_cell(colab, tmp_path / "lone")
    assert run.stderr.splitlines()[-1].startswith("RuntimeError: Put the address of the book's repository")
    assert packages(colab) == before


@pytest.mark.parametrize("name", NEWER)
def test_pip_fails_rather_than_replace_what_colab_has(colab, repository, tmp_path, name):
    """Though it could: without the cell's constraints, pip would take what the package needs."""
    before, needed = packages(colab), f"{name}>={NEWER[name]}"
    project = repository / "code" / "pyproject.toml"
    text = project.read_text(encoding="utf-8")
    assert '"numpy>=2.0.2"' in text
    project.write_text(text.replace('"numpy>=2.0.2"', f'"{needed}"'), encoding="utf-8")
    commit(repository)
    run = run_cell(colab, tmp_path / "lone", repository.as_uri())
    assert run.returncode == 1
    assert "RuntimeError: pip didn't install the package." in run.stderr
    assert needed in run.stderr and f"{name}=={before[name]}" in run.stderr
    assert packages(colab) == before

    report = tmp_path / "report.json"
    run = command(colab, "-m", "pip", "install", "--dry-run", "--report", report, needed)
    assert run.returncode == 0, run.stderr
    [planned] = [each["metadata"] for each in json.loads(report.read_text(encoding="utf-8"))["install"]]
    assert (planned["name"], planned["version"]) == (name, NEWER[name])


def test_a_lone_notebook_runs_to_its_end(colab, repository, tmp_path):
    """As it is published: downloaded into an empty folder, with nothing of the book on the machine."""
    before = packages(colab)
    lone = tmp_path / "lone" / CHAPTERS[0].name
    lone.parent.mkdir()
    lone.write_text(buttons.filled(CHAPTERS[0].read_text(encoding="utf-8"), repository.as_uri()), encoding="utf-8")

    nb = run_with(colab, notebooks.read(lone), lone.parent)
    assert all(cell.execution_count for cell in notebooks.code_cells(nb))
    after = packages(colab)
    assert {name: after[name] for name in before} == before
    assert after[DISTRIBUTION] == re.search(r'version = "(.*)"', (ROOT / "code/pyproject.toml").read_text("utf-8"))[1]
    assert (lone.parent / "colab-constraints.txt").read_text() == f"numpy=={before['numpy']}\ntorch=={TORCH}\n"


def run_with(python, nb, folder):
    """Run a notebook with the kernel of another Python; a cell that fails raises."""

    class ThatPython(KernelSpecManager):
        def get_kernel_spec(self, kernel_name):
            return KernelSpec(argv=[str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"])

    manager = notebooks.without_network(AsyncKernelManager)(kernel_spec_manager=ThatPython())
    client = NotebookClient(nb, km=manager, resources={"metadata": {"path": str(folder)}})
    return client.execute()
