"""The history tells and tabulates the same works, with the years of the bibliography."""

import re

from notebooks import ROOT

PAGE = (ROOT / "chapters" / "appendix-history.md").read_text(encoding="utf-8")
PROSE, _, TABLE = PAGE.partition("\n## The same as a table\n")
ENTRY = re.compile(r"^@\w+\{(\w+),.*?^ +year *= \{(\d+)\}", re.MULTILINE | re.DOTALL)


def cited(text):
    return {key for keys in re.findall(r"\{cite:\w+\}`([\w,]+)`", text) for key in keys.split(",")}


def test_the_prose_and_the_table_name_the_same_works():
    assert cited(PROSE) == cited(TABLE)


def test_the_table_has_the_years_of_the_bibliography_in_their_order():
    years = dict(ENTRY.findall((ROOT / "references.bib").read_text(encoding="utf-8")))
    rows = re.findall(r"^\| (\d{4}) \| \{cite:author\}`(\w+)` \|", TABLE, flags=re.MULTILINE)
    assert len(rows) == len(cited(TABLE)) == TABLE.count("\n|") - 2
    assert rows == sorted((years[key], key) for _, key in rows)
