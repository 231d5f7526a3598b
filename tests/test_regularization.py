"""L2 penalty, decoupled weight decay, early stopping: by hand, by differences, against PyTorch."""

import math

import numpy as np
import pytest

from backprop.layers import Affine, BatchNorm, Dropout, PReLU, ReLU
from backprop.losses import MeanSquaredError
from backprop.networks import Sequential
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
    """x = 3 gives 7, the target is 6: the loss is 1/2, its gradient 3 for w, 1 for b; the penalty's is 0.1 * 2."""
    penalized = line(0.1)
    loss, grads = penalized.loss_and_gradient(np.array([[3.0]]), np.array([[6.0]]))
    assert penalized.penalty() == pytest.approx(0.1 / 2 * 4)
    assert loss == pytest.approx(0.5 + 0.2)
    assert grads["W1"] == pytest.approx(np.array([[3.2]])) and grads["b1"] == pytest.approx(np.array([1.0]))


def test_the_penalty_counts_once_however_large_the_batch_is():
    x, t = data(count=2)
    penalized = WithL2(Sequential(Affine(np.ones((4, 2)), np.zeros(2))), 0.5)
    once = penalized.loss(x, t), penalized.gradient(x, t)["W1"]
    x, t = np.tile(x, (3, 1)), np.tile(t, 3)
    twice = penalized.loss(x, t), penalized.gradient(x, t)["W1"]
    assert once[0] == pytest.approx(twice[0])
    np.testing.assert_allclose(once[1], twice[1])


def test_only_weights_have_a_penalty():
    net, (x, t) = network(), data()
    plain, penalized = net.gradient(x, t), WithL2(net, 0.3).gradient(x, t)
    assert {name for name, _ in weights(net.params)} == WEIGHTS and len(net.params) == 7
    for name, value in net.params.items():
        np.testing.assert_array_equal(WithL2(net, 0).gradient(x, t)[name], plain[name])
        expected = plain[name] + 0.3 * value if name in WEIGHTS else plain[name]
        np.testing.assert_allclose(penalized[name], expected, rtol=1e-12)
    assert WithL2(net, 0.3).penalty() == pytest.approx(0.15 * sum(np.sum(net.params[name] ** 2) for name in WEIGHTS))


def test_the_layers_keep_the_gradient_without_the_penaltys():
    net, (x, t) = network(), data()
    plain = {name: np.array(gradient) for name, gradient in net.gradient(x, t).items()}
    WithL2(net, 0.5).gradient(x, t)
    for name, gradient in plain.items():
        np.testing.assert_array_equal(net.grads[name], gradient)


@pytest.mark.parametrize("strength", [0.1, np.float64(0.1)], ids=["python", "numpy"])
def test_float32_stays_float32(strength):
    penalized, (x, t) = WithL2(network(np.float32), strength), data(np.float32)
    assert {gradient.dtype for gradient in penalized.gradient(x, t).values()} == {np.dtype(np.float32)}
    assert type(penalized.loss(x, t)) is float


def test_answers_are_the_networks():
    net, (x, t) = network(), data()
    penalized = WithL2(net, 0.5)
    np.testing.assert_array_equal(penalized.predict(x), net.predict(x))
    assert penalized.accuracy(x, t) == net.accuracy(x, t)
    assert penalized.params is net.params and penalized.loss_function is net.loss_function


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
    penalized = WithL2(pushed, strength)
    for _ in range(steps):
        optimizer.step(pushed.params, penalized.loss_and_gradient(None, None)[1])
    return pushed.params


@pytest.mark.parametrize(
    "theirs, settings, optimizer, strength",
    [
        ("SGD", {"lr": 0.1}, lambda: SGD(0.1), 0.3),
        ("SGD", {"lr": 0.1}, lambda: DecoupledDecay(SGD(0.1), 0.3), 0),
        ("SGD", {"lr": 0.05, "momentum": 0.9}, lambda: Momentum(0.05, 0.9), 0.3),
        ("Adam", {"lr": 0.05}, lambda: Adam(0.05), 0.3),
        ("AdamW", {"lr": 0.05}, lambda: DecoupledDecay(Adam(0.05), 0.3), 0),
    ],
    ids=["L2 with SGD", "decay with SGD", "L2 with momentum", "L2 with Adam", "AdamW"],
)
def test_agrees_with_torch(theirs, settings, optimizer, strength):
    torch = pytest.importorskip("torch")
    expected = torch_path(torch, lambda groups: getattr(torch.optim, theirs)(groups, weight_decay=0.3, **settings))
    for name, value in our_path(optimizer(), strength).items():
        np.testing.assert_allclose(value, expected[name], rtol=1e-9)


# Decay beside the optimizer


def test_decay_by_hand():
    """w = 2, gradient 3: SGD takes 0.1 * 3, the decay 0.1 * 0.5 * 2. The bias only feels its gradient."""
    params = {"W1": np.array([[2.0]]), "b1": np.array([2.0])}
    DecoupledDecay(SGD(0.1), 0.5).step(params, {"W1": np.array([[3.0]]), "b1": np.array([3.0])})
    assert params["W1"][0, 0] == pytest.approx(2 - 0.3 - 0.1) and params["b1"][0] == pytest.approx(2 - 0.3)


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


# The loss when predicting


def test_prediction_loss_is_measured_with_dropout_off_and_without_penalty():
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
        ([3.0, 2.0, 1.0], 1, 3, 3),  # better each time
        ([3.0, 2.0, 2.5, 1.0], 1, 2, 3),
        ([3.0, 2.0, 2.5, 1.0], 2, 4, 4),
        ([1.0, 2.0, 2.0, 2.0, 0.5], 3, 1, 4),
        ([1.0, 1.0, 1.0, 0.5], 2, 1, 3),  # a tie is no improvement, and the first of both is kept
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
    settings = {"steps": 10, "batch_size": 10, "rng": np.random.default_rng(0), "stop": stop}
    train(WithL2(network(), 0.1), x, t, optimizer=SGD(0.1), **settings)
    assert prediction_loss(stop.best_network, x, t) == pytest.approx(min(stop.values))
    assert isinstance(stop.best_network, WithL2)


def test_before_the_first_measurement_there_is_no_best():
    stop = EarlyStopping(lambda network: 1.0, 2)
    assert stop.best_network is None and stop.best_step is None
    assert repr(stop) == "EarlyStopping(patience=2)"
    stop(Walk(), 6)
    assert repr(stop) == "EarlyStopping(patience=2, best 1 at step 6)"


# Errors and repr


def test_strength_and_decay_out_of_range():
    with pytest.raises(ValueError, match="WithL2 expected strength to be a number of 0 or more, got -0.1"):
        WithL2(network(), -0.1)
    with pytest.raises(ValueError, match="DecoupledDecay expected decay to be a number of 0 or more, got nan"):
        DecoupledDecay(SGD(0.1), math.nan)


@pytest.mark.parametrize("value", [None, ReLU(), Sequential], ids=["None", "layer", "class"])
def test_what_is_no_network(value):
    with pytest.raises(TypeError, match="WithL2 expected a network with loss_and_gradient, got"):
        WithL2(value, 0.1)


@pytest.mark.parametrize("value", [None, SGD], ids=["None", "class"])
def test_what_is_no_optimizer(value):
    with pytest.raises(TypeError, match=r"DecoupledDecay expected an optimizer, such as Adam\(0\.001\), got"):
        DecoupledDecay(value, 0.1)


def test_what_early_stopping_refuses():
    with pytest.raises(TypeError, match="EarlyStopping expected a function of the network, got 0.5"):
        EarlyStopping(0.5, 3)
    with pytest.raises(ValueError, match="EarlyStopping expected patience to be 1 or more, got 0"):
        EarlyStopping(lambda network: 1.0, 0)
    for value, kind in ((math.nan, ValueError), (None, TypeError)):
        with pytest.raises(kind, match=f"EarlyStopping expected the measurement at step 6 to be .*, got {value}"):
            EarlyStopping(lambda network: value, 3)(Walk(), 6)  # noqa: B023 (called at once)


def test_repr():
    net = Sequential(Affine(np.ones((4, 2)), np.zeros(2)))
    assert repr(WithL2(net, 0.01)) == "WithL2(Sequential(Affine(4 -> 2)), strength=0.01)"
    assert repr(DecoupledDecay(SGD(0.1), 0.5)) == "DecoupledDecay(SGD(learning_rate=0.1), decay=0.5)"
