"""The buttons that lead out of the site, from one setting: all of them, or none; and the notebooks beside it."""

import json
import os
from types import SimpleNamespace
from urllib.parse import urlsplit

import notebooks
import pytest
import site_rules
import small_books
import yaml
from notebooks import ROOT
from planting import code, notebook, prose
from sphinx.errors import ConfigError
from website import buttons

GITHUB = "https://github.com/reader/book-of-a-test"
GITLAB = "https://gitlab.com/readers/books/book-of-a-test"
PAGES = ["intro", "chapters/one", "chapters/two", "genindex", "search"]
LABELS = {"colab", "binder", "codespaces", "download", "edit", "repository"}
NO_BUTTONS = {page: {} for page in PAGES}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A book of three pages, in the theme of the real one."""
    nb = notebooks.with_install_cell(notebook(prose("# One\n\nWe añade."), code("1 + 1")))
    pages = {"chapters/two": "# Two\n", "intro": "# A book\n\n```{toctree}\n:glob:\nchapters/*\n```\n"}
    folder = small_books.write(tmp_path_factory.mktemp("book"), pages)
    (folder / "chapters" / "one.ipynb").write_text(notebooks.to_text(nb), encoding="utf-8", newline="\n")
    return folder


@pytest.fixture
def build_site(book, monkeypatch):
    """Builds the book, with an address in _config.yml and one in the environment; returns the folder of the site."""

    def build_site(environment, url, branch="trunk"):
        monkeypatch.delenv(buttons.VARIABLE, raising=False)
        if environment is not None:
            monkeypatch.setenv(buttons.VARIABLE, environment)
        options = {"repository_url": url, "repository_branch": branch, "search_bar_text": "Search"}
        theme = {"html_theme": "sphinx_book_theme", "templates_path": [str(ROOT / "_templates")]}
        site, _, warnings = small_books.build(book, html_theme_options=options, **theme)
        assert warnings == ""
        return site

    return build_site


def buttons_of(site, page):
    """The links among a page's buttons, as {label: link}."""
    found = {}
    for link in small_books.parsed(site, page).select(".article-header-buttons a"):
        [label] = {name.removeprefix("btn-") for name in link["class"]} & LABELS
        found[label] = link
    return found


def targets(site):
    """Where the buttons of each page lead, in their order."""
    return {page: {label: link["href"] for label, link in buttons_of(site, page).items()} for page in PAGES}


def foreign_links(page):
    """The links to other places that stand above the text of a page."""
    header = page.select_one(".bd-header-article")
    return [link["href"] for link in header.select("a[href]") if urlsplit(link["href"]).netloc] if header else []


def same_notebook(site, book):
    name = "chapters/one.ipynb"
    return (site / "_sources" / name).read_bytes() == (book / name).read_bytes()


def address_in(path):
    """The address that the cell for Colab falls back on, once that cell has been found and read as Python."""
    cell = next(cell for cell in notebooks.read(path).cells if cell.id == notebooks.INSTALL_ID)
    compile(cell.source, "cell", "exec")
    [line] = [line for line in cell.source.splitlines() if buttons.VARIABLE in line]
    return json.loads(line.partition(f'"{buttons.VARIABLE}", ')[2].removesuffix(")"))


def test_one_setting_and_each_change_of_it_reach_every_page(build_site, book):
    site = build_site(f"{GITHUB}.git", GITLAB)  # the environment wins over _config.yml
    repository = {"repository": GITHUB}
    assert targets(site) == {
        "intro": {"edit": f"{GITHUB}/edit/trunk/intro.md"} | repository,
        "chapters/one": {
            "colab": "https://colab.research.google.com/github/reader/book-of-a-test"
            "/blob/gh-pages/_sources/chapters/one.ipynb",
            "binder": "https://mybinder.org/v2/gh/reader/book-of-a-test/trunk?labpath=chapters%2Fone.ipynb",
            "codespaces": "https://codespaces.new/reader/book-of-a-test/tree/trunk?quickstart=1",
            "download": "../_sources/chapters/one.ipynb",
            "edit": f"{GITHUB}/edit/trunk/chapters/one.ipynb",
        } | repository,
        "chapters/two": {"edit": f"{GITHUB}/edit/trunk/chapters/two.md"} | repository,
        "genindex": repository,
        "search": repository,
    }  # fmt: skip
    found = buttons_of(site, "chapters/one")
    assert list(found) == ["colab", "binder", "codespaces", "download", "edit", "repository"]
    assert [label for label, link in found.items() if link.has_attr("download")] == ["download"]
    assert all(link["title"] and link.get_text(strip=True) for link in found.values())
    assert "None" not in "".join(map(str, found.values()))
    copy = site / "_sources" / "chapters" / "one.ipynb"
    assert address_in(copy) == GITHUB
    first = copy.read_bytes()
    assert first.decode().replace(GITHUB, "") == (book / "chapters" / "one.ipynb").read_text(encoding="utf-8")

    build_site(f"{GITHUB}.git", GITLAB)
    assert copy.read_bytes() == first

    build_site(None, f"{GITLAB}/")  # on GitLab there is none to run it
    assert targets(site)["chapters/one"] == {
        "download": "../_sources/chapters/one.ipynb",
        "edit": f"{GITLAB}/-/edit/trunk/chapters/one.ipynb",
        "repository": GITLAB,
    }
    assert address_in(copy) == GITLAB

    build_site(" ", GITLAB)  # taken back by the environment: all is as if it had never been
    assert targets(site) == NO_BUTTONS
    assert [foreign_links(small_books.parsed(site, page)) for page in PAGES] == [[]] * len(PAGES)
    assert same_notebook(site, book)


def test_what_is_no_address_stops_the_build(build_site):
    with pytest.raises(ConfigError, match="The repository's address is 'github.com/reader/book'."):
        build_site("github.com/reader/book", "")


def test_notebook_without_the_cell_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv(buttons.VARIABLE, GITHUB)
    book = small_books.write(tmp_path, {"chapters/one": notebook(prose("# One"), code("1 + 1"))})
    warnings = small_books.build(book)[2]
    assert "one.ipynb: WARNING: notebook with 0 places for the address: run python tools/notebooks.py" in warnings


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
            buttons.normal(setting)
    else:
        assert buttons.normal(setting) == address


@pytest.mark.parametrize(
    ("environment", "url", "branch", "address", "wanted"),
    [
        (None, GITHUB, "trunk", GITHUB, "trunk"),
        ("", GITHUB, "trunk", "", "trunk"),
        (GITHUB, GITLAB, "trunk", GITHUB, "trunk"),
        (GITHUB, "", "", GITHUB, "main"),
        (GITHUB, None, None, GITHUB, "main"),
        (GITHUB, buttons.NOT_OURS, "master", GITHUB, "main"),  # _config.yml says nothing of a repository
        (None, buttons.NOT_OURS, "master", "", "main"),
    ],
)
def test_the_environment_wins(monkeypatch, environment, url, branch, address, wanted):
    monkeypatch.delenv(buttons.VARIABLE, raising=False)
    if environment is not None:
        monkeypatch.setenv(buttons.VARIABLE, environment)
    config = SimpleNamespace(html_theme_options={"repository_url": url, "repository_branch": branch})
    buttons.read_setting(config)
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
    """Each host has its way to edit a file, if it is known; and only from GitHub can notebooks be run elsewhere."""
    page = {"page_source_suffix": ".ipynb", "sourcename": "chapters/one.ipynb", "pathto": lambda file, _: f"../{file}"}
    config = SimpleNamespace(book_repository=address, book_branch="a/b c")
    buttons.add_buttons(config, "chapters/one", page)
    found = {button["label"]: button["url"] for button in page["header_buttons"]}
    assert found.get("edit") == edit
    run = {label: found[label] for label in ("colab", "binder", "codespaces") if label in found}
    assert run == (
        {}
        if address != "https://GitHub.com/reader/book"
        else {
            "colab": "https://colab.research.google.com/github/reader/book/blob/gh-pages/_sources/chapters/one.ipynb",
            "binder": "https://mybinder.org/v2/gh/reader/book/a%2Fb%20c?labpath=chapters%2Fone.ipynb",
            "codespaces": "https://codespaces.new/reader/book/tree/a/b%20c?quickstart=1",
        }
    )
    assert found["download"] == "../_sources/chapters/one.ipynb" and found["repository"] == address


def test_an_address_is_written_into_one_place():
    line = 'address = os.environ.get("BACKPROP_REPOSITORY", "")\n'
    empty = json.dumps({"source": [line, "añade"]}, ensure_ascii=False)
    full = buttons.filled(empty, GITHUB)
    assert json.loads(full)["source"] == [line.replace('""', f'"{GITHUB}"'), "añade"]
    assert buttons.filled(empty, "") == empty
    for text in ("{}", full, empty * 2):
        with pytest.raises(ValueError, match="places for the address"):
            buttons.filled(text, GITHUB)


# ---------------------------------------------------------------- the book itself


def settings():
    return yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))


def test_the_book_has_the_buttons():
    assert settings()["sphinx"]["local_extensions"] == {"website": "_ext"}
    assert "website" in settings()["sphinx"]["config"]["extensions"]
    # Without the key, Jupyter Book takes its own repository for ours.
    assert "url" in settings().get("repository", {}), "_config.yml lacks `repository: url:`, which may be empty"


def test_the_book_shows_none_before_it_is_published(build):
    if os.environ.get(buttons.VARIABLE, "").strip() or settings().get("repository", {}).get("url"):
        pytest.skip("the book knows where it is published: its pages have buttons")
    site = build[0]
    for page in site_rules.pages(site):
        assert foreign_links(site_rules.parsed(page)) == [], page.name
        assert not site_rules.parsed(page).select(", ".join(f".btn-{label}" for label in LABELS)), page.name
    for path in site_rules.NOTEBOOKS:
        assert (site / "_sources" / "chapters" / path.name).read_bytes() == path.read_bytes()
