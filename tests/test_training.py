"""The mini-batch loop: which examples it takes, what it records and when, what it refuses."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.networks import TwoLayerNet
from backprop.optimizers import SGD
from backprop.regularization import EarlyStopping
from backprop.training import History, mini_batches, train


def two_clouds(count=60, seed=0):
    """Points around (-2, -2) and (2, 2): class 0 and class 1."""
    rng = np.random.default_rng(seed)
    t = np.arange(count) % 2
    return rng.normal(size=(count, 2)) * 0.5 + np.where(t, 2.0, -2.0)[:, None], t


def network(dtype=np.float64):
    return TwoLayerNet(2, 8, 2, weight_init_std=0.1, rng=np.random.default_rng(1), dtype=dtype)


def run(net, steps=20, seed=2, learning_rate=0.5, **settings):
    settings = {"batch_size": 10, "optimizer": SGD(learning_rate), "rng": np.random.default_rng(seed), **settings}
    return train(net, *two_clouds(), steps=steps, **settings)


class Spy:
    """In place of a network: notes what happens, in order, and learns nothing."""

    def __init__(self, losses=(1.0,) * 99):
        self.log, self.losses = [], iter(losses)
        self.params, self.grads = {"W1": np.zeros(1)}, {"W1": np.ones(1)}

    def loss_and_gradient(self, x, t):
        self.log.append(("gradient", x[:, 0].tolist(), t.tolist()))
        return next(self.losses), self.grads

    def accuracy(self, x, t):
        self.log.append(("accuracy", len(x)))
        return 0.5

    def step(self, params, grads):
        assert params is self.params and grads is self.grads
        self.log.append(("step",))


def spy_on(count=6, steps=3, batch_size=2, losses=(1.0,) * 99, **settings):
    spy, x = Spy(losses), np.arange(count, dtype=float)[:, None]
    history = train(
        spy, x, 10 * np.arange(count), optimizer=spy, steps=steps, batch_size=batch_size,
        rng=np.random.default_rng(0), **settings,
    )  # fmt: skip
    return spy, history


# Learning


def test_a_small_problem_is_learned():
    net = network()
    history = run(net, steps=60)
    assert history.train_accuracy[-1] == net.accuracy(*two_clouds()) == 1.0
    assert net.accuracy(*two_clouds(seed=7)) == 1.0
    assert np.mean(history.losses[-5:]) < 0.1 * history.losses[0]


def test_the_same_seed_gives_the_same_training():
    nets = [network() for _ in range(3)]
    first, second, other = (run(net, seed=seed) for net, seed in zip(nets, (2, 2, 3), strict=True))
    assert first == second
    assert first.losses != other.losses
    for name in nets[0].params:
        np.testing.assert_array_equal(nets[0].params[name], nets[1].params[name])


def test_the_progress_bar_changes_nothing(capsys):
    silent = run(network(), progress=False)
    assert capsys.readouterr() == ("", "")
    assert run(network(), progress=True) == silent
    assert "20/20" in "".join(capsys.readouterr())


def test_data_are_not_written_to():
    x, t = two_clouds()
    x_before, t_before = x.copy(), t.copy()
    train(network(), x, t, optimizer=SGD(0.1), steps=20, batch_size=7, rng=np.random.default_rng(0), test_data=(x, t))
    np.testing.assert_array_equal(x, x_before)
    np.testing.assert_array_equal(t, t_before)


# Mini-batches


@given(count=st.integers(1, 30), batch_size=st.integers(1, 30), seed=st.integers(0, 99))
def test_an_epoch_takes_no_example_twice_and_leaves_out_less_than_a_batch(count, batch_size, seed):
    if batch_size > count:
        batch_size = count
    batches = mini_batches(count, batch_size, np.random.default_rng(seed))
    for _ in range(3):
        epoch = list(itertools.islice(batches, count // batch_size))
        assert all(len(batch) == batch_size for batch in epoch)
        taken = np.concatenate(epoch)
        assert len(set(taken.tolist())) == len(taken) > count - batch_size
        assert set(taken.tolist()) <= set(range(count))
    assert count < 10 or len({tuple(np.concatenate(list(itertools.islice(batches, 2)))) for _ in range(3)}) == 3


def test_each_example_goes_with_its_own_target():
    spy, _ = spy_on(steps=6)
    for entry in spy.log:
        if entry[0] == "gradient":
            assert entry[2] == [10 * example for example in entry[1]]


# History


def test_order_of_events():
    """Accuracy before the first step and after each epoch; in a step: gradient first, then the update."""
    spy, history = spy_on(
        count=6, batch_size=3, steps=5, losses=[5.0, 4.0, 3.0, 2.0, 1.0], test_data=(np.zeros((4, 1)), np.zeros(4))
    )
    assert history.losses == [5.0, 4.0, 3.0, 2.0, 1.0]
    measure, step = ["accuracy 6", "accuracy 4"], ["gradient", "step"]
    events = [f"accuracy {entry[1]}" if entry[0] == "accuracy" else entry[0] for entry in spy.log]
    assert events == measure + 2 * step + measure + 2 * step + measure + step + measure
    assert history.steps == [0, 2, 4, 5]


@pytest.mark.parametrize("steps, measured", [(0, [0]), (1, [0, 1]), (3, [0, 3]), (6, [0, 3, 6]), (7, [0, 3, 6, 7])])
def test_lengths(steps, measured):
    _, history = spy_on(count=7, batch_size=2, steps=steps, test_data=(np.zeros((4, 1)), np.zeros(4)))
    assert len(history.losses) == steps
    assert history.steps == measured
    assert len(history.train_accuracy) == len(history.test_accuracy) == len(measured)


def test_without_test_data_there_is_no_test_accuracy():
    _, history = spy_on()
    assert history.test_accuracy == [] and len(history.train_accuracy) == 2


def test_the_loss_is_that_before_the_update():
    net = network()
    first_loss = net.loss(*two_clouds())
    history = run(net, steps=1, batch_size=60)
    assert history.losses == [pytest.approx(first_loss, rel=1e-12)]
    assert net.loss(*two_clouds()) < first_loss


def test_repr_of_a_history():
    assert repr(History()) == "History(0 steps)"
    assert repr(History(losses=[1.0, 0.12344])) == "History(2 steps, last loss 0.1234)"


# Stopping


def test_stop_is_asked_after_each_epoch_once_accuracy_is_measured():
    asked = []
    spy, history = spy_on(count=6, batch_size=3, steps=5, stop=lambda network, step: asked.append((network, step)))
    assert asked == [(spy, 2), (spy, 4), (spy, 5)], "after each epoch and after the last step; None isn't True"
    assert history.steps == [0, 2, 4, 5] and len(history.losses) == 5


def test_true_ends_training_there():
    measured = []
    spy, history = spy_on(count=6, steps=30, stop=lambda network, step: measured.append(len(network.log)) or step == 6)
    assert len(history.losses) == 6 and history.steps == [0, 3, 6]
    assert measured[-1] == len(spy.log), "nothing happens after that"


def test_a_stop_that_never_says_true_changes_nothing():
    assert run(network(), stop=lambda network, step: False) == run(network())


# Errors


def test_a_learning_rate_that_diverges_is_explained():
    with np.errstate(all="ignore"), pytest.raises(ValueError) as error:
        run(network(), steps=100, learning_rate=1e200)
    message = str(error.value)
    assert "the loss became" in message and "at step" in message
    assert "learning rate" in message and "SGD(learning_rate=1e+200)" in message


@pytest.mark.parametrize("loss", [float("nan"), float("inf")])
def test_no_update_is_made_with_a_loss_that_is_not_finite(loss):
    spy = Spy([1.0, loss])
    with pytest.raises(ValueError, match=f"the loss became {loss} at step 2"):
        train(spy, np.zeros((6, 1)), np.zeros(6), optimizer=spy, steps=9, batch_size=2, rng=np.random.default_rng(0))
    assert [entry[0] for entry in spy.log] == ["accuracy", "gradient", "step", "gradient"]


def test_examples_and_targets_of_different_lengths():
    x, t = two_clouds()
    with pytest.raises(ValueError, match="60 examples but 59 targets"):
        train(network(), x, t[:-1], optimizer=SGD(0.1), steps=1, rng=np.random.default_rng(0))


def test_examples_and_targets_may_be_lists():
    x, t = two_clouds()
    settings = {"steps": 5, "batch_size": 10}
    lists = train(network(), x.tolist(), t.tolist(), optimizer=SGD(0.1), rng=np.random.default_rng(0), **settings)
    assert lists == train(network(), x, t, optimizer=SGD(0.1), rng=np.random.default_rng(0), **settings)


@pytest.mark.parametrize(
    "settings, kind, words",
    [
        ({"batch_size": 61}, ValueError, "a batch_size of 1 to 60, the number of examples, got 61"),
        ({"batch_size": 0}, ValueError, "batch_size to be 1 or more, got 0"),
        ({"batch_size": 2.5}, TypeError, "batch_size to be a whole number, got 2.5"),
        ({"steps": -3}, ValueError, "steps to be 0 or more, got -3"),
        ({"rng": 0}, TypeError, r"rng to be a numpy.random.Generator, such as .*default_rng\(0\), got 0"),
        ({"optimizer": SGD}, TypeError, r"an optimizer, such as SGD\(0.1\), got <class"),
        ({"optimizer": 0.1}, TypeError, r"an optimizer, such as SGD\(0.1\), got 0.1"),
        ({"stop": 3}, TypeError, "stop to be a function"),
        ({"stop": EarlyStopping}, TypeError, "stop to be a function"),
    ],
)
def test_settings_that_do_not_fit_are_refused_before_the_first_step(settings, kind, words):
    net = network()
    with pytest.raises(kind, match=f"train expected {words}"):
        run(net, **settings)
    np.testing.assert_array_equal(net.params["W1"], network().params["W1"])
