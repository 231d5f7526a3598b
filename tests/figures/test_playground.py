"""Figures made of views: what they show at rest and after pulls in a browser is what Python computes."""

import json
import re
from html import unescape

import numpy as np
import pytest
from test_explore_in_a_page import browser, pull, show, text  # noqa: F401  # fixtures

from backprop import Variable
from backprop.figures.playground import bars, curve, descent, differences, gradient_of, matrix, playground, sentence
from backprop.figures.sentences import number_text
from backprop.optimizers import SGD, Adam, Momentum


def sigmoid(x=1.0):
    x = Variable(x, "x")
    return x, (1 / (1 + (-x).exp())).named("y")


def sigmoid_figure():
    x, y = sigmoid()
    views = curve("x", y=(-0.1, 1.1), σ=y), sentence("y(1 − y) = {product}", product=y * (1 - y))
    told = sentence("At x = {x} the slope is {slope}.", x=x, slope=gradient_of(x))
    return playground(y, *views, title="a sigmoid", graph=True, told=told, x=(-6, 6, 0.1))


def scores_figure(**targets):
    scores = [Variable(value, f"s{i}") for i, value in enumerate((2.0, 1.0, -1.0), start=1)]
    target = np.stack([Variable(value, f"t{i}") for i, value in enumerate((1.0, 0.0, 0.0), start=1)])
    exponentials = np.stack(scores).exp()
    p = exponentials / exponentials.sum()
    loss = (-(target * p.log()).sum()).named("loss")
    return playground(
        loss,
        bars("p", **{"cat, dog, bird": p}),
        bars("p − t", gradient=True, low=-1, **{s.name: s for s in scores}),
        matrix("dL/dp", p, gradient=True),
        title="three scores",
        choose={"target": {"cat": {"t1": 1, "t2": 0, "t3": 0}, "bird": {"t1": 0, "t2": 0, "t3": 1}}},
        **{s.name: (-4, 4, 0.1) for s in scores},
    )


def valley_figure(methods=("SGD", "Momentum", "Adam"), **options):
    x, y, c = Variable(-2.4, "x"), Variable(0.6, "y"), Variable(10.0, "curvature")
    rate, momentum = Variable(0.05, "rate"), Variable(0.9, "momentum")
    f = ((x**2 + c * y**2) / 2).named("f")
    view = descent(
        "x", "y", of=f, up=(-2, 2), rate=rate, momentum=momentum, methods=methods, levels=(1.0, 4.0), **options
    )
    return playground(
        f, view, title="a valley", gradients=False, x=(-2.9, 2.9, 0.1), y=(-2, 2, 0.1), rate=(0, 1, 0.005)
    )


def points(d):
    return np.array([[float(n) for n in pair.split()] for pair in re.split("[ML]", d)[1:]])


@pytest.mark.parametrize("at", [1.0, -3.0, 4.5])
def test_a_curve_and_its_tangent_follow(show, at):  # noqa: F811
    page = show(sigmoid_figure())
    pull(page, "x", at)
    x, y = sigmoid(at)
    y.backward()
    assert text(page, ".bp-told") == f"y(1 − y) = {number_text(x.grad, digits=4)}"
    assert text(page, ".bp-promise") == f"At x = {number_text(at)} the slope is {number_text(x.grad, digits=4)}."
    assert text(page, 'svg [data-value="y"]') == number_text(y.data)
    drawn = points(page.get_attribute(".bp-curve", "d"))
    wide, tall = (float(page.get_attribute("svg > svg", name)) for name in ("width", "height"))
    xs = -6 + 12 * drawn[:, 0] / wide
    np.testing.assert_allclose(1.1 - 1.2 * drawn[:, 1] / tall, 1 / (1 + np.exp(-xs)), atol=0.002)
    (x0, y0), (x1, y1) = points(page.get_attribute(".bp-tangent", "d"))
    assert -(y1 - y0) / tall * 1.2 / 12 * wide / (x1 - x0) == pytest.approx(x.grad, abs=0.001)


def test_the_picture_at_rest_is_the_one_that_the_page_draws(show):  # noqa: F811
    figure = sigmoid_figure()
    at_rest = re.search(r'class="bp-curve" d="([^"]*)"', figure.markup)[1]
    page = show(figure)
    np.testing.assert_allclose(points(page.get_attribute(".bp-curve", "d")), points(at_rest), atol=0.06)


@pytest.mark.parametrize(("at", "off"), [(3.0, -2.0), (-1.0, 0.5), (1.0, 0.0)])
def test_a_secant_goes_through_two_points_of_the_curve(show, at, off):  # noqa: F811
    x, h = Variable(2.0, "x"), Variable(1.0, "h")
    y, beside = (x**2).named("y"), (x + h) ** 2
    figure = playground(
        y,
        curve("x", y=(-1, 16), secant="h", squared=y),
        sentence("{b}", b=beside),
        title="a secant",
        x=(-4, 4, 0.5),
        h=(-3, 3, 0.5),
    )
    at_rest = re.search(r'class="bp-secant" d="([^"]*)"', figure.markup)[1]
    page = show(figure)
    assert page.get_attribute(".bp-secant", "d") == at_rest
    pull(page, "x", at)
    pull(page, "h", off)
    assert page.is_visible(".bp-second") == (off != 0)
    if off == 0:
        assert page.get_attribute(".bp-secant", "d") == ""
        return
    wide, tall = (float(page.get_attribute("svg > svg", name)) for name in ("width", "height"))
    (x0, y0), (x1, y1) = points(page.get_attribute(".bp-secant", "d"))
    slope = -(y1 - y0) / tall * 17 / 8 * wide / (x1 - x0)
    assert slope == pytest.approx(2 * at + off, abs=0.01)
    second = [float(page.get_attribute(".bp-second", name)) for name in ("cx", "cy")]
    assert second == pytest.approx([(at + off + 4) / 8 * wide, (16 - (at + off) ** 2) / 17 * tall], abs=0.06)


def test_a_jacobian_has_a_row_for_each_output(show):  # noqa: F811
    scores = np.stack([Variable(value, f"x{i}") for i, value in enumerate((1.0, 2.0, 4.0), start=1)])
    y = scores.exp() / scores.exp().sum()
    y1, y2, y3 = ((y * row).sum() for row in np.eye(3))
    view = matrix("Jacobian", scores, gradient=True, of=(y1, y2, y3))
    page = show(
        playground(y1, view, title="softmax", gradients=False, x1=(-6, 6, 0.1), x2=(-6, 6, 0.1), x3=(-6, 6, 0.1))
    )
    pull(page, "x3", -1.0)
    y = np.exp([1.0, 2.0, -1.0]) / np.exp([1.0, 2.0, -1.0]).sum()
    shown = page.eval_on_selector_all(".bp-matrix [data-v]", "spans => spans.map(span => span.textContent)")
    assert shown == [number_text(n, digits=3) for n in (np.diag(y) - np.outer(y, y)).ravel()]


def test_scores_of_a_chosen_target(show):  # noqa: F811
    page = show(scores_figure())
    page.select_option("select", "bird")
    pull(page, "s2", 3.0)
    exponentials = np.exp([2.0, 3.0, -1.0])
    p = exponentials / exponentials.sum()
    shown = page.eval_on_selector_all(".bp-numbered [data-v]", "spans => spans.map(span => span.textContent)")
    assert shown == [number_text(float(n), digits=4) for n in (*p, *(p - [0, 0, 1]))]
    widths = page.eval_on_selector_all(".bp-numbered s", "bars => bars.map(bar => parseFloat(bar.style.width))")
    assert widths == pytest.approx([*(100 * p), *(50 * abs(p - [0, 0, 1]))], abs=0.01)
    touched = page.eval_on_selector_all(".bp-matrix [data-v]", "cells => cells.map(c => c.className == 'bp-touched')")
    assert touched == [False, False, True]  # only the gradient of the target's probability is not 0


def test_bars_on_a_logarithmic_scale(show):  # noqa: F811
    x = Variable(0.001, "x")
    figure = playground(
        (x * 1).named("y"), bars("size", low=1e-6, high=1.0, log=True, x=x), title="bars", x=(0, 1, 0.001)
    )
    page = show(figure)
    assert float(page.eval_on_selector(".bp-numbered s", "bar => parseFloat(bar.style.width)")) == pytest.approx(50)
    pull(page, "x", 0)
    assert float(page.eval_on_selector(".bp-numbered s", "bar => parseFloat(bar.style.width)")) == 0


def test_optimizers_in_the_page_are_those_of_the_package(show):  # noqa: F811
    page, rng = show(valley_figure()), np.random.default_rng(0)
    makers = {"SGD": lambda r, m: SGD(r), "Momentum": Momentum, "Adam": lambda r, m: Adam(r)}
    for name, make in makers.items():
        for _ in range(10):
            start, rate, momentum, c = (
                rng.normal(size=2),
                rng.uniform(0.01, 0.1),
                rng.uniform(0, 0.95),
                rng.uniform(1, 9),
            )
            found = page.evaluate(
                "([name, start, rate, momentum, c]) => bpFigures.descend(name, start, 30, rate, momentum,"
                " w => [w[0] * w[0] + c * w[1] * w[1], [w[0], c * w[1]]]).way",
                [name, start.tolist(), rate, momentum, c],
            )
            params, optimizer = {"w": start.copy()}, make(rate, momentum)
            for w, _ in found:
                np.testing.assert_allclose(w, params["w"], rtol=1e-9)
                optimizer.step(params, {"w": params["w"] * [1, c]})


def test_counted_steps_and_gradients_that_add_up(show):  # noqa: F811
    page = show(valley_figure(("SGD", "no zero_grad"), steps=50))
    pull(page, "y", 0)
    pull(page, "rate", 0.5)
    # x halves at each step, so f falls to a quarter: below a hundredth after 4 steps
    counts = page.eval_on_selector_all(".bp-count", "spans => spans.map(span => span.textContent)")
    assert counts == ["4 steps", "more than 50 steps"]  # without zero_grad it swings like a pendulum
    pull(page, "y", 0.5)
    assert text(page, ".bp-count") == "flies off"  # 0.5 is above 2 / curvature


def test_a_legend_switches_what_it_names(show):  # noqa: F811
    page = show(valley_figure(shown=1))
    visible = "groups => groups.map(group => group.style.display != 'none')"
    assert page.eval_on_selector_all("svg g", visible) == [True, False, False]
    page.click(".bp-legend button:nth-child(3)")
    page.click(".bp-legend button:nth-child(1)")
    assert page.eval_on_selector_all("svg g", visible) == [False, False, True]
    pressed = page.eval_on_selector_all(".bp-legend button", "all => all.map(b => b.getAttribute('aria-pressed'))")
    assert pressed == ["false", "false", "true"]


def test_a_matrix_is_pulled_in_the_figure(show):  # noqa: F811
    w = np.stack([Variable(value, f"w{i}") for i, value in enumerate((1.0, 2.0))])
    page = show(playground((w * w).sum().named("f"), matrix("w", w), title="a matrix", w0=(-10, 10, 1)))
    box = page.locator('[data-pull="w0"]').bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + 65, box["y"] + 5)
    page.mouse.up()
    assert text(page, '[data-pull="w0"]') == "6" and "raised w0 by 5" in text(page, ".bp-promise")


def test_without_scripts_numbers_and_pictures_are_there(browser):  # noqa: F811
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_content("<!doctype html><title>figure</title>" + str(scores_figure()))
    assert page.is_visible(".bp-numbered") and not page.is_visible(".bp-pulls")
    assert number_text(float(np.exp(2) / np.exp([2.0, 1.0, -1.0]).sum()), digits=4) in page.inner_text("body")
    context.close()


def test_the_same_figure_has_the_same_bytes():
    assert str(valley_figure()) == str(valley_figure())
    data = json.loads(unescape(re.search(r'data-tape="([^"]*)"', valley_figure().markup)[1]))
    assert {line[1] for line in data["lines"] if line[0] == "in"} == {"x", "y", "curvature", "rate", "momentum"}


def one_view(view):
    x, y = sigmoid()
    return playground(y, view(x, y), title="t", x=(0, 2))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: playground(3.0, title="t"), "Variable that is a number, got 3.0"),
        (lambda: playground(sigmoid()[1], title="t", price=(0, 1)), "no input 'price': the graphs start from x"),
        (lambda: playground(sigmoid()[1], curve("x", y=(0, 1), f=4.0), title="t", x=(0, 2)), "in its views, got float"),
        (
            lambda: playground(sigmoid()[1], bars("b", **{"a, b": sigmoid()[1]}), title="t", x=(0, 2)),
            "2 names for 1 numbers",
        ),
        (lambda: playground(sigmoid()[1], title="t", told="hello", x=(0, 2)), "expected views, such as curve(...)"),
        (lambda: one_view(lambda x, y: y), "expected views"),
        (lambda: one_view(lambda x, y: curve("z", y=(0, 1), f=y)), "has no input 'z': it starts from x"),
        (lambda: one_view(lambda x, y: curve("x", y=(0, 1), secant="h", f=y)), "no slider for 'h': it has those of x"),
        (lambda: one_view(lambda x, y: differences("z", Variable(-5.0, "k"), of=y)), "has no input 'z'"),
        (lambda: one_view(lambda x, y: descent("z", of=y, up=(0, 1), rate=Variable(0.1, "r"))), "no slider for 'z'"),
        (lambda: one_view(lambda x, y: sentence("{q}", q=Variable(np.ones(3)) * 2)), "q has the shape (3,)"),
        (lambda: one_view(lambda x, y: matrix("m", Variable(np.ones((2, 2, 2))) * 2)), "got shape (2, 2, 2)"),
        (lambda: one_view(lambda x, y: bars("b", gradient=True, x=Variable(1.0))), "not in the graph whose gradient"),
        (lambda: playground(sigmoid()[1], title="t", choose={"a": {}}), "nothing to choose from for 'a'"),
        (lambda: sentence("{x} and {q}", x=sigmoid()[0]), "no Variable for q"),
        (lambda: curve("x", y=(1, 1)), "(low, high) for its vertical axis, got (1, 1)"),
        (lambda: bars("b", low=1, high=0), "low < high, got 1 and 0"),
        (lambda: bars("b", low=0, high=1, log=True), "both above 0"),
        (lambda: descent("x", of=None, up=(0, 1), rate=None, methods=("SDG",)), "not SDG"),
    ],
)
def test_errors(make, said):
    with pytest.raises((TypeError, ValueError), match=re.escape(said)):
        make()


def test_errors_of_differences(show):  # noqa: F811
    x, power = Variable(1.5, "x"), Variable(-5.0, "power")
    f = (x * x * x).named("f")
    page = show(playground(f, differences("x", power, of=f), title="differences", x=(0.5, 4, 0.5), power=(-16, 0, 1)))
    for k in (-3, -7, -12, -16):
        pull(page, "power", k)
        h = float(f"1e{k}")
        exact = 3 * 1.5**2
        up, here, down = (place * place * place for place in (1.5 + h, 1.5, 1.5 - h))
        found = page.eval_on_selector_all(".bp-error", "spans => spans.map(span => span.textContent)")
        errors = [abs((up - here) / h - exact), abs((up - down) / (2 * h) - exact)]
        assert found == [number_text(error, digits=2) for error in errors]
    same = page.eval_on_selector_all(".bp-digits td", "cells => cells.map(cell => cell.innerText)")
    assert same == ["3.3750000000000000"] * 2 and page.inner_text(".bp-digits i") == same[0]  # the step is lost in x
