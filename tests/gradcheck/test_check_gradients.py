"""The checker is checked: right layers pass, planted mistakes fail, and the report says where."""

import re

import numpy as np
import pytest
from held_out import Keeping, Row
from helpers import BIAS, DTYPES, WEIGHTS, as_tuple

from backprop.gradcheck import check_gradients
from backprop.layers import Affine, BatchNorm, Dropout, Identity, ReLU, Sigmoid, Softmax, Tanh
from backprop.losses import MeanSquaredError, SoftmaxWithLoss
from backprop.networks import Sequential, TwoLayerNet
from backprop.operations import Add, Divide, Exp, Log, Multiply, Operation, Power


def written(forward, backward, **params):
    """A learner's class from two functions: forward(*inputs, *params), backward(g, y, *inputs, *params)."""
    return Row("Written", None, None, forward, backward, params).make()


# What is right passes (all operations: test_mistakes.py)


@pytest.mark.parametrize("seed, count, scale", [(0, 3, 1), (1, 5, 30), (9894, 1, 17.0), (186, 5, 25.57831392478099)])
def test_right_losses_pass(seed, count, scale):
    """Among them a gradient of 1e-12, which a difference can't see, and one of 1e-5 of a loss of 30."""
    rng = np.random.default_rng(seed)
    scores, indices = scale * rng.normal(size=(count, 3)), rng.integers(0, 3, count)
    softmax, squares = SoftmaxWithLoss(), MeanSquaredError()
    for loss, targets in [(softmax, indices), (softmax, np.eye(3)[indices]), (squares, scores[::-1])]:
        report = check_gradients(loss, scores, targets, rng=seed)
        assert report, report


@pytest.mark.parametrize("seed", range(5))
def test_right_networks_pass(seed):
    rng = np.random.default_rng(seed)
    inner = Sequential(Affine(rng.normal(size=(4, 3)), rng.normal(size=3)), Tanh())
    net = Sequential(inner, Sigmoid(), Affine(rng.normal(size=(3, 2)), rng.normal(size=2)))
    report = check_gradients(net, rng.normal(size=(5, 4)), rng=seed)
    assert report, report
    assert len(report.checks) == 5  # x, and W and b twice


@pytest.mark.parametrize("dtype", DTYPES)
def test_everything_is_left_as_it_was(dtype):
    """Float32 layers are checked in float64, and get their own arrays back, after an error too."""
    layer, x = Affine(WEIGHTS.astype(dtype), BIAS.astype(dtype)), np.ones((2, 6), dtype)
    params, copies = dict(layer.params), {name: value.copy() for name, value in layer.params.items()}
    assert check_gradients(layer, x)
    with pytest.raises(ValueError):
        check_gradients(layer, np.ones((2, 7)))
    for name, value in params.items():
        assert layer.params[name] is value
        np.testing.assert_array_equal(value, copies[name], strict=True)
    np.testing.assert_array_equal(x, np.ones((2, 6), dtype), strict=True)


def test_a_float32_network_is_checked_in_float64():
    net = TwoLayerNet(4, 3, 2, weight_init_std=1, dtype=np.float32)
    assert check_gradients(net, np.random.default_rng(0).normal(size=(5, 4)).astype(np.float32))
    assert net.params["W1"].dtype == np.float32


@pytest.mark.parametrize("inputs", [([1, 2], [3, 4]), (2, 3), (np.array([[200]], np.uint8), 3.0)], ids=repr)
def test_integers_are_checked_as_floats(inputs):
    assert check_gradients(Multiply(), *inputs)
    assert check_gradients(Power(), *inputs[:1], 2)


def test_the_upstream_gradient_is_random_and_repeatable():
    seen = []

    class Watched(Identity):
        def backward(self, grad_output):
            seen.append(grad_output.copy())
            return grad_output

    for rng in (0, 0, 1, np.random.default_rng(0)):
        check_gradients(Watched(), np.zeros((2, 3)), rng=rng)
    earlier, counted, again = seen[::3], seen[1::3], seen[2::3]  # on other numbers first; and once more at the end
    np.testing.assert_array_equal(counted, again)
    assert len(np.unique(counted[0])) == 6
    np.testing.assert_array_equal(counted[0], counted[1])
    assert (counted[0] != counted[2]).all() and (counted[0] != earlier[0]).all()


# Planted mistakes fail


def planted(right, change):
    """A subclass whose gradients are change(operation, upstream, *right gradients)."""

    def backward(self, grad_output=1.0):
        return change(self, grad_output, *as_tuple(right.backward_rule(self, grad_output)))

    return type("Planted", (right,), {"backward": backward})


def planted_in_parameter(name, change):
    """Affine whose gradient of one parameter is change(upstream, right gradient)."""

    def backward(self, grad_output):
        returned = Affine.backward_rule(self, grad_output)
        self.grads[name] = change(grad_output, self.grads[name])
        return returned

    return type("Planted", (Affine,), {"backward": backward})


def spoil(array, value):
    """A copy with the element [1, 2] put through `value`."""
    array = array.copy()
    array[1, 2] = value(array[1, 2])
    return array


X, Y = (np.random.default_rng(seed).uniform(0.5, 2, (3, 3)) for seed in (0, 1))
CENTERED, TARGETS = X - 1.2, np.array([0, 2, 1])
SQUARE, SQUARE_BIAS = np.random.default_rng(2).normal(size=(3, 3)), np.array([0.1, 0.2, 0.3])

# What people really write is in backprop.gradcheck.mistakes, and tested in test_mistakes.py. Here is what only just shows.
# The right operation; what it gives back instead, from itself, the upstream gradient and the right
# gradients; the array that the report must name. Inputs are X (and Y).
MISTAKES = {
    "upstream squared": (Add, lambda op, g, dx, dy: (g * g, dy), "x"),
    "factor 1.001": (Multiply, lambda op, g, dx, dy: (1.001 * dx, dy), "x"),
    "factor 1.00001": (Divide, lambda op, g, dx, dy: (dx, 1.00001 * dy), "y"),
    "one element": (Multiply, lambda op, g, dx, dy: (spoil(dx, lambda v: v + 0.01), dy), "x"),
    "NaN": (Multiply, lambda op, g, dx, dy: (spoil(dx, lambda v: np.nan), dy), "x"),
    "infinity": (Multiply, lambda op, g, dx, dy: (dx, spoil(dy, lambda v: np.inf)), "y"),
    "softmax zero, right for an upstream of ones": (Softmax, lambda op, g, dx: 0 * g, "x"),
}
PARAMETER_MISTAKES = {  # in Affine: whose gradient, and what stands there instead
    "dW transposed": ("W", lambda g, dW: dW.T),
    "db not summed": ("b", lambda g, db: g),
    "db right, with an axis too many": ("b", lambda g, db: db[np.newaxis]),
    "db forgotten": ("b", lambda g, db: 0 * db),
}


def assert_only_one_array_is_wrong(name, operation, *inputs):
    for seed in range(3):
        with np.errstate(invalid="ignore"):
            report = check_gradients(operation, *inputs, rng=seed)
        assert not report and not report.passed
        assert [check.name for check in report.checks if not check.passed] == [name]
        assert f"  {name}: WRONG" in str(report)


@pytest.mark.parametrize("right, change, name", MISTAKES.values(), ids=MISTAKES)
def test_planted_mistakes_are_found_and_named(right, change, name):
    inputs = (X, Y)[: len(right.arguments)]
    assert check_gradients(right(), *inputs)
    assert_only_one_array_is_wrong(name, planted(right, change)(), *inputs)


@pytest.mark.parametrize("name, change", PARAMETER_MISTAKES.values(), ids=PARAMETER_MISTAKES)
def test_planted_mistakes_in_parameters_are_found_and_named(name, change):
    assert_only_one_array_is_wrong(name, planted_in_parameter(name, change)(SQUARE, SQUARE_BIAS), X)


def test_a_mistake_in_one_layer_of_a_network_is_named_by_its_number():
    wrong = planted_in_parameter("W", lambda g, dW: dW / len(g))(SQUARE, SQUARE_BIAS)
    assert_only_one_array_is_wrong("W2", Sequential(Affine(SQUARE, SQUARE_BIAS), Tanh(), wrong), X)


def test_a_wrong_gradient_of_a_tiny_loss_is_found():
    """Gradients around 1e-6, each ten per cent too large: the size of the loss must not hide it."""
    assert not check_gradients(written(lambda x: 1e-6 * x**2, lambda g, y, x: 1.1 * g * 2e-6 * x), X)


def test_tolerance_is_the_relative_error_that_passes():
    operation = planted(Multiply, lambda op, g, dx, dy: (1.001 * dx, dy))()
    assert check_gradients(operation, X, Y, tolerance=2e-3)
    assert not check_gradients(operation, X, Y, tolerance=5e-4)


# What the report says


@pytest.mark.parametrize("value", [lambda v: v + 5, lambda v: np.nan, lambda v: np.inf], ids=["wrong", "NaN", "inf"])
def test_report_names_array_index_and_both_values(value):
    with np.errstate(invalid="ignore"):
        report = check_gradients(planted(Multiply, lambda op, g, dx, dy: (dx, spoil(dy, value)))(), X, Y)
    head, first, second, third, *_ = str(report).splitlines()
    assert head == "Planted(): a gradient is wrong"
    assert first == "  x: right, all 9 elements"
    assert second == "  y: WRONG in 1 of 9 elements"
    found = re.fullmatch(r" +worst y\[1, 2\]: backward says (\S+), central difference (\S+)", third)
    check = report.checks[1]
    np.testing.assert_allclose(
        [float(number) for number in found.groups()], [check.analytic[1, 2], check.numeric[1, 2]], rtol=1e-5
    )
    np.testing.assert_allclose(check.analytic[1, 2], value(check.numeric[1, 2]), rtol=1e-5)


def test_report_names_the_worst_element():
    factors = [[1, 1.1, 1], [1, 1, 3], [1.2, 1, 1]]
    report = check_gradients(planted(Multiply, lambda op, g, dx, dy: (factors * dx, dy))(), X, Y)
    assert "x: WRONG in 3 of 9" in str(report) and "worst x[1, 2]: backward" in str(report)


def test_report_on_a_number_has_no_index():
    report = check_gradients(planted(Multiply, lambda op, g, dx, dy: (2 * dx, dy))(), 2.0, 3.0)
    assert "  x: WRONG in 1 of 1 elements" in str(report) and "worst x: backward" in str(report)


def test_no_line_of_a_report_is_wider_than_a_page():
    wrong = planted_in_parameter("b", lambda g, db: g)(SQUARE, SQUARE_BIAS)
    for report in (check_gradients(wrong, X), check_gradients(in_place_relu(), CENTERED)):
        assert not report and max(map(len, str(report).splitlines())) <= 90


def test_report_on_a_wrong_shape_names_both_shapes():
    report = check_gradients(planted_in_parameter("b", lambda g, db: g)(SQUARE, SQUARE_BIAS), X)
    assert str(report).splitlines()[3] == "  b: WRONG: gradient of shape (3, 3), value of shape (3,)"


def test_report_when_all_is_right():
    report = check_gradients(Affine(SQUARE, SQUARE_BIAS), X)
    assert report.passed and bool(report) is True
    lines = [
        "Affine(3 -> 3): all gradients agree",
        "  x: right, all 9 elements",
        "  W: right, all 9 elements",
        "  b: right, all 3 elements",
    ]
    assert str(report) == repr(report) == "\n".join(lines)


def test_a_factor_is_named_after_what_it_is():
    for factor, words in (
        (3, "N = 3 times too large"),
        (1 / 3, "N = 3 times too small"),
        (2, "twice"),
        (-1, "sign"),
        (0.5, "√4 times too small"),
        (1.5, "3/2 times"),
        (0.77, "0.77 times"),
    ):
        wrong = planted(Affine, lambda op, g, dx, factor=factor: factor * dx)
        report = check_gradients(wrong(np.ones((3, 4)), np.ones(4)), X)
        expected = words if factor != 0.5 else "half as large"
        assert [d.kind for d in report.diagnoses] == ["constant factor"] and expected in str(report)


# Errors


@pytest.mark.parametrize("returned", [(), (X,), (X, X, X)], ids=["none", "one", "three"])
def test_a_gradient_for_each_input(returned):
    counted = Keeping(lambda self, x, y: x * y, lambda self, g: returned)
    with pytest.raises(ValueError, match=f"{len(returned)} gradients?.*2 inputs"):
        check_gradients(counted, X, Y)


def test_backward_that_returns_nothing():
    report = check_gradients(Keeping(lambda self, x: np.tanh(x), lambda self, g: None), X)
    assert not report and "is a return missing?" in str(report)


@pytest.mark.parametrize("wrong", [None, 3, Multiply], ids=repr)
def test_what_is_no_operation_is_refused(wrong):
    with pytest.raises(TypeError, match="check_gradients expected"):
        check_gradients(wrong, X, Y)


@pytest.mark.parametrize(
    "operation, inputs, words",
    [
        (Multiply(), (X,), "2 inputs"),
        (Tanh(), (X, Y), "1 input"),
        (Multiply(), (X, None), "expected y to be a number or an array of numbers"),
    ],
)
def test_inputs_that_do_not_fit(operation, inputs, words):
    with pytest.raises(TypeError, match=words):
        check_gradients(operation, *inputs)


@pytest.mark.parametrize(
    "returned, words",
    [
        (lambda x: (np.sin(x), (x,)), "a tuple of 2: .* the output alone. What backward needs stays on self"),
        (lambda x: (np.sin(x), x), "a tuple of 2"),  # of one shape, so that NumPy would make one array of both
        (lambda x: None, "None: is a return missing"),
        (lambda x: {"out": x}, "dict: check_gradients expected a number or an array"),
        (lambda x: [x, x[:1]], "list: check_gradients expected"),
        (lambda x: "sin", "str: check_gradients expected"),
        (lambda x: x * 1j, "ndarray: check_gradients expected a number"),
    ],
)
def test_what_forward_may_not_return(returned, words):
    operation = Keeping(lambda self, x: returned(x), lambda self, g: g)
    with pytest.raises(TypeError, match=f"Keeping.forward returned {words}"):
        check_gradients(operation, np.ones(3))


def test_a_backward_that_wants_the_cache_is_told_where_to_keep_it():
    with pytest.raises(TypeError, match="backward takes dout, cache: .* forward keeps on self"):
        check_gradients(Keeping(lambda self, x: x, lambda self, dout, cache: dout), X)


@pytest.mark.parametrize("grads", [None, [], {}], ids=str)
def test_gradients_of_parameters_that_are_missing(grads):
    forgetful = Keeping(lambda self, x: x * self.params["w"], lambda self, g: g * self.params["w"])
    forgetful.params, forgetful.grads = {"w": np.ones(3)}, grads
    with pytest.raises((TypeError, ValueError), match="lacks 'w'|to be a dictionary of arrays, got list"):
        check_gradients(forgetful, X)


# Kinks, and the edges of a domain


def test_a_kink_is_left_out_with_a_note():
    report = check_gradients(ReLU(), np.array([-1.0, 0.0, 2.0]))
    assert report and report.checks[0].kinks.tolist() == [False, True, False]
    assert str(report).splitlines()[1] == "  x: right, all 2 elements; 1 more on a kink, left out"


@pytest.mark.parametrize("distance", [1e-5, 1e-6, 1e-7, 1e-8])
def test_beside_a_kink_the_step_is_shortened(distance):
    for side in (1, -1):
        assert check_gradients(ReLU(), np.array([side * distance, 1.0]))


def test_a_kink_hides_nothing_else():
    forgetful = planted(ReLU, lambda op, g, dx: g)()
    assert not check_gradients(forgetful, np.array([0.0, -1.0, 1.0]))


def test_where_all_is_a_kink_nothing_is_proven():
    report = check_gradients(ReLU(), np.zeros(3))
    assert not report and report.diagnoses == []
    assert "NOT COMPARED: every element lies on a kink" in str(report)
    assert str(report).startswith("ReLU(): not every gradient could be compared")


@pytest.mark.parametrize("value", [1e-3, 1.0, 1e3, 1e4, 1e6])
def test_a_smooth_function_has_no_kinks_at_any_size(value):
    x = value + np.random.default_rng(0).normal(size=(3, 4))
    for operation, inputs in ((Sigmoid(), (x,)), (Tanh(), (x,)), (SoftmaxWithLoss(), (x, np.array([0, 1, 2])))):
        report = check_gradients(operation, *inputs)
        assert report and not report.checks[0].kinks.any(), report


ROOT = (np.sqrt, lambda g, y, x: g / (2 * y))
ARCSINE = (np.arcsin, lambda g, y, x: g / np.sqrt((1 - x) * (1 + x)))
LOGARITHM = (np.log, lambda g, y, x: g / x)
LOG_OF_NEARLY_NOTHING = (np.log1p, lambda g, y, x: g / (1 + x))


@pytest.mark.parametrize("rules", [ROOT, LOGARITHM], ids=["sqrt", "log"])
@pytest.mark.parametrize("x", [1e-5, 1e-6, 1e-8, 1e-12, 1e-100, 1e-300])
def test_near_the_edge_of_a_domain_the_step_stays_inside(rules, x):
    report = check_gradients(written(*rules), np.array([x, 1.0]))
    assert report and not report.checks[0].edges.any(), report
    right = rules[1]
    assert not check_gradients(written(rules[0], lambda g, y, x: 1.01 * right(g, y, x)), np.array([x, 1.0]))


@pytest.mark.parametrize(
    "rules, x",
    [
        (ARCSINE, 1 - 1e-9),
        (ARCSINE, -1 + 1e-13),
        (LOG_OF_NEARLY_NOTHING, -1 + 1e-14),
        (ROOT, 0.0),
        (ROOT, 5e-324),
        ((np.exp, lambda g, y, x: g * y), 709.78271),
        ((np.exp, lambda g, y, x: g * y), 709.782712893384),
    ],
)
def test_a_right_rule_at_the_edge_is_never_called_wrong(rules, x):
    """Where even the shortest step leaves the domain, the element is not judged; the others are."""
    with np.errstate(all="ignore"):
        report = check_gradients(written(*rules), np.array([x, 0.5]))
        assert report and "WRONG" not in str(report), report
        alone = check_gradients(written(*rules), np.array([x]))
        assert "WRONG" not in str(alone)
        assert not check_gradients(written(rules[0], lambda g, y, x: 2 * rules[1](g, y, x)), np.array([x, 0.5]))


def test_what_is_not_judged_is_said():
    report = check_gradients(written(*ROOT), np.array([0.0, 1.0]))
    assert report and "1 not judged here: any step leaves the domain of forward" in str(report)
    with np.errstate(all="ignore"):
        alone = check_gradients(written(*ROOT), np.zeros(2))
    assert not alone and "NOT COMPARED: every element lies at the edge of the domain" in str(alone)


def test_what_overflows_does_not_pass():
    """exp(1000) is infinite: nothing there agrees with anything."""
    for operation in (Exp(), planted(Exp, lambda op, g, dx: 2 * dx)()):
        with np.errstate(all="ignore"):
            report = check_gradients(operation, [1000.0, 1.0])
        assert not report and "forward gives nan or inf for these inputs: choose others" in str(report)


def test_gradients_too_small_to_judge_are_counted():
    report = check_gradients(Sigmoid(), np.array([1.0, 30.0]))
    assert report and "1 of them not judged: a difference is not accurate enough" in str(report)


def test_a_small_step_for_a_small_number():
    """log bends so much near 0 that the usual step would be longer than the number."""
    for x in (1e-5, 1e-6):
        assert check_gradients(Log(), np.array([x, 1.0]))


# What belongs to the caller, and what is kept from earlier


def in_place_relu():
    return planted(ReLU, lambda op, g, dx: np.multiply(g, op.mask, out=g))()


def test_backward_must_not_write_into_the_upstream_gradient():
    report = check_gradients(in_place_relu(), CENTERED)
    assert not report and report.diagnosis.kind == "upstream array modified"
    assert "the upstream gradient was written into" in str(report)


def test_an_operation_is_left_as_it_was():
    """Running averages, masks, random states: the check works on a copy."""
    rng = np.random.default_rng(5)
    norm, dropout = BatchNorm(np.ones(3), np.zeros(3)), Dropout(0.5, rng)
    before = norm.running_mean.copy(), rng.bit_generator.state
    assert check_gradients(norm, X) and check_gradients(dropout, X)
    np.testing.assert_array_equal(norm.running_mean, before[0])
    assert rng.bit_generator.state == before[1]
    assert not hasattr(dropout, "scale")


def test_a_parameter_under_two_names_is_moved_under_both():
    def backward(self, grad_output):
        self.grads["factor"] = (grad_output * self.x).sum(axis=0)
        return grad_output * self.factor

    scale = Keeping(lambda self, x: self.factor * keep(self, x), backward)
    scale.factor = np.array([2, 3], np.float32)
    scale.params, scale.grads = {"factor": scale.factor}, {}
    assert check_gradients(scale, np.ones((4, 2)))


def keep(self, x):
    self.x = x
    return x


def test_a_loss_is_scaled_where_backward_takes_an_upstream_gradient():
    class Ignoring(SoftmaxWithLoss):
        def backward(self, grad_output=1.0):
            return super().backward()

    report = check_gradients(Ignoring(), X, TARGETS)
    assert not report and report.diagnosis.kind == "upstream gradient ignored"


def test_an_empty_batch_has_nothing_to_disagree():
    assert check_gradients(Affine(WEIGHTS, BIAS), np.zeros((0, 6)))


STATEFUL = {
    "a recurrent state": lambda self, x: remember(self, np.tanh(x + 0.5 * getattr(self, "h", 0.0))),
    "a running sum": lambda self, x: remember(self, x + getattr(self, "h", 0.0)),
    "a counter": lambda self, x: remember(self, np.tanh(x + count(self))),
}


def remember(self, h):
    self.h = h
    return h


def count(self):
    self.calls = getattr(self, "calls", 0) + 1
    return self.calls


@pytest.mark.parametrize("name", STATEFUL)
def test_a_layer_that_carries_a_state_is_checked_from_the_state_that_it_came_with(name):
    def backward(self, grad_output):
        return grad_output if name == "a running sum" else grad_output * (1 - self.h**2)

    report = check_gradients(Keeping(STATEFUL[name], backward), np.array([0.3, -1.0]))
    assert report and "forward keeps a state from call to call" in str(report), report
    assert not check_gradients(Keeping(STATEFUL[name], lambda self, g: 1.1 * g), np.array([0.3, -1.0]))


def test_a_forward_that_differs_every_time_is_refused():
    restless = Keeping(lambda self, x: x * (np.random.rand(*x.shape) > 0.5), lambda self, g: g)
    with pytest.raises(ValueError, match="other numbers every time: let it draw from a numpy Generator"):
        check_gradients(restless, X)


# What people hand in


def test_inputs_from_the_same_seed_are_not_their_own_upstream_gradient():
    """Or else a ReLU that masks by the sign of the upstream gradient would pass."""
    x = np.random.default_rng(0).normal(size=(5, 3))
    masked_by_upstream = planted(ReLU, lambda op, g, dx: g * (g > 0))()
    assert check_gradients(ReLU(), x) and not check_gradients(masked_by_upstream, x)


def test_dictionaries_of_the_class_are_left_alone():
    class Shared:
        params, grads = {"w": np.ones(3, np.float32)}, {}

        def forward(self, x):
            self.x = x
            return self.params["w"] * x

        def backward(self, grad_output):
            self.grads["w"] = (grad_output * self.x).sum(axis=0)
            return grad_output * self.params["w"]

    before = Shared.params["w"]
    assert check_gradients(Shared(), X)
    assert Shared.params["w"] is before and before.dtype == np.float32 and Shared.grads == {}


def squares(backward):
    """A loss that belongs to nobody; its targets come first, and under another name."""
    return Keeping(lambda self, wanted, y: 0.5 * (keep(self, y - wanted) ** 2).sum(), backward)


@pytest.mark.parametrize(
    "backward",
    [lambda self: self.x, lambda self, g: g * self.x, lambda self, g: (None, g * self.x)],
    ids=["no upstream", "upstream", "one for each"],
)
def test_inputs_that_are_given_are_named_and_keep_their_place(backward):
    assert check_gradients(squares(backward), X, Y, given=("wanted",))
    if not isinstance(backward(type("", (), {"x": X}), *[1.0] * (backward.__code__.co_argcount - 1)), tuple):
        with pytest.raises(ValueError, match=r"1 gradient for 2 inputs \(wanted, y\).*given=\('y',\)"):
            check_gradients(squares(backward), X, Y)


def test_a_name_that_forward_does_not_know_cannot_be_given():
    with pytest.raises(ValueError, match="given names 'target', but .* takes wanted, y"):
        check_gradients(squares(lambda self: self.x), X, Y, given=("target",))


def entropy(reduce):
    """Cross-entropy of scores and class indices; `reduce` makes one number of the examples' losses, or leaves them."""

    def forward(self, x, y):
        e = np.exp(x - x.max(1, keepdims=True))
        self.p, self.y = e / e.sum(1, keepdims=True), y
        return reduce(-np.log(self.p[np.arange(len(y)), y]))

    def backward(self, g):
        d = self.p - np.eye(self.p.shape[1])[self.y]
        return g * d / len(self.y) if np.ndim(g) == 0 else g[:, None] * d

    return Keeping(forward, backward)


def embedding():
    def forward(self, ids):
        self.ids = ids
        return self.params["W"][ids]

    def backward(self, g):
        self.grads["W"] = np.zeros_like(self.params["W"])
        np.add.at(self.grads["W"], self.ids, g)

    layer = Keeping(forward, backward)
    layer.params, layer.grads = {"W": np.arange(15.0).reshape(5, 3)}, {}
    return layer


IDS = np.array([0, 2, 2, 4])


def scattered(g, y, x, rows):
    dx = np.zeros_like(x)
    np.add.at(dx, rows, g)
    return dx


PICKED = written(lambda x, rows: x[rows], scattered)


@pytest.mark.parametrize(
    "operation, inputs, name",
    [
        (entropy(np.mean), (np.eye(4)[:, :3], np.array([0, 2, 1, 1])), "y"),
        (entropy(np.asarray), (np.eye(4)[:, :3], [0, 2, 1, 1]), "y"),
        (embedding(), (IDS,), "ids"),
        (embedding(), (IDS.reshape(2, 2),), "ids"),
        (PICKED, (X, [2, 0]), "rows"),
        (PICKED, (X, X > 1), "rows"),
        (PICKED, (X, 1), "rows"),
    ],
    ids=["mean", "an example each", "embedding", "embedding of sequences", "rows", "mask", "one row"],
)
def test_indices_are_given_without_being_named(operation, inputs, name):
    report = check_gradients(operation, *inputs)
    assert report and f"{name} holds indices for forward, so it gets no gradient: given=('{name}',)" in str(report)
    assert check_gradients(operation, *inputs, given=(name,))


def test_an_embedding_that_overwrites_is_found():
    wrong = embedding()

    def backward(self, g):
        self.grads["W"] = np.zeros_like(self.params["W"])
        self.grads["W"][self.ids] = g  # the row 2 stands twice

    type(wrong).backward = backward
    report = check_gradients(wrong, IDS)
    assert report.kinds == ["summed wrongly"] and "is there a = where += belongs" in " ".join(str(report).split())


def test_where_nothing_has_a_gradient_there_is_nothing_to_check():
    with pytest.raises(ValueError, match="nothing to check: every input is given"):
        check_gradients(Keeping(lambda self, x: x, lambda self, g: g), X, given=("x",))


def test_a_parameter_called_t_is_an_input_unless_the_output_is_one_number():
    between = written(lambda a, b, t: a + t * (b - a), lambda g, y, a, b, t: (g * (1 - t), g * t, g * (b - a)))
    assert check_gradients(between, X, Y, X + 1)


def test_settings_with_defaults_are_no_inputs_and_many_inputs_are_counted():
    def concatenated(self, *arrays):
        self.places = np.cumsum([len(array) for array in arrays])[:-1]
        return np.concatenate(arrays)

    assert check_gradients(Keeping(concatenated, lambda self, g: list(np.split(g, self.places))), X, Y, CENTERED)
    assert check_gradients(Keeping(lambda self, x, training=True: 2 * x, lambda self, g: 2 * g), X)


def test_a_hint_never_stops_the_check():
    def ignoring(self, scores, targets):
        """Cross-entropy that leaves out rows with the index -100, and forgets 1/N."""
        self.kept = targets >= 0
        p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        self.difference = np.where(self.kept[:, None], p - np.eye(3)[targets * self.kept], 0)
        return -np.log(p[np.arange(len(p)), targets * self.kept])[self.kept].mean()

    report = check_gradients(Keeping(ignoring, lambda self: self.difference), X, np.array([0, -100, 2]))
    assert not report and "scores: WRONG" in str(report)

    def picky(self, x):
        if (x <= 0).any():
            raise ValueError("log of a negative number")
        return np.log(keep(self, x))

    assert not check_gradients(Keeping(picky, lambda self, g: g / self.x + g), X)


def test_parameters_that_no_dictionary_holds_are_named():
    scale = Keeping(lambda self, x: self.w * x, lambda self, g: g * self.w)
    scale.w, scale.dw = np.ones(3), None
    assert "not checked: w. Put parameters into the dictionary params" in str(check_gradients(scale, X))


def test_a_parameter_that_forward_does_not_use_is_named():
    def backward(self, g):
        self.grads["factor"] = (g * self.x).sum()
        return 2.0 * g

    copied = Keeping(lambda self, x: 2.0 * keep(self, x), backward)
    copied.params, copied.grads = {"factor": np.array(2.0)}, {}
    assert check_gradients(copied, X).kinds == ["parameter not used"]


def test_modules_and_files_may_be_attributes():
    with_module = Tanh()
    with_module.numbers = np
    assert check_gradients(with_module, CENTERED)


def test_a_rounded_zero_is_not_wrong_where_nothing_moves():
    """The bias before batch normalization: its gradient is 0, which backward finds up to rounding."""

    class BeforeBatchNorm(Operation):
        params = {"b": np.zeros(2)}
        grads = {"b": np.zeros(2)}

        def forward(self, x):
            self.x = x
            return x + 0.0

        def backward(self, grad_output):
            self.grads["b"] = np.array([1e-16, -3e-17])
            return grad_output

    assert check_gradients(BeforeBatchNorm(), np.array([[0.5, 1.0], [2.0, -1.0]]))


class Reversed:
    def forward(self, x):
        return x[:, ::-1]

    def backward(self, grad_output):
        return grad_output


class RowSums:
    def forward(self, x):
        return x.sum(axis=1)

    def backward(self, grad_output):
        return grad_output


class Transposed:
    """y = gamma tanh(x - mean(x)), and backward is the Jacobian, not its transpose, times the upstream gradient."""

    gamma = np.array([1.0, 2.0, 4.0])

    def forward(self, x):
        z = np.tanh(x - x.mean(axis=1, keepdims=True))
        self.slope = self.gamma * (1 - z**2)
        return self.gamma * z

    def backward(self, grad_output):
        return self.slope * (grad_output - grad_output.mean(axis=1, keepdims=True))


@pytest.mark.parametrize(
    ("layer", "said", "not_said"),
    [
        (Reversed(), "in reverse along axis 1", "local derivative"),
        (RowSums(), "in the shape of the output", "mean"),
        (Transposed(), "the Jacobian of forward times the upstream gradient", "once more"),
    ],
)
def test_words_fit_what_was_done(layer, said, not_said):
    report = check_gradients(layer, np.random.default_rng(0).standard_normal((4, 3)))

    assert said in report.diagnosis.text and not_said not in report.diagnosis.text
