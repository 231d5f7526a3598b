"""SGD, Momentum and Adam: first steps by hand, many steps beside PyTorch, in place, and what they refuse."""

import math

import numpy as np
import pytest
from helpers import DTYPES

from backprop.networks import TwoLayerNet
from backprop.optimizers import SGD, Adam, Momentum, Optimizer

ALL = pytest.mark.parametrize("make", [SGD, Momentum, Adam])
REMEMBERING = pytest.mark.parametrize("make", [Momentum, Adam])


def arrays(seed, dtype=np.float64):
    """A matrix, a second one like it, a vector, and one number as a 0-dimensional array."""
    rng = np.random.default_rng(seed)
    shapes = {"W": (3, 2), "V": (3, 2), "b": (2,), "slope": ()}
    return {name: np.asarray(rng.normal(size=shape), dtype) for name, shape in shapes.items()}


def copies(mapping):
    return {name: array.copy() for name, array in mapping.items()}


def assert_same(params, expected):
    assert params.keys() == expected.keys()
    for name in params:
        np.testing.assert_array_equal(params[name], expected[name], strict=True)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_step_by_hand_changes_the_arrays_themselves(dtype):
    """Downhill: the gradient is taken off. The arrays keep their place and dtype; gradients stay as they are."""
    weights, bias = np.array([[1.0, 2.0]], dtype), np.array([3.0], dtype)
    grads = {"W": np.array([[10.0, -10.0]], dtype), "b": np.array([0.0], dtype)}
    params = {"W": weights, "b": bias}
    SGD(learning_rate=0.5).step(params, grads)
    assert params["W"] is weights and params["b"] is bias
    np.testing.assert_array_equal(weights, np.array([[-4.0, 7.0]], dtype), strict=True)
    np.testing.assert_array_equal(bias, np.array([3.0], dtype), strict=True)
    np.testing.assert_array_equal(grads["W"], [[10, -10]])


def test_a_step_updates_the_layers_of_a_network():
    net = TwoLayerNet(2, 3, 2, weight_init_std=1, rng=np.random.default_rng(0))
    weights = net.layers[0].params["W"]
    before = weights.copy()
    grads = net.gradient(np.ones((1, 2)), [0])
    SGD(0.1).step(net.params, grads)
    assert net.layers[0].params["W"] is weights
    np.testing.assert_allclose(weights, before - 0.1 * grads["W1"])
    assert grads["W1"].any()


def test_a_small_step_lowers_the_loss():
    net = TwoLayerNet(2, 8, 2, weight_init_std=1, rng=np.random.default_rng(0))
    x, t = np.array([[1.0, 0.0], [0.0, 1.0]]), [0, 1]
    loss, grads = net.loss_and_gradient(x, t)
    expected = loss - 1e-4 * sum((gradient**2).sum() for gradient in grads.values())  # to first order
    SGD(1e-4).step(net.params, grads)
    assert net.loss(x, t) == pytest.approx(expected, abs=1e-6)
    assert net.loss(x, t) < loss


@pytest.mark.parametrize("rate", [0, -0.1, math.inf, math.nan, "0.1", None])
def test_learning_rate_is_above_0(rate):
    with pytest.raises(ValueError, match=f"SGD expected a learning rate above 0, got {rate!r}"):
        SGD(learning_rate=rate)


@pytest.mark.parametrize("rate", [0.1, 1, np.float64(0.1), np.float32(0.1)])
def test_learning_rate_may_be_any_number(rate):
    assert SGD(learning_rate=rate).learning_rate == rate


@pytest.mark.parametrize("names", [{"W"}, {"W", "b", "c"}, {"W", "B"}, set()])
def test_gradients_of_other_arrays_are_refused_before_anything_changes(names):
    params = {"W": np.ones(2), "b": np.ones(2)}
    with pytest.raises(ValueError, match=r"params \['W', 'b'\] and grads .* don't name the same arrays"):
        SGD().step(params, {name: np.ones(2) for name in names})
    assert (params["W"] == 1).all() and (params["b"] == 1).all()


def test_repr():
    assert repr(SGD(learning_rate=0.1)) == "SGD(learning_rate=0.1)"
    assert repr(Momentum(0.1, 0.5)) == "Momentum(learning_rate=0.1, momentum=0.5)"
    assert repr(Adam(0.1, 0.5, 0.75, 0.01)) == "Adam(learning_rate=0.1, beta1=0.5, beta2=0.75, eps=0.01)"


# By hand


@pytest.mark.parametrize("dtype", DTYPES)
def test_two_steps_of_momentum_by_hand(dtype):
    """v = 2, then 0.5 * 2 - 3 = -2; w goes down by half of it: 1, 0, 1. Where the gradient is 0, v still moves w."""
    w = np.array([1.0, 1.0], dtype)
    momentum = Momentum(learning_rate=0.5, momentum=0.5)
    momentum.step({"w": w}, {"w": np.array([2.0, 4.0], dtype)})
    np.testing.assert_array_equal(w, np.array([0.0, -1.0], dtype), strict=True)
    momentum.step({"w": w}, {"w": np.array([-3.0, 0.0], dtype)})
    np.testing.assert_array_equal(momentum.velocity["w"], np.array([-2.0, 2.0], dtype), strict=True)
    np.testing.assert_array_equal(w, np.array([1.0, -2.0], dtype), strict=True)


@pytest.mark.parametrize("dtype", DTYPES)
def test_two_steps_of_adam_by_hand(dtype):
    """With beta1 = 1/2, beta2 = 3/4, eps = 2 and gradients 2, -2: worked out on paper.

    t = 1: m = 1, v = 1; m_hat = 1 / (1/2) = 2, v_hat = 1 / (1/4) = 4; the step is 2 / (2 + 2) = 1/2.
    t = 2: m = -1/2, v = 7/4; m_hat = -(1/2) / (3/4) = -2/3, v_hat = (7/4) / (7/16) = 4; the step is -1/6.
    """
    w = np.array([1.0], dtype)
    adam = Adam(learning_rate=1, beta1=0.5, beta2=0.75, eps=2)
    adam.step({"w": w}, {"w": np.array([2.0], dtype)})
    np.testing.assert_array_equal(w, np.array([0.5], dtype), strict=True)
    adam.step({"w": w}, {"w": np.array([-2.0], dtype)})
    np.testing.assert_allclose(w, np.array([0.5 + 1 / 6], dtype), rtol=np.finfo(dtype).eps * 4, strict=True)
    np.testing.assert_array_equal(adam.mean["w"], np.array([-0.5], dtype), strict=True)
    np.testing.assert_array_equal(adam.square["w"], np.array([1.75], dtype), strict=True)
    assert adam.steps == {"w": 2}


def test_the_first_step_of_adam_is_as_long_as_the_learning_rate_however_steep():
    w = np.zeros(4)
    Adam(learning_rate=0.01).step({"w": w}, {"w": np.array([1e-3, -1.0, 1e3, 0.0])})
    np.testing.assert_allclose(w, [-0.01, 0.01, -0.01, 0.0], rtol=1e-4)


def test_the_velocity_grows_to_its_limit():
    momentum, w = Momentum(momentum=0.75), np.zeros(1)
    for _ in range(100):
        momentum.step({"w": w}, {"w": np.array([2.0])})
    np.testing.assert_allclose(momentum.velocity["w"], [2 / (1 - 0.75)])


def test_defaults():
    assert repr(SGD()) == "SGD(learning_rate=0.01)"
    assert repr(Momentum()) == "Momentum(learning_rate=0.01, momentum=0.9)"
    assert repr(Adam()) == "Adam(learning_rate=0.001, beta1=0.9, beta2=0.999, eps=1e-08)"


# Beside PyTorch

TWINS = [
    (SGD, (0.1,), "SGD", {"lr": 0.1}),
    (SGD, (1e-3,), "SGD", {"lr": 1e-3}),
    (Momentum, (0.01, 0.9), "SGD", {"lr": 0.01, "momentum": 0.9}),
    (Momentum, (0.1, 0.5), "SGD", {"lr": 0.1, "momentum": 0.5}),
    (Momentum, (0.1, 0), "SGD", {"lr": 0.1, "momentum": 0}),
    (Adam, (), "Adam", {}),
    (Adam, (0.1, 0.5, 0.9, 1e-2), "Adam", {"lr": 0.1, "betas": (0.5, 0.9), "eps": 1e-2}),
    (Adam, (0.01, 0, 0.99), "Adam", {"lr": 0.01, "betas": (0.0, 0.99)}),
    (Adam, (0.01, 0.9, 0), "Adam", {"lr": 0.01, "betas": (0.9, 0.0)}),
]


@pytest.mark.parametrize("dtype, tolerance", [(np.float64, 1e-12), (np.float32, 1e-5)])
@pytest.mark.parametrize("make, settings, twin, twin_settings", TWINS, ids=[f"{t[0].__name__}{t[1]}" for t in TWINS])
def test_the_same_fifty_steps_as_torch(make, settings, twin, twin_settings, dtype, tolerance):
    """Random gradients, some elements of them 0 throughout. Halfway the learning rate is halved."""
    torch = pytest.importorskip("torch")
    params = arrays(0, dtype)
    tensors = {name: torch.tensor(array, requires_grad=True) for name, array in params.items()}
    ours, theirs = make(*settings), getattr(torch.optim, twin)(tensors.values(), **twin_settings)
    for step in range(50):
        if step == 25:
            ours.learning_rate /= 2
            theirs.param_groups[0]["lr"] /= 2
        grads = arrays(1 + step, dtype)
        grads["W"][0] = 0
        for name, tensor in tensors.items():
            tensor.grad = torch.tensor(grads[name])
        ours.step(params, grads)
        theirs.step()
        for name, tensor in tensors.items():
            np.testing.assert_allclose(params[name], tensor.detach().numpy(), rtol=tolerance, atol=tolerance)


def test_momentum_0_is_sgd():
    ours, expected = arrays(0), arrays(0)
    momentum, sgd = Momentum(0.1, momentum=0), SGD(0.1)
    for step in range(5):
        momentum.step(ours, arrays(1 + step))
        sgd.step(expected, arrays(1 + step))
    assert_same(ours, expected)


# Downhill


def after(optimizer, steps, steepness):
    """Where a walk from (1, 1) ends in the bowl L = 1/2 * sum(steepness * w^2), whose lowest point is 0."""
    w = np.ones(2)
    for _ in range(steps):
        optimizer.step({"w": w}, {"w": steepness * w})
    return w


@pytest.mark.parametrize("optimizer", [SGD(0.1), Momentum(0.05, 0.5), Adam(0.05)], ids=repr)
def test_a_bowl_is_descended(optimizer):
    np.testing.assert_allclose(after(optimizer, 500, np.array([1.0, 5.0])), [0, 0], atol=1e-3)


def test_momentum_is_ahead_in_a_narrow_valley():
    """Curvatures 1 and 100: plain descent creeps along the valley, whatever rate keeps it from jumping out."""
    valley = np.array([1.0, 100.0])
    assert np.abs(after(SGD(0.01), 200, valley)).max() > 0.1
    assert np.abs(after(Momentum(0.01, 0.9), 200, valley)).max() < 1e-3


@ALL
def test_a_step_lowers_the_loss_of_a_network(make):
    net = TwoLayerNet(2, 8, 2, weight_init_std=1, rng=np.random.default_rng(0))
    x, t = np.array([[1.0, 0.0], [0.0, 1.0]]), [0, 1]
    optimizer, losses = make(1e-3), []
    for _ in range(5):
        loss, grads = net.loss_and_gradient(x, t)
        losses.append(loss)
        optimizer.step(net.params, grads)
    assert losses == sorted(losses, reverse=True) and losses[-1] < losses[0]


# In place


@ALL
@pytest.mark.parametrize("dtype", DTYPES)
def test_arrays_are_changed_in_place_and_gradients_stay(make, dtype):
    params, grads = arrays(0, dtype), arrays(1, dtype)
    same, before, grads_before = dict(params), copies(params), copies(grads)
    optimizer = make()
    for _ in range(3):
        optimizer.step(params, grads)
    for name, array in params.items():
        assert array is same[name]
        assert array.dtype == dtype and array.shape == before[name].shape
        assert (array != before[name]).all()
    assert_same(grads, grads_before)


@ALL
def test_a_view_changes_the_array_behind_it(make):
    """Every optimizer moves against a first gradient of 1."""
    behind = np.zeros((4, 3))
    make(0.5).step({"w": behind[::2].T}, {"w": np.ones((3, 2))})
    assert (behind[::2] < -0.4).all()
    assert (behind[1::2] == 0).all()


@REMEMBERING
@pytest.mark.parametrize("dtype", DTYPES)
def test_what_is_remembered_has_the_dtype_and_shape_of_its_parameter(make, dtype):
    params, optimizer = arrays(0, dtype), make()
    optimizer.step(params, arrays(1, dtype))
    memories = [optimizer.velocity] if make is Momentum else [optimizer.mean, optimizer.square]
    for memory in memories:
        assert memory.keys() == params.keys()
        for name, array in memory.items():
            assert array.dtype == dtype and array.shape == params[name].shape
            assert not np.shares_memory(array, params[name])


@ALL
@pytest.mark.parametrize("dtype", DTYPES)
def test_gradients_of_another_kind_become_the_kind_of_their_parameter(make, dtype):
    """Integers neither wrap around (100 * 100 is no int8) nor round, and float64 leaves float32 what it is."""
    ours, expected = {"w": np.ones(2, dtype)}, {"w": np.ones(2, dtype)}
    optimizer, other = make(), make()
    for gradient in (np.array([100, -100], np.int8), np.array([0.1, 0.2]), [3, 4], np.float32([5, 6])):
        optimizer.step(ours, {"w": gradient})
        other.step(expected, {"w": np.array(gradient, dtype)})
    assert_same(ours, expected)


@ALL
def test_names_may_come_in_another_order(make):
    ours, expected = arrays(0), arrays(0)
    make().step(ours, dict(reversed(arrays(1).items())))
    make().step(expected, arrays(1))
    assert_same(ours, expected)


# What is remembered


@REMEMBERING
def test_two_optimizers_share_nothing(make):
    """Two walks in turns end where each ends alone."""

    def walk(turns):
        params, optimizers = [arrays(0), arrays(0)], [make(), make()]
        for turn in turns:
            optimizers[turn].step(params[turn], arrays(10 + turn))
        return params

    together, first, second = walk([0, 1, 0, 1, 0, 1]), walk([0, 0, 0]), walk([1, 1, 1])
    assert_same(together[0], first[0])
    assert_same(together[1], second[1])


@REMEMBERING
def test_an_array_in_place_of_an_equal_one_goes_on(make):
    ours, expected = arrays(0), arrays(0)
    optimizer, other = make(), make()
    for step in range(3):
        optimizer.step(ours, arrays(1 + step))
        other.step(expected, arrays(1 + step))
        ours = copies(ours)
    assert_same(ours, expected)


@REMEMBERING
@pytest.mark.parametrize("changed", [np.ones(3), np.ones((2, 1)), np.ones(()), np.ones(2, np.float32)])
def test_an_array_of_another_shape_or_dtype_is_refused_before_anything_changes(make, changed):
    optimizer = make()
    optimizer.step({"a": np.ones(2), "b": np.ones(2)}, {"a": np.ones(2), "b": np.ones(2)})
    params = {"a": np.ones(2), "b": changed.copy()}
    with pytest.raises(ValueError) as error:
        optimizer.step(params, {"a": np.ones(2), "b": np.ones_like(changed)})
    message = str(error.value)
    assert f"{make.__name__} remembers 'b' as float64 of shape (2,)" in message
    assert f"got {changed.dtype} of shape {changed.shape}" in message
    assert (params["a"] == 1).all() and (params["b"] == 1).all()


def test_sgd_remembers_nothing_so_it_serves_several_networks():
    sgd = SGD(0.5)
    for shape in ((2,), (3,), (2, 2)):
        params = {"w": np.ones(shape)}
        sgd.step(params, {"w": np.ones(shape)})
        assert_same(params, {"w": np.full(shape, 0.5)})


# Errors


NOT_ABOVE_0 = [0, -0.1, math.inf, math.nan, "0.1", None, True, 1j, [0.1]]
NOT_FROM_0_TO_BELOW_1 = [1, 1.5, -0.1, math.inf, math.nan, "0.5", None, True, False]


@ALL
@pytest.mark.parametrize("rate", NOT_ABOVE_0, ids=repr)
def test_every_learning_rate_is_above_0(make, rate):
    with pytest.raises(ValueError) as error:
        make(learning_rate=rate)
    assert str(error.value) == f"{make.__name__} expected a learning rate above 0, got {rate!r}"


@pytest.mark.parametrize("value", NOT_FROM_0_TO_BELOW_1, ids=repr)
@pytest.mark.parametrize(
    "make, setting, called",
    [(Momentum, "momentum", "a momentum"), (Adam, "beta1", "beta1"), (Adam, "beta2", "beta2")],
)
def test_shares_lie_from_0_to_below_1(make, setting, called, value):
    with pytest.raises(ValueError) as error:
        make(**{setting: value})
    assert str(error.value) == f"{make.__name__} expected {called} from 0 to below 1, got {value!r}"


@pytest.mark.parametrize("value", NOT_ABOVE_0, ids=repr)
def test_eps_is_above_0(value):
    with pytest.raises(ValueError) as error:
        Adam(eps=value)
    assert str(error.value) == f"Adam expected eps above 0, got {value!r}"


@ALL
@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 1), (1, 2)])
def test_a_gradient_of_another_shape_is_refused_before_anything_changes(make, shape):
    """Some of these would broadcast in silence."""
    params = {"a": np.ones(2), "b": np.ones(2)}
    with pytest.raises(ValueError) as error:
        make().step(params, {"a": np.ones(2), "b": np.ones(shape)})
    assert str(error.value) == f"{make.__name__} expected the gradient of 'b' to have its shape (2,), got {shape}"
    assert_same(params, {"a": np.ones(2), "b": np.ones(2)})


@ALL
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_gradient_with_nan_or_inf_is_refused_before_anything_changes(make, bad, dtype):
    """Not even what is remembered: a walk with a refused step in it ends where one without it ends."""
    params, expected = arrays(0, dtype), arrays(0, dtype)
    optimizer, other = make(), make()
    for step in range(3):
        wrong = arrays(100, dtype)
        wrong["b"][1] = bad
        before = copies(params)
        with pytest.raises(ValueError, match=f"{make.__name__} got a gradient of 'b' with nan or inf"):
            optimizer.step(params, wrong)
        assert_same(params, before)
        optimizer.step(params, arrays(1 + step, dtype))
        other.step(expected, arrays(1 + step, dtype))
    assert_same(params, expected)


def test_a_gradient_whose_square_overflows_is_still_finite():
    params = {"w": np.zeros(2, np.float32)}
    SGD(1e-30).step(params, {"w": np.array([1e30, -1e30], np.float32)})
    np.testing.assert_allclose(params["w"], [-1, 1], rtol=1e-6)


@ALL
@pytest.mark.parametrize(
    "value, shown", [(3.0, "float"), (np.float64(3), "float64"), (np.array(3), "int64"), ([3.0], "list")]
)
def test_what_cannot_be_changed_in_place_is_refused_before_anything_changes(make, value, shown):
    params = {"a": np.ones(2), "w": value}
    with pytest.raises(TypeError) as error:
        make().step(params, {"a": np.ones(2), "w": np.ones(np.shape(value))})
    expected = f"{make.__name__} changes arrays of floats in place, but 'w' is {shown}: make it np.array("
    assert expected in str(error.value)
    assert (params["a"] == 1).all() and params["w"] is value


def test_an_optimizer_without_a_rule():
    with pytest.raises(NotImplementedError, match="Lazy has no update"):
        type("Lazy", (Optimizer,), {})(0.1).step({"w": np.ones(2)}, {"w": np.ones(2)})
