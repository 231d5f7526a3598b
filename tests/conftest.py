"""Settings of all tests: helpers.py can be imported, Hypothesis draws the same examples each time; and their order."""

import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import configuration, settings

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

configuration.set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "backprop-hypothesis")  # not in the project
settings.register_profile("backprop", max_examples=25, deadline=None, derandomize=True, database=None)
settings.load_profile("backprop")


@pytest.fixture(scope="session")
def window():
    """A function that gives the window of one of ENGINES, 1280 x 900: the open one where there is one, for a start is slow."""
    from engines import launched

    with ExitStack() as stack:
        opened = {}

        def window(engine):
            if engine not in opened:
                opened[engine] = stack.enter_context(launched(engine))
            opened[engine].resize(1280, 900)
            return opened[engine]

        yield window


# The files that take longest begin, so that at the end no process is left alone with one of them.
LONGEST = ["test_pages", "17-speed-and-scale", "test_processes", "test_grading", "test_reproducible"]
# `make check` leaves out what no change to the package or to a chapter's cells breaks without breaking something else.
SLOW = [HERE / "book", HERE / "classroom"]
QUICK = ["test_notebooks.py", "test_numbers_in_prose.py"]  # the rules that a chapter has to keep


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    ranks = {name: rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path.stem, len(LONGEST)))
    files = {item.path for item in items}
    slow = {path for path in files if path.name not in QUICK and any(folder in path.parents for folder in SLOW)}
    for item in items:
        if item.path in slow:
            item.add_marker(pytest.mark.slow)
