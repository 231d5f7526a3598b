"""The checker against wrong implementations that it must catch and name, and right ones that it must not accuse."""

import numpy as np
import pytest
from held_out import RIGHT, WRONG
from helpers import RULES

from backprop import operations
from backprop.gradcheck import KINDS, check_gradients, mistakes
from backprop.gradcheck.mistakes import PLANTED


def name(thing):
    return thing.name


def check(planted, seed=0):
    with np.errstate(all="ignore"):
        return check_gradients(planted.make(), *planted.inputs(np.random.default_rng(seed)), rng=seed)


def share_named(bank):
    return np.mean([(planted.kind in check(planted).kinds) if planted.kind else True for planted in bank])


@pytest.mark.parametrize("planted", PLANTED + WRONG, ids=name)
def test_every_planted_mistake_fails(planted):
    for seed in range(3):
        assert not check(planted, seed)


def test_at_least_four_in_five_are_named_rightly():
    assert share_named(PLANTED) >= 0.8
    assert share_named(WRONG) >= 0.8


@pytest.mark.parametrize("planted", [p for p in PLANTED + WRONG if p.kind is None], ids=name)
def test_what_fits_no_name_gets_none(planted):
    assert check(planted).kinds == []


def test_the_bank_covers_every_layer_and_many_mistakes():
    assert len(PLANTED) >= 40
    assert len({name(planted) for planted in PLANTED}) == len(PLANTED)
    assert {planted.kind for planted in PLANTED} <= {*KINDS, None}
    bases = {base.__name__ for planted in PLANTED for base in type(planted.make()).__mro__}
    layers = {
        "Identity", "ReLU", "LeakyReLU", "PReLU", "ELU", "SELU", "Sigmoid", "Tanh", "Softmax", "Affine", "Dropout",
        "BatchNorm", "SoftmaxWithLoss", "MeanSquaredError",
    }  # fmt: skip
    assert layers <= bases
    assert {"Add", "Multiply", "Divide", "Power", "Exp", "Log", "Maximum", "Sum", "Broadcast", "MatMul"} <= bases
    assert all(hasattr(mistakes, module) for module in ("activations", "affine", "arithmetic", "losses", "normalising"))
    assert operations  # the right ones, next door


@pytest.mark.parametrize("planted", PLANTED, ids=name)
def test_every_planted_mistake_says_what_it_is(planted):
    assert planted.says.endswith(".") and len(planted.says) <= 100


@pytest.mark.parametrize("right", RIGHT, ids=name)
def test_right_implementations_are_never_accused(right):
    """40 implementations, 25 random inputs each: 1,000 cases."""
    for seed in range(25):
        report = check_gradients(right.make(), *right.inputs(np.random.default_rng(seed)), rng=seed)
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
@pytest.mark.parametrize("factor", [1.001, 0.999])
def test_a_rule_wrong_by_a_thousandth_fails(rule, factor):
    for seed, shapes in enumerate(rule.shapes):
        inputs = rule.inputs(shapes, seed=seed)
        assert check_gradients(rule.make(np.float64), *inputs)
        report = check_gradients(scaled(rule.make(np.float64), factor), *inputs)
        visible = [check for check in report.checks if 1e-3 * np.abs(check.numeric).max() > check.noise.max()]
        assert visible or "softmax" in rule.name or "batch" in rule.name  # of one class, or of two examples
        assert not any(check.passed for check in visible)
