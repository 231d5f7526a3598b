"""L2, decay beside the optimizer, and the end in time: by hand, by differences, against PyTorch."""

import math

import numpy as np
import pytest

from backprop.gradcheck import numerical_gradient
from backprop.layers import Affine, BatchNorm, Dropout, PReLU, ReLU
from backprop.losses import MeanSquaredError
from backprop.networks import Sequential, TwoLayerNet
from backprop.optimizers import SGD, Adam, Momentum
from backprop.regularization import DecoupledDecay, EarlyStopping, WithL2, prediction_loss, weights
from backprop.training import train


def network(dtype=np.float64, seed=0):
    """Weights, and all kinds of parameters that aren't."""
    rng = np.random.default_rng(seed)

    def affine(inputs, outputs):
        return Affine(rng.normal(size=(inputs, outputs)).astype(dtype), rng.normal(size=outputs).astype(dtype))

    batch_norm = BatchNorm(np.array([1.5, 0.5, -1.0], dtype), np.array([0.1, 0.2, -0.3], dtype))
    return Sequential(affine(4, 3), batch_norm, PReLU(dtype(0.3)), affine(3, 2))


def data(dtype=np.float64, seed=1, count=6):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(count, 4)).astype(dtype), rng.integers(0, 2, size=count)


WEIGHTS = {"W1", "W4"}  # of `network`; its parameters are W1 b1 gamma2 beta2 slope3 W4 b4


# L2


def line(strength):
    """y = 2x + 1 as a network, so that everything can be worked out by hand."""
    net = Sequential(Affine(np.array([[2.0]]), np.array([1.0])), loss_function=MeanSquaredError())
    return WithL2(net, strength)


def test_by_hand():
    """x = 3 gives 7, the target is 6: the loss is 1/2, its gradient 3 for w and 1 for b. The pull is 0.1 * 2."""
    priced = line(0.1)
    loss, grads = priced.loss_and_gradient(np.array([[3.0]]), np.array([[6.0]]))
    assert priced.penalty() == pytest.approx(0.1 / 2 * 4)
    assert loss == pytest.approx(0.5 + 0.2)
    assert grads["W1"] == pytest.approx(np.array([[3.2]])) and grads["b1"] == pytest.approx(np.array([1.0]))


def test_the_price_is_paid_once_however_large_the_batch_is():
    x, t = data(count=2)
    priced = WithL2(Sequential(Affine(np.ones((4, 2)), np.zeros(2))), 0.5)
    once = priced.loss(x, t), priced.gradient(x, t)["W1"]
    twice = priced.loss(np.tile(x, (3, 1)), np.tile(t, 3)), priced.gradient(np.tile(x, (3, 1)), np.tile(t, 3))["W1"]
    assert once[0] == pytest.approx(twice[0])
    np.testing.assert_allclose(once[1], twice[1])


def test_only_weights_have_a_price():
    net, (x, t) = network(), data()
    plain, pulled = net.gradient(x, t), WithL2(net, 0.3).gradient(x, t)
    assert {name for name, _ in weights(net.params)} == WEIGHTS and len(net.params) == 7
    for name, value in net.params.items():
        np.testing.assert_allclose(pulled[name], plain[name] + (0.3 * value if name in WEIGHTS else 0), rtol=1e-12)
    assert WithL2(net, 0.3).penalty() == pytest.approx(0.15 * sum(np.sum(net.params[name] ** 2) for name in WEIGHTS))


def test_gradient_agrees_with_differences_of_the_loss():
    net, (x, t) = network(), data()
    priced = WithL2(net, 0.7)
    analytic = priced.gradient(x, t)
    for name in list(net.params):
        value = np.array(net.params[name])

        def loss_at(array, name=name):
            net.params[name] = array
            return priced.loss(x, t)

        np.testing.assert_allclose(analytic[name], numerical_gradient(loss_at, value), rtol=1e-6, atol=1e-9)
        net.params[name] = value


def test_loss_and_gradient_are_those_of_one_call():
    priced, (x, t) = WithL2(network(), 0.2), data()
    loss, grads = priced.loss_and_gradient(x, t)
    assert loss == pytest.approx(priced.loss(x, t))
    for name, gradient in priced.gradient(x, t).items():
        np.testing.assert_array_equal(gradient, grads[name])


def test_the_layers_keep_the_gradient_without_the_pull():
    net, (x, t) = network(), data()
    plain = {name: np.array(gradient) for name, gradient in net.gradient(x, t).items()}
    WithL2(net, 0.5).gradient(x, t)
    for name, gradient in plain.items():
        np.testing.assert_array_equal(net.grads[name], gradient)


def test_a_dictionary_that_the_network_keeps_is_left_alone():
    class Keeper:
        params = {"W1": np.ones((1, 1))}
        grads = {"W1": np.zeros((1, 1))}

        def loss_and_gradient(self, x, t):
            return 0.0, self.grads

    priced = WithL2(Keeper(), 0.5)
    for _ in range(2):
        assert priced.gradient(None, None)["W1"] == 0.5
    assert Keeper.grads["W1"] == 0


@pytest.mark.parametrize("strength", [0.1, np.float64(0.1)], ids=["python", "numpy"])
def test_float32_stays_float32(strength):
    priced, (x, t) = WithL2(network(np.float32), strength), data(np.float32)
    assert {gradient.dtype for gradient in priced.gradient(x, t).values()} == {np.dtype(np.float32)}
    assert type(priced.loss(x, t)) is float


def test_a_strength_of_0_changes_nothing():
    net, (x, t) = network(), data()
    loss, grads = WithL2(net, 0).loss_and_gradient(x, t)
    assert loss == net.loss(x, t)
    for name, gradient in net.gradient(x, t).items():
        np.testing.assert_array_equal(grads[name], gradient)


def test_answers_are_the_networks():
    net, (x, t) = network(), data()
    priced = WithL2(net, 0.5)
    np.testing.assert_array_equal(priced.predict(x), net.predict(x))
    assert priced.accuracy(x, t) == net.accuracy(x, t)
    assert priced.params is net.params and priced.loss_function is net.loss_function


def test_training_the_pair_trains_the_network_and_shrinks_it():
    rng = np.random.default_rng(2)
    x, t = rng.normal(size=(40, 4)), rng.integers(0, 2, size=40)  # nothing to learn but noise
    lengths = {}
    for strength in (0, 0.1):
        net = TwoLayerNet(4, 8, 2, weight_init_std=0.5, rng=np.random.default_rng(3))
        priced = WithL2(net, strength)
        history = train(priced, x, t, optimizer=SGD(0.1), steps=200, batch_size=10, rng=np.random.default_rng(4))
        assert history.train_accuracy[-1] == net.accuracy(x, t)
        lengths[strength] = np.linalg.norm(net.params["W1"])
    assert lengths[0.1] < 0.5 * lengths[0]


def test_weights_that_get_no_gradient_shrink_by_the_same_factor_each_step():
    net = Sequential(Affine(np.array([[1.0, 2.0], [4.0, -8.0]]), np.zeros(2)))
    x, t = np.array([[1.0, 0.0]] * 4), np.array([0, 1, 1, 0])  # the second input is always 0
    train(WithL2(net, 0.5), x, t, optimizer=SGD(0.1), steps=7, batch_size=2, rng=np.random.default_rng(0))
    np.testing.assert_allclose(net.params["W1"][1], np.array([4.0, -8.0]) * 0.95**7, rtol=1e-12)


# PyTorch


def torch_path(torch, optimizer, steps=30):
    """A weight and a bias, each in a group of its own, pushed by gradients that depend on where they are."""
    weight = torch.nn.Parameter(torch.tensor([[1.0, -2.0], [0.5, 3.0]], dtype=torch.float64))
    bias = torch.nn.Parameter(torch.tensor([1.0, -1.0], dtype=torch.float64))
    optimizer = optimizer([{"params": [weight]}, {"params": [bias], "weight_decay": 0.0}])
    for step in range(steps):
        weight.grad, bias.grad = torch.cos(weight.detach() + step), torch.sin(bias.detach() + step)
        optimizer.step()
    return {"W1": weight.detach().numpy(), "b1": bias.detach().numpy()}


class Pushed:
    """In place of a network: gradients that depend on where the parameters are, as in `torch_path`."""

    def __init__(self):
        self.params = {"W1": np.array([[1.0, -2.0], [0.5, 3.0]]), "b1": np.array([1.0, -1.0])}
        self.step = -1

    def loss_and_gradient(self, x, t):
        self.step += 1
        return 0.0, {"W1": np.cos(self.params["W1"] + self.step), "b1": np.sin(self.params["b1"] + self.step)}


def our_path(optimizer, strength=0.0, steps=30):
    pushed = Pushed()
    priced = WithL2(pushed, strength)
    for _ in range(steps):
        optimizer.step(pushed.params, priced.loss_and_gradient(None, None)[1])
    return pushed.params


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (lambda torch, groups: torch.optim.SGD(groups, lr=0.1, weight_decay=0.3), lambda: our_path(SGD(0.1), 0.3)),
        (
            lambda torch, groups: torch.optim.SGD(groups, lr=0.1, weight_decay=0.3),
            lambda: our_path(DecoupledDecay(SGD(0.1), 0.3)),
        ),
        (
            lambda torch, groups: torch.optim.SGD(groups, lr=0.05, momentum=0.9, weight_decay=0.3),
            lambda: our_path(Momentum(0.05, 0.9), 0.3),
        ),
        (
            lambda torch, groups: torch.optim.Adam(groups, lr=0.05, weight_decay=0.3),
            lambda: our_path(Adam(0.05), 0.3),
        ),
        (
            lambda torch, groups: torch.optim.AdamW(groups, lr=0.05, weight_decay=0.3),
            lambda: our_path(DecoupledDecay(Adam(0.05), 0.3)),
        ),
    ],
    ids=["L2 with SGD", "decay with SGD", "L2 with momentum", "L2 with Adam", "AdamW"],
)
def test_agrees_with_torch(theirs, ours):
    torch = pytest.importorskip("torch")
    expected, params = torch_path(torch, lambda groups: theirs(torch, groups)), ours()
    for name, value in params.items():
        np.testing.assert_allclose(value, expected[name], rtol=1e-9)


def test_with_adam_the_two_differ():
    assert not np.allclose(our_path(Adam(0.05), 0.3)["W1"], our_path(DecoupledDecay(Adam(0.05), 0.3))["W1"], rtol=0.01)


# Decay beside the optimizer


def test_decay_by_hand():
    """w = 2, gradient 3: SGD takes 0.1 * 3, the decay 0.1 * 0.5 * 2. The bias only feels its gradient."""
    params = {"W1": np.array([[2.0]]), "b1": np.array([2.0])}
    DecoupledDecay(SGD(0.1), 0.5).step(params, {"W1": np.array([[3.0]]), "b1": np.array([3.0])})
    assert params["W1"][0, 0] == pytest.approx(2 - 0.3 - 0.1) and params["b1"][0] == pytest.approx(2 - 0.3)


def test_decay_changes_the_networks_own_arrays():
    net = network()
    array = net.params["W1"]
    before = array.copy()
    zeros = {name: np.zeros_like(value) for name, value in net.params.items()}
    DecoupledDecay(SGD(0.1), 0.5).step(net.params, zeros)
    assert net.params["W1"] is array
    np.testing.assert_allclose(array, 0.95 * before)


def test_decay_follows_a_learning_rate_that_is_set_anew():
    params = {"W1": np.array([[1.0]])}
    optimizer = DecoupledDecay(SGD(0.1), 0.5)
    optimizer.optimizer.learning_rate = 0.4
    optimizer.step(params, {"W1": np.zeros((1, 1))})
    assert params["W1"][0, 0] == pytest.approx(0.8)


def test_where_the_optimizer_refuses_nothing_has_decayed():
    params = {"W1": np.array([[1.0]])}
    with pytest.raises(ValueError, match="nan or inf"):
        DecoupledDecay(SGD(0.1), 0.5).step(params, {"W1": np.array([[math.nan]])})
    assert params["W1"][0, 0] == 1.0


def test_decay_keeps_float32():
    params = {"W1": np.ones((1, 1), np.float32)}
    DecoupledDecay(SGD(0.1), np.float64(0.5)).step(params, {"W1": np.zeros((1, 1), np.float32)})
    assert params["W1"].dtype == np.float32


# The loss when predicting


def test_prediction_loss_is_measured_with_dropout_off_and_without_price():
    x, t = data()
    affine = Affine(np.ones((4, 2)) * [1.0, -1.0], np.zeros(2))
    noisy = WithL2(Sequential(Dropout(0.5, np.random.default_rng(0)), affine), 0.5)
    expected = Sequential(affine).loss(x, t)
    for _ in range(3):
        assert prediction_loss(noisy, x, t) == expected
    assert noisy.loss(x, t) != noisy.loss(x, t)  # in training each forward has a mask of its own
    assert noisy.network.layers[0].training


# Early stopping


class Walk:
    """In place of a network: its parameter counts the steps."""

    def __init__(self):
        self.params = {"W1": np.zeros((1, 1))}


def stopping(values, patience):
    """Feed the values to EarlyStopping as long as it says so: the stopper and how many were measured."""
    walk, stream = Walk(), iter(values)
    stop = EarlyStopping(lambda network: next(stream), patience)
    for step in range(1, len(values) + 1):
        walk.params["W1"] += 1
        if stop(walk, 10 * step):
            break
    return stop, step


@pytest.mark.parametrize(
    ("values", "patience", "best", "measured"),
    [
        ([3.0, 2.0, 1.0], 1, 3, 3),  # never in vain
        ([3.0, 2.0, 2.5, 1.0], 1, 2, 3),
        ([3.0, 2.0, 2.5, 1.0], 2, 4, 4),
        ([1.0, 2.0, 2.0, 2.0, 0.5], 3, 1, 4),
        ([1.0, 1.0, 1.0, 0.5], 2, 1, 3),  # a tie is in vain, and the first of both is kept
        ([2.0, 3.0, 1.0, 3.0, 2.5, 2.0, 0.1], 3, 3, 6),  # counting begins anew at each best
        ([1.0, 5.0, 4.0, 3.0, 2.0], 4, 1, 5),  # better than the one before isn't better than the best
    ],
)
def test_when_it_stops_and_what_it_keeps(values, patience, best, measured):
    stop, count = stopping(values, patience)
    assert count == measured
    assert stop.steps == [10 * step for step in range(1, measured + 1)] and stop.values == values[:measured]
    assert stop.best_step == 10 * best
    assert stop.best_network.params["W1"][0, 0] == best


def test_the_best_is_a_copy_that_later_steps_leave_alone():
    x, t = data(count=20)
    net = network()
    values = iter([1.0, 0.5, 2.0])
    stop = EarlyStopping(lambda network: next(values), patience=9)
    history = train(net, x, t, optimizer=SGD(0.1), steps=6, batch_size=10, rng=np.random.default_rng(0), stop=stop)
    assert stop.steps == [2, 4, 6] and stop.best_step == 4 and len(history.losses) == 6
    again = network()
    train(again, x, t, optimizer=SGD(0.1), steps=4, batch_size=10, rng=np.random.default_rng(0))
    for name, value in again.params.items():
        np.testing.assert_array_equal(stop.best_network.params[name], value)
    assert not np.array_equal(net.params["W1"], stop.best_network.params["W1"])


def test_the_best_remembers_what_is_no_parameter():
    """The running averages of BatchNorm belong to the weights that they were measured with."""
    x, t = data(count=20)
    net = network()
    values = iter([1.0, 2.0, 3.0])
    stop = EarlyStopping(lambda network: next(values), 2)
    train(net, x, t, optimizer=SGD(0.1), steps=6, batch_size=10, rng=np.random.default_rng(0), stop=stop)
    again = network()
    train(again, x, t, optimizer=SGD(0.1), steps=2, batch_size=10, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(stop.best_network.predict(x), again.predict(x))
    np.testing.assert_array_equal(stop.best_network.layers[1].running_mean, again.layers[1].running_mean)


def test_it_measures_a_wrapped_network_too():
    x, t = data(count=20)
    stop = EarlyStopping(lambda network: prediction_loss(network, x, t), patience=3)
    train(
        WithL2(network(), 0.1),
        x,
        t,
        optimizer=SGD(0.1),
        steps=10,
        batch_size=10,
        rng=np.random.default_rng(0),
        stop=stop,
    )
    assert prediction_loss(stop.best_network, x, t) == pytest.approx(min(stop.values))
    assert isinstance(stop.best_network, WithL2)


def test_before_the_first_measurement_there_is_no_best():
    stop = EarlyStopping(lambda network: 1.0, 2)
    assert stop.best_network is None and stop.best_step is None
    assert repr(stop) == "EarlyStopping(patience=2)"
    stop(Walk(), 6)
    assert repr(stop) == "EarlyStopping(patience=2, best 1 at step 6)"


# Errors and repr


@pytest.mark.parametrize("value", [-0.1, math.nan, math.inf, "0.1", None, True, [0.1]], ids=repr)
def test_strength_and_decay_out_of_range(value):
    with pytest.raises(ValueError, match="WithL2 expected a strength of 0 or more, got"):
        WithL2(network(), value)
    with pytest.raises(ValueError, match="DecoupledDecay expected a decay of 0 or more, got"):
        DecoupledDecay(SGD(0.1), value)


@pytest.mark.parametrize("value", [None, ReLU(), Sequential, 0.1], ids=["None", "layer", "class", "number"])
def test_what_is_no_network(value):
    with pytest.raises(TypeError, match="WithL2 expected a network with loss_and_gradient, got"):
        WithL2(value, 0.1)


@pytest.mark.parametrize("value", [None, SGD, 0.1], ids=["None", "class", "number"])
def test_what_is_no_optimizer(value):
    with pytest.raises(TypeError, match=r"DecoupledDecay expected an optimizer, such as Adam\(0\.001\), got"):
        DecoupledDecay(value, 0.1)


@pytest.mark.parametrize("patience", [0, -1, 1.5, True, None, "3"], ids=repr)
def test_patience_out_of_range(patience):
    with pytest.raises(ValueError, match="EarlyStopping expected a patience of 1 or more measurements, got"):
        EarlyStopping(lambda network: 1.0, patience)


def test_a_measure_that_is_no_function():
    with pytest.raises(TypeError, match="EarlyStopping expected a function of the network, got 0.5"):
        EarlyStopping(0.5, 3)


@pytest.mark.parametrize("value", [math.nan, math.inf, None, "1"], ids=repr)
def test_a_measurement_that_is_no_finite_number(value):
    with pytest.raises(ValueError, match="EarlyStopping expected a finite number from its measure, .* at step 6"):
        EarlyStopping(lambda network: value, 3)(Walk(), 6)


def test_repr():
    net = Sequential(Affine(np.ones((4, 2)), np.zeros(2)))
    assert repr(WithL2(net, 0.01)) == "WithL2(Sequential(Affine(4 -> 2)), strength=0.01)"
    assert repr(DecoupledDecay(SGD(0.1), 0.5)) == "DecoupledDecay(SGD(learning_rate=0.1), decay=0.5)"
