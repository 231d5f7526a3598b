"""A digit that is written in a page: the page's network computes what the package computes, in every engine."""

import base64
import re

import numpy as np
import pytest
from engines import ENGINES
from test_explore_in_a_page import browser, show  # noqa: F401  # fixtures

from backprop import draw_a_digit
from backprop.datasets import load_mnist
from backprop.figures.digit import MOST_BYTES, rounded
from backprop.layers import Affine, ReLU, Sigmoid
from backprop.losses import MeanSquaredError
from backprop.networks import Sequential, TwoLayerNet
from backprop.optimizers import SGD
from backprop.training import train

COUNT = 200
RATE = 0.01
COMPUTE = """([images, targets, rate]) => {
  const network = bpDigit.unpacked(document.querySelector('.bp-digit').dataset)
  const found = images.map((pixels, k) => {
    const x = Float32Array.from(pixels, n => n / 255), state = bpDigit.forward(network, x)
    const gradient = bpDigit.backward(network, state, targets[k])
    return [state.hidden, state.probabilities, [state.losses[targets[k]]], gradient.z, gradient.x].map(each => [...each])
  })
  const x = Float32Array.from(images[0], n => n / 255), state = bpDigit.forward(network, x)
  bpDigit.descend(network, x, state, bpDigit.backward(network, state, targets[0]), rate)
  return [found, Object.fromEntries(Object.entries(network).map(([name, values]) => [name, [...values]]))]
}"""
# Strokes as a hand makes them: a 7 with a bar, a dot and a slanting line.
STROKES = {
    "seven": [[[70, 60], [210, 60], [120, 250]], [[110, 150], [190, 150]]],
    "line": [[[160, 40], [120, 240]]],
    "circle": [[[140 + 60 * float(np.cos(a)), 140 + 90 * float(np.sin(a))] for a in np.linspace(0, 6.3, 60)]],
}


@pytest.fixture(scope="module")
def digits():
    """A network that has learned a little, and images that it hasn't seen; MNIST, or the stand-in."""
    (x, t), (x_test, t_test) = load_mnist()
    network = TwoLayerNet(784, 50, 10, rng=np.random.default_rng(0), dtype=np.float32)
    train(network, x, t, optimizer=SGD(learning_rate=0.3), steps=200, batch_size=50, rng=np.random.default_rng(1))
    return network, x_test[:COUNT], t_test[:COUNT]


@pytest.fixture
def figure(digits):
    network, images, _ = digits
    return draw_a_digit(network, images[:10], learning_rate=RATE)


@pytest.fixture(params=["chromium", *ENGINES])
def evaluate(request, figure, window, tmp_path):
    """In each engine, a function that calls another, of JavaScript, in a page with the figure from disk."""
    if request.param == "chromium":
        return request.getfixturevalue("show")(figure).evaluate
    file = tmp_path / "figure.html"
    file.write_text(f"<!doctype html><meta charset=utf-8><title>figure</title>{figure}", encoding="utf-8")
    engine = window(request.param)
    engine.goto(file.as_uri())
    return engine.evaluate


def test_the_page_computes_what_the_package_computes(evaluate, digits):
    network, images, _ = digits
    pixels = np.rint(images * 255)
    targets = np.random.default_rng(2).integers(10, size=COUNT)  # wrong ones too: what would make it more of another?
    found, taught = evaluate(COMPUTE, [pixels.astype(int).tolist(), targets.tolist(), RATE])

    net = TwoLayerNet(784, 50, 10, dtype=np.float32)
    net.params = rounded(network).params
    affine1, relu, affine2 = net.layers
    images = (pixels / 255).astype(np.float32)
    hidden = relu.forward(affine1.forward(images))
    scores = affine2.forward(hidden)
    losses = np.array([net.loss_function.forward(scores, np.full(COUNT, c)) for c in range(10)])
    assert np.isfinite(losses).all()
    powers = np.exp(scores.astype(np.float64) - scores.max(axis=1, keepdims=True))
    probabilities = powers / powers.sum(axis=1, keepdims=True)
    net.loss_function.forward(scores, targets)
    z = relu.backward(affine2.backward(COUNT * net.loss_function.backward()))  # of each image's own loss, no mean
    expected = [hidden, probabilities, -np.log(probabilities[range(COUNT), targets])[:, None], z, affine1.backward(z)]
    for k, right in enumerate(expected):
        np.testing.assert_allclose([row[k] for row in found], right, rtol=1e-5, atol=1e-5)

    _, gradients = net.loss_and_gradient(images[:1], targets[:1])
    SGD(RATE).step(net.params, gradients)
    for name, right in net.params.items():
        np.testing.assert_allclose(np.reshape(taught[name], right.shape), right, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("name", STROKES)
def test_what_is_written_is_scaled_and_centered_as_in_mnist(evaluate, name):
    written = np.array(STROKES[name][0]), STROKES[name]
    moved = [[[0.6 * x + 90, 0.6 * y + 20] for x, y in stroke] for stroke in written[1]]
    image, other = (
        np.reshape(evaluate("strokes => [...bpDigit.centered(strokes)]", strokes), (28, 28))
        for strokes in (written[1], moved)
    )
    ink = np.argwhere(image > 0)
    extent = (np.ptp(ink, axis=0) + 1).max()
    assert 19 <= extent <= 21  # a box of 20, which needn't begin where a pixel begins
    center = [(image.sum(axis=axis) * np.arange(28)).sum() / image.sum() for axis in (0, 1)]
    np.testing.assert_allclose(center, 14, atol=0.05)
    assert image.max() == pytest.approx(1, abs=0.1) and image.min() == 0
    np.testing.assert_allclose(other, image, atol=1e-5)  # wherever and however large it was written


def test_nothing_and_a_dot(show):  # noqa: F811
    page = show(str(draw_a_digit(TwoLayerNet(784, 4, 10), np.zeros((1, 784)))))
    assert page.evaluate("Math.max(...bpDigit.centered([]))") == 0
    dot = np.reshape(page.evaluate("[...bpDigit.centered([[[30, 200]]])]"), (28, 28))
    assert 1 < dot.sum() < 10 and dot.argmax() == 14 * 28 + 14


# ---------------------------------------------------------------- the network that travels


def test_rounded_weights_are_near(digits):
    network, images, targets = digits
    light = rounded(network)
    for name in ("W1", "W2"):
        half_a_step = np.abs(network.params[name]).max(axis=0) / 127 / 2
        error = np.abs(light.params[name] - network.params[name])
        assert (error <= half_a_step * 1.0001).all() and error.max() > 0
        assert light.params[name].dtype == np.float32
    for name in ("b1", "b2"):
        np.testing.assert_array_equal(light.params[name], network.params[name])
    assert abs(light.accuracy(images, targets) - network.accuracy(images, targets)) <= 0.02


def test_a_unit_without_weights_keeps_none():
    network = TwoLayerNet(784, 5, 10, rng=np.random.default_rng(0))
    network.params["W1"][:, 2] = 0
    assert (rounded(network).params["W1"][:, 2] == 0).all()


def test_the_page_has_the_rounded_weights_to_the_last_bit(show, digits, figure):  # noqa: F811
    page = show(figure)
    found = page.evaluate(
        """() => Object.fromEntries(Object.entries(bpDigit.unpacked(document.querySelector('.bp-digit').dataset)).map(
          ([name, values]) => [name, [...values]]))"""
    )
    for name, right in rounded(digits[0]).params.items():
        np.testing.assert_array_equal(np.reshape(np.float32(found[name]), right.shape), right)


def test_it_is_light_and_always_the_same(digits, figure):
    network, images, _ = digits
    html = str(figure)
    carried = [re.search(f'data-{name}="([^"]*)"', html)[1] for name in ("weights", "numbers")]
    assert sum(map(len, carried)) < MOST_BYTES == 90_000
    assert len(base64.b64decode(carried[0])) == 784 * 50 + 500
    assert html == str(draw_a_digit(network, images[:10], learning_rate=RATE))
    assert "http" not in html.replace("http://www.w3.org/2000/svg", "")


def test_the_network_itself_stays_as_it_was(digits):
    network, images, targets = digits
    before = {name: value.copy() for name, value in network.params.items()}
    loss, _ = network.loss_and_gradient(images, targets)
    draw_a_digit(network, images[:10])
    assert network.loss(images, targets) == loss
    assert all(np.array_equal(network.params[name], value) for name, value in before.items())


def net(hidden=4, outputs=10):
    return TwoLayerNet(784, hidden, outputs, rng=np.random.default_rng(0))


def diverged():
    network = net()
    network.params["W2"][0, 0] = np.nan
    return network


BLANK = np.zeros((2, 784))


@pytest.mark.parametrize(
    ("make", "options", "error", "words"),
    [
        (lambda: 3, {}, TypeError, "expected a TwoLayerNet .*, got 3"),
        (lambda: Sequential(Affine(np.ones((784, 3)), np.ones(3))), {}, TypeError, "expected a TwoLayerNet"),
        (lambda: Sequential(net().layers[0], Sigmoid(), net().layers[2]), {}, TypeError, "expected a TwoLayerNet"),
        (lambda: Sequential(*net().layers, loss_function=MeanSquaredError()), {}, TypeError, "SoftmaxWithLoss"),
        (lambda: TwoLayerNet(64, 5, 10), {}, ValueError, "784 pixels in"),
        (lambda: net(outputs=11), {}, ValueError, "2 to 10 scores"),
        (lambda: net(hidden=100), {}, ValueError, "at most 90,000 bytes, got 1.*: use fewer hidden units"),
        (diverged, {}, ValueError, "did training diverge"),
        (net, {"examples": np.zeros((2, 64))}, ValueError, r"shape \(K, 784\) .* got shape \(2, 64\)"),
        (net, {"examples": BLANK + 255}, ValueError, "pixels from 0 to 1"),
        (net, {"examples": BLANK * np.nan}, ValueError, "pixels from 0 to 1"),
        (net, {"first": 2}, ValueError, "one of 2 examples, from 0, got 2"),
        (net, {"first": 0.5}, TypeError, "first to be a whole number"),
        (net, {"target": 10}, ValueError, "target from 0 to 9, got 10"),
        (net, {"target": -1}, ValueError, "target to be 0 or more"),
        (net, {"learning_rate": -1}, ValueError, "learning_rate to be a number of 0 or more"),
    ],
)
def test_what_cannot_be_drawn_with(make, options, error, words):
    with pytest.raises(error, match=words):
        draw_a_digit(make(), **{"examples": BLANK, **options})


def test_a_sequential_of_the_same_layers_will_do():
    first, _, last = net().layers
    assert str(draw_a_digit(Sequential(first, ReLU(), last), BLANK)) == str(draw_a_digit(net(), BLANK))


# ---------------------------------------------------------------- the figure in a page


def write(page, strokes):
    box = page.locator(".bp-pad").bounding_box()
    scale = box["width"] / 280
    for (x, y), *others in strokes:
        page.mouse.move(box["x"] + x * scale, box["y"] + y * scale)
        page.mouse.down()
        for x, y in others:
            page.mouse.move(box["x"] + x * scale, box["y"] + y * scale, steps=5)
        page.mouse.up()


def drawn(page):
    return page.locator(".bp-more, .bp-less, .bp-up, .bp-back, .bp-pixels path").evaluate_all(
        "paths => paths.map(path => path.getAttribute('d'))"
    )


def percents(page):
    return [float(text) for text in page.locator(".bp-percent").all_text_contents()]


def test_the_script_draws_what_python_drew(show, figure):  # noqa: F811
    """The figure as it opens is the still one, number by number; of a last digit both may round apart."""

    def numbers(paths):
        return [[float(number) for number in re.findall(r"-?[\d.]+", path)] for path in paths]

    page, still = show(figure), show(figure.markup)
    for found, right in zip(numbers(drawn(page)), numbers(drawn(still)), strict=True):
        np.testing.assert_allclose(found, right, atol=0.011)
    assert page.text_content(".bp-reading") == still.text_content(".bp-reading")
    assert percents(page) == percents(still)


def test_writing_choosing_teaching_and_reset(show, figure):  # noqa: F811
    page = show(figure)
    write(page, STROKES["seven"])
    image = page.evaluate("strokes => [...bpDigit.centered(strokes)]", STROKES["seven"])
    assert len(page.get_attribute(".bp-ink", "d")) > 100 and page.inner_html(".bp-ghost") == ""
    untaught = percents(page)
    before = drawn(page)
    page.locator(".bp-row input").nth(3).check()
    assert page.locator(".bp-row input:checked").count() == 1
    after = drawn(page)
    assert after[:8] == before[:8] and after[8:10] != before[8:10]  # the same image, another gradient
    assert percents(page) == untaught
    assert np.sum(image) > 30
    assert "For the target 3, the loss is" in page.text_content("[role=status]")

    page.click("[name=teach]")
    said = page.text_content("[role=status]")
    assert said.startswith("Taught once: the probability of 3 went from")
    for _ in range(9):
        page.click("[name=teach]")
    assert percents(page)[3] > max(untaught[3], 50)
    changed = page.locator(".bp-changed").count()
    assert page.locator("[name=example]").count() == 10
    said = page.text_content("[role=status]")
    assert said.startswith("Taught 10 times") and (f"{changed} of the 10" in said or changed == 0)
    page.click("[name=reset]")
    assert percents(page) == untaught and page.locator(".bp-changed").count() == 0

    page.click("[name=clear]")
    assert "Even blank paper is read as" in page.text_content("[role=status]")
    assert not page.get_attribute(".bp-ink", "d") and set(drawn(page)[:8]) == {""}
    page.locator("[name=example]").nth(2).click()
    assert page.locator("[name=example][aria-pressed=true]").count() == 1
    assert page.inner_html(".bp-ghost") != "" and drawn(page)[7] != ""


def test_a_pen_by_keyboard(show, figure):  # noqa: F811
    page = show(figure)
    page.evaluate("document.addEventListener('keydown', () => window.escaped = true)")
    pen = page.locator(".bp-pen")
    assert not pen.is_visible()
    page.focus(".bp-pad")
    y = float(pen.get_attribute("cy"))
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.wait_for_function("y => document.querySelector('.bp-pen').getAttribute('cy') < y - 10", arg=y)
    assert pen.is_visible() and not page.get_attribute(".bp-ink", "d")
    page.keyboard.press("Space")
    assert page.text_content("[role=status]") == "The pen is down."
    for _ in range(12):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    assert page.text_content("[role=status]").startswith("The network reads this as")
    down = re.findall(r"[\d.]+", page.get_attribute(".bp-ink", "d"))
    assert float(down[-1]) - float(down[1]) == pytest.approx(12 * 8) and down[0] == down[-2]
    page.keyboard.down("ArrowLeft")  # the pen is up again: it moves, and writes nothing
    page.keyboard.down("ArrowUp")  # both held: aslant
    page.keyboard.up("ArrowUp")
    page.keyboard.up("ArrowLeft")
    assert re.findall(r"[\d.]+", page.get_attribute(".bp-ink", "d")) == down
    assert not page.evaluate("window.escaped")  # a notebook's cells stay where they are


def test_two_figures_of_a_page_are_independent(show, figure):  # noqa: F811
    page = show(figure, figure)
    first, second = page.locator(".bp-digit").all()
    was = second.locator(".bp-percent").all_text_contents()
    first.locator("[name=clear]").click()
    first.locator("input").nth(5).check()
    assert second.locator(".bp-percent").all_text_contents() == was
    assert first.locator("input:checked").count() == second.locator("input:checked").count() == 1


def test_a_notebook_that_is_not_trusted_keeps_the_picture(show, figure):  # noqa: F811
    html = figure._repr_mimebundle_()["text/html"]
    trusted = show(html)
    assert trusted.locator("img").count() == 0 and trusted.locator(".bp-pad").is_visible()
    without = show(html, java_script_enabled=False)
    assert without.locator("img").bounding_box()["width"] > 300 and without.locator("button, input").count() == 0


def test_without_scripts_and_on_paper_nothing_is_offered_that_does_nothing(show, figure):  # noqa: F811
    still = show(figure, java_script_enabled=False)
    assert still.locator(".bp-seen svg").is_visible() and still.locator(".bp-reading").is_visible()
    assert not any(each.is_visible() for each in still.locator("button, input, .bp-write").all())
    page = show(figure)
    page.emulate_media(media="print")
    assert page.locator(".bp-seen svg").is_visible() and page.locator(".bp-pad").is_visible()
    assert not any(each.is_visible() for each in page.locator("button, input").all())


def test_nothing_moves_by_itself_for_who_asked_for_that(show, figure):  # noqa: F811
    page = show(figure, reduced_motion="reduce")
    moving = "e => getComputedStyle(e).transitionDuration"
    assert page.eval_on_selector(".bp-row s", moving) == "0s"
    assert show(figure).eval_on_selector(".bp-row s", moving) != "0s"
