""".github/publish.sh, tried on a repository of its own: what it pushes, what it keeps, what it refuses."""

import os
import shutil
import subprocess

import pytest
from notebooks import ROOT

SCRIPT = ROOT / ".github" / "publish.sh"
# A git that, once, lets somebody else push when the script is about to: it has fetched, and believes to be alone.
RIVAL = """#!/bin/sh
case " $* " in *" commit-tree "*)
  if [ ! -e ../rival/pushed ]; then
    touch ../rival/pushed
    env -u GIT_INDEX_FILE "{script}" ../rival previews/rival >/dev/null
  fi
esac
exec "{git}" "$@"
"""

pytestmark = pytest.mark.skipif(
    not (shutil.which("bash") and shutil.which("git")), reason="publish.sh needs bash and git"
)


@pytest.fixture
def work(tmp_path, monkeypatch):
    """A clone with one commit of an empty repository; git knows neither this machine's settings nor its owner."""
    for name in [name for name in os.environ if name.startswith(("GIT_", "GITHUB_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "origin.git")
    git(tmp_path, "clone", "--quiet", "origin.git", "work")
    path = tmp_path / "work"
    (path / "README.md").write_text("The book.")
    (path / ".gitignore").write_text("_build/\n*.js\n")
    (path / ".git" / "info" / "exclude").write_text("*.js\n")
    (path / ".gitattributes").write_text("* text=auto eol=lf\n")
    git(path, "config", "core.autocrlf", "true")
    git(path, "add", "--all")
    git(path, "-c", "user.name=n", "-c", "user.email=e@example.org", "commit", "--quiet", "--message=Begin")
    git(path, "push", "--quiet", "origin", "main")
    return path


def git(folder, *words):
    run = subprocess.run(["git", *words], cwd=folder, capture_output=True)
    assert run.returncode == 0, run.stderr.decode()
    return run.stdout.decode()


def site(folder, index, **others):
    """Write a site anew, with its index.html and other pages; return its path as text."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, text in {"index": index, **others}.items():
        (folder / f"{name}.html").write_text(text)
    return str(folder)


def publish(work, *words, status=0):
    command = ["bash", str(SCRIPT), *words]
    run = subprocess.run(command, cwd=work, capture_output=True, encoding="utf-8")
    assert run.returncode == status, run.stdout + run.stderr
    return run.stdout + run.stderr


def published(work):
    """Return {path: text} of the branch at the origin."""
    origin = work.parent / "origin.git"
    names = git(origin, "ls-tree", "-r", "--name-only", "-z", "gh-pages").split("\0")[:-1]
    return {name: git(origin, "cat-file", "blob", f"gh-pages:{name}") for name in names}


def history(work):
    return git(work.parent / "origin.git", "rev-list", "gh-pages").split()


def test_first_publication(work):
    book = site(work / "_build" / "html", "1")
    (work / "_build" / "html" / "_static").mkdir()
    # Repository and clone ignore scripts and change the ends of lines; a site goes out as it is.
    (work / "_build" / "html" / "_static" / "a.js").write_bytes(b"1\r\n")
    assert "Publish ." in publish(work, book, ".")
    assert published(work) == {".nojekyll": "", "index.html": "1", "_static/a.js": "1\r\n"}
    assert len(history(work)) == 1
    assert "github-actions[bot]" in git(work.parent / "origin.git", "log", "-1", "--format=%an %cn", "gh-pages")
    assert git(work, "status", "--porcelain") == ""
    assert git(work, "rev-parse", "--abbrev-ref", "HEAD") == "main\n"


def test_second_publication_replaces_pages_and_keeps_the_rest(work):
    publish(work, site(work / "_build", "1", old="old"), ".")
    publish(work, site(work / "_build", "preview"), "previews/pr-7")
    add_cname(work)
    publish(work, site(work / "_build", "2", new="new"), ".")
    assert published(work) == {
        ".nojekyll": "",
        "CNAME": "book.example.org",
        "index.html": "2",
        "new.html": "new",
        "previews/pr-7/index.html": "preview",
    }
    assert len(history(work)) == 1


def add_cname(work):
    """Write down a domain's name as hosts do, with a commit on the branch."""
    git(work.parent, "clone", "--quiet", "--branch=gh-pages", "origin.git", "host")
    host = work.parent / "host"
    (host / "CNAME").write_text("book.example.org")
    git(host, "add", "CNAME")
    git(host, "-c", "user.name=n", "-c", "user.email=e@example.org", "commit", "--quiet", "--message=Name the domain")
    git(host, "push", "--quiet")


def test_preview_before_the_book(work):
    publish(work, site(work / "_build", "1", old="old"), "previews/pr-7")
    publish(work, site(work / "_build", "2"), "previews/pr-7")
    publish(work, site(work / "_build", "3"), "previews/pr-70")
    assert published(work) == {".nojekyll": "", "previews/pr-7/index.html": "2", "previews/pr-70/index.html": "3"}


def test_removal(work):
    assert "Nothing to remove" in publish(work, "--remove", "previews/pr-7")
    publish(work, site(work / "_build", "1"), ".")
    for number in (7, 70):
        publish(work, site(work / "_build", f"{number}"), f"previews/pr-{number}")
    publish(work, "--remove", "previews/pr-7")
    assert published(work) == {".nojekyll": "", "index.html": "1", "previews/pr-70/index.html": "70"}
    assert "Nothing to do" in publish(work, "--remove", "previews/pr-7")


@pytest.mark.parametrize("place", [".", "previews/pr-7"])
def test_nothing_changed(work, place):
    book = site(work / "_build", "1")
    publish(work, book, place)
    before = history(work)
    assert "Nothing to do" in publish(work, book, place)
    assert history(work) == before


def test_from_another_folder_of_the_repository(work):
    (work / "chapters").mkdir()
    for text in "12":
        publish(work / "chapters", site(work / "_build", text), "previews/pr-7")
    site(work / "_build", "book")
    publish(work / "chapters", "../_build", ".")
    assert published(work) == {".nojekyll": "", "index.html": "book", "previews/pr-7/index.html": "2"}
    publish(work / "chapters", "--remove", "previews/pr-7")
    assert published(work) == {".nojekyll": "", "index.html": "book"}


@pytest.mark.parametrize("begun", [False, True], ids=["no branch yet", "a branch"])
def test_lost_race_is_run_again(work, begun, monkeypatch):
    if begun:
        publish(work, site(work / "_build", "1"), ".")
    site(work.parent / "rival", "rival")
    rival = work.parent / "bin" / "git"
    rival.parent.mkdir()
    rival.write_text(RIVAL.format(script=SCRIPT, git=shutil.which("git")))
    rival.chmod(0o755)
    monkeypatch.setenv("PATH", str(rival.parent), prepend=os.pathsep)
    printed = publish(work, site(work / "_build", "2"), ".")
    assert "push 1 of 5 did not go through" in printed and "push 2" not in printed
    pages = published(work)
    assert pages.pop("previews/rival/pushed") == ""
    assert pages == {".nojekyll": "", "index.html": "2", "previews/rival/index.html": "rival"}


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ([], "wanted two words, SITE PLACE or --remove PLACE; got 0"),
        (["empty", "."], "empty has no index.html, so it is no built site: run make book, and name _build/html"),
        (["nowhere", "."], "nowhere has no index.html"),
        (["full", "previews"], "got previews"),
        (["full", "previews/../.."], "got previews/../.."),
        (["full", "previews/pr 7"], "got previews/pr 7"),
        (["full", "chapters"], "got chapters"),
        (["--remove", "."], "only a preview can be removed, not the book"),
    ],
)
def test_refused(work, words, complaint):
    (work / "empty").mkdir()
    site(work / "full", "1")
    assert complaint in publish(work, *words, status=1)
    assert "gh-pages" not in git(work.parent / "origin.git", "branch", "--list")


def test_unreachable_origin_is_an_error(work):
    git(work, "remote", "set-url", "origin", "../nowhere.git")
    printed = publish(work, site(work / "_build", "1"), ".", status=128)
    assert "nowhere.git" in printed
