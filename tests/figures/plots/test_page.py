"""A plot on a page is SVG in the page's font and colors, readable on a phone, in words too, and always the same."""

import base64
import io
import re
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import numpy as np
import pytest
from drawn import printed_by_other_processes
from PIL import Image
from test_depth import CALLS as DEPTH
from test_overfitting import CALLS as OVERFITTING
from test_plots import CALLS as PLOTS
from test_scaling import CALLS as SCALING

from backprop.figures import plots
from backprop.figures.plots.page import COLORS, SMALLEST_INDEX, Plot, svg_of, words_for
from backprop.figures.plots.style import STYLE, WIDTH, style

CALLS = {**PLOTS, **DEPTH, **OVERFITTING, **SCALING}
SVG = "{http://www.w3.org/2000/svg}"
PHONE = 342  # pixels of a column at 390


def drawn(call):
    call()
    return ElementTree.fromstring(svg_of(plt.gcf()))


def texts(svg):
    return ["".join(text.itertext()) for text in svg.iter(f"{SVG}text")]


def of_color(svg, what, color):
    return [element for element in svg.iter() if element.get(what, "").startswith(color)]


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_every_plot_suits_any_page_and_a_phone(call):
    svg = drawn(call)
    width = float(svg.get("viewBox").split()[2])
    assert width <= 72 * WIDTH + 5 <= PHONE + 5, "wider, and its text shrinks on a phone"
    sizes = [float(text.get("font-size", 10)) for text in svg.iter(f"{SVG}text")]
    assert min(sizes, default=10) >= 10 and svg.get("font-size") == "10"
    assert not [element for element in svg.iter() if element.get("id")], "ids of two plots on a page would clash"
    assert svg.get("aria-label").startswith("Plot.") and svg.get("role") == "img"
    colors = {element.get(what) for element in svg.iter() for what in ("fill", "stroke")} - {None, "none"}
    assert colors <= {*COLORS.values(), "#000000", "#ffffff"}, "black and white stand on images alone"


@pytest.mark.parametrize("call", [PLOTS["lines"], SCALING["ring"], DEPTH["norms"]], ids=["lines", "ring", "norms"])
def test_no_box_lies_behind_a_plot(call):
    first = next(drawn(call).iter(f"{SVG}path"))
    assert first.get("fill") is None or float(first.get("fill-opacity", 1)) < 1


def test_text_stays_text():
    svg = drawn(lambda: plots.plot_lines([1, 2], {"a & <b>": [1, 2]}, "steps", "loss", "How it learned"))
    assert {"a & <b>", "steps", "loss", "How it learned", "1", "2"} <= set(texts(svg))
    turned = next(text for text in svg.iter(f"{SVG}text") if text.text == "loss")
    assert turned.get("transform").startswith("rotate(-90") and turned.get("text-anchor") == "middle"
    assert all(text.get("fill") == "currentColor" for text in svg.iter(f"{SVG}text"))


def test_formulas_are_text_with_raised_and_slanted_letters():
    svg = drawn(lambda: plots.plot_lines([1, 10, 100], {"$x^2$, wide": [1, 10, 100]}, "x", "y", yscale="log"))
    assert {"x2, wide", "100"} <= set(texts(svg))
    label = next(text for text in svg.iter(f"{SVG}text") if "".join(text.itertext()) == "x2, wide")
    letter, index, more = label.findall(f"{SVG}tspan")
    assert letter.get("font-style") == "italic" and float(index.get("font-size")) >= 10 * SMALLEST_INDEX
    assert float(index.get("dy")) == -float(more.get("dy")) < 0, "what follows stands on the line again"


def test_curves_are_in_the_colors_of_the_page():
    svg = drawn(PLOTS["lines"])
    first, second = of_color(svg, "stroke", "var(--bp-forward,")[0], of_color(svg, "stroke", "var(--bp-back,")[0]
    assert first.get("stroke-dasharray") is None and second.get("stroke-dasharray")


def test_a_long_curve_is_light_and_still_itself():
    x = np.linspace(0, 6, 5000)
    svg = drawn(lambda: plots.plot_lines(x, {"sine": np.sin(x)}, "x", "y"))
    curve = of_color(svg, "stroke", "var(--bp-forward,")[0].get("d")
    assert len(curve) < 2500, "thousands of points, most of which change nothing"
    heights = [float(y) for y in re.findall(r"[ML][-\d.]+ ([-\d.]+)", curve)]
    ticks = {text.text: float(text.get("y")) for text in svg.iter(f"{SVG}text")}
    unit = (ticks["0.0"] - ticks["1.0"]) if "1.0" in ticks else 2 * (ticks["0.0"] - ticks["0.5"])
    assert max(heights) - min(heights) == pytest.approx(2 * unit, abs=0.5)


def test_what_lies_outside_the_axes_is_cut_off():
    with style():
        _, axes = plt.subplots()
        axes.plot([0, 1, 2], [0, 100, 0])
        axes.plot([0, 1, 2], [0.5, 100, 0.5], "o")
        axes.fill_between([0, 1, 2], [0, 0, 0], [0, 100, 0])
        axes.set(ylim=(0, 1))
    svg = ElementTree.fromstring(svg_of(plt.gcf()))
    height = float(svg.get("viewBox").split()[3])
    for path in svg.iter(f"{SVG}path"):
        places = [float(y) for y in re.findall(r"[ML][-\d.]+ ([-\d.]+)", path.get("d"))]
        assert -2 <= min(places) and max(places) <= height + 2
    assert sum(path.get("d").count("M") for path in of_color(svg, "fill", "var(--bp-back,")) == 2, "of three points"


def test_a_hatched_area_is_hatched_inside_alone():
    svg = drawn(PLOTS["activation"])
    lines = next(path.get("d") for path in svg.iter(f"{SVG}path") if path.get("stroke-opacity") == "0.42")
    numbers = np.array(re.findall(r"[-\d.]+", lines), dtype=float).reshape(-1, 2)
    zero = next(float(text.get("x")) for text in svg.iter(f"{SVG}text") if text.text == "0" and text.get("text-anchor"))
    assert len(numbers) > 10 and numbers[:, 0].max() < zero + 5


def test_images_keep_their_pixels():
    images = np.linspace(0, 1, 784).reshape(1, 784)
    svg = drawn(lambda: plots.show_digits(images, ["7"]))
    image = next(svg.iter(f"{SVG}image"))
    with Image.open(io.BytesIO(base64.b64decode(image.get("href").partition(",")[2]))) as pixels:
        grey = np.array(pixels.convert("L"), dtype=int)
    np.testing.assert_allclose(grey, 255 * (1 - images.reshape(28, 28)), atol=2.5)  # a palette of 256 greys
    assert "pixelated" in image.get("style")


def test_words_name_axes_curves_and_panels_once():
    PLOTS["comparison"]()
    assert words_for(plt.gcf()) == "Plot. Value, curves: a, b, x axis: x; Derivative, curves: a, b, x axis: x"
    PLOTS["units"]()
    assert words_for(plt.gcf()).startswith("Plot. 1, 2, 5.5, bias 0.5, "), "without labels, the texts"


def test_a_notebook_gets_a_picture_and_markup_of_one_svg():
    PLOTS["lines"]()
    bundle = Plot(plt.gcf())._repr_mimebundle_()
    svg = bundle["image/svg+xml"]
    picture = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', bundle["text/html"])[1]
    assert base64.b64decode(picture).decode() == svg and svg in bundle["text/html"]
    assert "svg:root{background:#fff" in svg, "on its own, no page says what color its text has"


def test_figures_of_the_style_show_themselves_and_others_are_left_alone():
    figure, _ = plt.subplots()
    assert not hasattr(figure, "_ipython_display_")
    before = {name: plt.rcParams[name] for name in STYLE}
    PLOTS["lines"]()
    assert callable(plt.gcf()._ipython_display_) and not hasattr(figure, "_ipython_display_")
    assert before == {name: plt.rcParams[name] for name in STYLE}


def test_the_same_plot_gives_the_same_bytes():
    script = """
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
from backprop.figures.plots import plot_lines
from backprop.figures.plots.page import svg_of
plot_lines([1, 2, 3], {"a": [1, 3, 2], "$b^2$": [3, 2, 1]}, "x", "y")
drawings = [svg_of(plt.gcf())]
"""
    assert len(printed_by_other_processes(script)) == 1
