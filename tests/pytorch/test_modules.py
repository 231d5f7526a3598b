"""Linear and ModuleNet: the same numbers as by hand, found by optimizers, copied from NumPy."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

from torch import nn

from backprop.networks import TwoLayerNet
from backprop.pytorch import HandNet, Linear, ModuleNet


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def numpy_net(dtype=np.float64):
    net = TwoLayerNet(4, 6, 3, weight_init_std=0.5, rng=np.random.default_rng(1), dtype=dtype)
    net.params["b1"] += dtype(0.3)
    net.params["b2"] += np.arange(3, dtype=dtype)
    return net


# Linear


@pytest.mark.parametrize("shape", [(4,), (2, 4), (2, 3, 4)])
def test_linear_agrees_with_torchs(shape):
    ours, theirs = Linear(4, 3, weight_init_std=1, generator=seeded()).double(), nn.Linear(4, 3).double()
    with torch.no_grad():
        ours.b.copy_(torch.tensor([1.0, -2.0, 0.5]))
        theirs.weight.copy_(ours.W.T)
        theirs.bias.copy_(ours.b)
    x = torch.randn(shape, generator=seeded(1), dtype=torch.float64)
    torch.testing.assert_close(ours(x), theirs(x), rtol=1e-12, atol=1e-14)
    upstream = torch.randn(ours(x).shape, generator=seeded(2), dtype=torch.float64)
    ours(x).backward(upstream)
    theirs(x).backward(upstream)
    torch.testing.assert_close(ours.W.grad, theirs.weight.grad.T, rtol=1e-12, atol=1e-14)
    torch.testing.assert_close(ours.b.grad, theirs.bias.grad, rtol=1e-12, atol=1e-14)


def test_an_optimizer_finds_the_parameters():
    layer = Linear(2, 1)
    assert {name: tuple(value.shape) for name, value in layer.named_parameters()} == {"W": (2, 1), "b": (1,)}
    before = {name: value.clone() for name, value in layer.state_dict().items()}
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.5)
    layer(torch.tensor([[1.0, 2.0]])).sum().backward()
    optimizer.step()
    torch.testing.assert_close(layer.W.detach(), before["W"] - 0.5 * torch.tensor([[1.0], [2.0]]))
    torch.testing.assert_close(layer.b.detach(), before["b"] - 0.5)


def test_initial_weights_of_linear():
    layer = Linear(300, 200, weight_init_std=0.5, generator=seeded(3))
    assert layer.W.dtype == torch.float32 and not layer.b.any()
    assert layer.W.std().item() == pytest.approx(0.5, rel=0.02)
    assert torch.equal(layer.W, Linear(300, 200, weight_init_std=0.5, generator=seeded(3)).W)
    assert not torch.equal(layer.W, Linear(300, 200, weight_init_std=0.5, generator=seeded(4)).W)
    generator = seeded()
    assert not torch.equal(Linear(4, 4, generator=generator).W, Linear(4, 4, generator=generator).W)
    assert repr(layer) == "Linear(300 -> 200)"


@pytest.mark.parametrize(
    "arguments, kind, words",
    [
        ((0, 3), ValueError, "Linear expected input_size to be 1 or more, got 0"),
        ((3, 1.5), TypeError, "Linear expected output_size to be a whole number, got 1.5"),
        ((3, 2, -1.0), ValueError, "weight_init_std to be a number of 0 or more"),
        ((3, 2, 0.1, 7), TypeError, "a torch.Generator.*got 7"),
    ],
)
def test_linear_refuses(arguments, kind, words):
    with pytest.raises(kind, match=words):
        Linear(*arguments)


# ModuleNet


def test_the_same_seed_starts_module_net_and_hand_net_alike():
    x = torch.randn(5, 4, generator=seeded(1))
    by_hand = HandNet(4, 6, 3, weight_init_std=0.5, generator=seeded(2), device="cpu")
    module = ModuleNet(4, 6, 3, weight_init_std=0.5, generator=seeded(2))
    assert torch.equal(module.hidden.weight.T, by_hand.params["W1"])
    assert torch.equal(module.output.weight.T, by_hand.params["W2"])
    assert not module.hidden.bias.any() and not module.output.bias.any()
    torch.testing.assert_close(module(x).detach(), by_hand.forward(x))


def test_from_numpy_copies():
    net = numpy_net()
    before = {name: value.copy() for name, value in net.params.items()}
    module = ModuleNet.from_numpy(net.params)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.zero_()
    for name, value in net.params.items():
        np.testing.assert_array_equal(value, before[name])
        value[...] = 7
    assert not any(parameter.any() for parameter in module.parameters())


def test_module_net_is_made_of_torchs_layers():
    module = ModuleNet(4, 6, 3)
    assert [type(child) for child in module.children()] == [nn.Linear, nn.ReLU, nn.Linear]
    assert list(module.state_dict()) == ["hidden.weight", "hidden.bias", "output.weight", "output.bias"]
    assert all(parameter.requires_grad for parameter in module.parameters())


def test_module_net_refuses():
    with pytest.raises(ValueError, match="hidden_size to be 1 or more, got -1"):
        ModuleNet(4, -1, 3)
    with pytest.raises(ValueError, match="parameters W1, b1, W2, b2, got W1"):
        ModuleNet.from_numpy({"W1": np.zeros((2, 2))})
