"""Settings of all tests: helpers.py can be imported, Hypothesis draws the same examples on every run, and the order."""

import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import configuration, settings

sys.path.insert(0, str(Path(__file__).resolve().parent))

configuration.set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "backprop-hypothesis")  # not in the project
settings.register_profile("backprop", max_examples=25, deadline=None, derandomize=True, database=None)
settings.load_profile("backprop")

# The files that take longest begin, so that at the end no process is left alone with one of them.
LONGEST = ["test_pages", "test_distributed", "17-speed-and-scale", "test_grading", "test_reproducible", "test_launch"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    ranks = {name: rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path.stem, len(LONGEST)))
