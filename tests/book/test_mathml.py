"""Formulas on the site: what the converter can't read is a warning, and warnings fail the build."""

import importlib.util
import logging

import pytest
from docutils.nodes import math
from notebooks import ROOT

pytest.importorskip("latex2mathml")


@pytest.fixture(scope="module")
def extension():
    specification = importlib.util.spec_from_file_location("mathml", ROOT / "_ext" / "mathml.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("formula", "warnings"),
    [(r"\frac{a}{b}", 0), (r"\begin{matrix} a & b \end{matrix}", 0), (r"\begin{aligned} a &= b \end{aligned}", 1)],
)
def test_an_alignment_is_announced(extension, caplog, formula, warnings):
    logging.getLogger("sphinx").propagate = True
    with caplog.at_level(logging.WARNING):
        assert extension.mathml(math(formula, formula), "block").startswith("<math")
    assert len(caplog.records) == warnings
