"""One browser for the tests of this folder, the built site served to it, and each of its pages opened once."""

import os
import shutil
from pathlib import Path

import pytest

from browser import weights
from browser.pages import PAGES, scripts_held_back, served, unread, watch

BROWSERS = ["chromium", "chromium-browser", "google-chrome"]
QUIET = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDE = {"width": 1280, "height": 900}


@pytest.fixture(scope="package")
def browser():
    """One Chromium. It must not outlive this folder: while it runs, nothing else can run an event loop."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="the tests in a browser need playwright")
    with sync_api.sync_playwright() as playwright:
        own = playwright.chromium.executable_path
        found = [path for path in [*map(shutil.which, BROWSERS), own] if path and Path(path).is_file()]
        if not found:
            pytest.skip(f"no browser: none of {', '.join(BROWSERS)} is installed, nor playwright's own")
        sandbox = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
        browser = playwright.chromium.launch(executable_path=found[0], args=[*QUIET, *sandbox])
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def address(build):
    """The built site, served on this machine."""
    with served(build[0]) as address:
        yield address


@pytest.fixture
def new_page(browser):
    """A function that makes an empty page in a context of its own; options are those of a playwright context."""
    contexts = []

    def new_page(**options):
        contexts.append(browser.new_context(**{"viewport": WIDE, **options}))
        return watch(contexts[-1].new_page())

    yield new_page
    for context in contexts:
        context.close()


@pytest.fixture
def visit(new_page, address):
    """A function that opens a page of the site, by its name without .html."""

    def visit(name, **options):
        page = new_page(**options)
        page.goto(f"{address}/{name}.html")
        return page

    return visit


@pytest.fixture(scope="package", params=PAGES)
def opened(request, browser, address):
    """Each page of the site in turn, opened with an empty cache, wide and light; tests share it and change both.

    Its scripts are late, as on a slow line: what can't be read without them is kept as `page.before_scripts`.
    """
    with browser.new_context(viewport=WIDE, color_scheme="light") as context:
        page = watch(context.new_page())
        page.name = request.param
        with scripts_held_back(page):
            page.goto(f"{address}/{page.name}.html", wait_until="commit")
            page.before_scripts = unread(page)
        page.wait_for_load_state()
        page.evaluate("document.fonts.ready.then(() => 0)")
        page.first_visit = list(page.requested)
        yield page


def pytest_terminal_summary(terminalreporter):
    weights.report(terminalreporter)
