"""The appendix that says where each figure of the source stands leaves none out."""

import re

from notebooks import ROOT

LAST_DRAWN = 27


def test_every_figure_up_to_the_last_has_a_row_with_a_link():
    page = (ROOT / "chapters" / "appendix-figures.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| 4-(\d+) \| .+ \| \[.+\]\(.+\.ipynb#.+\) \|$", page, flags=re.MULTILINE)
    assert [int(number) for number in rows] == list(range(1, LAST_DRAWN + 1))
