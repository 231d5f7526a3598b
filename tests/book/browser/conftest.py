"""One browser for the tests of this folder, and the built site served to it."""

import os
import shutil
from pathlib import Path

import pytest

from browser import weights
from browser.pages import WIDE, served, watch

BROWSERS = ["chromium", "chromium-browser", "google-chrome"]
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="package")
def browser():
    """One Chromium. It must not outlive this folder: while it runs, nothing else can run an event loop."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="the tests in a browser need playwright")
    pytest.importorskip("axe_playwright_python", reason="the tests in a browser need axe-playwright-python")
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


def pytest_terminal_summary(terminalreporter):
    weights.report(terminalreporter)
