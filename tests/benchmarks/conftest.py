"""Lets the tests of the benchmarks import the folder benchmarks/ in the root."""

import gc
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


@pytest.fixture(scope="package", autouse=True)
def little_garbage():
    """Each measurement begins by collecting garbage: what the test run has loaded need not be looked through."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
