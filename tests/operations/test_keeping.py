"""What is changed between forward and backward: refused, whoever changes it and however; nothing else is."""

import copy

import numpy as np
import pytest

from backprop import Variable, draw
from backprop.layers import Affine, BatchNorm, Embedding, Recurrent, ReLU, Sigmoid, Softmax
from backprop.losses import MeanSquaredError, SoftmaxWithLoss
from backprop.networks import Sequential, TwoLayerNet
from backprop.operations import Multiply, Operation
from backprop.operations.keeping import STRIDE, contents, unwatched
from backprop.optimizers import SGD

CHANGES = {
    "subtracted in place": lambda array: np.subtract(array, 10, out=array),
    "one element": lambda array: array.__setitem__((0,) * array.ndim, 7.5),
    "signs": lambda array: np.negative(array, out=array),
    "reversed": lambda array: array.__setitem__(slice(None), array[::-1].copy()),
    "nan": lambda array: array.fill(np.nan),
}
SIZES = {"small": (4, 3), "large": (40, 60)}


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
class TestChanged:
    def test_a_variable(self, change, size):
        w = Variable(numbers(*size))
        loss = (w * w).sum()
        change(w.data)
        with pytest.raises(ValueError, match="Multiply.backward: x .*has been changed"):
            loss.backward()
        assert w.grad is None

    def test_a_constant_beside_a_variable(self, change, size):
        x = numbers(*size)
        loss = (x @ Variable(numbers(size[1], 2))).sum()
        change(x)
        with pytest.raises(ValueError, match="MatMul.backward: x .*has been changed"):
            loss.backward()

    def test_parameters_of_a_layer(self, change, size):
        layer = Affine(numbers(*size), np.zeros(size[1]))
        output = layer.forward(numbers(2, size[0]))
        change(layer.params["W"])
        with pytest.raises(ValueError, match="Affine.backward: W .*has been changed"):
            layer.backward(output)

    def test_the_input_of_a_layer(self, change, size):
        layer, x = Affine(numbers(size[1], 2), np.zeros(2)), numbers(*size)
        output = layer.forward(x)
        change(x)
        with pytest.raises(ValueError, match="Affine.backward: x .*has been changed"):
            layer.backward(output)

    def test_the_output_of_a_layer_that_kept_it(self, change, size):
        layer = Softmax()
        output = layer.forward(numbers(*size))
        change(output)
        with pytest.raises(ValueError, match="Softmax.backward: y .*has been changed"):
            layer.backward(np.ones(size))


@pytest.mark.parametrize(
    ("make", "choose"),
    [
        (lambda: np.array([0, 0, 1]), lambda v, chosen: v[chosen]),
        (lambda: np.array([True, False, True]), lambda v, chosen: v[chosen]),
        (lambda: np.array([0, 1]), lambda v, chosen: v[chosen, 1:]),
        (lambda: [2, 2], lambda v, chosen: v[chosen]),
        (lambda: np.array([[True], [False], [True]]), lambda v, chosen: np.where(chosen, v, 0)),
    ],
    ids=["places", "mask", "places among others", "list", "where"],
)
def test_what_chooses_elements_is_kept_as_it_was(make, choose):
    x, chosen = numbers(3, 3), make()
    right, v = Variable(x), Variable(x)
    choose(right, make()).sum().backward()
    result = choose(v, chosen).sum()
    chosen[:] = chosen[::-1] if isinstance(chosen, list) else ~chosen if chosen.dtype == bool else chosen + 1
    chosen[0] = 0
    result.backward()

    assert np.array_equal(v.grad, right.grad)


def test_ids_and_targets_that_are_changed():
    ids, targets = np.array([0, 2, 2]), np.array([1, 0])
    embedding, loss = Embedding(numbers(4, 2)), SoftmaxWithLoss()
    embedding.forward(ids)
    loss.forward(numbers(2, 3), targets)
    ids[0], targets[0] = 3, 2
    with pytest.raises(ValueError, match="Embedding.backward: ids .*has been changed"):
        embedding.backward(numbers(3, 2))
    with pytest.raises(ValueError, match="SoftmaxWithLoss.backward: targets .*has been changed"):
        loss.backward()


def test_an_optimizer_between_two_backward_passes():
    layer = Affine(np.eye(2), np.zeros(2))
    layer.forward(np.ones((1, 2)))
    layer.backward(np.ones((1, 2)))
    SGD(0.5).step(layer.params, layer.grads)
    with pytest.raises(ValueError, match="run forward again"):
        layer.backward(np.ones((1, 2)))
    layer.forward(np.ones((1, 2)))
    layer.backward(np.ones((1, 2)))


def test_an_optimizer_between_the_forward_and_backward_of_a_network():
    net, x, t = TwoLayerNet(4, 3, 2), numbers(5, 4), [0, 1, 1, 0, 1]
    gradients = net.gradient(x, t)
    net.loss(x, t)
    SGD(0.5).step(net.params, gradients)
    with pytest.raises(ValueError, match="Affine.backward: W .*has been changed"):
        net.backward(net.loss_function.backward())


def test_a_parameter_that_is_replaced():
    layer = Recurrent(numbers(3, 2), numbers(2, 2), numbers(2))
    output = layer.forward(numbers(1, 4, 3))
    layer.params["Wh"] = np.zeros((2, 2))
    with pytest.raises(ValueError, match="Recurrent.backward: Wh"):
        layer.backward(output)


def test_an_image_that_was_flattened_on_the_way():
    layer, images = Affine(numbers(6, 2), np.zeros(2)), numbers(4, 2, 3)
    output = layer.forward(images)
    images[1, 0, 0] += 1
    with pytest.raises(ValueError, match="Affine.backward: x"):
        layer.backward(output)


def test_a_class_of_the_readers_own_that_keeps_a_tuple():
    class Product(Operation):
        arguments = ("x", "y")

        def forward(self, x, y):
            self.cache = (x, y)
            return x * y

        def backward(self, grad_output):
            x, y = self.cache
            return grad_output * y, grad_output * x

    operation, x = Product(), numbers(3)
    operation.forward(x, numbers(3, seed=1))
    x += 1
    with pytest.raises(ValueError, match="Product.backward: cache"):
        operation.backward(np.ones(3))


# Right, so not refused


def test_what_backward_does_not_read_may_change():
    a, b = Variable(numbers(3)), Variable(numbers(3))
    total = (a + b).sum()
    a.data[:] = 0
    total.backward()
    np.testing.assert_array_equal(a.grad, np.ones(3))
    relu, x = ReLU(), numbers(3)
    mask = x > 0
    relu.forward(x)
    x[:] = 0
    np.testing.assert_array_equal(relu.backward(np.ones(3)), mask)


def test_data_that_are_replaced_leave_the_gradient_of_the_old_ones():
    w = Variable(np.array([1.0, 2.0]))
    loss = (w * w).sum()
    w.data = w.data - 10
    loss.backward()
    np.testing.assert_array_equal(w.grad, [2, 4])


def test_numbers_cannot_be_changed_in_place():
    w = Variable(3.0)
    loss = w * w
    w.data -= 10
    loss.backward()
    assert w.grad == 6.0


def test_what_was_changed_and_put_back():
    w = Variable(numbers(3))
    loss = (w * w).sum()
    w.data += 1.0
    w.data[:] = numbers(3)
    loss.backward()
    np.testing.assert_array_equal(w.grad, 2 * numbers(3))


def test_the_taught_loop_goes_on():
    w = Variable(numbers(3))
    for _ in range(3):
        w.zero_grad()
        loss = (w * w).sum()
        loss.backward()
        w.data -= 0.1 * w.grad
    np.testing.assert_allclose(w.data, 0.8**3 * numbers(3))
    assert "<svg" in str(draw(loss))  # a graph can be drawn after the step


def test_running_averages_are_nobodys_input():
    layer = BatchNorm(np.ones(3), np.zeros(3))
    output = layer.forward(numbers(5, 3))
    layer.running_mean += 1
    layer.backward(output)


def test_a_copy_keeps_watching_its_own_arrays():
    layer, x = Sigmoid(), numbers(3)
    output = layer.forward(x)
    twin = copy.deepcopy(layer)
    output += 1
    twin.backward(np.ones(3))
    with pytest.raises(ValueError, match="has been changed"):
        layer.backward(np.ones(3))


def test_a_loss_whose_targets_change():
    loss, targets = MeanSquaredError(), numbers(4, 2)
    loss.forward(numbers(4, 2, seed=1), targets)
    before = loss.backward()
    targets += 1  # the loss has kept the difference
    np.testing.assert_array_equal(loss.backward(), before)


def test_unwatched_ends_with_its_block():
    operation, x = Multiply(), numbers(3)
    with pytest.raises(RuntimeError), unwatched():
        operation.forward(x, x)
        assert list(operation.noted) == []
        raise RuntimeError
    operation.forward(x, x)
    assert len(operation.noted) == 2


def test_a_whole_step_compares_nothing():
    """Nobody comes between its forward and its backward."""
    net = Sequential(Affine(numbers(4, 2), np.zeros(2)))
    net.loss_and_gradient(numbers(3, 4), [0, 1, 0])
    assert list(net.layers[0].noted) == []


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
@pytest.mark.parametrize("size", [0, 1, STRIDE - 1, STRIDE, STRIDE + 1, 5 * STRIDE - 3])
def test_contents_tell_any_single_element(size, dtype):
    array = numbers(size).astype(dtype)
    before = contents(array)
    assert contents(array.copy()) == before
    for place in {0, size // 2, size - 1} if size else ():
        changed = array.copy()
        changed[place] += 1
        assert contents(changed) != before
