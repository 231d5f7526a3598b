"""The buttons that lead out of the site, from one setting: all that it promises, or none; and the notebooks beside it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import launch
import notebooks
import pytest
import site_rules
import yaml
from notebooks import ROOT
from planting import code, notebook, prose
from sphinx.errors import ConfigError

GITHUB = "https://github.com/reader/book-of-a-test"
GITLAB = "https://gitlab.com/readers/books/book-of-a-test"
PAGES = ["intro", "chapters/one", "chapters/two", "genindex", "search"]
NO_BUTTONS = {page: {} for page in PAGES}


@pytest.fixture
def book(tmp_path):
    """A book of three pages, with our buttons and nothing else of our own."""
    for folder in ("_ext", "_templates"):
        (tmp_path / folder).mkdir()
    shutil.copy(ROOT / "_ext" / "launch.py", tmp_path / "_ext")
    shutil.copy(ROOT / "_templates" / "article-header-buttons.html", tmp_path / "_templates")
    toc = {"format": "jb-book", "root": "intro", "chapters": [{"file": page} for page in PAGES[1:3]]}
    (tmp_path / "_toc.yml").write_text(yaml.safe_dump(toc))
    (tmp_path / "chapters").mkdir()
    (tmp_path / "intro.md").write_text("# A book\n")
    (tmp_path / "chapters" / "two.md").write_text("# Two\n")
    nb = notebooks.with_install_cell(notebook(prose("# One\n\nWe añade."), code("1 + 1")))
    (tmp_path / "chapters" / "one.ipynb").write_text(notebooks.to_text(nb), encoding="utf-8", newline="\n")
    return tmp_path


def build_site(book, environment=None, status=0, **repository):
    """Build a book with a repository in _config.yml and one in the environment; return the folder of the site."""
    config = {
        "title": "A book",
        "execute": {"execute_notebooks": "off"},
        "sphinx": {
            "local_extensions": {"launch": "_ext"},
            "recursive_update": True,
            "config": {"templates_path": ["_templates"]},
        },
    } | ({"repository": repository} if repository else {})
    (book / "_config.yml").write_text(yaml.safe_dump(config))
    surroundings = {name: value for name, value in os.environ.items() if name != launch.VARIABLE}
    run = subprocess.run(
        [shutil.which("jupyter-book", path=Path(sys.executable).parent), "build", ".", "-W", "-n", "--keep-going"],
        cwd=book, env=surroundings | ({} if environment is None else {launch.VARIABLE: environment}),
        capture_output=True, encoding="utf-8", errors="replace", timeout=300,
    )  # fmt: skip
    log = run.stdout + run.stderr
    assert run.returncode == status, log
    site_rules.parsed.cache_clear()  # a folder may be built more than once here
    return log if status else book / "_build" / "html"


def buttons(site, page):
    """The links among a page's buttons, as {label: link}."""
    found = {}
    for link in site_rules.parsed(site / f"{page}.html").select(".article-header-buttons a"):
        [label] = {name.removeprefix("btn-") for name in link["class"]} & {"colab", "download", "edit", "repository"}
        found[label] = link
    return found


def targets(site):
    """Where the buttons of each page lead, in their order."""
    return {page: {label: link["href"] for label, link in buttons(site, page).items()} for page in PAGES}


def foreign_links(page):
    """The links to other places that stand above the text of a page."""
    header = site_rules.parsed(page).select_one(".bd-header-article")
    return [link["href"] for link in header.select("a[href]") if urlsplit(link["href"]).netloc] if header else []


def same_notebook(site, book):
    name = "chapters/one.ipynb"
    return (site / "_sources" / name).read_bytes() == (book / name).read_bytes()


def address_in(path):
    """The address that the cell for Colab falls back on, once that cell has been found and read as Python."""
    cell = next(cell for cell in notebooks.read(path).cells if cell.id == notebooks.INSTALL_ID)
    compile(cell.source, "cell", "exec")
    [line] = [line for line in cell.source.splitlines() if launch.VARIABLE in line]
    return json.loads(line.partition(f'"{launch.VARIABLE}", ')[2].removesuffix(")"))


@pytest.mark.parametrize(
    ("environment", "repository"),
    [(None, {}), (None, {"url": None}), (" ", {"url": GITLAB})],
    ids=["unset", "empty", "taken back by the environment"],
)
def test_without_an_address_there_is_no_button(book, environment, repository):
    site = build_site(book, environment, **repository)
    assert targets(site) == NO_BUTTONS
    assert [foreign_links(site / f"{page}.html") for page in PAGES] == [[]] * len(PAGES)
    assert "executablebooks" not in (site / "chapters" / "one.html").read_text(encoding="utf-8")
    assert same_notebook(site, book)


def test_on_github_there_are_all(book):
    """The environment wins over _config.yml."""
    site = build_site(book, f"{GITHUB}.git", url=GITLAB, branch="trunk")
    repository = {"repository": GITHUB}
    assert targets(site) == {
        "intro": {"edit": f"{GITHUB}/edit/trunk/intro.md"} | repository,
        "chapters/one": {
            "colab": "https://colab.research.google.com/github/reader/book-of-a-test"
            "/blob/gh-pages/_sources/chapters/one.ipynb",
            "download": "../_sources/chapters/one.ipynb",
            "edit": f"{GITHUB}/edit/trunk/chapters/one.ipynb",
        } | repository,
        "chapters/two": {"edit": f"{GITHUB}/edit/trunk/chapters/two.md"} | repository,
        "genindex": repository,
        "search": repository,
    }  # fmt: skip
    found = buttons(site, "chapters/one")
    assert list(found) == ["colab", "download", "edit", "repository"]
    assert [label for label, link in found.items() if link.has_attr("download")] == ["download"]
    assert all(link["title"] and link.get_text(strip=True) for link in found.values())
    assert "None" not in "".join(map(str, found.values()))

    copy = site / "_sources" / "chapters" / "one.ipynb"
    assert address_in(copy) == GITHUB
    first = copy.read_bytes()
    assert first.decode().replace(GITHUB, "") == (book / "chapters" / "one.ipynb").read_text(encoding="utf-8")

    build_site(book, f"{GITHUB}.git", url=GITLAB, branch="trunk")
    assert copy.read_bytes() == first


def test_another_setting_reaches_pages_that_are_built_already(book):
    """On GitLab there is no Colab; and without the setting all is as if it had never been."""
    build_site(book, GITHUB, url=f"{GITLAB}/", branch="main")
    site = build_site(book, None, url=f"{GITLAB}/", branch="main")
    assert targets(site)["chapters/one"] == {
        "download": "../_sources/chapters/one.ipynb",
        "edit": f"{GITLAB}/-/edit/main/chapters/one.ipynb",
        "repository": GITLAB,
    }
    assert address_in(site / "_sources" / "chapters" / "one.ipynb") == GITLAB

    build_site(book, None, url="", branch="main")
    assert targets(site) == NO_BUTTONS
    assert same_notebook(site, book)


def test_what_is_no_address_stops_the_build(book):
    log = build_site(book, "github.com/reader/book", status=1)
    assert "Configuration error" in log and "The repository's address is 'github.com/reader/book'." in log
    assert not list(book.glob("_build/html/*.html"))


def test_notebook_without_the_cell_is_named(book):
    (book / "chapters" / "one.ipynb").write_text(notebooks.to_text(notebook(prose("# One"), code("1 + 1"))))
    log = build_site(book, GITHUB, status=1)
    assert "notebook with 0 places for the address: run python tools/notebooks.py" in log


# ---------------------------------------------------------------- one by one


@pytest.mark.parametrize(
    ("setting", "address"),
    [
        (None, ""),
        ("", ""),
        (" \n", ""),
        (GITHUB, GITHUB),
        (f"{GITHUB}/", GITHUB),
        (f" {GITHUB}.git/\n", GITHUB),
        (GITLAB, GITLAB),
        ("https://git.example.org:8443/~reader/book.js", None),
        ("https://git.example.org:8443/reader/book.js", "https://git.example.org:8443/reader/book.js"),
        ("http://github.com/reader/book", None),
        ("git@github.com:reader/book.git", None),
        ("github.com/reader/book", None),
        ("https://github.com", None),
        ("https://github.com/reader", None),
        ("https://github.com/reader/", None),
        ("https://github.com//book", None),
        ("https://github.com/reader/a book", None),
        ("https://github.com/reader/book/tree/main", None),
        ("https://github.com/reader/book?tab=readme", None),
        ("https://github.com/reader/book#readme", None),
        ('https://github.com/reader/book"', None),
        ("https://reader:secret@github.com/reader/book", None),
        ("https://[/reader/book", None),
        (True, None),
    ],
)
def test_addresses(setting, address):
    if address is None:
        with pytest.raises(ConfigError, match="It should look like https://github.com/owner/name"):
            launch.normal(setting)
    else:
        assert launch.normal(setting) == address


@pytest.mark.parametrize(
    ("environment", "url", "branch", "address", "wanted"),
    [
        (None, GITHUB, "trunk", GITHUB, "trunk"),
        ("", GITHUB, "trunk", "", "trunk"),
        (GITHUB, GITLAB, "trunk", GITHUB, "trunk"),
        (GITHUB, "", "", GITHUB, "main"),
        (GITHUB, None, None, GITHUB, "main"),
        (GITHUB, launch.NOT_OURS, "master", GITHUB, "main"),  # _config.yml says nothing of a repository
        (None, launch.NOT_OURS, "master", "", "main"),
    ],
)
def test_the_environment_wins(monkeypatch, environment, url, branch, address, wanted):
    monkeypatch.delenv(launch.VARIABLE, raising=False)
    if environment is not None:
        monkeypatch.setenv(launch.VARIABLE, environment)
    config = SimpleNamespace(html_theme_options={"repository_url": url, "repository_branch": branch})
    launch.read_setting(None, config)
    assert (config.book_repository, config.book_branch) == (address, wanted)
    assert config.html_theme_options["repository_url"] == ""


@pytest.mark.parametrize(
    ("address", "edit"),
    [
        ("https://GitHub.com/reader/book", "https://GitHub.com/reader/book/edit/a/b%20c/chapters/one.ipynb"),
        ("https://bitbucket.org/r/b", "https://bitbucket.org/r/b/src/a/b%20c/chapters/one.ipynb?mode=edit"),
        ("https://codeberg.org/r/b", "https://codeberg.org/r/b/_edit/a/b%20c/chapters/one.ipynb"),
        ("https://gitea.example.org/r/b", "https://gitea.example.org/r/b/_edit/a/b%20c/chapters/one.ipynb"),
        ("https://git.example.org/r/github", None),
    ],
)
def test_hosts(address, edit):
    """Each host has its way to edit a file; where it isn't known, or where Colab can't read, there is no button."""
    page = {"page_source_suffix": ".ipynb", "sourcename": "chapters/one.ipynb", "pathto": lambda file, _: f"../{file}"}
    config = SimpleNamespace(book_repository=address, book_branch="a/b c")
    launch.add_buttons(SimpleNamespace(config=config), "chapters/one", "page.html", page, None)
    found = {button["label"]: button["url"] for button in page["header_buttons"]}
    assert found.get("edit") == edit
    assert ("colab" in found) == (address == "https://GitHub.com/reader/book")
    assert found["download"] == "../_sources/chapters/one.ipynb" and found["repository"] == address


def test_an_address_is_written_into_one_place():
    line = 'address = os.environ.get("BACKPROP_REPOSITORY", "")\n'
    empty = json.dumps({"source": [line, "añade"]}, ensure_ascii=False)
    full = launch.filled(empty, GITHUB)
    assert json.loads(full)["source"] == [line.replace('""', f'"{GITHUB}"'), "añade"]
    assert launch.filled(empty, "") == empty
    for text in ("{}", full, empty * 2):
        with pytest.raises(ValueError, match="places for the address"):
            launch.filled(text, GITHUB)


def test_a_notebook_is_replaced_in_one_step(tmp_path, monkeypatch):
    path = tmp_path / "one.ipynb"
    path.write_bytes(b"old")

    def full_disk(*_):
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(launch.os, "replace", full_disk)
        with pytest.raises(OSError, match="disk full"):
            launch.replace(path, b"new")
    assert path.read_bytes() == b"old"
    launch.replace(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


# ---------------------------------------------------------------- the book itself


def settings():
    return yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))


def test_the_book_has_the_buttons():
    assert settings()["sphinx"]["local_extensions"].get("launch") == "_ext"
    # Without the key, Jupyter Book takes its own repository for ours.
    assert "url" in settings().get("repository", {}), "_config.yml lacks `repository: url:`, which may be empty"


def test_the_book_shows_none_before_it_is_published(build):
    if os.environ.get(launch.VARIABLE, "").strip() or settings().get("repository", {}).get("url"):
        pytest.skip("the book knows where it is published: its pages have buttons")
    site = build[0]
    for page in site_rules.pages(site):
        assert foreign_links(page) == [], page.name
        assert not site_rules.parsed(page).select(".btn-colab, .btn-download, .btn-edit, .btn-repository"), page.name
    for path in (ROOT / "chapters").glob("*.ipynb"):
        assert (site / "_sources" / "chapters" / path.name).read_bytes() == path.read_bytes()
