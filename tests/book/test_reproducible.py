"""The site is the same, byte for byte, wherever and whenever it is built: from nothing, after a change, or after none.

The book is built three times more, in a copy of its folder: from nothing with one sentence more in a chapter, after
that sentence was taken out, and once again. What comes of it has to be what `build` holds.
"""

import json
import shutil
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest
import small_books
from notebooks import ROOT
from planting import code, notebook, prose, shown

CHAPTER = "chapters/10-one-neuron-per-layer"
SENTENCE = "\n\nAn unheard-of sentence stands here.\n"
OF_THE_CHAPTER = {f"{CHAPTER}.html", f"_sources/{CHAPTER}.ipynb", "searchindex.js"}  # what a change of it changes
# Sphinx's index keeps a word that no page holds any more, with an empty list of pages; a search finds nothing in it.
KEEPS_LOST_WORDS = "searchindex.js"


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """Build in a copy, once more after a change, and once more after none; return what the site held each time."""
    folder = tmp_path_factory.mktemp("copy") / "the same book elsewhere"
    shutil.copytree(ROOT, folder, ignore=not_of_the_book, symlinks=True)
    notebook = folder / f"{CHAPTER}.ipynb"
    as_it_was = notebook.read_bytes()
    notebook.write_text(with_a_sentence_more(as_it_was), encoding="utf-8")
    first = built(folder)
    notebook.write_bytes(as_it_was)
    return first, built(folder), built(folder)


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
    """Build the book in a folder as the Makefile does, from what is there; return its files."""
    command = shutil.which("jupyter-book", path=Path(sys.executable).parent)
    run = subprocess.run([command, "build", "-q", "-W", "-n", "--keep-going", "."], cwd=folder, timeout=600,
                         capture_output=True, encoding="utf-8", errors="replace")  # fmt: skip
    assert run.returncode == 0, (run.stdout + run.stderr)[-3000:]
    return files(folder / "_build" / "html")


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


def test_built_elsewhere_it_is_the_same(build, copy):
    assert SENTENCE.strip().encode() in copy[0][f"{CHAPTER}.html"]
    assert different(files(build[0]), copy[0]) == OF_THE_CHAPTER


def test_built_after_a_change_it_is_the_same(build, copy):
    clean = files(build[0])
    assert different(clean, copy[1]) <= {KEEPS_LOST_WORDS}
    assert words_of(clean) == words_of(copy[1])


def test_a_change_leaves_the_other_pages_alone(copy):
    assert different(copy[0], copy[1]) == OF_THE_CHAPTER


def test_built_again_it_is_the_same(copy):
    assert different(copy[1], copy[2]) == set()


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


# ---------------------------------------------------------------- builds that were interrupted


PLOT = b64encode((ROOT / "_static" / "favicon.png").read_bytes()).decode()
PAGES = {f"chapters/{n:02}-page": f"# {n} Page {n}\n\nWords of page {n}.\n" for n in (1, 2, 3)}
PAGES["chapters/04-plot"] = notebook(prose("# 4 Plot"), code("1", shown(image_png=PLOT, text_plain="x"), alt="a plot"))


def test_an_interrupted_build_is_begun_anew(tmp_path):
    def interrupt(written):
        if len(written) > 2:
            raise KeyboardInterrupt

    clean = files(small_books.build(small_books.write(tmp_path / "clean", PAGES))[0])
    folder = small_books.write(tmp_path / "interrupted", PAGES)
    with pytest.raises(KeyboardInterrupt):
        small_books.build(folder, each_page=interrupt)
    site = folder / "_build" / "html"
    assert 1 < len(list(site.rglob("*.html"))) < sum(name.endswith(".html") for name in clean)
    assert "genindex.html" in clean and files(small_books.build(folder)[0]) == clean

    [picture] = (site / "_images").glob("*.png")
    (folder / "intro.md").touch()  # a page is written, with whatever else
    picture.write_bytes(picture.read_bytes()[:50])
    site.with_name("html.unfinished").touch()
    assert files(small_books.build(folder)[0]) == clean
    assert not site.with_name("html.unfinished").exists()
