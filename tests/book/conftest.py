"""Lets the tests of the book import tools/notebooks.py and the rules that stand beside them."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
for folder in (HERE, HERE.parent.parent / "tools"):
    sys.path.insert(0, str(folder))
