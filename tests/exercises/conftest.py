"""Answers run in threads, as on macOS and Windows: it is quicker. `test_checking.py` has them in processes, too."""

import pytest

from backprop.exercises import running


@pytest.fixture(autouse=True)
def in_threads(monkeypatch):
    monkeypatch.setattr(running, "IN_A_PROCESS", False)
