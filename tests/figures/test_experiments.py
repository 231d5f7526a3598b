"""What a page computes of a deep stack and of a polynomial is what Python computes."""

import numpy as np
import pytest
from numpy.polynomial import chebyshev
from test_explore_in_a_page import browser, pull, show, text  # noqa: F401  # fixtures

from backprop import Variable
from backprop.figures.experiments import (
    fit,
    patients,
    polynomial,
    scatter,
    small_network,
    stack,
    starts_of,
    through_stack,
)
from backprop.figures.playground import playground, sentence
from backprop.figures.sentences import number_text
from backprop.layers import Affine, ReLU, Sigmoid, Tanh
from backprop.losses import SigmoidWithLoss
from backprop.networks import Sequential


def stack_figure():
    depth, deviation, kind = Variable(20.0, "depth"), Variable(0.2, "deviation"), Variable(1.0, "kind")
    return playground(
        depth,
        stack(depth=depth, deviation=deviation, activation=kind, seed=3),
        title="a stack",
        told=sentence("{d} layers", d=depth),
        choose={"activation": {name: {"kind": i} for i, name in ((1, "tanh"), (0, "sigmoid"), (2, "ReLU"))}},
        depth=(2, 30, 1),
        deviation=(0.02, 0.6, 0.01),
    )


def shown(page, kind):
    return page.eval_on_selector_all(kind, "spans => spans.map(span => span.textContent)")


def test_random_numbers_are_the_same_in_a_page(show):  # noqa: F811
    page = show(stack_figure())
    numbers = scatter(1000, 5)
    assert page.evaluate("[...bpFigures.scatter(1000, 5)]") == numbers.tolist()
    assert abs(numbers.mean()) < 0.1 and abs(numbers.var() - 1) < 0.1


@pytest.mark.parametrize(("kind", "layer"), list(enumerate([Sigmoid, Tanh, ReLU])))
def test_the_stack_is_one_of_the_package(kind, layer):
    drawn = scatter(2 * 8 * 24 + 5 * 24 * 24, 0)
    x, upstream = drawn[: 2 * 8 * 24].reshape(2, 8, 24)
    weights = 0.3 * drawn[2 * 8 * 24 :].reshape(5, 24, 24)
    affine = [Affine(w, np.zeros(24)) for w in weights]
    layers = [part for a in affine for part in (a, layer())]
    network, outputs = Sequential(*layers), [x]
    for part in layers:
        outputs.append(part.forward(outputs[-1]))
    np.testing.assert_allclose(network.forward(x), outputs[-1])
    network.backward(upstream)
    sizes, deltas = through_stack(5, 0.3, kind, 24, 8, 0)
    np.testing.assert_allclose(sizes, [np.sqrt(np.mean(each**2)) for each in outputs[::2]])
    first = affine[0].grads["b"]  # the sum of the deltas over the examples
    again = through_stack(5, 0.3, kind, 24, 8, 0)[1]
    assert again == deltas and len(deltas) == 5
    gradient = upstream
    for part in reversed(layers):
        gradient = part.backward(gradient)
        if isinstance(part, layer):
            found = np.sqrt(np.mean(gradient**2))
            assert deltas.pop() == pytest.approx(found)
    np.testing.assert_allclose(affine[0].grads["b"], first)


def test_the_page_computes_the_stack(show):  # noqa: F811
    page = show(stack_figure())
    for name, kind, depth, deviation in (("tanh", 1, 30, 0.1), ("sigmoid", 0, 7, 0.6), ("ReLU", 2, 20, 0.29)):
        page.select_option("select", name)
        pull(page, "depth", depth)
        pull(page, "deviation", deviation)
        outputs, deltas = through_stack(depth, deviation, kind, 24, 8, 3)
        assert shown(page, ".bp-size") == [number_text(each, digits=3) for each in (outputs[-1], deltas[0])]
        assert page.get_attribute(".bp-way", "d").count("L") == depth


def test_the_page_fits_the_polynomial(show):  # noqa: F811
    degree, penalty, points = Variable(3.0, "degree"), Variable(-9.0, "penalty"), Variable(12.0, "points")
    noise = np.round(np.random.default_rng(2).normal(0, 0.2, 40), 6)
    view = polynomial(degree=degree, penalty=penalty, points=points, noise=noise)
    page = show(playground(degree, view, title="a fit", degree=(1, 15, 1), penalty=(-9, 1, 0.5), points=(4, 40, 1)))
    for d, k, n in ((3, -9, 12), (11, -9, 12), (11, -2, 12), (15, -3, 40), (1, 1, 5)):
        for name, value in (("degree", d), ("penalty", k), ("points", n)):
            pull(page, name, value)
        place, grid = np.linspace(-1, 1, n), np.linspace(-1, 1, 121)
        height, c = np.sin(3 * place) + noise[:n], fit(place, np.sin(3 * place) + noise[:n], d, 10.0**k)
        seen = np.sqrt(np.mean((chebyshev.chebval(place, c) - height) ** 2))
        new = np.sqrt(np.mean((chebyshev.chebval(grid, c) - np.sin(3 * grid)) ** 2) + np.mean(noise**2))
        found = [float(number.replace("−", "-")) for number in shown(page, ".bp-error")]
        assert found == pytest.approx([seen, new], rel=0.006, abs=1e-7)


def test_without_a_penalty_the_fit_is_least_squares():
    place = np.linspace(-1, 1, 20)
    height = np.exp(place)
    np.testing.assert_allclose(fit(place, height, 4, 0.0), chebyshev.chebfit(place, height, 4), rtol=1e-9)
    assert np.abs(fit(place, height, 4, 1e6)[1:]).max() < 1e-5  # a strong penalty leaves the mean
    assert fit(place, height, 4, 1e9)[0] == pytest.approx(height.mean())


def moons():
    rng = np.random.default_rng(1)
    target, angle = np.arange(24) % 2, rng.uniform(0, np.pi, 24)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    points = np.where(target[:, None] == 1, [1, 0.5] - upper, upper) - [0.5, 0.25]
    return points + rng.normal(0, 0.08, (24, 2)), target


def ward():
    chosen = {name: Variable(0.0, name) for name in ("patient", "rate", "weights", "backward")}
    view = patients(**chosen, points=moons()[0], targets=moons()[1])
    treatments = {name: {"no": {name: 0}, "yes": {name: 1}} for name in ("rate", "weights", "backward")}
    choose = {"patient": {"A": {"patient": 0}, "B": {"patient": 1}, "C": {"patient": 2}}} | treatments
    return view, playground(chosen["patient"], view, title="a ward", told=sentence("x"), choose=choose)


def test_a_healthy_course_is_that_of_the_package():
    view, points, targets = ward()[0], *moons()
    _, _, weights = small_network()
    start = starts_of(weights, 0)[0]
    first = Affine(np.array([[start[f"{n}{j}"] for j in range(1, 5)] for n in "ab"]), np.zeros(4))
    last = Affine(np.array([[start[f"v{j}"]] for j in range(1, 5)]), np.zeros(1))
    network, losses = Sequential(first, Tanh(), last, loss_function=SigmoidWithLoss()), []
    for _ in range(201):
        losses.append(network.loss(np.round(points, 3), targets[:, None]))
        for name, gradient in network.gradient(np.round(points, 3), targets[:, None]).items():
            network.params[name] -= 5.0 * gradient
    np.testing.assert_allclose(view.losses(2, 0, 0, 1), losses, rtol=1e-6)


def test_each_patient_is_helped_by_one_treatment():
    view = ward()[0]
    for patient in range(3):
        ends = [view.losses(patient, *treatment)[-1] for treatment in ((1, 0, 0), (0, 1, 0), (0, 0, 1))]
        assert [end < 0.02 for end in ends] == [i == patient for i in range(3)], ends
        assert not view.losses(patient, 0, 0, 0)[-1] < 0.05


def test_the_page_treats_the_patients(show):  # noqa: F811
    view, figure = ward()
    page = show(figure)
    for patient, *treatment in ((0, 1, 0, 0), (1, 0, 0, 0), (1, 0, 1, 0), (2, 1, 0, 0), (2, 0, 0, 1)):
        for name, value in zip(("rate", "weights", "backward"), treatment):
            page.select_option(f'[data-choice="{name}"]', ["no", "yes"][value])
        page.select_option('[data-choice="patient"]', "ABC"[patient])
        losses = view.losses(patient, *treatment)
        assert float(shown(page, ".bp-error")[0]) == pytest.approx(losses[-1], rel=0.06)
        assert page.get_attribute(".bp-way", "d").count("L") == 200


def test_errors():
    one, seven = Variable(1.0, "one"), Variable(7.0, "seven")
    with pytest.raises(ValueError, match="activations 0 to 2, got 7"):
        playground(one, stack(depth=one, deviation=one, activation=seven), title="t")
    with pytest.raises(ValueError, match="noise for 3 points, and more can be pulled"):
        playground(one, polynomial(degree=one, penalty=one, points=seven, noise=np.ones(3)), title="t")
