"""Every contender takes the same step on the same batch, and learns. Each is compared with gradients by autograd."""

import numpy as np
import pytest

from backprop.optimizers import SGD
from backprop.training import train
from benchmarks.contenders import all_contenders
from benchmarks.digits import Digits, accuracy_of, loss_of
from benchmarks.fused import Floor
from benchmarks.ours import Ours
from benchmarks.steps import check_losses, measure
from benchmarks.textbook import Textbook

torch = pytest.importorskip("torch")
CONTENDERS = {name: kind for name, kind in all_contenders()[0].items() if name != "floor"}
RATE = 0.5


class Everything:
    """In place of the textbook's random numbers: every example once, as all others take them."""

    def choice(self, count, size):
        return np.arange(count)[:size]


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Networks this small are not worth a second thread, and beside other tests it would only be waited for."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def contender(name, digits, **settings):
    made = CONTENDERS[name](digits, 7, learning_rate=RATE, weight_init_std=0.3, **settings)
    if isinstance(made, Textbook):
        made.random = Everything()
    return made


def step_by_autograd(params, digits):
    """The parameters after one step of descent on all examples, and the loss before it: in float64."""
    tensors = {name: torch.tensor(np.asarray(value, np.float64), requires_grad=True) for name, value in params.items()}
    hidden = torch.relu(torch.from_numpy(digits.x).double() @ tensors["W1"] + tensors["b1"])
    loss = torch.nn.functional.cross_entropy(hidden @ tensors["W2"] + tensors["b2"], torch.from_numpy(digits.t))
    loss.backward()
    return {name: (value - RATE * value.grad).detach().numpy() for name, value in tensors.items()}, loss.item()


@pytest.fixture(scope="module")
def digits():
    """As many examples as a batch holds: whatever their order, every batch is the same."""
    return Digits.drawn(count=100)


def test_some_contenders_are_there():
    assert {"textbook", "textbook-float32", "nn", "nn-dataloader", "by-hand", "ours", "fused"} <= set(CONTENDERS)


@pytest.mark.parametrize("name", CONTENDERS)
def test_same_step(name, digits):
    one = contender(name, digits)
    wanted, loss = step_by_autograd(one.first, digits)
    losses = one.run(1)
    for key, value in one.params().items():
        assert np.abs(wanted[key] - one.first[key]).max() > 1e-3  # there is a step to get wrong
        np.testing.assert_allclose(value, wanted[key], atol=2e-6, err_msg=f"{name}: {key}")
    after = loss_of(one.params(), digits.x, digits.t)
    expected = after if isinstance(one, Textbook) else loss  # the textbook's loop looks after the update
    assert losses == [pytest.approx(expected, abs=1e-5)]


@pytest.mark.parametrize("name", CONTENDERS)
def test_learns_and_can_be_ended_by_a_look(name):
    digits = Digits.drawn(count=300)
    one = CONTENDERS[name](digits, 12, seed=3, weight_init_std=0.1)
    before, looks = loss_of(one.params(), digits.x, digits.t), []

    def look():
        looks.append(accuracy_of(one.params(), digits.x_test, digits.t_test))
        return len(looks) == 2

    one.run(1000, look)
    assert len(looks) == 2  # after 100 and 200 steps, and then no more
    assert len(one.run(50)) == 50
    assert loss_of(one.params(), digits.x, digits.t) < 0.5 * before


@pytest.mark.parametrize("name", ["ours", "nn"])
def test_rate_and_momentum(name, digits):
    plain = contender(name, digits)
    plain.set_rate(1e-6)
    plain.run(1)
    np.testing.assert_allclose(plain.params()["W1"], plain.first["W1"], atol=1e-5)
    rolling, again = contender(name, digits, momentum=0.9), contender(name, digits)
    rolling.run(2)
    again.run(2)
    assert np.abs(rolling.params()["W1"] - again.params()["W1"]).max() > 1e-3


def test_momentum_is_the_same_in_both(digits):
    ours, theirs = contender("ours", digits, momentum=0.9), contender("nn", digits, momentum=0.9)
    ours.run(3)
    theirs.run(3)
    np.testing.assert_allclose(ours.params()["W1"], theirs.params()["W1"], atol=1e-5)


def test_ours_is_the_loop_of_the_package(digits, monkeypatch):
    calls = []

    def spied(*args, **settings):
        calls.append(settings)
        return train(*args, **settings)

    monkeypatch.setattr("benchmarks.ours.train", spied)
    assert len(Ours(digits, 7).run(5)) == 5
    assert calls[0]["steps"] == 5 and isinstance(calls[0]["optimizer"], SGD)


def test_floor_computes_five_products(digits):
    floor = Floor(digits, 7)
    floor.step()
    assert len(floor.products) == 5
    for left, right, out in floor.products:
        np.testing.assert_allclose(out, left @ right, rtol=1e-5, atol=1e-6)


def test_steps_measure_every_contender():
    result = measure(hidden=6, steps=10, rounds=2, digits=Digits.drawn(count=400))
    assert set(result["seconds_per_step"]) == {*CONTENDERS, "floor"}
    assert all(len(times) == 2 and min(times) > 0 for times in result["seconds_per_step"].values())
    assert result["ratios"]["floor"]["floor"] == 1
    assert set(result["test_loss"]) == set(CONTENDERS)


def test_who_skips_work_is_found():
    check_losses({"a": 0.30, "b": 0.31, "c": 0.29})
    with pytest.raises(RuntimeError, match="c came to a test loss of 0.6000"):
        check_losses({"a": 0.30, "b": 0.31, "c": 0.60})
    with pytest.raises(RuntimeError, match="c came to a test loss of 0.1000"):
        check_losses({"a": 0.30, "b": 0.31, "c": 0.10})
    with pytest.raises(RuntimeError, match="c came"):
        check_losses({"a": 0.30, "b": 0.31, "c": float("nan")})
