"""Settings of all tests: helpers.py can be imported, and Hypothesis draws the same examples on every run."""

import sys
import tempfile
from pathlib import Path

from hypothesis import configuration, settings

sys.path.insert(0, str(Path(__file__).resolve().parent))

configuration.set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "backprop-hypothesis")  # not in the project
settings.register_profile("backprop", max_examples=25, deadline=None, derandomize=True, database=None)
settings.load_profile("backprop")
