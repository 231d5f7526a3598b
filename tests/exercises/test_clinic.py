"""The clinic: every patient shows its symptom, every fix works, and no two patients have the same trouble."""

import inspect
from functools import partial

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

from backprop.exercises.clinic import PATIENTS, QUESTIONS, Network, digits, faulty, first_no, healthy, table
from backprop.exercises.clinic.in_torch import train_in_torch
from backprop.exercises.clinic.training import gradients_agree
from backprop.exercises.contents import catalogue, find
from backprop.figures import plots
from backprop.layers import Affine, Sigmoid, Softmax

NUMBERS = list(PATIENTS)
A, B, C, D = ([n for n, patient in PATIENTS.items() if patient.group == group] for group in "ABCD")
LN_10 = np.log(10)


@pytest.fixture(scope="module")
def sick():
    return {number: patient.train(patient.faulty) for number, patient in PATIENTS.items()}


@pytest.fixture(scope="module")
def fixed():
    return {number: patient.train(patient.fixed) for number, patient in PATIENTS.items()}


def last(run, steps=50):
    return run.losses[-steps:].mean()


def wrong(run):
    return [name for name, right in run.gradients.items() if not right]


def stuck(run):
    """The loss ends near ln 10, and about one digit in ten is read."""
    return abs(last(run) - LN_10) < 0.1 and run.accuracy < 0.25


def leaps_then_stuck(run):
    return run.losses[:10].max() > 10 and stuck(run)


def creeps(run):
    fall = run.losses[:20].mean() - last(run)
    return 0.2 < fall < 0.8 and last(run) > 1.8


def a_little_worse(run, well, factor):
    return last(run) > factor * last(well) and run.accuracy > 0.7


SYMPTOMS = {
    1: lambda c, well: stuck(c) and wrong(c) == ["W1", "b1", "W2", "b2"],
    2: lambda c, well: leaps_then_stuck(c) and len(wrong(c)) == 6,
    3: lambda c, well: creeps(c) and len(wrong(c)) == 6,
    4: lambda c, well: a_little_worse(c, well, 1.2) and wrong(c) == ["W1", "b1", "W2", "b2"],
    5: lambda c, well: a_little_worse(c, well, 1.1) and wrong(c) == ["W1"],
    6: lambda c, well: last(c) < 0.3 and "could not be broadcast" in c.error and wrong(c) == ["b1", "b2", "b3"],
    7: lambda c, well: a_little_worse(c, well, 1.1) and wrong(c) == ["W1", "W2", "W3"],
    8: lambda c, well: last(c) > c.losses[:10].mean() - 0.3 and c.accuracy < 0.3 and wrong(c) == ["W1"],
    9: lambda c, well: leaps_then_stuck(c),
    10: lambda c, well: creeps(c),
    11: lambda c, well: last(c) > 1.5 and 0.12 < c.accuracy < 0.35,
    12: lambda c, well: stuck(c),
    13: lambda c, well: c.losses.min() > np.log(np.e + 9) - 1 and c.losses[:50].mean() > 2.2 and last(c) < 2.15,
    14: lambda c, well: c.ten_images_loss < 0.1 and last(c) > 2 and c.accuracy < 0.35,
    15: lambda c, well: abs(c.losses[:50].mean() - last(c)) < 0.1 and c.ten_images_loss > 2,
    16: lambda c, well: c.losses[:60].min() < 0.6 and last(c) > 1.5,
    17: lambda c, well: c.losses[10:20].min() > c.losses[0] and not last(c) < 10,
    18: lambda c, well: stuck(c),
    19: lambda c, well: c.accuracy == 1 and c.held_out_accuracy < 0.95 and c.ten_images_loss < 0.1,
    20: lambda c, well: not c.repeatable and c.accuracy < well.accuracy - 0.05,
    21: lambda c, well: c.accuracy == 1 and c.held_out_accuracy < 0.92,
    22: lambda c, well: c.accuracy > 0.9 and c.held_out_accuracy < 0.25 and c.repeatable,
    23: lambda c, well: c.losses.min() < 1 and last(c) > 2 and len(wrong(c)) == 6,
    24: lambda c, well: not c.repeatable and "more than 1 value per channel" in c.error and not wrong(c),
    25: lambda c, well: last(c) > 3 * last(well) and wrong(c) == ["0.weight", "0.bias"],
}


@pytest.mark.parametrize("number", NUMBERS)
def test_a_patient_shows_its_symptom(number, sick, fixed):
    run, well = sick[number], fixed[number]

    assert SYMPTOMS[number](run, well), f"{run}\nfixed:\n{well}"
    assert not SYMPTOMS[number](well, well), "the fixed program shows the symptom, too"


@pytest.mark.parametrize("number", NUMBERS)
def test_a_fix_heals(number, fixed):
    well = fixed[number]

    assert first_no(well) == len(QUESTIONS), str(well)
    assert not wrong(well) and not well.error and last(well) < 0.8
    assert well.accuracy > 0.7 and abs(well.accuracy - well.held_out_accuracy) < 0.07


@pytest.mark.parametrize("number", NUMBERS)
def test_the_questions_lead_into_the_right_ward(number, sick):
    ward = {0: "A", 1: "B", 2: "B", 3: "C", 4: "C"}
    like = {23: "A", 24: "C", 25: "A"}  # of ward D

    assert ward[first_no(sick[number])] == like.get(number, PATIENTS[number].group)
    assert (number in like) == (number in D)


def test_every_question_finds_somebody(sick):
    assert {first_no(run) for run in sick.values()} == set(range(len(QUESTIONS)))


def test_there_are_enough_patients_in_every_ward():
    assert len(PATIENTS) >= 15 and min(len(A), len(B), len(C)) >= 4
    assert [*A, *B, *C, *D] == NUMBERS == list(range(1, len(PATIENTS) + 1))


def test_no_two_patients_are_the_same(sick):
    for what in ("code", "cause"):
        assert len({getattr(patient, what) for patient in PATIENTS.values()}) == len(PATIENTS), what
    for number in NUMBERS:
        for other in NUMBERS[: number - 1]:
            one, two = sick[number], sick[other]
            same_curve = np.allclose(one.losses, two.losses, rtol=1e-3, equal_nan=True)
            signs = [(c.gradients, c.accuracy, c.held_out_accuracy, c.repeatable, c.error) for c in (one, two)]
            assert not (same_curve and signs[0] == signs[1]), (number, other)


def test_two_pairs_have_one_curve_and_the_check_tells_them_apart(sick):
    for sum_for_mean, rate in ((2, 9), (3, 10)):
        np.testing.assert_allclose(sick[sum_for_mean].losses[:5], sick[rate].losses[:5], rtol=1e-6)
        assert wrong(sick[sum_for_mean]) and not wrong(sick[rate])


def test_nothing_that_a_reader_sees_gives_the_cause_away():
    for patient in PATIENTS.values():
        assert patient.faulty.__doc__ is None and "#" not in patient.code and '"""' not in patient.code
        assert repr(patient) == f"Patient({patient.number})"
        assert patient.code == inspect.getsource(patient.faulty).rstrip()


@pytest.mark.parametrize("number", [n for n in NUMBERS if n not in (9, 10)])
def test_what_heals_is_what_the_exercise_wants(number):
    assert find(f"clinic-{number}").answer is PATIENTS[number].fixed


def test_exercises_have_the_numbers_of_the_patients():
    assert [exercise.id for exercise in catalogue() if exercise.chapter == 19] == [f"clinic-{n}" for n in NUMBERS]


def test_the_table_has_a_row_for_everybody_and_says_what_the_check_said(sick):
    head, rule, *rows = table(sick).splitlines()
    assert len(rows) == len(PATIENTS) and {row.count("|") for row in (head, rule, *rows)} == {6}
    for number, row in zip(NUMBERS, rows):
        assert row.startswith(f"| {number} |") and PATIENTS[number].cause in row and "chapter" in row
        assert ("**wrong**" in row) == (PATIENTS[number].group == "A" or number in (23, 25))


# ---------------------------------------------------------------- what the training notes


def test_the_gradient_check_finds_an_error_of_one_percent():
    def almost(x, grad_output):
        return 1.01 * (x.T @ grad_output), grad_output.sum(axis=0)

    assert all(gradients_agree(Network).values())
    agree = gradients_agree(partial(Network, parameter_gradients=almost))
    assert {name for name, right in agree.items() if not right} == {"W1", "W2", "W3"}


def test_held_out_digits_are_none_of_the_others():
    (images, labels), (held_out, held_out_labels) = digits()
    assert images.shape == (1397, 8, 8) and held_out.shape == (400, 8, 8) and images.dtype == np.uint8
    assert images.max() == 255 and len(labels) == 1397 and len(held_out_labels) == 400
    assert not {image.tobytes() for image in images} & {image.tobytes() for image in held_out}


def test_a_run_tells_what_was_seen(sick):
    assert "WRONG in W1\n" in str(sick[5]) and "stopped by ValueError" in str(sick[6])
    assert "gives two answers" in str(sick[20]) and "gives two answers" not in str(sick[19])


def test_the_comparison_in_pytorch_finds_a_gradient_that_is_one_percent_off():
    def almost(setup):
        model, loss_function, optimizer, batches = setup()
        losses = []
        for x, t in batches:
            optimizer.zero_grad()
            loss = loss_function(model(x), t)
            loss.backward()
            model[2].bias.grad *= 1.01
            optimizer.step()
            losses.append(loss.item())
        return losses

    assert train_in_torch("plain", learn=almost).wrong == ["2.bias"]


def test_a_run_in_pytorch_leaves_random_numbers_and_threads_alone():
    threads, expected = torch.get_num_threads(), torch.Generator().manual_seed(7)
    torch.manual_seed(7)
    train_in_torch("short", learn=healthy.train_and_log)
    assert torch.get_num_threads() == threads
    assert torch.equal(torch.rand(3), torch.rand(3, generator=expected))


# ---------------------------------------------------------------- parts that a program leaves to the package

RNG = np.random.default_rng(0)
X, W, BIAS, G = (RNG.standard_normal(shape) for shape in ((5, 3), (3, 3), 3, (5, 3)))


def test_healthy_parts_agree_with_the_layers():
    for layer, backward in ((Sigmoid(), healthy.sigmoid_backward), (Softmax(), healthy.softmax_backward)):
        np.testing.assert_allclose(backward(layer.forward(X), G), layer.backward(G))
    np.testing.assert_allclose(np.exp(healthy.log_softmax(X)), healthy.softmax(X))
    affine = Affine(W, BIAS)
    affine.forward(X)
    np.testing.assert_allclose(healthy.input_gradient(W, G), affine.backward(G))
    for ours, name in zip(healthy.parameter_gradients(X, G), "Wb"):
        np.testing.assert_allclose(ours, affine.grads[name])


def test_healthy_momentum_has_the_velocity_of_its_chapter():
    bottoms, w, velocity = [1.0, -2.0, 0.5], X, 0
    for bottom in bottoms:
        velocity = 0.9 * velocity - 0.1 * (w - bottom)
        w = w + velocity
    ours = healthy.learn_with_momentum({"W": X}, lambda params, bottom: {"W": params["W"] - bottom}, bottoms, 0.1)
    np.testing.assert_allclose(ours["W"], w)


def test_the_faulty_block_changes_what_it_was_given():
    given = G.copy()
    faulty.block_gradients(X, W, given)
    assert not np.array_equal(given, G)


# ---------------------------------------------------------------- figures


@pytest.fixture
def figure():
    yield plt
    plt.close("all")


def test_every_patient_gets_a_panel_with_two_curves_told_apart_by_line_style(figure):
    losses = {f"patient {n}": np.linspace(2, 1, 20) for n in (1, 2, 3)}
    assert plots.plot_courses(losses, losses) is None
    panels = [axes for axes in plt.gcf().axes if axes.get_title()]
    assert [axes.get_title() for axes in panels] == list(losses)
    lines = [line for line in panels[0].get_lines() if line.get_marker() == "None"]
    assert len({line.get_linestyle() for line in lines}) == 2
    assert plt.gcf().get_supylabel() == "loss in nats" and plt.gcf().get_supxlabel() == "step"


def test_a_loss_off_the_scale_or_no_number_is_marked_at_the_edge(figure):
    losses = np.array([2.0, 2.0, 50.0, 50.0, np.nan, np.nan, 1.0, 1.0])
    plots.plot_courses({"a": losses}, {"a": np.ones(8)}, columns=1, window=2)
    curve, crosses = plt.gcf().axes[0].get_lines()[2:]
    np.testing.assert_array_equal(curve.get_ydata(), [2, np.nan, np.nan, 1])
    assert list(crosses.get_xdata()) == [3.0, 5.0] and crosses.get_marker() == "x"


def test_the_tree_shows_every_question_and_every_advice(figure):
    plots.plot_questions([(question.asks, question.otherwise) for question in QUESTIONS], end="Healthy.")
    texts = [" ".join(text.get_text().split()) for text in plt.gca().texts]
    for question in QUESTIONS:
        assert question.asks in texts and question.otherwise in texts
    assert texts.count("no") == texts.count("yes") == len(QUESTIONS) and "Healthy." in texts
    width = plt.gcf().get_size_inches()[0]
    assert width <= plots.style.WIDTH, "a phone shows it without scrolling"
