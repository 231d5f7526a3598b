"""The site is the same, byte for byte, wherever it is built, from nothing or after a change; and neither takes long.

The book is built twice more, in a copy of its folder: from nothing with one sentence more in a chapter, and again after
that sentence was taken out. What comes of it has to be what `build` holds.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from notebooks import ROOT

CHAPTER = "chapters/10-one-neuron-per-layer"
SENTENCE = "\n\nAn unheard-of sentence stands here.\n"
OF_THE_CHAPTER = {f"{CHAPTER}.html", f"_sources/{CHAPTER}.ipynb", "searchindex.js"}  # what a change of it changes
# Sphinx's index keeps a word that no page holds any more, with an empty list of pages; a search finds nothing in it.
KEEPS_LOST_WORDS = "searchindex.js"

FROM_NOTHING, AFTER_A_CHANGE = 30, 10  # seconds


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """Build in a copy, then once more after a change; return what the site held, and the seconds, of both."""
    folder = tmp_path_factory.mktemp("copy") / "the same book elsewhere"
    shutil.copytree(ROOT, folder, ignore=not_of_the_book, symlinks=True)
    notebook = folder / f"{CHAPTER}.ipynb"
    as_it_was = notebook.read_bytes()
    notebook.write_text(with_a_sentence_more(as_it_was), encoding="utf-8")
    first = built(folder)
    notebook.write_bytes(as_it_was)
    return first, built(folder)


def not_of_the_book(folder, names):
    """Return what isn't copied: what was built or installed here, under whatever name."""
    junk = {".git", "_build", "__pycache__", ".ipynb_checkpoints", ".pytest_cache"}
    return [name for name in names if name in junk or (Path(folder) / name / "pyvenv.cfg").exists()]


def with_a_sentence_more(notebook):
    content = json.loads(notebook)
    cell = next(cell for cell in reversed(content["cells"]) if cell["cell_type"] == "markdown")
    cell["source"] = "".join(cell["source"]) + SENTENCE
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def built(folder):
    """Build the book in a folder as the Makefile does, from what is there; return (its files, seconds)."""
    command = shutil.which("jupyter-book", path=Path(sys.executable).parent)
    clock, processor = time.perf_counter(), seconds_of_children()
    run = subprocess.run([command, "build", "-q", "-W", "-n", "--keep-going", "."], cwd=folder, timeout=600,
                         capture_output=True, encoding="utf-8", errors="replace")  # fmt: skip
    assert run.returncode == 0, (run.stdout + run.stderr)[-3000:]
    # On a busy machine the clock runs on while the build waits for its turn.
    seconds = min(time.perf_counter() - clock, seconds_of_children() - processor or float("inf"))
    return files(folder / "_build" / "html"), seconds


def seconds_of_children():
    """Return the processor's time of all programs run so far; 0 on Windows, which doesn't tell."""
    times = os.times()
    return times.children_user + times.children_system


def files(site):
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def different(one, other):
    """Return the names of files that aren't the same in both, or only in one."""
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


def words_of(site):
    """Return the index of the search as data, without words that no page holds."""
    text = site[KEEPS_LOST_WORDS].decode("utf-8")
    index = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))
    kinds = {
        kind: {word: pages for word, pages in index[kind].items() if pages != []} for kind in ("terms", "titleterms")
    }
    return index | kinds


def searched(index):
    return json.loads(index.decode().removeprefix("Search.setIndex(").removesuffix(")"))


def test_built_elsewhere_it_is_the_same(build, copy):
    (site, _), _ = copy
    assert SENTENCE.strip().encode() in site[f"{CHAPTER}.html"]
    assert different(files(build[0]), site) == OF_THE_CHAPTER


def test_built_after_a_change_it_is_the_same(build, copy):
    _, (site, _) = copy
    clean = files(build[0])
    assert different(clean, site) <= {KEEPS_LOST_WORDS}
    assert words_of(clean) == words_of(site)


def test_a_change_leaves_the_other_pages_alone(copy):
    (before, _), (after, _) = copy
    assert different(before, after) == OF_THE_CHAPTER


def test_neither_takes_long(copy):
    (_, from_nothing), (_, after_a_change) = copy
    print(f"\nfrom nothing {from_nothing:.1f} s, after a change {after_a_change:.1f} s")
    assert from_nothing < FROM_NOTHING
    assert after_a_change < AFTER_A_CHANGE


def test_differences_are_found():
    one = {"a.html": b"a", "b.html": b"b", "c.html": b"c"}
    assert different(one, dict(one)) == set()
    assert different(one, {"a.html": b"a", "b.html": b"B", "d.html": b"d"}) == {"b.html", "c.html", "d.html"}


def test_lost_words_are_no_difference():
    def site(words):
        return {KEEPS_LOST_WORDS: b'Search.setIndex({"terms": {%b}, "titleterms": {}, "titles": ["One"]})' % words}

    assert words_of(site(b'"sum": 1, "unheard": []')) == words_of(site(b'"sum": 1')) != words_of(site(b'"sum": [1, 2]'))


def test_environments_of_any_name_are_left_out(tmp_path):
    (tmp_path / "env").mkdir()
    (tmp_path / "env" / "pyvenv.cfg").touch()
    assert not_of_the_book(tmp_path, ["env", "chapters", "_build"]) == ["env", "_build"]
