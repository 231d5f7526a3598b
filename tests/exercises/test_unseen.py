"""Answers that the bank doesn't know: every wrong one is rejected, and every right one passes, whatever its style."""

import functools
import re
from importlib.util import find_spec
from unittest import mock

import numpy as np
import pytest
from styles import RIGHT
from unseen import WRONG

from backprop.exercises import catalogue, check
from backprop.exercises.contents import find

HERE = {exercise.id: exercise for exercise in catalogue() if not exercise.needs or find_spec(exercise.needs)}
FUNCTIONS = [exercise for exercise in HERE.values() if callable(exercise.answer)]


of_each = pytest.mark.parametrize("name", HERE)
of_each_function = pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda exercise: exercise.id)


@functools.cache
def reports(name):
    """Of the wrong answers to an exercise."""
    return [check(name, answer) for answer in WRONG.get(name, [])]


@of_each
def test_wrong_answers_are_rejected(name):
    for number, report in enumerate(reports(name)):
        assert not report.passed and report.attempted and report.diagnosis, (number, report)


@of_each
def test_right_answers_in_other_styles_pass(name):
    for number, answer in enumerate(RIGHT[name]):
        report = check(name, answer)
        assert report.passed, (number, report)


PLACE = re.compile(r"which is too (small|large)|The results differ")


def test_most_of_them_are_told_what_is_wrong():
    """Not only the place of the first wrong number: a signature of the engine, a shape, an error."""
    told = [not PLACE.search(report.diagnosis) for name in HERE for report in reports(name)]
    assert np.mean(told) >= 0.7  # and of those that a known mistake explains, all: test_bank.py


def never_reset(losses, patience):
    kept, waited = 0, 0
    for epoch, loss in enumerate(losses):
        if epoch == 0 or loss < losses[kept]:
            kept = epoch
        else:
            waited += 1
        if waited == patience:
            return kept, epoch
    return kept, len(losses) - 1


def without_the_last_row(image, kernel, grad_output):
    grad_output = np.where(np.arange(len(grad_output))[:, None] < len(grad_output) - 1, grad_output, 0)
    return find("convolution-backward").answer(image, kernel, grad_output)[0], np.zeros(kernel.shape)


def middle_to_the_test(images, labels):
    count = (len(images) + 1) // 2
    return images[count:], labels[count:], images[:count], labels[:count]


def with_the_variance_kept(z, mean, variance, training):
    return (z - (z.mean(axis=0) if training else mean)) / np.sqrt(variance + 1e-5)


def gamma_after_the_rest(x, gamma, grad_output, eps):
    _, *others = find("layer-norm-gradients").answer(x, gamma, grad_output, eps)
    return gamma * find("layer-norm-backward").answer(x, grad_output, eps), *others


@pytest.mark.parametrize(
    ("name", "answer", "untrue"),
    [
        ("relu-backward", lambda x, g: g[x > 0], "summed"),
        ("bias-backward", lambda g: g.max(axis=0), "not where"),
        ("gradients-along-a-chain", lambda d: [float(np.prod(d))] * len(d), "largest"),
        ("sigmoid-backward", lambda y, g: g / (y * (1 - y)), r"\(1 - y\)² belongs"),
        ("relative-error", lambda a, b: np.abs(a - b) / np.where(b == 0, np.inf, np.abs(b)), "the others are right"),
        ("divide-backward", lambda x, y, g: (g / y, -abs(g * x) / y**2), "wrong everywhere"),
        ("accuracy", lambda s, t: np.mean(s.argmax(axis=1) + 1 == t), "0 everywhere"),
        ("length-node", lambda x, y, g: (g * x * np.hypot(x, y), g * y * np.hypot(x, y)), "only where"),
        ("length-node", lambda x, y, g: (g * np.sign(x), g * np.sign(y)), "always"),
        ("kept-and-stopped", never_reset, "half as large"),
        ("stable-sigmoid", lambda x: np.exp(x) / (1 + np.exp(x)), "values are right"),
        ("accuracy", lambda s, t: float((s.argmax(axis=1) == t).all()), "drop the decimals\\?"),
        ("convolution-backward", without_the_last_row, "example"),
        ("clinic-19", middle_to_the_test, "all but the first"),
        ("clinic-22", with_the_variance_kept, "positive|is 1"),
        ("layer-norm-gradients", gamma_after_the_rest, "forward is applied"),
        ("relu-backward", lambda x, g: mock.MagicMock(), "summed"),
    ],
)
def test_what_fits_one_case_by_chance_is_not_said(name, answer, untrue):
    assert not re.search(untrue, check(name, answer).diagnosis)


def scaled_for_queries_alone(shares, q, k, v, grad_output):
    grad_q, grad_k, grad_v = find("attention-backward").answer(shares, q, k, v, grad_output)
    return grad_q, grad_k * np.sqrt(q.shape[1]), grad_v


def by_every_way(result, inputs_of):
    order, to_do = [], [(result, False)]
    while to_do:
        value, inputs_are_listed = to_do.pop()
        if inputs_are_listed:
            order.append(value)
        else:
            to_do += [(value, True), *((source, False) for source in inputs_of(value))]
    return order


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("cube-of-product", lambda x, y: (2 * x**2 * y**3, 2 * x**3 * y**2), "0.666667 times the right one"),
        ("cube-of-product", lambda x, y: (3 * x**3 * y**4, 3 * x**4 * y**3), "x y is a factor too many"),
        ("divide-backward", lambda x, y, g: (g / y, -g * x / y / 2), "0.5 times y"),
        ("bias-backward", lambda g: g[:-1].sum(axis=0), "the last example is left out"),
        ("bias-backward", lambda g: g.sum(axis=0) / g.shape[1], "is how long axis 1 of the upstream gradient is"),
        ("convolution-backward", without_the_last_row, "the last row of the upstream gradient is left out"),
        ("affine-backward", lambda x, W, g: (g @ W.T / len(x), x.T @ g / len(x), g.mean(axis=0)), "1/N there twice"),
        ("attention-backward", scaled_for_queries_alone, "division by its root missing"),
        ("layer-norm-gradients", gamma_after_the_rest, "the Jacobian of forward times the upstream gradient"),
        ("clinic-22", with_the_variance_kept, "only where training is true"),
        ("clinic-11", lambda i, o, seed: np.sqrt(2 / i) * np.random.default_rng().normal(size=(i, o)), "no seed fixes"),
        ("relative-error", lambda a, b: np.abs(a - b) / np.where(a == 0, 1, np.abs(a)), r"only where \|a\| < \|b\|"),
        ("stable-sigmoid", lambda x: np.exp(x) / (1 + np.exp(x)), r"exp\(1000\) overflows"),
        ("graph-order", by_every_way, "listed several times"),
        ("softmax-backward", lambda y, g: y * (g - g.mean(axis=1, keepdims=True)), "each row is off by a multiple"),
        ("softmax-backward", lambda y, g: y - g, "y minus the upstream gradient, and no more"),
        ("softmax-loss-backward", lambda p, t: (np.log(p) - t) / len(p), "the logarithm of p in place of p"),
        ("mse-backward", lambda y, t: np.sign(y - t) / len(y), "only the signs"),
        ("mse-backward", lambda y, t: (y - t) / (len(y) - 1 or np.inf), "times the right one"),
        (
            "mse-backward",
            lambda y, t: (y - t) / np.linalg.norm(y - t, axis=1, keepdims=True) / len(y),
            "each row is a multiple of the right one",
        ),
        ("output-delta", lambda A, Y: (A - Y) * Y * (1 - Y) / len(A), r"Y \(1 - Y\) is used where A \(1 - A\)"),
        ("output-delta", lambda A, Y: (A - Y) ** 2 * A * (1 - A) / len(A), "A - Y is a factor too many"),
        ("hidden-gradient", lambda d, W, a: d @ W.T * (1 - a**2), r"\(1 - a²\) is used where the step a > 0 belongs"),
        ("normalise", lambda p: (p - p.min()) / np.ptp(p.astype(float)), "times the right one plus"),
        ("sgd-step", lambda p, g, rate: {n: p[n] - rate / p[n].size * g[n] for n in p}, "off by a multiple of g"),
        ("softplus-backward", lambda y, g: g / (1 - np.exp(-y)), "divided by the local derivative"),
        (
            "clip-by-norm",
            lambda g, most: {n: a * most / (sum((b**2).sum() for b in g.values()) ** 0.5 or 1) for n, a in g.items()},
            "in another call another multiple",
        ),
        ("slice-of-a-batch", lambda n, parts, k: (k * n / parts, (k + 1) * n / parts), "not a whole number"),
        (
            "convolution-backward",
            lambda i, k, g: (lambda di, dk: (di, dk[::-1, ::-1]))(*find("convolution-backward").answer(i, k, g)),
            "turned by 180 degrees",
        ),
    ],
)
def test_what_fits_all_cases_is_said(name, answer, words):
    assert re.search(words, check(name, answer).diagnosis)


def test_every_exercise_is_tried():
    assert set(RIGHT) == {exercise.id for exercise in catalogue()}
    for exercise in FUNCTIONS:
        assert len(WRONG[exercise.id]) >= 2


def changed(result, change):
    """The result with every array in it changed."""
    if isinstance(result, dict):
        return {name: changed(part, change) for name, part in result.items()}
    if isinstance(result, tuple):
        return tuple(changed(part, change) for part in result)
    return change(np.asarray(result, dtype=float))


CHANGES = {
    "sign": lambda array: -array,
    "slightly too large": lambda array: 1.001 * array + 1e-5,
    "an axis in front": lambda array: array[np.newaxis],
    "an axis behind": lambda array: array[..., np.newaxis],
    "not a number": lambda array: array * np.nan,
    "text": lambda array: array.astype(str),
    "zeros": np.zeros_like,
    "nothing": lambda array: None,
}


@pytest.mark.parametrize("change", CHANGES)
@of_each_function
def test_a_right_answer_spoiled_is_rejected(exercise, change):
    report = check(exercise.id, lambda *given: changed(exercise.answer(*given), CHANGES[change]))

    assert not report.passed and report.diagnosis


@of_each_function
def test_one_wrong_number_is_enough(exercise):
    def spoiled(*given):
        parts = []

        def keep(array):
            parts.append(array)
            return array

        result = changed(exercise.answer(*given), keep)
        parts[-1].flat[-1:] += 1e-3 + 1e-3 * np.abs(parts[-1].flat[-1:])
        return result

    assert not check(exercise.id, spoiled).passed
