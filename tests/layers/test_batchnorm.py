"""BatchNorm: by hand, against PyTorch in training and after it, its running averages, and its edges."""

import numpy as np
import pytest
from helpers import BETA, DTYPES, GAMMA, assert_same_as_torch, batch_norm, evaluating_batch_norm, upstream_like

from backprop.layers import BatchNorm

NAMES = ("gamma", "beta")


def batch(count=6, seed=0, dtype=np.float64, width=3):
    return np.random.default_rng(seed).normal(1, 2, (count, width)).astype(dtype)


def test_by_hand():
    """Mean 2 and variance 1; an eps of 3 makes the deviation 2, so z is -1/2 and 1/2."""
    layer = BatchNorm([10.0], [100.0], eps=3.0)
    np.testing.assert_array_equal(layer.forward([[1.0], [3.0]]), [[95], [105]])
    # g - mean(g) - z mean(gz) = 1 - 2 + 1/4 and 3 - 2 - 1/4; times gamma / deviation = 5
    np.testing.assert_array_equal(layer.backward([[1.0], [3.0]]), [[-3.75], [3.75]])
    np.testing.assert_array_equal(layer.grads["gamma"], [-0.5 * 1 + 0.5 * 3])
    np.testing.assert_array_equal(layer.grads["beta"], [1 + 3])


def test_running_averages_by_hand():
    """They start at 0 and 1. The variance is that of n - 1: (4 + 0 + 4) / 2."""
    layer = BatchNorm([1.0], [0.0], momentum=0.25)
    layer.forward([[1.0], [3.0], [5.0]])
    np.testing.assert_array_equal(layer.running_mean, [0.75 * 0 + 0.25 * 3])
    np.testing.assert_array_equal(layer.running_variance, [0.75 * 1 + 0.25 * 4])


def test_evaluation_by_hand():
    layer = BatchNorm([10.0], [100.0], eps=3.0)
    layer.running_mean, layer.running_variance, layer.training = np.array([5.0]), np.array([1.0]), False
    np.testing.assert_array_equal(layer.forward([[1.0], [9.0], [5.0]]), [[80], [120], [100]])
    np.testing.assert_array_equal(layer.backward([[1.0], [2.0], [4.0]]), [[5], [10], [20]])
    np.testing.assert_array_equal(layer.grads["gamma"], [-2 * 1 + 2 * 2])
    np.testing.assert_array_equal(layer.grads["beta"], [7])


# Against PyTorch


def torch_step(torch, x, upstream, params, running, **options):
    """Output and gradients of x, gamma and beta. In training, torch changes `running` in place."""
    tensors = [torch.tensor(value, requires_grad=True) for value in (x, params["gamma"], params["beta"])]
    output = torch.nn.functional.batch_norm(tensors[0], *running, *tensors[1:], **options)
    output.backward(torch.tensor(upstream))
    return [output, *(tensor.grad for tensor in tensors)]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("momentum, eps", [(0.1, 1e-5), (0.3, 0.5)])
def test_agrees_with_torch_over_several_batches_and_after_them(momentum, eps, dtype):
    torch = pytest.importorskip("torch")
    layer = BatchNorm(GAMMA.astype(dtype), BETA.astype(dtype), momentum, eps)
    running = [torch.zeros(3, dtype=torch.tensor(GAMMA.astype(dtype)).dtype) + start for start in (0, 1)]
    for step, training in enumerate([True, True, True, False, False, True, False]):
        x = batch(2 + step, seed=step, dtype=dtype)
        layer.training = training
        output = layer.forward(x)
        upstream = upstream_like(output, seed=step)
        ours = [output, layer.backward(upstream), *(layer.grads[name] for name in NAMES)]
        options = {"training": training, "momentum": momentum, "eps": eps}
        expected = torch_step(torch, x, upstream, layer.params, running, **options)
        for value, tensor in zip(ours, expected, strict=True):
            assert value.dtype == dtype
            assert_same_as_torch(value, tensor, dtype)
        assert_same_as_torch(layer.running_mean, running[0], dtype)
        assert_same_as_torch(layer.running_variance, running[1], dtype)
        assert layer.running_mean.dtype == layer.running_variance.dtype == dtype


def test_a_constant_column_agrees_with_torch():
    """Its variance is 0, and eps alone is divided by: the output is beta, and all stays finite."""
    torch = pytest.importorskip("torch")
    x = batch()
    x[:, 1] = 7.0
    layer = batch_norm(np.float64)
    with np.errstate(all="raise"):
        output = layer.forward(x)
        upstream = upstream_like(output)
        ours = [output, layer.backward(upstream), *(layer.grads[name] for name in NAMES)]
    np.testing.assert_array_equal(output[:, 1], BETA[1])
    assert layer.grads["gamma"][1] == 0
    expected = torch_step(torch, x, upstream, layer.params, (None, None), training=True)
    for value, tensor in zip(ours, expected, strict=True):
        assert_same_as_torch(value, tensor, np.float64)


def test_float32_inputs_around_1000():
    """The mean of the squares less the square of the mean would leave nothing of a variance of 1."""
    x = (1000 + np.random.default_rng(0).normal(size=(100, 3))).astype(np.float32)
    layer, exact = batch_norm(np.float32), batch_norm(np.float64)
    y, expected = layer.forward(x), exact.forward(x.astype(np.float64))
    upstream = upstream_like(expected)
    rounding = np.spacing(np.float32(1000))  # 6e-5, the distance of two float32 numbers there
    np.testing.assert_allclose(y, expected, rtol=0, atol=4 * np.abs(GAMMA).max() * rounding)
    gradient, right = layer.backward(upstream.astype(np.float32)), exact.backward(upstream)
    np.testing.assert_allclose(gradient, right, rtol=0, atol=4 * np.abs(right).max() * rounding)
    np.testing.assert_allclose(layer.running_variance, exact.running_variance, rtol=1e-4)


# Training and evaluation


def test_backward_belongs_to_the_forward_that_ran_whatever_is_set_in_between():
    x, upstream = batch(), upstream_like(batch())
    for training in (True, False):
        switched, left_alone = batch_norm(np.float64), batch_norm(np.float64)
        switched.training = left_alone.training = training
        switched.forward(x), left_alone.forward(x)
        switched.training = not training
        np.testing.assert_array_equal(switched.backward(upstream), left_alone.backward(upstream))


# Errors and repr


@pytest.mark.parametrize("count", [0, 1])
def test_a_training_batch_of_less_than_2(count):
    """The variance of one example is 0, of none it is nan."""
    layer = batch_norm(np.float64)
    words = f"BatchNorm expected at least 2 examples in training, got {count}.*training = False"
    with pytest.raises(ValueError, match=words):
        layer.forward(np.ones((count, 3)))
    np.testing.assert_array_equal(layer.running_mean, np.zeros(3))  # a batch that is refused leaves no trace


@pytest.mark.parametrize("count", [0, 1])
def test_evaluation_takes_a_batch_of_any_size(count):
    layer, x = evaluating_batch_norm(np.float64), np.ones((count, 3))
    assert layer.forward(x).shape == layer.backward(x).shape == (count, 3)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("shape", [(), (3,), (5, 4), (5, 1), (3, 5), (2, 5, 3)], ids=str)
def test_x_of_a_wrong_shape(shape, training):
    layer = batch_norm(np.float64)
    layer.training = training
    with pytest.raises(ValueError) as error:
        layer.forward(np.ones(shape)[()])
    assert f"BatchNorm expected x of shape (N, 3), got {shape}" in str(error.value)


@pytest.mark.parametrize("gamma, beta", [((3,), (2,)), ((), ()), ((3, 1), (3, 1)), ((3,), ()), ((1,), (3,))], ids=str)
def test_gamma_and_beta_of_wrong_shapes(gamma, beta):
    with pytest.raises(ValueError, match=r"BatchNorm expected gamma and beta of the same shape \(D,\), got "):
        BatchNorm(np.ones(gamma), np.zeros(beta))


@pytest.mark.parametrize(
    "name, value, words",
    [("momentum", 1.1, "of 0 or more and at most 1"), ("momentum", -0.1, "of 0 or more"), ("eps", 0, "above 0")],
)
def test_momentum_and_eps_outside_their_range(name, value, words):
    with pytest.raises(ValueError, match=f"BatchNorm expected {name} to be a number {words}"):
        BatchNorm(GAMMA, BETA, **{name: value})


def test_repr():
    assert repr(batch_norm(np.float64)) == "BatchNorm(3)"
