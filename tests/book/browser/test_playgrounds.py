"""The live figures made of views, on built pages: what they show after pulls is what Python computes."""

import json

import notebooks
import numpy as np
import pytest
from sklearn.datasets import make_moons

from backprop import Variable
from backprop.figures.experiments import patients
from backprop.figures.sentences import number_text
from backprop.figures.tape import Tape
from backprop.layers import ELU, GELU, Affine, LeakyReLU, ReLU, Sigmoid, SiLU, Softmax, Tanh
from backprop.losses import MeanSquaredError, SigmoidWithLoss, SoftmaxWithLoss

PULLS = 5


def shown(figure, selector):
    """The texts of the numbers in a view."""
    return figure.locator(f"{selector} [data-v]").all_text_contents()


def texts(numbers, digits=4):
    return [number_text(float(number), digits=digits) for number in np.ravel(numbers)]


# ---------------------------------------------------------------- what each figure should show, by the package


def chain_rule(figure, now, source):
    x, y = Variable(now["x"]), Variable(now["y"])
    ((x + y) ** 2).backward()
    with np.errstate(invalid="ignore"):
        nudged = np.float64((now["x"] + now["h"] + now["y"]) ** 2 - (now["x"] + now["y"]) ** 2) / now["h"]
    assert shown(figure, ".bp-told") == texts([nudged, x.grad])


def diamond(figure, now, source):
    x = Variable(now["x"])
    a = x * now["p"]
    c = a + a * now["q"]
    c.backward()
    defined = {"Variable": Variable}
    exec(source("careless-walk").partition("\n\n")[0], defined)  # the chapter's own careless pass
    careless = {}
    defined["careless_backward"](c, 1.0, careless)
    found = shown(figure, ".bp-told")
    assert found[2:] == texts([careless[x], x.grad])


def sigmoid(figure, now, source):
    layer = Sigmoid()
    assert shown(figure, ".bp-view") == []  # a single curve has no legend
    y = layer.forward(now["x"])
    slope = layer.backward(1.0)
    assert shown(figure, ".bp-told") == texts([slope, slope])
    assert figure.locator('svg [data-value="y"]').first.text_content() == number_text(float(y))


def gallery(figure, now, source):
    expected = []
    for layer in (ReLU(), SiLU(), GELU("tanh"), LeakyReLU(), ELU(), Tanh(), Sigmoid()):
        expected += [layer.forward(now["x"]), layer.backward(1.0)]
    assert shown(figure, ".bp-legend") == texts(expected)


def jacobian(figure, now, source):
    layer = Softmax()
    y = layer.forward(np.array([now[name] for name in ("x1", "x2", "x3")]))
    assert shown(figure, ".bp-bars") == texts(y)
    assert shown(figure, ".bp-matrix") == texts([layer.backward(row) for row in np.eye(3)], digits=3)


def affine(figure, now, source):
    def read(letter, columns):
        return np.array([[now[f"{letter}{i}{j}"] for j in range(1, columns + 1)] for i in (1, 2)])

    X, W, G = read("x", 2), read("w", 3), read("g", 3)
    layer = Affine(W, np.zeros(3))
    XW = layer.forward(X)
    of_X = layer.backward(G)
    matrices = [X, W, XW, G, of_X, layer.grads["W"]]
    assert shown(figure, ".bp-matrix") == [text for numbers in matrices for text in texts(numbers, digits=3)]


def loss(figure, now, source):
    layer, target = SoftmaxWithLoss(), figure.locator("select").input_value()
    scores = np.array([[now["s1"], now["s2"], now["s3"]]])
    nats = layer.forward(scores, np.array([["first", "second", "third"].index(target)]))
    assert shown(figure, ".bp-told") == texts(nats)
    assert shown(figure, ".bp-bars") == texts([*Softmax().forward(scores), *layer.backward()])


def two_losses(figure, now, source):
    score, target = np.array([[now["s"]]]), np.ones((1, 1))
    activation, squares, cross = Sigmoid(), MeanSquaredError(), SigmoidWithLoss()
    expected = [cross.forward(score, target), cross.backward().item()]
    expected += [squares.forward(activation.forward(score), target), activation.backward(squares.backward()).item()]
    assert shown(figure, ".bp-legend") == texts(expected)


def by_its_tape(figure, now, source):
    """Nothing more: tests/figures compares what else it shows with the package."""
    assert figure.locator("[data-v]").count()


def ward(figure, now, source):
    """The loss at the end, within the rounding of 200 steps; with steps ten times too long, only that it is high."""
    points, targets = make_moons(24, noise=0.08, random_state=0)
    chosen = {name: Variable(0.0, name) for name in ("patient", "rate", "weights", "backward")}
    view = patients(**chosen, points=points - [0.5, 0.25], targets=targets)
    treatment = [int(now[name]) for name in ("patient", "rate", "weights", "backward")]
    shown_loss = float(figure.locator(".bp-error").inner_text())
    if treatment[:2] == [0, 0]:
        assert shown_loss > 0.05
    else:
        assert shown_loss == pytest.approx(view.losses(*treatment)[-1], rel=0.06)


FIGURES = [
    ("02-chain-rule", 0, chain_rule),
    ("03-backward-through-a-node", 0, diamond),
    ("04-activation-layers", 0, sigmoid),
    ("05-activation-gallery", 0, gallery),
    ("05-activation-gallery", 1, jacobian),
    ("06-affine-layer", 0, affine),
    ("07-softmax-with-loss", 0, loss),
    ("07-softmax-with-loss", 1, two_losses),
    ("08-checking-gradients", 0, by_its_tape),
    ("09-gradient-descent", 0, by_its_tape),
    ("10-one-neuron-per-layer", 0, by_its_tape),
    ("13-let-pytorch-do-it", 0, by_its_tape),
    ("15-vanishing-gradients", 0, by_its_tape),
    ("16-overfitting", 0, by_its_tape),
    ("19-debugging-clinic", 0, ward),
]


# ---------------------------------------------------------------- pulled on the built page


def pulled(figure, rng):
    """Pull every slider to a place on its grid and choose from every list; return the inputs."""
    figure.evaluate(
        """(figure, [parts, picks]) => {
          figure.querySelectorAll('.bp-pulls input').forEach((slider, i) => {
            const low = +slider.min, step = +slider.step || (slider.max - low) / 100
            slider.value = low + step * Math.round(parts[i] * (slider.max - low) / step)
          })
          figure.querySelectorAll('select').forEach((select, i) => {
            select.selectedIndex = Math.floor(picks[i] * select.options.length)
          })
          for (const e of figure.querySelectorAll('.bp-pulls input, select')) {
            for (const kind of ['input', 'change']) e.dispatchEvent(new Event(kind, {bubbles: true}))
          }
        }""",
        [rng.random(99).tolist(), rng.random(9).tolist()],
    )
    return inputs(figure)


def inputs(figure):
    choices = json.loads(figure.get_attribute("data-tape")).get("choices", {})
    now = figure.locator(".bp-pulls input").evaluate_all(
        "all => Object.fromEntries(all.map(s => [s.name, s.valueAsNumber]))"
    )
    for select in figure.locator("select[data-choice]").all():
        now |= choices[select.get_attribute("data-choice")][select.input_value()]
    return now


def differences(figure, now):
    """What the figure shows, where it isn't what the tape gives in Python."""
    lines = json.loads(figure.get_attribute("data-tape"))["lines"]
    values = np.array(
        Tape(lines=[(sign, float(rest[0])) if sign == "=" else (sign, *rest) for sign, *rest in lines]).run(**now)
    )
    found = figure.locator("[data-v]").evaluate_all(
        "all => all.map(e => [e.dataset.v, +e.dataset.digits || 6, e.textContent])"
    )
    wrong = []
    for cells, digits, text in found:
        numbers = values[[int(cell) for cell in cells.split()]]
        alone = len(numbers) == 1
        wanted = texts(numbers, digits)[0] if alone else f"[{' '.join(texts(numbers, digits=3))}]"
        if text != wanted:
            wrong.append((cells, text, wanted))
    return wrong


@pytest.mark.parametrize(
    ("chapter", "index", "expect"), FIGURES, ids=[f"{chapter[:2]}-{expect.__name__}" for chapter, _, expect in FIGURES]
)
def test_a_figure_computes_what_python_computes(visit, chapter, index, expect):
    page, rng = visit(f"chapters/{chapter}"), np.random.default_rng(0)
    figure = page.locator(".bp-playground").nth(index)
    cells = {cell.id: cell.source for cell in notebooks.read(notebooks.ROOT / "chapters" / f"{chapter}.ipynb").cells}
    assert differences(figure, inputs(figure)) == []
    expect(figure, inputs(figure), cells.get)
    for _ in range(PULLS):
        now = pulled(figure, rng)
        assert differences(figure, now) == []
        expect(figure, now, cells.get)
    figure.locator("[name=reset]").click()
    assert differences(figure, inputs(figure)) == []
    assert figure.locator(".bp-promise").inner_text()
    assert page.complaints == []


def test_every_figure_has_its_test(build):
    """A playground that is on a page is in the list above."""
    found = {
        (path.stem, i)
        for path in sorted((build[0] / "chapters").glob("*.html"))
        for i in range(path.read_text(encoding="utf-8").count('class="bp-live bp-playground'))
    }
    assert found == {(chapter, index) for chapter, index, _ in FIGURES}


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        # the matrices in the page's order: X, W, XW, G, gradient of X, gradient of W
        ("x12", {"X": [1], "XW": [0, 1, 2], "gradient of W": [3, 4, 5]}),
        ("w23", {"W": [5], "XW": [2, 5], "gradient of X": [1, 3]}),
        ("g11", {"G": [0], "gradient of X": [0, 1], "gradient of W": [0, 3]}),
    ],
)
def test_what_a_pull_touches_lights_up(visit, name, rows):
    page = visit("chapters/06-affine-layer")
    figure = page.locator(".bp-playground").first
    box = figure.locator(f'[data-pull="{name}"]').first
    box.scroll_into_view_if_needed()
    place = box.bounding_box()
    x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, y)
    page.mouse.up()
    touched = {}
    for view in figure.locator(".bp-view").all():
        title = view.locator(".bp-title").inner_text().partition(":")[0]
        classes = view.locator(".bp-matrix span").evaluate_all(
            "all => all.map(e => e.classList.contains('bp-touched'))"
        )
        if any(classes):
            touched[title] = [i for i, lit in enumerate(classes) if lit]
    assert touched == rows
