"""HandNet: its gradients against autograd and against NumPy's network; training; what never waits for a device."""

import math

import numpy as np
import pytest
from helpers import TOLERANCE

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

from dispatched import WAITING, Calls

from backprop.networks import TwoLayerNet
from backprop.pytorch import HandNet, by_hand, train_by_hand

DTYPES = [torch.float64, torch.float32]
CLOSE = {torch.float64: TOLERANCE[np.float64], torch.float32: TOLERANCE[np.float32]}
NAMES = ["W1", "b1", "W2", "b2"]


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def small_net(inputs=4, hidden=6, classes=3, dtype=torch.float64, seed=1):
    """Biases aren't 0, so that leaving one out shows."""
    generator = seeded(seed)
    net = HandNet(inputs, hidden, classes, weight_init_std=0.5, generator=generator, device="cpu", dtype=dtype)
    for name in ("b1", "b2"):
        net.params[name] += torch.randn(net.params[name].shape, generator=generator, dtype=dtype)
    return net


def batch(count=5, inputs=4, classes=3, dtype=torch.float64, seed=0):
    generator = seeded(seed)
    return torch.randn(count, inputs, generator=generator, dtype=dtype), torch.randint(
        classes, (count,), generator=generator
    )


def soft_rows(t, classes=3, dtype=torch.float64):
    return 0.7 * torch.eye(classes, dtype=dtype)[t] + 0.3 / classes


def by_autograd(net, x, t):
    """Loss and gradients of the same formula, in torch's own operations."""
    params = {name: value.clone().requires_grad_() for name, value in net.params.items()}
    scores = torch.relu(x @ params["W1"] + params["b1"]) @ params["W2"] + params["b2"]
    loss = torch.nn.functional.cross_entropy(scores, t)
    loss.backward()
    return loss.detach(), {name: value.grad for name, value in params.items()}


def two_clouds(count=60, seed=0, dtype=torch.float32):
    """Points around (-2, -2) and (2, 2): class 0 and class 1."""
    t = torch.arange(count) % 2
    centers = torch.where(t == 1, 2.0, -2.0)[:, None]
    return (0.5 * torch.randn(count, 2, generator=seeded(seed)) + centers).to(dtype), t


def run(net=None, seed=2, **settings):
    net = net or HandNet(2, 8, 2, weight_init_std=0.1, device="cpu")
    settings = {"epochs": 4, "batch_size": 10, "learning_rate": 0.5, "generator": seeded(seed), **settings}
    return net, train_by_hand(net, *two_clouds(), **settings)


# Gradients


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("kind", ["indices", "rows"])
@pytest.mark.parametrize("sizes", [(1, 1, 1, 2), (50, 20, 10, 10)], ids=str)
def test_gradients_agree_with_autograd(sizes, kind, dtype):
    count, inputs, hidden, classes = sizes
    net, (x, labels) = small_net(inputs, hidden, classes, dtype), batch(count, inputs, classes, dtype)
    t = soft_rows(labels, classes, dtype) if kind == "rows" else labels
    loss, grads = net.loss_and_gradient(x, t)
    expected_loss, expected = by_autograd(net, x, t)
    torch.testing.assert_close(loss, expected_loss, rtol=CLOSE[dtype], atol=0)
    assert list(grads) == NAMES
    assert net.accuracy(x, t) == np.mean(net.predict(x).numpy().argmax(axis=1) == labels.numpy())
    for name in NAMES:
        size = max(1.0, expected[name].abs().max().item())
        torch.testing.assert_close(grads[name], expected[name], rtol=0, atol=CLOSE[dtype] * size)


def test_no_gradient_at_the_kink():
    """ReLU'(0) = 0: with all weights 0, nothing comes through to the first layer."""
    net = HandNet(2, 3, 2, weight_init_std=0.0, device="cpu")
    net.params["W2"] += 1.0
    net.params["W2"][:, 0] += 1.0
    grads = net.loss_and_gradient(torch.ones(1, 2), torch.tensor([0]))[1]
    assert not grads["W1"].any() and not grads["b1"].any() and grads["b2"].any()


def test_a_step_downhill():
    """w - learning_rate * gradient, in the same tensors."""
    net, (x, t) = small_net(), batch()
    before, places = {name: value.clone() for name, value in net.params.items()}, dict(net.params)
    loss, grads = net.loss_and_gradient(x, t)
    net.step(grads, 0.1)
    for name in NAMES:
        assert net.params[name] is places[name]
        torch.testing.assert_close(net.params[name], before[name] - 0.1 * grads[name], rtol=1e-14, atol=0)
    assert net.loss_and_gradient(x, t)[0] < loss


def test_writes_into_nothing_that_it_was_given():
    net, (x, t) = small_net(), batch()
    for targets in (t, soft_rows(t)):
        given = [*net.params.values(), x, targets]
        before = [tensor.clone() for tensor in given]
        net.loss_and_gradient(x, targets)
        net.accuracy(x, targets)
        assert all(torch.equal(tensor, was) for tensor, was in zip(given, before, strict=True))
    assert not any(tensor.requires_grad for tensor in net.loss_and_gradient(x, t)[1].values())


# The loss


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("scale", [1e4, -1e4])
def test_loss_of_extreme_scores(scale, dtype):
    net = HandNet(2, 2, 3, weight_init_std=0.0, device="cpu", dtype=dtype)
    net.params["b2"] += torch.tensor([scale, 0.0, -scale], dtype=dtype)
    best = int(scale < 0) * 2
    for target, expected in [(best, 0.0), (1, 1e4), (2 - best, 2e4)]:
        loss, grads = net.loss_and_gradient(torch.ones(1, 2, dtype=dtype), torch.tensor([target]))
        assert loss.item() == expected
        assert grads["b2"].tolist() == [float(i == best) - float(i == target) for i in range(3)]


# Devices


def test_a_step_never_waits_for_the_device():
    """On the device "meta" there are no values at all: whoever asked for one would get an error."""
    net = HandNet(4, 6, 3, device="meta")
    x = torch.empty(5, 4, device="meta")
    for t in (torch.empty(5, dtype=torch.int64, device="meta"), torch.empty(5, 3, device="meta")):
        loss, grads = net.loss_and_gradient(x, t)
        net.step(grads, 0.1)
        assert (loss.device.type, loss.shape) == ("meta", ())
    with pytest.raises((RuntimeError, NotImplementedError)):
        float(loss)


def waits(**settings):
    with Calls() as calls:
        run(**settings)
    return calls.count(*WAITING)


def test_training_waits_once_an_epoch():
    assert waits(epochs=5) - waits(epochs=2) == 3
    assert waits(epochs=2, batch_size=1) == waits(epochs=2, batch_size=30)


def test_the_device_is_the_best_one_for_the_dtype_unless_given(monkeypatch):
    there = {torch.float32: torch.device("meta"), torch.float64: torch.device("cpu")}
    monkeypatch.setattr(by_hand, "best_device", there.get)
    params = {name: value.numpy() for name, value in small_net(dtype=torch.float32).params.items()}
    for net in (HandNet(4, 6, 3), HandNet.from_numpy(params)):
        assert {value.device.type for value in net.params.values()} == {"meta"}
    for net in (
        HandNet(4, 6, 3, device="cpu"), HandNet.from_numpy(params, "cpu"),
        HandNet(4, 6, 3, dtype=torch.float64), HandNet.from_numpy(params, dtype=torch.float64),
    ):  # fmt: skip
        assert {value.device.type for value in net.params.values()} == {"cpu"}
    assert repr(HandNet(4, 6, 3)) == "HandNet(4 -> 6 -> 3, meta)"


def test_apples_gpu_has_no_float64():
    params = {name: value.numpy() for name, value in small_net().params.items()}
    words = '"mps".* has no float64: use torch.float32, or device="cpu"'
    with pytest.raises(TypeError, match=words):
        HandNet(4, 6, 3, device="mps", dtype=torch.float64)
    with pytest.raises(TypeError, match=words):
        HandNet.from_numpy(params, "mps")


def test_x_on_another_device():
    x, t = batch(dtype=torch.float32)
    net = HandNet(4, 6, 3, device="cpu")
    with pytest.raises(ValueError, match=r"HandNet computes on cpu, got x on meta: x.to\('cpu'\) moves it"):
        net.forward(x.to("meta"))
    for call in (net.loss_and_gradient, net.accuracy, net.check_data):
        with pytest.raises(ValueError, match=r"HandNet computes on cpu, got t on meta"):
            call(x, t.to("meta"))


# How a network starts


def test_from_numpy_dtype():
    params = TwoLayerNet(4, 6, 3, dtype=np.float32).params
    assert HandNet.from_numpy(params, "cpu").params["W1"].dtype == torch.float32
    assert HandNet.from_numpy(params, "cpu", torch.float64).params["W1"].dtype == torch.float64


# Training


def test_training_learns_two_clouds():
    net, history = run()
    assert len(history.losses) == 4
    assert all(type(loss) is float for loss in history.losses)
    assert history.losses[-1] < 0.1 < 0.4 < history.losses[0]
    x, t = two_clouds(seed=5)
    assert net.accuracy(x, t) == 1.0 and net.accuracy(x, 1 - t) == 0.0
    assert repr(history) == f"EpochHistory(4 epochs, last loss {history.losses[-1]:.4f})"
    assert repr(run(epochs=0)[1]) == "EpochHistory(0 epochs)"


def test_the_same_seed_trains_the_same():
    (one, first), (same, second), (other, third) = run(), run(), run(seed=3)
    assert first == second and first != third
    assert all(torch.equal(one.params[name], same.params[name]) for name in NAMES)
    assert not torch.equal(one.params["W1"], other.params["W1"])


class Spy(HandNet):
    """Notes which examples it sees, and learns nothing."""

    def __init__(self, classes=7, losses=None):
        super().__init__(1, 1, classes, device="cpu")
        self.batches, self.losses, self.checked = [], losses, 0

    def loss_and_gradient(self, x, t):
        assert torch.equal(t.argmax(dim=1), x[:, 0].long())
        self.batches.append(x[:, 0].tolist())
        loss = self.losses[len(self.batches) - 1] if self.losses else 1.0
        return torch.tensor(loss), {name: torch.zeros_like(value) for name, value in self.params.items()}

    def check_data(self, x, t):
        self.checked += 1
        super().check_data(x, t)

    def train(self, **settings):
        settings = {"epochs": 2, "batch_size": 3, "learning_rate": 0.1, "generator": seeded(), **settings}
        return train_by_hand(self, torch.arange(7.0)[:, None], torch.arange(7), **settings)


def test_every_epoch_is_a_new_order_in_slices():
    """Seven examples in threes: two batches without repetition, and a last one that is left out."""
    spy = Spy()
    spy.train(epochs=20)
    assert [len(examples) for examples in spy.batches] == [3] * 40
    epochs = [sum(spy.batches[i : i + 2], []) for i in range(0, 40, 2)]
    assert all(len(set(epoch)) == 6 for epoch in epochs)
    assert set(sum(epochs, [])) == set(range(7))
    assert len(set(map(tuple, epochs))) > 15


def test_the_loss_of_an_epoch_is_the_mean_of_its_batches():
    assert Spy(losses=[1.0, 2.0, 4.0, 8.0]).train().losses == [1.5, 6.0]


def test_data_is_checked_once():
    spy = Spy()
    spy.train(epochs=3)
    assert spy.checked == 1


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_loss_that_is_no_number_stops_training_at_the_end_of_its_epoch(bad):
    spy = Spy(losses=[1.0, 1.0, bad, 1.0, 1.0, 1.0])
    with pytest.raises(ValueError, match=rf"the mean loss became {bad} in epoch 2: the learning rate .*\(0.1\)"):
        spy.train(epochs=3)
    assert len(spy.batches) == 4


# Errors


def with_targets(net):
    return net.loss_and_gradient, net.accuracy, net.check_data


@pytest.mark.parametrize(
    "x, kind, words",
    [
        (torch.zeros(5, 28, 28), ValueError, r"x of shape \(N, 4\), got \(5, 28, 28\): flatten each image first"),
        (torch.zeros(5, 3), ValueError, r"x of shape \(N, 4\), got \(5, 3\)$"),
        (torch.zeros(0, 4), ValueError, r"got \(0, 4\)"),
        (
            torch.zeros(5, 4, dtype=torch.float64),
            TypeError,
            r"computes in torch.float32, got x of torch.float64: x.to\(",
        ),
        (torch.zeros(5, 4, requires_grad=True), ValueError, r"without autograd.*x.detach\(\)"),
        (np.zeros((5, 4)), TypeError, r"x to be a tensor, got ndarray: torch.as_tensor\(x\)"),
    ],
)
def test_inputs_that_are_refused(x, kind, words):
    net, t = HandNet(4, 6, 3, device="cpu"), torch.zeros(5, dtype=torch.int64)
    for call in (net.forward, net.predict, *(lambda x, f=f: f(x, t) for f in with_targets(net))):
        with pytest.raises(kind, match=f"HandNet .*{words}"):
            call(x)


@pytest.mark.parametrize(
    "t, kind, words",
    [
        (torch.zeros(4, dtype=torch.int64), ValueError, r"targets t of shape \(5,\) or \(5, 3\), got \(4,\)"),
        (torch.zeros(5, 2), ValueError, r"got \(5, 2\)"),
        (torch.zeros(5, 1, dtype=torch.int64), ValueError, r"got \(5, 1\)"),
        (torch.zeros(5), TypeError, "integer class indices, got torch.float32"),
        (torch.zeros(5, dtype=torch.bool), TypeError, "integer class indices, got torch.bool"),
        ([0, 1, 2, 0, 1], TypeError, "t to be a tensor, got list"),
    ],
)
def test_targets_that_are_refused(t, kind, words):
    net = HandNet(4, 6, 3, device="cpu")
    for call in with_targets(net):
        with pytest.raises(kind, match=f"HandNet .*{words}"):
            call(torch.zeros(5, 4), t)


@pytest.mark.parametrize(
    "t, words",
    [
        (torch.tensor([0, 1, 3]), "class index 3, but 3 classes have indices 0 to 2"),
        (torch.tensor([0, 255, 2], dtype=torch.uint8), "class index 255"),
        (torch.tensor([[1.0, 0, 0], [0.5, 0.4, 0], [0, 1, 0]]), "row 1 sums to 0.9"),
        (torch.tensor([[1.0, 0, 0], [0, 0, 1], [1.5, -0.5, 0]]), "smallest entry -0.5"),
    ],
)
def test_values_that_training_refuses(t, words):
    net, x = HandNet(4, 6, 3, device="cpu"), torch.zeros(3, 4)
    settings = {"epochs": 1, "batch_size": 1, "learning_rate": 0.1, "generator": seeded()}
    with pytest.raises(ValueError, match=f"HandNet .*{words}"):
        net.check_data(x, t)
    with pytest.raises(ValueError, match=f"HandNet .*{words}"):
        train_by_hand(net, x, t, **settings)


@pytest.mark.parametrize(
    "change, kind, words",
    [
        ({"batch_size": 0}, ValueError, "train_by_hand expected batch_size to be 1 or more, got 0"),
        ({"batch_size": 2.5}, TypeError, "train_by_hand expected batch_size to be a whole number, got 2.5"),
        ({"batch_size": 61}, ValueError, "batch_size of 1 to 60, the examples, got 61"),
        ({"epochs": -1}, ValueError, "train_by_hand expected epochs to be 0 or more, got -1"),
        ({"learning_rate": 0}, ValueError, "train_by_hand expected learning_rate to be a number above 0, got 0"),
        ({"generator": 0}, TypeError, "a torch.Generator"),
    ],
)
def test_settings_that_training_refuses(change, kind, words):
    with pytest.raises(kind, match=words):
        run(**change)


def test_a_step_with_other_names():
    net = small_net()
    grads = net.loss_and_gradient(*batch())[1]
    del grads["b2"]
    with pytest.raises(ValueError, match=r"params \['W1', 'W2', 'b1', 'b2'\] and grads \['W1', 'W2', 'b1'\]"):
        net.step(grads, 0.1)
