"""The checker against wrong implementations that it must catch and name, and right ones that it must not accuse."""

import numpy as np
import pytest
from held_out import RIGHT, WRONG
from helpers import RULES

from backprop.gradcheck import KINDS, check_gradients, checking
from backprop.gradcheck.diagnosis import SIGNATURES, _guesses
from backprop.gradcheck.mistakes import BY_NAME, PLANTED


def name(thing):
    return thing.name


def check(planted, seed=0):
    with np.errstate(all="ignore"):
        return check_gradients(planted.make(), *planted.inputs(np.random.default_rng(seed)), rng=seed)


# Where the upstream gradient was multiplied in place, it is another one for the other input.
SECOND_KIND = {"MultiplyInPlace": "wrong local derivative"}


@pytest.mark.parametrize("planted", PLANTED + WRONG, ids=name)
def test_every_planted_mistake_fails_and_is_named(planted):
    reports = [check(planted, seed) for seed in range(2)]
    assert not any(reports)
    for report in reports:
        assert report.kinds == [kind for kind in (planted.kind, SECOND_KIND.get(planted.name)) if kind], report


def test_the_bank_covers_every_layer_and_every_kind():
    assert len(PLANTED) == len(BY_NAME)
    assert {planted.kind for planted in PLANTED} <= {*KINDS, None}
    assert {*KINDS} - {planted.kind for planted in PLANTED + WRONG} == {"never computed", "parameter not used"}
    bases = {base for planted in PLANTED for base in type(planted.make()).__mro__}
    planted_in = {base.__name__ for base in bases if base.__module__.startswith("backprop.")}
    assert {
        "Identity", "ReLU", "LeakyReLU", "PReLU", "ELU", "SELU", "Sigmoid", "Tanh", "Softmax", "Affine", "Dropout",
        "BatchNorm", "SoftmaxWithLoss", "MeanSquaredError", "Convolution", "Recurrent", "Add", "Multiply", "Divide",
        "Power", "Exp", "Log", "Maximum", "Sum", "Broadcast", "MatMul",
    } <= planted_in  # fmt: skip  # names in rows


def test_the_list_of_kinds_holds_all_that_a_diagnosis_may_bear(monkeypatch):
    cases = []
    monkeypatch.setattr(checking, "diagnose", lambda case: cases.append(case))
    for planted in PLANTED[::4]:
        check(planted)
    with np.errstate(all="ignore"):
        found = {guess.kind for case in cases for signature in SIGNATURES for guess in _guesses(signature, case, 2)}
    assert len(found) > 15
    assert found <= {*KINDS}


@pytest.mark.parametrize("planted", PLANTED, ids=name)
def test_every_planted_mistake_says_what_it_is(planted):
    assert planted.says.endswith(".") and len(planted.says) <= 100
    assert planted.make().__doc__ == planted.says and type(planted.make()).__name__ == planted.name


def test_a_planted_mistake_is_a_function_too():
    x, g = np.array([-1.0, 2.0]), np.array([3.0, 4.0])
    np.testing.assert_array_equal(BY_NAME["ReLUMaskInverted"].gradient(x, grad_output=g), [3.0, 0.0])
    y = np.array([0.25, 0.5])
    np.testing.assert_array_equal(BY_NAME["SigmoidIgnoresUpstream"].rule(g, y=y), y * (1 - y))


@pytest.mark.parametrize("right", RIGHT, ids=name)
def test_right_implementations_are_never_accused(right):
    for seed in range(5):
        report = check(right, seed)
        assert report and report.diagnoses == [], report


def scaled(operation, factor):
    """The operation, with every gradient times the factor: those that it returns, and those in grads."""

    class Scaled(type(operation)):
        def backward(self, grad_output):
            returned = super().backward(grad_output)
            for key in self.grads:
                self.grads[key] = factor * self.grads[key]
            return tuple(factor * g for g in returned) if isinstance(returned, tuple) else factor * returned

    operation.__class__ = Scaled
    return operation


@pytest.mark.parametrize("rule", RULES, ids=name)
def test_a_right_rule_passes_and_one_wrong_by_a_thousandth_fails(rule):
    for seed, shapes in enumerate(rule.shapes):
        factor = (1.001, 0.999)[seed % 2]
        inputs = rule.inputs(shapes, seed=seed)
        assert check_gradients(rule.make(np.float64), *inputs)
        report = check_gradients(scaled(rule.make(np.float64), factor), *inputs)
        visible = [
            check for check in report.checks if 1e-3 * np.abs(check.numeric).max(initial=0) > check.noise.max(initial=0)
        ]
        assert visible or "softmax" in rule.name or "batch" in rule.name  # of one class, or of two examples
        assert not any(check.passed for check in visible)


def test_a_right_rule_passes_where_the_upstream_gradients_of_a_broadcast_input_all_but_cancel():
    (rule,) = (rule for rule in RULES if rule.name == "subtract")
    assert check_gradients(rule.make(np.float64), *rule.inputs(rule.shapes[-1], seed=3904), rng=3904)
