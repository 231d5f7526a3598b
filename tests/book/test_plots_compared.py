"""Plots are compared by what they show: a change that an eye could see is found, another processor's rounding isn't."""

import base64
import re
import sys
from xml.etree import ElementTree

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import notebooks
import numpy as np
import pytest
from docutils import nodes
from planting import code, notebook, shown
from test_nbval_is_honest import failed_cells, new_project

sys.path.insert(0, str(notebooks.ROOT / "tools"))
import plots as compared
from website import figures

from backprop.figures.plots import plot_descent, plot_lines, show_digits
from backprop.figures.plots.page import svg_of

X = np.linspace(0, 6, 200)
DOTS = np.arange(12)
WAVE, HEIGHTS = np.sin(X), DOTS % 5 / 5
NOISE = 1e-6 * np.random.default_rng(0).normal(size=200)


def lines(wave=WAVE, dots=HEIGHTS, name="wave", title="Two curves", swapped=False):
    plt.close("all")
    plot_lines(X, {name: wave, "level": np.zeros(200)}, "x", "y", title)
    axes = plt.gca()
    axes.plot(DOTS / 2, dots, "o")
    if swapped:
        first, second = axes.get_lines()[:2]
        colors = first.get_color(), second.get_color()
        second.set_color(colors[0])
        first.set_color(colors[1])
    return svg_of(plt.gcf())


def digits(images):
    plt.close("all")
    show_digits(images, "ab")
    return svg_of(plt.gcf())


def bowl(scale=1.0):
    plt.close("all")
    plot_descent(lambda x, y: x**2 + scale * y**2, {"a": np.array([[2.0, 1.0], [1.0, 0.5]])}, (-3, 3), (-2, 2))
    return svg_of(plt.gcf())


PLANTED = {
    "a curve moved by 1 %": lambda: lines(np.sin(X) + 0.02),
    "a curve 1 % higher": lambda: lines(np.where(X > 3, 1.012, 1) * np.sin(X)),
    "a label renamed": lambda: lines(name="waves"),
    "a title renamed": lambda: lines(title="Two Curves"),
    "colors swapped": lambda: lines(swapped=True),
    "a point missing": lambda: lines(dots=np.where(DOTS == 3, np.nan, HEIGHTS)),
    "a point moved": lambda: lines(dots=np.where(DOTS == 4, 0.82, HEIGHTS)),
    "a gap in a curve": lambda: lines(np.where(abs(X - 3) < 0.1, np.nan, np.sin(X))),
}


@pytest.mark.parametrize("plant", PLANTED.values(), ids=PLANTED)
def test_what_can_be_seen_is_found(plant):
    assert compared.difference(lines(), plant())


@pytest.mark.parametrize(
    "other",
    [lambda: lines(np.sin(X) + NOISE), lambda: lines(dots=HEIGHTS + NOISE[:12])],
    ids=["curve", "points"],
)
def test_rounding_is_no_difference(other):
    assert compared.difference(lines(), other()) is None


def test_contour_lines():
    assert compared.difference(bowl(), bowl(1 + 1e-9)) is None
    assert compared.difference(bowl(), bowl(1.2))


def test_images_are_compared_as_pixels():
    images = np.random.default_rng(1).uniform(size=(2, 784))
    changed = images.copy()
    changed[1, 400] = 1 - changed[1, 400]
    assert compared.difference(digits(images), digits(images + 1e-7)) is None
    assert "pixels differ" in compared.difference(digits(images), digits(changed))


def test_labels_are_compared_without_their_numbers():
    one, other = lines(np.sin(X), title="gap 0.25"), lines(np.cos(X), title="gap 0.31")
    assert compared.other_labels(one, other) is None
    assert "waves" in compared.other_labels(one, lines(name="waves", title="gap 0.25"))


# ---------------------------------------------------------------- in a chapter

SOURCE = """
import numpy as np
from backprop.figures.plots import plot_lines
x = np.linspace(0, 6, 200)
plot_lines(x, {"wave": np.sin(x), "level": 0 * x}, "x", "y")
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """What nbval says of one plot whose stored output is changed: {name: what is wrong, or None}."""
    project = new_project(tmp_path_factory.mktemp("project"))
    ran = notebooks.normalize(notebooks.execute(notebook(code(SOURCE.strip(), id="plot")), project))
    bundle = notebooks.code_cells(ran)[0].outputs[0].data
    curve = re.search(r'd="(M[^"]*)" stroke="var\(--bp-forward[^"]*"', bundle["image/svg+xml"])[1]
    moved = re.sub(r"(?<= )[\d.]+(?=[LM]|$)", lambda y: f"{float(y[0]) + 1.5:.1f}", curve)
    rounded = re.sub(r"(?<= )[\d.]+(?=[LM]|$)", lambda y: f"{float(y[0]) + 0.1:.1f}", curve)
    changes = {
        "same": (curve, curve),
        "rounding": (curve, rounded),
        "curve": (curve, moved),
        "label": (">wave<", ">waves<"),
        "color": ("var(--bp-forward", "var(--bp-green"),
    }
    cells = [code(SOURCE.strip(), plot_with(bundle, *change), id=name) for name, change in changes.items()]
    torn = plot_with(bundle, curve, curve)
    torn.data["text/html"] = torn.data["text/html"].replace(curve, moved)  # what a page shows isn't what is compared
    cells.append(code(SOURCE.strip(), torn, id="torn"))
    cells.append(code(SOURCE.strip(), plot_with(bundle, curve, moved), id="measured", tags=["measured"]))
    return failed_cells(project, notebook(*cells))


def plot_with(bundle, old, new):
    svg = bundle["image/svg+xml"].replace(old, new)
    before, after = (base64.b64encode(text.encode()).decode() for text in (bundle["image/svg+xml"], svg))
    html = bundle["text/html"].replace(before, after).replace(bundle["image/svg+xml"], svg)
    return shown(image_svg=svg, text_html=html, text_plain=bundle["text/plain"])


@pytest.mark.parametrize("cell", ["same", "rounding", "measured"])
def test_nbval_passes_what_looks_the_same(results, cell):
    assert results[cell] is None


@pytest.mark.parametrize("cell", ["curve", "label", "color", "torn"])
def test_nbval_finds_what_looks_different(results, cell):
    assert "Cell outputs differ" in results[cell]


# ---------------------------------------------------------------- on a page


def test_a_page_labels_a_plot_with_the_words_of_its_cell():
    words = 'A wave <& a level> of "1\\2"'
    cell = nodes.container(cell_metadata={"mystnb": {"image": {"alt": words}}})
    other = nodes.container(cell_metadata={})
    for place in (cell, other):
        place += nodes.raw("", f"<div>{lines()}</div>", format="html")
    tree = nodes.section("", cell, other)
    figures.label(tree, None)
    labels = [ElementTree.fromstring(raw.astext())[0].get("aria-label") for raw in tree.findall(nodes.raw)]
    assert labels == [words, "Plot. Two curves, curves: wave, level, x axis: x, y axis: y"]
