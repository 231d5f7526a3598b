"""Devices, initial parameters, and the way from NumPy's to PyTorch's."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

from backprop.networks import TwoLayerNet
from backprop.pytorch import best_device, params_from_numpy
from backprop.pytorch.tensors import initial_params


def arrays(inputs=4, hidden=6, classes=3, seed=0):
    rng = np.random.default_rng(seed)
    shapes = {"W1": (inputs, hidden), "b1": (hidden,), "W2": (hidden, classes), "b2": (classes,)}
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


@pytest.mark.parametrize(
    "cuda, mps, dtype, name",
    [
        (True, False, torch.float32, "cuda"),
        (True, False, torch.float64, "cuda"),
        (False, True, torch.float32, "mps"),
        (False, True, torch.float64, "cpu"),
        (False, False, torch.float32, "cpu"),
    ],
)
def test_best_device(monkeypatch, cuda, mps, dtype, name):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert best_device(dtype) == torch.device(name)


# Initial parameters


def test_initial_parameters():
    """Weights with mean 0 and the given standard deviation, biases of 0."""
    params = initial_params(300, 200, 100, weight_init_std=0.5, generator=torch.Generator().manual_seed(3))
    assert {name: tuple(value.shape) for name, value in params.items()} == {
        "W1": (300, 200), "b1": (200,), "W2": (200, 100), "b2": (100,),
    }  # fmt: skip
    for name in ("W1", "W2"):
        assert params[name].std().item() == pytest.approx(0.5, rel=0.02)
        assert abs(params[name].mean().item()) < 0.02
    assert not params["b1"].any() and not params["b2"].any()


def test_initial_parameters_come_from_the_generator_alone():
    assert initial_params(4, 6, 3)["W1"].dtype == torch.float64, "whatever is made of them: alike in every dtype"
    state = torch.get_rng_state()
    one, same, other = (initial_params(4, 6, 3, generator=torch.Generator().manual_seed(s)) for s in (1, 1, 2))
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not torch.equal(one["W1"], other["W1"])
    assert torch.equal(initial_params(4, 6, 3)["W1"], initial_params(4, 6, 3)["W1"])
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize(
    "sizes, settings, kind, words",
    [
        ((0, 6, 3), {}, ValueError, "a network expected input_size to be 1 or more, got 0"),
        ((4, 6.0, 3), {}, TypeError, "hidden_size to be a whole number, got 6.0"),
        ((4, 6, 3), {"weight_init_std": -1}, ValueError, "weight_init_std to be a number of 0 or more, got -1"),
        ((4, 6, 3), {"generator": 0}, TypeError, r"a torch.Generator, such as torch.Generator\(\).*got 0"),
        ((4, 6, 3), {"generator": np.random.default_rng(0)}, TypeError, "a torch.Generator"),
    ],
)
def test_initial_parameters_refuse(sizes, settings, kind, words):
    with pytest.raises(kind, match=words):
        initial_params(*sizes, **settings)


def test_a_generator_on_another_device_is_refused():
    class Elsewhere(torch.Generator):
        device = torch.device("cuda:0")

    with pytest.raises(ValueError, match="a generator on the CPU, got one on cuda:0"):
        initial_params(4, 6, 3, generator=Elsewhere())


# From NumPy


def test_parameters_are_copies():
    given = arrays()
    before = {name: value.copy() for name, value in given.items()}
    tensors = params_from_numpy(given)
    for tensor in tensors.values():
        tensor.zero_()
    for name in given:
        np.testing.assert_array_equal(given[name], before[name])
        given[name][...] = 7
    assert not any(tensor.any() for tensor in tensors.values())


def test_parameters_of_a_network_in_any_order_and_memory_layout():
    network = TwoLayerNet(4, 6, 3, rng=np.random.default_rng(1))
    assert list(params_from_numpy(network.params)) == ["W1", "b1", "W2", "b2"]
    given = dict(reversed(arrays().items()))
    given["W1"], given["b1"] = np.asfortranarray(given["W1"]), given["b1"][::-1]
    for name, tensor in params_from_numpy(given).items():
        np.testing.assert_array_equal(tensor.numpy(), given[name], strict=True)
        assert not tensor.requires_grad


def test_device_and_dtype():
    tensors = params_from_numpy(arrays(), device="meta", dtype=torch.float32)
    assert {(t.device.type, t.dtype) for t in tensors.values()} == {("meta", torch.float32)}
    assert params_from_numpy(arrays())["W1"].device.type == "cpu"
    with pytest.raises(TypeError, match="a dtype of floats, such as torch.float32, got torch.int64"):
        params_from_numpy(arrays(), dtype=torch.int64)


@pytest.mark.parametrize(
    "change, kind, words",
    [
        ({"W3": np.zeros(2)}, ValueError, "parameters W1, b1, W2, b2, got W1, b1, W2, b2, W3"),
        ({"W1": np.zeros((4, 5))}, ValueError, r"got W1 \(4, 5\), b1 \(6,\), W2 \(6, 3\), b2 \(3,\)"),
        ({"b1": np.zeros((1, 6))}, ValueError, r"b1 \(1, 6\)"),
        ({"b2": np.zeros(4)}, ValueError, r"b2 \(4,\)"),
        ({"W2": np.zeros(6)}, ValueError, r"W2 \(6,\)"),
        ({"W1": None}, TypeError, "W1 to be a number or an array of numbers, got None"),
    ],
)
def test_parameters_that_are_refused(change, kind, words):
    with pytest.raises(kind, match=words):
        params_from_numpy({**arrays(), **change})


def test_a_missing_parameter_is_named():
    with pytest.raises(ValueError, match="parameters W1, b1, W2, b2, got W1, b1, W2$"):
        params_from_numpy({name: value for name, value in arrays().items() if name != "b2"})
    with pytest.raises(ValueError, match="got none"):
        params_from_numpy({})
