"""Sequential and TwoLayerNet: gradients three ways, parameters under one roof, accuracy, training and evaluation."""

import numpy as np
import pytest
from helpers import DTYPES, central_difference

from backprop.layers import Affine, BatchNorm, Dropout, Identity, ReLU, Sigmoid, Tanh
from backprop.losses import MeanSquaredError, SoftmaxWithLoss
from backprop.networks import Sequential, TwoLayerNet
from backprop.optimizers import SGD
from backprop.scale.recomputing import RecomputingSequential
from backprop.training import train


def batch(count=5, inputs=4, classes=3, seed=0, dtype=np.float64):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(count, inputs)).astype(dtype), rng.integers(0, classes, count)


def small_net(dtype=np.float64):
    net = TwoLayerNet(4, 6, 3, weight_init_std=0.5, rng=np.random.default_rng(1), dtype=dtype)
    net.params["b1"] += dtype(0.3)
    return net


def affine(inputs, outputs, seed=0):
    rng = np.random.default_rng(seed)
    return Affine(rng.normal(size=(inputs, outputs)), rng.normal(size=outputs))


def by_hand(params, x, t):
    """Scores, loss and gradients of a two-layer network, from the formulas in one place."""
    hidden = x @ params["W1"] + params["b1"]
    rectified = np.where(hidden > 0, hidden, 0)
    scores = rectified @ params["W2"] + params["b2"]
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    d_scores = (p - np.eye(scores.shape[1])[t]) / len(x)
    d_hidden = d_scores @ params["W2"].T * (hidden > 0)
    grads = {"W1": x.T @ d_hidden, "b1": d_hidden.sum(axis=0), "W2": rectified.T @ d_scores, "b2": d_scores.sum(axis=0)}
    return scores, -np.log(p[np.arange(len(t)), t]).mean(), grads


# Gradients, three ways


def test_two_layer_net_is_the_formulas():
    net, (x, t) = small_net(), batch()
    scores, loss, grads = by_hand(net.params, x, t)
    np.testing.assert_allclose(net.predict(x), scores)
    assert net.loss(x, t) == pytest.approx(loss)
    assert net.loss_and_gradient(x, t)[0] == pytest.approx(loss)
    gradient = net.gradient(x, t)
    assert set(gradient) == set(grads)
    one_hot = net.gradient(x, np.eye(3)[t])
    for name, expected in grads.items():
        np.testing.assert_allclose(gradient[name], expected, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(one_hot[name], expected, rtol=1e-12, atol=1e-15)
    assert repr(net.params) == "{W1: (4, 6), b1: (6,), W2: (6, 3), b2: (3,)}"


@pytest.mark.parametrize("dtype", DTYPES)
def test_gradient_agrees_with_the_networks_own_numerical_gradient(dtype):
    """In float64 whatever the network is, and the network is left as it was."""
    net, (x, t) = small_net(dtype), batch(dtype=dtype)
    arrays = dict(net.params)
    before = {name: value.copy() for name, value in arrays.items()}
    numeric, gradient = net.numerical_gradient(x, t), net.gradient(x, t)
    assert set(numeric) == set(gradient)
    for name in gradient:
        assert numeric[name].dtype == np.float64
        assert gradient[name].dtype == dtype
        np.testing.assert_allclose(gradient[name], numeric[name], rtol=1e-6, atol={8: 1e-9, 4: 1e-6}[dtype().itemsize])
        assert net.params[name] is arrays[name]
        np.testing.assert_array_equal(net.params[name], before[name])


def test_numerical_gradient_leaves_the_last_gradient_in_place():
    net, (x, t) = small_net(), batch()
    gradient = {name: value.copy() for name, value in net.gradient(x, t).items()}
    net.numerical_gradient(*batch(seed=9))
    for name, value in gradient.items():
        np.testing.assert_array_equal(net.grads[name], value)


def test_gradient_passes_through_nested_networks_to_the_input():
    """A Sequential is a layer: nested or flat, the numbers are the same."""
    layers = [affine(4, 5), Tanh(), affine(5, 6, 1), Sigmoid(), affine(6, 3, 2)]
    flat = Sequential(*layers)
    nested = Sequential(Sequential(*layers[:2]), Sequential(Sequential(*layers[2:4]), layers[4]))
    x, upstream = batch()[0], np.random.default_rng(5).normal(size=(5, 3))
    np.testing.assert_array_equal(flat.forward(x), nested.forward(x))
    grad_x = flat.backward(upstream)
    gradients = [value.copy() for value in flat.grads.values()]
    np.testing.assert_array_equal(nested.backward(upstream), grad_x)
    for ours, expected in zip(nested.grads.values(), gradients, strict=True):
        np.testing.assert_array_equal(ours, expected)
    expected = central_difference(lambda moved: np.sum(upstream * flat.forward(moved)), x)
    np.testing.assert_allclose(grad_x, expected, rtol=1e-6, atol=1e-8)


def test_another_loss():
    net = Sequential(affine(4, 2), loss_function=MeanSquaredError())
    x, targets = batch()[0], np.random.default_rng(3).normal(size=(5, 2))
    difference = net.predict(x) - targets
    loss, gradient = net.loss_and_gradient(x, targets)
    assert loss == pytest.approx(0.5 * (difference**2).sum() / 5)
    np.testing.assert_allclose(gradient["W1"], x.T @ difference / 5)
    np.testing.assert_allclose(net.numerical_gradient(x, targets)["W1"], gradient["W1"], rtol=1e-6)


def test_arguments_are_not_written_to():
    net, (x, t) = small_net(), batch()
    x_before, t_before = x.copy(), t.copy()
    net.gradient(x, t), net.numerical_gradient(x, t), net.accuracy(x, t)
    np.testing.assert_array_equal(x, x_before)
    np.testing.assert_array_equal(t, t_before)


# Parameters


def test_params_are_the_layers_own_arrays():
    first, last = affine(4, 5), affine(5, 3)
    net = Sequential(first, ReLU(), last)
    assert list(net.params) == list(net.grads) == ["W1", "b1", "W2", "b2"]
    assert net.params["W1"] is first.params["W"] and net.params["b2"] is last.params["b"]
    net.gradient(*batch())
    assert net.grads["W1"] is first.grads["W"] and net.grads["b2"] is last.grads["b"]


def test_replacing_a_parameter_takes_effect():
    net, (x, _) = small_net(), batch()
    net.params["W1"] = np.zeros((4, 6))
    net.params["W2"] = np.zeros((6, 3))
    np.testing.assert_array_equal(net.predict(x), np.tile(net.params["b2"], (5, 1)))
    net.params["b2"] += [1.0, 2.0, 3.0]
    np.testing.assert_array_equal(net.predict(x), np.tile([1.0, 2.0, 3.0], (5, 1)))


def test_a_replaced_parameter_may_be_a_list_or_hold_integers():
    net, (x, t) = small_net(), batch()
    net.params["W2"] = [[1, 0, 0]] * 6
    net.params["b2"] = np.array([1, 2, 3])
    gradient = net.gradient(x, t)
    for name in ("W2", "b2"):
        assert net.params[name].dtype == gradient[name].dtype == np.float64
    with pytest.raises(TypeError, match="W2"):
        net.params["W2"] = "weights"


def test_a_parameter_of_another_shape_is_refused():
    net = small_net()
    with pytest.raises(ValueError, match=r"W1 has shape \(4, 6\), got an array of shape \(6, 4\)"):
        net.params["W1"] = np.zeros((6, 4))
    with pytest.raises(KeyError, match="'W3' is not one of W1, b1, W2, b2"):
        net.params["W3"] = np.zeros((6, 4))
    with pytest.raises(KeyError, match="'W3' is not one of W1, b1, W2, b2"):
        net.params["W3"]
    with pytest.raises(TypeError, match="W1 belongs to its layer"):
        del net.params["W1"]
    assert net.params["W1"].shape == (4, 6)


def test_no_two_parameters_share_a_name():
    """Else one of them would never be updated: an eleventh layer's W and the first one's, one level down."""
    net = Sequential(Sequential(affine(2, 2)), *(affine(2, 2) for _ in range(10)))
    assert len(net.params) == len(set(net.params)) == 2 * 11
    assert len({id(value) for value in net.params.values()}) == 2 * 11


# Initial weights


def test_initial_weights_are_normal_and_biases_zero():
    net = TwoLayerNet(100, 200, 10, weight_init_std=0.05, rng=np.random.default_rng(0))
    for name in ("W1", "W2"):
        assert net.params[name].std() == pytest.approx(0.05, rel=0.05)
        assert abs(net.params[name].mean()) < 0.005
    assert not net.params["b1"].any() and not net.params["b2"].any()
    assert TwoLayerNet(100, 200, 10).params["W1"].std() == pytest.approx(0.01, rel=0.05)


def test_initial_weights_come_from_the_generator_handed_in():
    def weights(seed):
        return TwoLayerNet(4, 6, 3, rng=np.random.default_rng(seed)).params["W1"]

    np.testing.assert_array_equal(weights(1), weights(1))
    assert (weights(1) != weights(2)).all()
    np.random.seed(0)
    state = np.random.get_state()[1].tolist()
    np.testing.assert_array_equal(TwoLayerNet(4, 6, 3).params["W1"], TwoLayerNet(4, 6, 3).params["W1"])
    assert np.random.get_state()[1].tolist() == state


# Accuracy


class Scores(Sequential):
    """A network whose scores are its input."""

    def __init__(self):
        super().__init__(Identity())


def test_accuracy_by_hand():
    scores = np.array([[3.0, 1.0, 2.0], [0.0, 5.0, 1.0], [1.0, 2.0, 3.0], [9.0, 8.0, 7.0]])
    indices = np.array([0, 1, 2, 1])  # three right
    for targets in (indices, indices.tolist(), np.eye(3)[indices], np.eye(3, dtype=int)[indices].tolist()):
        assert Scores().accuracy(scores, targets) == 0.75
    assert Scores().accuracy(scores, 2 - indices) == 0.25  # only the second row's 1 is right
    assert Scores().accuracy(scores[0], 0) == 1.0


@pytest.mark.parametrize("targets", [[0, 1, 2], 0, np.zeros((5, 3)), np.zeros((3, 5))], ids=str)
def test_accuracy_needs_one_target_for_each_example(targets):
    with pytest.raises(ValueError, match=r"accuracy expected \(4,\) targets"):
        Scores().accuracy(np.zeros((4, 3)), targets)


# Training and evaluation


class Watched(Identity):
    """Notes for every forward whether it was in training."""

    def __init__(self, training=True):
        self.training, self.seen = training, []

    def forward(self, x):
        self.seen.append(self.training)
        return super().forward(x)


def regularized_net(rate=0.25, seed=0):
    """Affine, batch norm, ReLU, dropout, affine."""
    rng = np.random.default_rng(seed)
    batch_norm, dropout = BatchNorm(np.ones(16), np.zeros(16)), Dropout(rate, rng)
    return Sequential(affine(4, 16, seed), batch_norm, ReLU(), dropout, affine(16, 3, seed + 1))


def running_averages(net):
    return net.layers[1].running_mean.copy(), net.layers[1].running_variance.copy()


def test_predict_and_accuracy_evaluate_and_loss_and_gradient_train():
    watched, (x, t) = Watched(), batch()
    net = Sequential(watched, affine(4, 3))
    for method, arguments, training in [
        (net.predict, (x,), False), (net.accuracy, (x, t), False), (net.forward, (x,), True),
        (net.loss, (x, t), True), (net.gradient, (x, t), True), (net.loss_and_gradient, (x, t), True),
    ]:  # fmt: skip
        watched.seen.clear()
        method(*arguments)
        assert watched.seen == [training], method
        assert watched.training is True


def test_predict_reaches_the_layers_of_networks_inside_and_leaves_one_in_evaluation_that_was():
    outer, inner, resting = Watched(), Watched(), Watched(training=False)
    net = Sequential(outer, Sequential(Sequential(inner), resting), affine(4, 3))
    net.predict(batch()[0])
    assert outer.seen == inner.seen == resting.seen == [False]
    assert (outer.training, inner.training, resting.training) == (True, True, False)


def test_predict_switches_back_when_a_layer_raises():
    before, after = Watched(), Watched()
    net = Sequential(before, affine(4, 3), after)
    with pytest.raises(ValueError, match="Affine expected x"):
        net.predict(np.zeros((5, 7)))
    assert (before.seen, after.seen) == ([False], [])
    assert before.training is after.training is True
    with pytest.raises(ValueError, match="accuracy expected"):
        net.accuracy(batch()[0], [0])
    assert before.training is after.training is True


def test_numerical_gradient_leaves_the_running_averages_alone():
    net, (x, t) = regularized_net(rate=0), batch(8)
    start = running_averages(net)
    numeric = net.numerical_gradient(x, t)
    for before, after in zip(start, running_averages(net), strict=True):
        np.testing.assert_array_equal(before, after)
    for name, value in net.gradient(x, t).items():
        np.testing.assert_allclose(value, numeric[name], rtol=1e-6, atol=1e-8)


# Errors and repr


@pytest.mark.parametrize(
    "wrong, words", [(ReLU, "parentheses"), ("relu", "'relu' at position 1"), (None, "None at position 1")]
)
def test_sequential_wants_layers(wrong, words):
    with pytest.raises(TypeError, match=f"Sequential expected layers, got .*{words}"):
        Sequential(Identity(), wrong)


def test_a_layer_has_one_place():
    """It keeps what its own backward needs: in a second place it would forget the first, and the gradient be wrong."""
    relu = ReLU()
    with pytest.raises(ValueError, match=r"ReLU\(\).*position"):
        Sequential(affine(2, 2), relu, affine(2, 2), relu)
    with pytest.raises(ValueError, match=r"ReLU\(\).*position"):
        Sequential(relu, Sequential(affine(2, 2), relu))


@pytest.mark.parametrize(
    "arguments, kind, words",
    [
        ((0, 5, 3), ValueError, "input_size to be 1 or more, got 0"),
        ((4, 2.5, 3), TypeError, "hidden_size to be a whole number, got 2.5"),
        ((4, 5, True), TypeError, "output_size to be a whole number, got True"),
        ((4, 5, 3, -1), ValueError, "weight_init_std to be a number of 0 or more, got -1"),
    ],
)
def test_sizes_are_whole_numbers_and_a_deviation_is_0_or_more(arguments, kind, words):
    with pytest.raises(kind, match=f"TwoLayerNet expected {words}"):
        TwoLayerNet(*arguments)


def test_backward_before_forward():
    with pytest.raises(ValueError, match="before forward"):
        small_net().backward(np.ones((1, 3)))


def test_repr():
    assert repr(small_net()) == "TwoLayerNet(Affine(4 -> 6), ReLU(), Affine(6 -> 3))"
    assert repr(Sequential(Sequential(Tanh()), loss_function=SoftmaxWithLoss())) == "Sequential(Sequential(Tanh()))"


def test_numerical_gradient_uses_the_mask_that_gradient_draws_next():
    rng = np.random.default_rng(4)
    net = Sequential(
        Affine(rng.normal(size=(3, 8)), np.zeros(8)), Dropout(0.5, rng), Affine(rng.normal(size=(8, 2)), np.zeros(2))
    )
    x, t = rng.normal(size=(4, 3)), np.array([0, 1, 1, 0])
    numeric = net.numerical_gradient(x, t)
    for name, gradient in net.gradient(x, t).items():
        np.testing.assert_allclose(numeric[name], gradient, atol=1e-8)


def test_the_first_layer_is_spared_the_gradient_of_its_input():
    """The gradients of the parameters are the same as after a whole backward."""
    net, (x, t) = small_net(), (np.random.default_rng(2).normal(size=(4, 4)), np.array([0, 2, 1, 1]))
    _, gradients = net.loss_and_gradient(x, t)
    spared = {name: gradient.copy() for name, gradient in gradients.items()}
    net.loss(x, t)
    assert net.backward(net.loss_function.backward()).shape == x.shape
    for name, gradient in net.grads.items():
        np.testing.assert_array_equal(gradient, spared[name])
    nested = Sequential(Sequential(*net.layers[:2]), *net.layers[2:])
    for (name, gradient), other in zip(nested.gradient(x, t).items(), spared.values()):
        np.testing.assert_array_equal(gradient, other, err_msg=name)


# Assigned as a whole


def test_assigned_parameters_are_copied_into_the_layers_and_learn():
    good, net, (x, t) = small_net(), small_net(), batch()
    loaded = {name: 2 * value for name, value in good.params.items()}
    kept = {name: value.copy() for name, value in loaded.items()}
    net.params = loaded
    for name, value in loaded.items():
        np.testing.assert_array_equal(net.params[name], value)
        assert net.params[name] is not value
    assert net.layers[0].params["W"] is net.params["W1"]
    before = net.loss(x, t)
    train(net, x, t, optimizer=SGD(0.1), steps=5, rng=np.random.default_rng(0), batch_size=5)
    assert net.loss(x, t) < before
    for name, value in kept.items():  # what was loaded can be loaded once more
        np.testing.assert_array_equal(loaded[name], value)


def test_assigned_parameters_keep_the_networks_dtype():
    net = small_net(np.float32)
    net.params = {name: value.astype(np.float64) for name, value in net.params.items()}
    assert {value.dtype for value in net.params.values()} == {np.dtype(np.float32)}


@pytest.mark.parametrize(
    "change, error, words",
    [
        (lambda params: {**params, "W3": 0}, ValueError, "don't name the arrays of this network"),
        (lambda params: {"W1": params["W1"]}, ValueError, "don't name the arrays of this network"),
        (lambda params: params | {"b2": np.zeros(4)}, ValueError, r"b2 has shape \(3,\), got .*\(4,\)"),
        (lambda params: params | {"b2": "zeros"}, TypeError, "b2"),
        (lambda params: list(params.values()), TypeError, "expected params to be a dictionary of arrays, got list"),
    ],
)
def test_assigned_parameters_that_do_not_fit_change_nothing(change, error, words):
    net = small_net()
    before = {name: value.copy() for name, value in net.params.items()}
    with pytest.raises(error, match=words):
        net.params = change({name: value + 1 for name, value in net.params.items()})
    for name, value in before.items():
        np.testing.assert_array_equal(net.params[name], value)


def test_parameters_assigned_to_a_layer():
    net, (x, t) = small_net(), batch()
    first = net.layers[0]
    first.params = {"W": np.ones((4, 6), int), "b": [0] * 6}
    np.testing.assert_array_equal(net.params["W1"], np.ones((4, 6)))
    net.gradient(x, t)
    SGD(0.1).step(net.params, net.grads)
    assert (first.params["W"] != 1).any()
    with pytest.raises(ValueError, match=r"don't name the arrays of Affine\(4 -> 6\), \['W', 'b'\]"):
        first.params = {"W": np.ones((4, 6))}


def test_assigned_layers_learn():
    net, (x, t) = small_net(), batch()
    head = Affine(np.zeros((6, 3)), np.zeros(3))
    net.layers = [*net.layers[:-1], head]
    assert net.params["W2"] is head.params["W"]
    train(net, x, t, optimizer=SGD(0.1), steps=3, rng=np.random.default_rng(0), batch_size=5)
    assert head.params["W"].any() and net.grads["W2"] is head.grads["W"]
    net.layers = (*net.layers, Affine(np.eye(3), np.zeros(3)))
    assert list(net.params) == list(net.grads) == ["W1", "b1", "W2", "b2", "W3", "b3"]
    with pytest.raises(TypeError, match="expected layers, got 'relu' at position 0"):
        net.layers = ["relu"]
    assert len(net.layers) == 4


def test_assigned_layers_of_a_network_inside():
    inner = Sequential(affine(4, 5), ReLU())
    net = Sequential(inner, affine(5, 3))
    assert net.params["W1"].shape == (4, 5)
    inner.layers = [affine(4, 5, seed=9), affine(5, 5)]
    assert list(net.params) == ["W1", "b1", "W2", "b2", "W3", "b3"]
    assert net.params["W1"] is inner.layers[0].params["W"]


def test_assigned_layers_of_a_network_that_recomputes():
    net, (x, t) = RecomputingSequential(affine(4, 5), ReLU(), affine(5, 3), every=2), batch()
    net.layers = [affine(4, 7), BatchNorm(np.ones(7), np.zeros(7)), ReLU(), affine(7, 3)]
    plain = Sequential(affine(4, 7), BatchNorm(np.ones(7), np.zeros(7)), ReLU(), affine(7, 3))
    for name, gradient in plain.gradient(x, t).items():
        np.testing.assert_array_equal(net.gradient(x, t)[name], gradient)


def test_params_are_the_same_mapping_every_time():
    """An optimizer remembers whose arrays it has met."""
    net = small_net()
    assert net.params is net.params and net.grads is net.grads
