"""The checker is checked: right layers pass, planted mistakes fail, and the report says where."""

import re

import numpy as np
import pytest
from helpers import BIAS, DTYPES, RULES, WEIGHTS, one_each
from hypothesis import example, given
from hypothesis import strategies as st

from backprop.gradcheck import check_gradients
from backprop.layers import Affine, BatchNorm, Dropout, Identity, ReLU, Sigmoid, Tanh
from backprop.losses import MeanSquaredError, SoftmaxWithLoss
from backprop.networks import Sequential, TwoLayerNet
from backprop.operations import Add, Divide, Exp, Log, MatMul, Multiply, Operation, Power

# check_gradients: what is right passes


@pytest.mark.parametrize(**one_each(RULES))
@given(seed=st.integers(0, 10_000))
@example(seed=3904)  # Subtract: the upstream gradients of a broadcast x all but cancel
def test_right_operations_pass(rule, shapes, seed):
    report = check_gradients(rule.make(np.float64), *rule.inputs(shapes, seed=seed), rng=seed)
    assert report, report


@given(seed=st.integers(0, 10_000), count=st.integers(1, 5), scale=st.floats(0.1, 30))
@example(seed=9894, count=1, scale=17.0)  # a gradient of 1e-12: a difference can't see it
@example(seed=186, count=5, scale=25.57831392478099)  # a gradient of 1e-5 of a loss of 30
def test_right_losses_pass(seed, count, scale):
    rng = np.random.default_rng(seed)
    scores, indices = scale * rng.normal(size=(count, 3)), rng.integers(0, 3, count)
    softmax, squares = SoftmaxWithLoss(), MeanSquaredError()
    for loss, targets in [(softmax, indices), (softmax, np.eye(3)[indices]), (squares, scores[::-1])]:
        report = check_gradients(loss, scores, targets, rng=seed)
        assert report, report


@given(st.integers(0, 10_000))
def test_right_networks_pass(seed):
    rng = np.random.default_rng(seed)
    inner = Sequential(Affine(rng.normal(size=(4, 3)), rng.normal(size=3)), Tanh())
    net = Sequential(inner, Sigmoid(), Affine(rng.normal(size=(3, 2)), rng.normal(size=2)))
    report = check_gradients(net, rng.normal(size=(5, 4)), rng=seed)
    assert report, report
    assert len(report.checks) == 5  # x, and W and b twice


@pytest.mark.parametrize("dtype", DTYPES)
def test_everything_is_left_as_it_was(dtype):
    """Float32 layers are checked in float64, and get their own arrays back."""
    layer, x = Affine(WEIGHTS.astype(dtype), BIAS.astype(dtype)), np.ones((2, 6), dtype)
    params, copies = dict(layer.params), {name: value.copy() for name, value in layer.params.items()}
    assert check_gradients(layer, x)
    for name, value in params.items():
        assert layer.params[name] is value
        np.testing.assert_array_equal(value, copies[name], strict=True)
    np.testing.assert_array_equal(x, np.ones((2, 6), dtype), strict=True)


def test_parameters_are_given_back_after_an_error():
    layer = Affine(WEIGHTS.astype(np.float32), BIAS.astype(np.float32))
    with pytest.raises(ValueError):
        check_gradients(layer, np.ones((2, 7)))
    assert layer.params["W"].dtype == layer.params["b"].dtype == np.float32


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


def test_a_learners_class_needs_only_forward_and_backward():
    class Square:
        def forward(self, x):
            self.x = x
            return x**2

        def backward(self, grad_output):
            return 2 * self.x * grad_output

    class WrongSquare(Square):
        def backward(self, grad_output):
            return 2 * self.x

    assert check_gradients(Square(), np.array([1.0, 2.0]))
    report = check_gradients(WrongSquare(), np.array([1.0, 2.0]))
    assert not report and "x: WRONG" in str(report)


# check_gradients: planted mistakes fail. Each is one that learners make.


class Softmax(Operation):
    """Along the last axis: the one function here whose outputs all hang on all inputs of a row."""

    def forward(self, x):
        exponentials = np.exp(x)
        self.y = exponentials / exponentials.sum(axis=-1, keepdims=True)
        return self.y

    def backward(self, grad_output):
        return self.y * (grad_output - (grad_output * self.y).sum(axis=-1, keepdims=True))


def planted(right, change):
    """A subclass whose gradients are change(operation, upstream, *right gradients)."""

    def backward(self, grad_output):
        return change(self, grad_output, *as_tuple(right.backward_rule(self, grad_output)))

    return type("Planted", (right,), {"backward": backward})


def planted_in_parameter(name, change):
    """Affine whose gradient of one parameter is change(upstream, right gradient)."""

    def backward(self, grad_output):
        returned = Affine.backward(self, grad_output)
        self.grads[name] = change(grad_output, self.grads[name])
        return returned

    return type("Planted", (Affine,), {"backward": backward})


def spoil(array, value):
    """A copy with the element [1, 2] put through `value`."""
    array = array.copy()
    array[1, 2] = value(array[1, 2])
    return array


X = np.random.default_rng(0).uniform(0.5, 2, (3, 3))
Y = np.random.default_rng(1).uniform(0.5, 2, (3, 3))
CENTRED = X - 1.2
SQUARE, SQUARE_BIAS = np.random.default_rng(2).normal(size=(3, 3)), np.array([0.1, 0.2, 0.3])
TARGETS = np.array([0, 2, 1])


# The right operation; what it gives back instead, from itself, the upstream gradient and the right
# gradients; the array that the report must name. Inputs are X (and Y); for activations X - 1.2, of both signs.
MISTAKES = {
    "upstream ignored": (Multiply, lambda op, g, dx, dy: (op.y + 0 * g, dy), "x"),
    "upstream ignored where it stands alone": (Add, lambda op, g, dx, dy: (dx, np.ones_like(g)), "y"),
    "upstream squared": (Add, lambda op, g, dx, dy: (g * g, dy), "x"),
    "factor 1.001": (Multiply, lambda op, g, dx, dy: (1.001 * dx, dy), "x"),
    "factor 1.00001": (Divide, lambda op, g, dx, dy: (dx, 1.00001 * dy), "y"),
    "sign": (Divide, lambda op, g, dx, dy: (dx, -dy), "y"),
    "own input in place of the other": (Multiply, lambda op, g, dx, dy: (g * op.x, dy), "x"),
    "transposed": (MatMul, lambda op, g, dx, dy: (dx.T, dy), "x"),
    "one element": (Multiply, lambda op, g, dx, dy: (spoil(dx, lambda v: v + 0.01), dy), "x"),
    "NaN": (Multiply, lambda op, g, dx, dy: (spoil(dx, lambda v: np.nan), dy), "x"),
    "infinity": (Multiply, lambda op, g, dx, dy: (dx, spoil(dy, lambda v: np.inf)), "y"),
    "sigmoid' from its input": (Sigmoid, lambda op, g, dx: (g * CENTRED * (1 - CENTRED),), "x"),
    "tanh' without the square": (Tanh, lambda op, g, dx: (g * (1 - op.y),), "x"),
    "ReLU without its mask": (ReLU, lambda op, g, dx: (g,), "x"),
    "ReLU's mask from its output": (ReLU, lambda op, g, dx: (g * (np.maximum(CENTRED, 0) >= 0),), "x"),
    "softmax elementwise": (Softmax, lambda op, g, dx: (g * op.y * (1 - op.y),), "x"),
    "softmax zero, right for an upstream of ones": (Softmax, lambda op, g, dx: (0 * g,), "x"),
    "no 1/N": (SoftmaxWithLoss, lambda op, g, ds: (3 * ds,), "scores"),
    "t - p": (SoftmaxWithLoss, lambda op, g, ds: (-ds,), "scores"),
    "no 1/2": (MeanSquaredError, lambda op, g, ds: (2 * ds,), "scores"),
}
PARAMETER_MISTAKES = {  # in Affine: whose gradient, and what stands there instead
    "dW transposed": ("W", lambda g, dW: dW.T),
    "dW over N": ("W", lambda g, dW: dW / 3),
    "db not summed": ("b", lambda g, db: g),
    "db summed over the wrong axis": ("b", lambda g, db: g.sum(axis=1)),
    "db summed over all axes": ("b", lambda g, db: np.full(3, g.sum())),
    "db the mean": ("b", lambda g, db: g.mean(axis=0)),
    "db right, with an axis too many": ("b", lambda g, db: db[np.newaxis]),
    "db forgotten": ("b", lambda g, db: 0 * db),
}


def inputs_of(right):
    if len(right.arguments) == 1:
        return CENTRED
    return (X, TARGETS) if right is SoftmaxWithLoss else (X, Y)


def assert_only_one_array_is_wrong(name, operation, *inputs):
    for seed in range(5):
        with np.errstate(invalid="ignore"):
            report = check_gradients(operation, *inputs, rng=seed)
        assert not report and not report.passed
        assert [check.name for check in report.checks if not check.passed] == [name]
        assert f"  {name}: WRONG" in str(report)


@pytest.mark.parametrize("right, change, name", MISTAKES.values(), ids=MISTAKES)
def test_planted_mistakes_are_found_and_named(right, change, name):
    assert check_gradients(right(), *inputs_of(right))
    assert_only_one_array_is_wrong(name, planted(right, change)(), *inputs_of(right))


@pytest.mark.parametrize("name, change", PARAMETER_MISTAKES.values(), ids=PARAMETER_MISTAKES)
def test_planted_mistakes_in_parameters_are_found_and_named(name, change):
    assert_only_one_array_is_wrong(name, planted_in_parameter(name, change)(SQUARE, SQUARE_BIAS), X)


def test_an_affine_layer_that_forgets_to_transpose_its_weights():
    forgetful = planted(Affine, lambda op, g, dx: (g @ op.params["W"],))
    assert_only_one_array_is_wrong("x", forgetful(SQUARE, SQUARE_BIAS), X)


def test_a_mistake_in_one_layer_of_a_network_is_named_by_its_number():
    wrong = planted_in_parameter("W", lambda g, dW: dW / len(g))(SQUARE, SQUARE_BIAS)
    net = Sequential(Affine(SQUARE, SQUARE_BIAS), Tanh(), wrong)
    assert_only_one_array_is_wrong("W2", net, X)


def test_a_wrong_gradient_of_a_tiny_loss_is_found():
    """Gradients around 1e-6, each ten per cent too large: the size of the loss must not hide it."""

    class Tiny(Operation):
        def forward(self, x):
            self.x = x
            return 1e-6 * x**2

        def backward(self, grad_output):
            return 1.1 * grad_output * 2e-6 * self.x

    assert not check_gradients(Tiny(), X)


@pytest.mark.parametrize("x", [709.78271, [709.78271, 1.0], [1000.0, 1.0]], ids=str)
def test_what_differences_cannot_confirm_does_not_pass(x):
    """exp(709.78271) is finite, a step further it overflows: infinity agrees with nothing."""
    doubled = planted(Exp, lambda op, g, dx: (2 * dx,))()
    with np.errstate(all="ignore"):
        assert not check_gradients(Exp(), x)
        assert not check_gradients(doubled, x)


def test_tolerance_is_the_relative_error_that_passes():
    operation = planted(Multiply, lambda op, g, dx, dy: (1.001 * dx, dy))()
    assert check_gradients(operation, X, Y, tolerance=2e-3)
    assert not check_gradients(operation, X, Y, tolerance=5e-4)


# What the report says


def read(report):
    """The array, its index and both values that a report calls the worst."""
    found = re.search(
        r"worst (\w+)((?:\[[\d, ]+\])?): backward says (\S+), central difference (\S+)\n +off by", str(report)
    )
    assert found, report
    return found[1], found[2], float(found[3]), float(found[4])


@pytest.mark.parametrize("value", [lambda v: v + 5, lambda v: np.nan, lambda v: np.inf], ids=["wrong", "NaN", "inf"])
def test_report_names_array_index_and_both_values(value):
    with np.errstate(invalid="ignore"):
        report = check_gradients(planted(Multiply, lambda op, g, dx, dy: (dx, spoil(dy, value)))(), X, Y)
    head, first, second, *_ = str(report).splitlines()
    assert head == "Planted(): a gradient is wrong"
    assert first == "  x: right, all 9 elements"
    assert second == "  y: WRONG in 1 of 9 elements"
    name, index, ours, numeric = read(report)
    check = report.checks[1]
    assert (name, index) == ("y", "[1, 2]")
    np.testing.assert_allclose([ours, numeric], [check.analytic[1, 2], check.numeric[1, 2]], rtol=1e-5)
    np.testing.assert_allclose(ours, value(numeric), rtol=1e-5)


def test_report_names_the_worst_element():
    factors = [[1, 1.1, 1], [1, 1, 3], [1.2, 1, 1]]
    report = check_gradients(planted(Multiply, lambda op, g, dx, dy: (factors * dx, dy))(), X, Y)
    assert "x: WRONG in 3 of 9" in str(report) and read(report)[1] == "[1, 2]"


def test_report_on_a_number_has_no_index():
    operation = planted(Multiply, lambda op, g, dx, dy: (2 * dx, dy))()
    report = check_gradients(operation, 2.0, 3.0)
    assert "  x: WRONG in 1 of 1 elements" in str(report) and read(report)[1] == ""


def test_no_line_of_a_report_is_wider_than_a_page():
    wrong = planted_in_parameter("b", lambda g, db: g)(SQUARE, SQUARE_BIAS)
    for report in (check_gradients(wrong, X), check_gradients(InPlaceReLU(), CENTRED)):
        assert not report and max(map(len, str(report).splitlines())) <= 90


def test_report_on_a_wrong_shape_names_both_shapes():
    report = check_gradients(planted_in_parameter("b", lambda g, db: g)(SQUARE, SQUARE_BIAS), X)
    assert str(report).splitlines()[3] == "  b: WRONG: gradient of shape (3, 3), value of shape (3,)"


def test_report_when_all_is_right():
    report = check_gradients(Affine(SQUARE, SQUARE_BIAS), X)
    assert report.passed and bool(report) is True
    assert (
        str(report)
        == repr(report)
        == "\n".join(
            [
                "Affine(3 -> 3): all gradients agree",
                "  x: right, all 9 elements",
                "  W: right, all 9 elements",
                "  b: right, all 3 elements",
            ]
        )
    )


# Errors


@pytest.mark.parametrize("returned", [(), (X,), (X, X, X)], ids=["none", "one", "three"])
def test_a_gradient_for_each_input(returned):
    class Counted(Multiply):
        def backward(self, grad_output):
            return returned

    with pytest.raises(ValueError, match=f"{len(returned)} gradients?.*2 inputs"):
        check_gradients(Counted(), X, Y)


def test_backward_that_returns_nothing():
    class Forgot(Tanh):
        def backward(self, grad_output):
            self.answer = grad_output

    assert not check_gradients(Forgot(), X)


@pytest.mark.parametrize("wrong", [None, 3, Multiply], ids=repr)
def test_what_is_no_operation_is_refused(wrong):
    with pytest.raises(TypeError, match="check_gradients expected"):
        check_gradients(wrong, X, Y)


def test_wrong_number_of_inputs():
    with pytest.raises(TypeError, match="2 inputs"):
        check_gradients(Multiply(), X)
    with pytest.raises(TypeError, match="1 input"):
        check_gradients(Tanh(), X, Y)


def test_inputs_that_are_no_numbers():
    with pytest.raises(TypeError, match="expected y to be a number or an array of numbers"):
        check_gradients(Multiply(), X, None)


# Kinks


def test_a_kink_is_left_out_with_a_note():
    report = check_gradients(ReLU(), np.array([-1.0, 0.0, 2.0]))
    assert report and report.checks[0].kinks.tolist() == [False, True, False]
    assert str(report).splitlines()[1] == "  x: right, all 2 elements; 1 more on a kink, left out"


@pytest.mark.parametrize("distance", [1e-5, 1e-6, 1e-7, 1e-8])
def test_beside_a_kink_the_step_is_shortened(distance):
    for side in (1, -1):
        assert check_gradients(ReLU(), np.array([side * distance, 1.0]))


def test_a_kink_hides_nothing_else():
    forgetful = planted(ReLU, lambda op, g, dx: (g,))()
    assert not check_gradients(forgetful, np.array([0.0, -1.0, 1.0]))


def test_where_all_is_a_kink_nothing_is_proven():
    report = check_gradients(ReLU(), np.zeros(3))
    assert not report and report.diagnoses == []
    assert "NOT COMPARED: every element lies on a kink" in str(report)
    assert str(report).startswith("ReLU(): not every gradient could be compared")


@pytest.mark.parametrize("value", [1e-3, 1.0, 1e3, 1e4, 1e6])
def test_a_smooth_function_has_no_kinks_at_any_size(value):
    for operation in (Sigmoid(), Tanh(), SoftmaxWithLoss()):
        x = value + np.random.default_rng(0).normal(size=(3, 4))
        inputs = (x, np.array([0, 1, 2])) if isinstance(operation, SoftmaxWithLoss) else (x,)
        report = check_gradients(operation, *inputs)
        assert report and not report.checks[0].kinks.any(), report


# What belongs to the caller, and what is kept from earlier


class InPlaceReLU(ReLU):
    def backward(self, grad_output):
        grad_output[~self.mask] = 0
        return grad_output


def test_backward_must_not_write_into_the_upstream_gradient():
    report = check_gradients(InPlaceReLU(), CENTRED)
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
    class Scale:
        def __init__(self):
            self.factor = np.array([2, 3], np.float32)
            self.params, self.grads = {"factor": self.factor}, {}

        def forward(self, x):
            self.x = x
            return self.factor * x

        def backward(self, grad_output):
            self.grads["factor"] = (grad_output * self.x).sum(axis=0)
            return grad_output * self.factor

    assert check_gradients(Scale(), np.ones((4, 2)))


def test_a_loss_is_scaled_where_backward_takes_an_upstream_gradient():
    class Ignoring(SoftmaxWithLoss):
        def backward(self, grad_output=1.0):
            return super().backward(1.0)

    class Without(SoftmaxWithLoss):
        def backward(self):
            return super().backward(1.0)

    assert check_gradients(Without(), X, TARGETS)
    report = check_gradients(Ignoring(), X, TARGETS)
    assert not report and report.diagnosis.kind == "upstream gradient ignored"


def test_a_factor_is_named_after_what_it_is():
    for factor, words in ((3, "N = 3 times too large"), (1 / 3, "N = 3 times too small"), (2, "twice"), (-1, "sign")):
        wrong = planted(Affine, lambda op, g, dx, factor=factor: (factor * dx,))
        report = check_gradients(wrong(np.ones((3, 4)), np.ones(4)), X)
        assert [d.kind for d in report.diagnoses] == ["constant factor"] and words in str(report)


def test_an_empty_batch_has_nothing_to_disagree():
    assert check_gradients(Affine(WEIGHTS, BIAS), np.zeros((0, 6)))


# What people hand in


def test_inputs_from_the_same_seed_are_not_their_own_upstream_gradient():
    """Or else a ReLU that masks by the sign of the upstream gradient would pass."""
    x = np.random.default_rng(0).normal(size=(5, 3))
    masked_by_upstream = planted(ReLU, lambda op, g, dx: (g * (g > 0),))()
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


class Squares:
    """A loss that belongs to nobody; its targets come first, and under another name."""

    def forward(self, wanted, y):
        self.difference = y - wanted
        return 0.5 * (self.difference**2).sum()

    def backward(self):
        return self.difference


def test_inputs_that_are_given_are_named_and_keep_their_place():
    with pytest.raises(ValueError, match=r"1 gradient for 2 inputs \(wanted, y\)"):
        check_gradients(Squares(), X, Y)
    assert check_gradients(Squares(), X, Y, given=("wanted",))


def test_a_parameter_called_t_is_an_input_unless_the_output_is_one_number():
    class Between:
        def forward(self, a, b, t):
            self.kept = a, b, t
            return a + t * (b - a)

        def backward(self, grad_output):
            a, b, t = self.kept
            return grad_output * (1 - t), grad_output * t, grad_output * (b - a)

    assert check_gradients(Between(), X, Y, X + 1)


def test_settings_with_defaults_are_no_inputs_and_many_inputs_are_counted():
    class Concatenation:
        def forward(self, *arrays):
            self.places = np.cumsum([len(array) for array in arrays])[:-1]
            return np.concatenate(arrays)

        def backward(self, grad_output):
            return list(np.split(grad_output, self.places))

    class Doubled:
        def forward(self, x, training=True):
            return 2 * x

        def backward(self, grad_output):
            return 2 * grad_output

    assert check_gradients(Concatenation(), X, Y, CENTRED)
    assert check_gradients(Doubled(), X)


def test_a_hint_never_stops_the_check():
    class Ignoring:
        """Cross-entropy that leaves out rows with the index -100, and forgets 1/N."""

        def forward(self, scores, targets):
            self.kept = targets >= 0
            p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
            self.difference = np.where(self.kept[:, None], p - np.eye(3)[targets * self.kept], 0)
            return -np.log(p[np.arange(len(p)), targets * self.kept])[self.kept].mean()

        def backward(self):
            return self.difference

    report = check_gradients(Ignoring(), X, np.array([0, -100, 2]))
    assert not report and "scores: WRONG" in str(report)

    class Picky:
        def forward(self, x):
            if (x <= 0).any():
                raise ValueError("log of a negative number")
            self.x = x
            return np.log(x)

        def backward(self, grad_output):
            return grad_output / self.x + grad_output

    assert not check_gradients(Picky(), X)


def test_a_forward_that_differs_every_time_is_refused():
    class Restless:
        def forward(self, x):
            return x * (np.random.rand(*x.shape) > 0.5)

        def backward(self, grad_output):
            return grad_output

    with pytest.raises(ValueError, match="other numbers every time: let it draw from a numpy Generator"):
        check_gradients(Restless(), X)


def test_parameters_that_no_dictionary_holds_are_named():
    class Scale:
        def __init__(self):
            self.w, self.dw = np.ones(3), None

        def forward(self, x):
            return self.w * x

        def backward(self, grad_output):
            return grad_output * self.w

    assert "not checked: w. Put parameters into the dictionary params" in str(check_gradients(Scale(), X))


def test_a_parameter_that_forward_does_not_use_is_named():
    class Copied:
        def __init__(self):
            self.factor = 2.0
            self.params, self.grads = {"factor": np.array(2.0)}, {}

        def forward(self, x):
            self.x = x
            return self.factor * x

        def backward(self, grad_output):
            self.grads["factor"] = (grad_output * self.x).sum()
            return grad_output * self.factor

    assert check_gradients(Copied(), X).kinds == ["parameter not used"]


def test_gradients_too_small_to_judge_are_counted():
    report = check_gradients(Sigmoid(), np.array([1.0, 30.0]))
    assert report and "1 of them not judged: a difference is not accurate enough" in str(report)


def test_a_small_step_for_a_small_number():
    """log bends so much near 0 that the usual step would be longer than the number."""
    for x in (1e-5, 1e-6):
        assert check_gradients(Log(), np.array([x, 1.0]))


@pytest.mark.parametrize("grads", [None, [], {}], ids=str)
def test_gradients_of_parameters_that_are_missing(grads):
    class Forgetful(Squares):
        def __init__(self):
            self.params, self.grads = {"w": np.ones(3)}, grads

        def forward(self, x):
            self.x = x
            return x * self.params["w"]

        def backward(self, grad_output):
            return grad_output * self.params["w"]

    with pytest.raises((TypeError, ValueError), match="lacks 'w'|to be a dictionary of arrays, got list"):
        check_gradients(Forgetful(), X)


def test_modules_and_files_may_be_attributes():
    class WithModule(Tanh):
        library = np

        def __init__(self):
            self.numbers = np

    assert check_gradients(WithModule(), CENTRED)
