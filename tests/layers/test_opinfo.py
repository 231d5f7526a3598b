"""Layers and losses on the inputs that PyTorch tests its own operators with.

PyTorch keeps for every operator an OpInfo that makes sample inputs: shapes, options and edge cases that its
authors found worth a test. Here each sample that a layer of ours can express goes through both.
"""

from dataclasses import dataclass, field

import numpy as np
import pytest
from helpers import DTYPES, assert_same_as_torch, upstream_like

from backprop.layers import ELU, SELU, Affine, BatchNorm, Dropout, LeakyReLU, PReLU, ReLU, Sigmoid, Softmax, Tanh
from backprop.losses import MeanSquaredError, SoftmaxWithLoss


@pytest.fixture(scope="module")
def operators():
    """torch, and OpInfos by name. The module is an internal one: it may move, and it needs expecttest."""
    torch = pytest.importorskip("torch")
    with pytest.MonkeyPatch.context() as patch:  # else no later test could set a flag of torch.backends
        patch.setattr(torch.backends, "disable_global_flags", lambda: None)
        module = pytest.importorskip("torch.testing._internal.common_methods_invocations", exc_type=ImportError)
    return torch, {info.name: info for info in module.op_db if not info.variant_test_name}


@dataclass
class Case:
    """A sample in our terms."""

    operation: object
    arrange: callable = lambda array: array  # torch's axes into the order and number of ours
    parameters: dict = field(default_factory=dict)  # torch's tensors by our names
    targets: tuple = ()  # of a loss
    share: float = 1.0  # our loss / torch's


def array(tensor):
    return tensor.detach().numpy().copy()


def channels_last(values):
    """torch counts channels along the second axis, we along the last one."""
    return np.moveaxis(values, 1, -1) if values.ndim > 1 else values


def rows_of_channels(values):
    return channels_last(values).reshape(-1, values.shape[1])


# How a sample is expressed: a Case, or None where the contract of ours has no place for it.


def simple(make):
    return lambda sample: Case(make()) if not sample.args and not sample.kwargs else None


def leaky_relu(sample):
    return Case(LeakyReLU(sample.kwargs.get("negative_slope", 0.01)))


def elu(sample):
    return Case(ELU(sample.kwargs.get("alpha", 1.0)))


def prelu(sample):
    (slope,) = sample.args or [sample.kwargs["weight"]]
    return Case(PReLU(array(slope)), channels_last, {"slope": slope.requires_grad_()})


def softmax(sample):
    (axis,) = sample.args
    if sample.input.ndim == 0 or sample.input.shape[axis] == 0:
        return None  # nothing to choose from
    return Case(Softmax(), lambda values: np.moveaxis(values, axis, -1))


def linear(sample):
    weight, *bias = sample.args
    b = array(bias[0]) if bias else np.zeros(len(weight), array(weight).dtype)
    parameters = {"W": weight, "b": bias[0]} if bias else {"W": weight}
    return Case(Affine(array(weight).T, b), lambda x: x.reshape(-1, x.shape[-1]) if x.ndim > 2 else x, parameters)


def batch_norm(sample):
    mean, variance, gamma, beta = sample.args
    options = {"training": False, "momentum": 0.1, **sample.kwargs}
    training, width = options.pop("training"), sample.input.shape[1] if sample.input.ndim > 1 else 0
    if width == 0 or (training and not 0 <= options["momentum"] <= 1):
        return None
    options["momentum"] = options["momentum"] if training else 0.1  # out of use, but torch passes nonsense
    dtype = array(sample.input).dtype
    parameters = {} if gamma is None else {"gamma": gamma, "beta": beta}
    values = {name: array(tensor) for name, tensor in parameters.items()}
    layer = BatchNorm(**(values or {"gamma": np.ones(width, dtype), "beta": np.zeros(width, dtype)}), **options)
    layer.training = training
    if mean is not None:
        layer.running_mean, layer.running_variance = array(mean), array(variance)
    return Case(layer, rows_of_channels, parameters)


def dropout(sample):
    rate, training = sample.kwargs.get("p", 0.5), sample.kwargs.get("training", True)
    if rate == 1 or (training and rate > 0):
        return None  # torch silences everything, or at random
    layer = Dropout(rate, np.random.default_rng(0))
    layer.training = training
    return Case(layer)


def mse_loss(sample):
    """torch averages over all elements, or sums; we take half the sum, averaged over the batch."""
    (target,) = sample.args
    reduction, shape = sample.kwargs.get("reduction", "mean"), sample.input.shape
    if len(shape) not in (1, 2) or reduction == "none":
        return None
    batch = shape[0] if len(shape) == 2 else 1
    share = {"mean": shape[-1] / 2, "sum": 1 / (2 * batch)}[reduction]
    return Case(MeanSquaredError(), targets=(array(target),), share=share)


def cross_entropy(sample):
    (target,) = sample.args
    reduction = sample.kwargs.get("reduction", "mean")
    if reduction == "none" or set(sample.kwargs) - {"reduction"}:
        return None  # a loss for each example; classes that are weighted or ignored
    if target.is_floating_point():  # random numbers of 0 to 1: as probabilities they sum to 1
        target = target.detach() / target.detach().sum(dim=1, keepdim=True)
        sample.args = (target,)
        targets = rows_of_channels(array(target))
    else:
        targets = array(target).ravel()
    share = {"mean": 1, "sum": 1 / len(targets)}[reduction]
    return Case(SoftmaxWithLoss(), rows_of_channels, targets=(targets,), share=share)


EXPRESSED = {  # operator: how, and how many samples at least (as many as torch 2.13 has)
    "nn.functional.relu": (simple(ReLU), 4),
    "sigmoid": (simple(Sigmoid), 3),
    "tanh": (simple(Tanh), 1),
    "nn.functional.leaky_relu": (leaky_relu, 9),
    "nn.functional.prelu": (prelu, 25),
    "nn.functional.elu": (elu, 3),
    "nn.functional.selu": (simple(SELU), 3),
    "softmax": (softmax, 5),
    "nn.functional.linear": (linear, 18),
    "nn.functional.batch_norm": (batch_norm, 9),
    "nn.functional.dropout": (dropout, 9),
    "nn.functional.mse_loss": (mse_loss, 3),
    "nn.functional.cross_entropy": (cross_entropy, 12),
}


def samples(torch, info, dtype):
    """The same ones on every run."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        tensor_dtype = {np.float64: torch.float64, np.float32: torch.float32}[dtype]
        return list(info.sample_inputs("cpu", tensor_dtype, requires_grad=True))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", EXPRESSED)
def test_agrees_with_torch_on_torchs_own_samples(operators, name, dtype):
    torch, infos = operators
    express, at_least = EXPRESSED[name]
    used = 0
    for sample in samples(torch, infos[name], dtype):
        case = express(sample)
        if case is not None:
            compare(torch, infos[name], sample, case, dtype)
            used += 1
    assert used >= at_least


def compare(torch, info, sample, case, dtype):
    """Output, and gradients of input and parameters for a random upstream gradient."""
    for tensor in (sample.input, *case.parameters.values()):
        tensor.grad = None  # some samples share a tensor
    expected = info(sample.input, *sample.args, **sample.kwargs) * case.share
    upstream = np.asarray(upstream_like(array(expected)))
    expected.backward(torch.tensor(upstream))

    layer, arrange = case.operation, case.arrange
    of_output = (lambda number: number[()]) if case.targets else arrange  # a loss is a number
    output = layer.forward(arrange(array(sample.input)), *case.targets)
    gradient = layer.backward(of_output(upstream))
    assert_same_as_torch(output, torch.tensor(of_output(array(expected))), dtype)
    assert_same_as_torch(gradient, torch.tensor(arrange(array(sample.input.grad))), dtype)
    for name, tensor in case.parameters.items():
        assert_same_as_torch(layer.grads[name].T, tensor.grad, dtype)  # weights stand the other way round in torch
    if isinstance(layer, BatchNorm) and sample.args[0] is not None:
        assert_same_as_torch(layer.running_mean, sample.args[0], dtype)
        assert_same_as_torch(layer.running_variance, sample.args[1], dtype)
