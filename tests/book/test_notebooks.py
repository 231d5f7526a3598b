"""Every notebook of the book keeps the rules, and every rule finds the fault that is planted for it."""

import json

import notebooks
import pytest
from notebook_rules import FILE_RULES, MAX_BYTES, RULES, is_slug, normal_form, small_file
from planting import code, error, notebook, prose, shown, stream

CHAPTERS = sorted((notebooks.ROOT / "chapters").glob("*.ipynb"))


def name(thing):
    return getattr(thing, "stem", None) or getattr(thing, "__name__", None)


def test_there_are_chapters():
    assert CHAPTERS


@pytest.mark.parametrize("rule", RULES, ids=name)
@pytest.mark.parametrize("path", CHAPTERS, ids=name)
def test_chapter_keeps(path, rule):
    assert rule(notebooks.read(path)) == [], rule.__doc__


@pytest.mark.parametrize("rule", FILE_RULES, ids=name)
@pytest.mark.parametrize("path", CHAPTERS, ids=name)
def test_file_keeps(path, rule):
    assert rule(path) == [], rule.__doc__


# ---------------------------------------------------------------- planted faults

CLEAN = notebook(
    prose("We add.", id="why-we-add"),
    code("print(1 + 1)", stream("2\n"), id="sum-of-ones"),
    code("draw()", shown(image_svg="<svg/>"), id="bookstore-graph-2", alt="A graph", tags=["figure"]),
    code("train()", stream("99%|###| 3 it/s", "stderr"), id="train", tags=["mnist", "nbval-ignore-output"]),
    code("assert accuracy > 0.9", id="train-claim", tags=["remove-cell"], folded=True),
    code("plot()", shown(image_svg="<svg/>"), id="plot", alt="What was trained", tags=["measured"]),
    code("y" * 92, id="wide-but-folded", tags=["hide-cell"]),
    code("1 / 0", error(), id="divide-by-zero", tags=["raises-exception"]),
    code("x\n" * 25, id="long-enough"),
    code("x\n" * 120, id="whole-program", tags=["listing"]),
    code("check(a)", shown(text_plain="Not attempted yet. Nothing."), id="stub", tags=["exercise"]),
    code("check(a)", shown(text_plain="Right."), id="worked", tags=["solution", "hide-cell"]),
)

IGNORED = {"id": "ignored", "tags": ["nbval-ignore-output"]}
FAULTS = {
    "run_in_order": [],  # see test_execution_counts: a normalized notebook can't hold that fault
    "errors_only_where_announced": [
        code("1 / 0", error()),
        code("1 / 1", tags=["raises-exception"]),
    ],
    "readable_ids": [
        code(id="8a7b6c5d"),
        code(id="Sum"),
        code(id="sum_of_ones"),
        code(id="f47ac10b-58cc-4372-a567-0e02b2c3d479"),
        code(id="deadbeef"),
        code(id="xkqzvwpt"),
    ],
    "known_tags": [
        code(tags=["nbval-skip"]),
        code(tags=["hide_input"]),
    ],
    "ignored_outputs_are_asserted": [code("train()", **IGNORED)],
    "measured_plots": [
        code("plot()", stream("no plot"), tags=["measured"]),
        code("plot()", shown(image_svg="<svg/>"), stream("and more"), alt="x", tags=["measured"]),
    ],
    "same_on_every_machine": [
        code("f", shown(text_plain="<function f at 0x7f3a2b4c5d60>")),
        code("f", shown(text_html="<b>/home/someone/book</b>")),
        code("f", stream("C:\\Users\\someone"), **IGNORED),
        code("f", shown(image_svg="<svg><text>/tmp/x</text></svg>", text_plain="x"), alt="x"),
        code("f", stream("100%|#####| 10/10 [00:00<00:00]")),
        code("f", stream("UserWarning: careful\n", "stderr")),
    ],
    "pictures_have_alt_text": [
        code("f", shown(image_png="iVBO", text_plain="x")),
        code("f", shown(image_svg="<svg/>"), alt="  "),
        code("f", shown(text_html="<div><svg width='3'><path/></svg></div>"), alt="not what the page shows"),
        code("f", shown(text_html='<img src="x.png">')),
    ],
    "short_cells": [code("x\n" * 26)],
    "narrow_code": [code("x" * 92)],
    "folded_scaffolding": [
        code("import numpy", id="setup"),
        code("import numpy", id="setup", tags=["hide-cell"]),
        code("assert x > 0"),
        code("for x in xs:\n    assert x > 0", tags=["remove-cell"]),
    ],
    "stubs_and_solutions": [
        code("check(1, 2)", shown(text_plain="Right."), tags=["exercise"]),
        code("check(1, 2)", shown(text_plain="Not right yet."), tags=["solution"]),
        code("check(1, 2)", tags=["solution"]),
    ],
}


@pytest.mark.parametrize("rule", RULES, ids=name)
def test_clean_notebook_passes(rule):
    assert rule(CLEAN) == []


@pytest.mark.parametrize(
    ("rule", "cell"),
    [(rule, cell) for rule in RULES for cell in FAULTS[rule.__name__]],
    ids=lambda thing: name(thing) or thing.get("id"),
)
def test_planted_fault_is_found(rule, cell):
    findings = rule(notebook(prose("We add."), cell))
    assert len(findings) == 1
    assert cell.id in findings[0]


def test_id_that_stands_twice_is_found():
    nb = notebook(code(id="sum"), code(id="sum"))
    assert [rule.__name__ for rule in RULES if rule(nb)] == ["readable_ids"]


def test_comment_or_string_that_says_assert_is_no_assert():
    nb = notebook(code("train()", **IGNORED), code("# assert accuracy > 0.9\nprint('assert accuracy > 0.9')"))
    assert [rule.__name__ for rule in RULES if rule(nb)] == ["ignored_outputs_are_asserted"]


@pytest.mark.parametrize("count", [None, 2, 7])
def test_execution_counts(count):
    nb = notebook(code(id="first"), code(id="second"))
    nb.cells[0].execution_count = count
    assert [rule.__name__ for rule in RULES if rule(nb)] == ["run_in_order"]


@pytest.mark.parametrize("identity", ["bookstore-backward", "summary", "chapter-03-intro", "w1-figure-4-7", "mnist"])
def test_readable_id(identity):
    assert is_slug(identity)


def test_file_rules(tmp_path):
    path = tmp_path / "chapter.ipynb"
    path.write_text(notebooks.to_text(CLEAN), encoding="utf-8", newline="\n")
    assert [rule(path) for rule in FILE_RULES] == [[], []]

    nb = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(nb), encoding="utf-8")
    assert len(normal_form(path)) == 1

    path.write_bytes(b" " * (MAX_BYTES + 1))
    assert len(small_file(path)) == 1
