"""SGD, Momentum and Adam: first steps by hand, many steps beside PyTorch, in place, and what they refuse."""

import math

import numpy as np
import pytest
from helpers import DTYPES

from backprop.optimizers import SGD, Adam, AdamW, Momentum, Optimizer, RMSProp

ALL = pytest.mark.parametrize("make", [SGD, Momentum, RMSProp, Adam, AdamW])
REMEMBERING = pytest.mark.parametrize("make", [Momentum, RMSProp, Adam, AdamW])


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


@pytest.mark.parametrize("names", [{"W"}, {"W", "b", "c"}, {"W", "B"}, set()])
def test_gradients_of_other_arrays_are_refused_before_anything_changes(names):
    params = {"W": np.ones(2), "b": np.ones(2)}
    with pytest.raises(ValueError, match=r"params \['W', 'b'\] and grads .* don't name the same arrays"):
        SGD().step(params, {name: np.ones(2) for name in names})
    assert (params["W"] == 1).all() and (params["b"] == 1).all()


def test_repr():
    assert repr(SGD()) == "SGD(learning_rate=0.01)"
    assert repr(Momentum()) == "Momentum(learning_rate=0.01, momentum=0.9)"
    assert repr(Adam(0.1, 0.5, 0.75, 0.01)) == "Adam(learning_rate=0.1, beta1=0.5, beta2=0.75, eps=0.01)"
    assert repr(AdamW()) == "AdamW(learning_rate=0.001, beta1=0.9, beta2=0.999, eps=1e-08, weight_decay=0.01)"
    assert repr(RMSProp()) == "RMSProp(learning_rate=0.01, beta=0.99, eps=1e-08)"


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


@pytest.mark.parametrize("dtype", DTYPES)
def test_two_steps_of_rmsprop_by_hand(dtype):
    """With beta = 3/4, v = 4/4 = 1: a step of 2 / (1 + 1) = 1; then v = 3/4 + 13/4 = 4: sqrt(13) / (2 + 1)."""
    w, rmsprop = np.array([1.0], dtype), RMSProp(learning_rate=1, beta=0.75, eps=1)
    rmsprop.step({"w": w}, {"w": np.array([2.0], dtype)})
    np.testing.assert_array_equal(w, np.array([0.0], dtype), strict=True)
    rmsprop.step({"w": w}, {"w": np.array([-math.sqrt(13)], dtype)})
    np.testing.assert_allclose(w, np.array([math.sqrt(13) / 3], dtype), rtol=1e-6, strict=True)
    np.testing.assert_allclose(rmsprop.square["w"], np.array([4.0], dtype), rtol=1e-6, strict=True)


def test_adamw_shrinks_first_and_steps_like_adam_then():
    decaying, plain = np.array([2.0, -4.0]), np.array([2.0, -4.0]) * (1 - 0.5 * 0.1)
    AdamW(0.5, weight_decay=0.1).step({"w": decaying}, {"w": np.array([3.0, 5.0])})
    Adam(0.5).step({"w": plain}, {"w": np.array([3.0, 5.0])})
    np.testing.assert_array_equal(decaying, plain)


# Beside PyTorch

TWINS = [
    (SGD, (0.1,), "SGD", {"lr": 0.1}),
    (Momentum, (0.01, 0.9), "SGD", {"lr": 0.01, "momentum": 0.9}),
    (Momentum, (0.1, 0.5), "SGD", {"lr": 0.1, "momentum": 0.5}),
    (Momentum, (0.1, 0), "SGD", {"lr": 0.1, "momentum": 0}),
    (Adam, (), "Adam", {}),
    (Adam, (0.1, 0.5, 0.9, 1e-2), "Adam", {"lr": 0.1, "betas": (0.5, 0.9), "eps": 1e-2}),
    (Adam, (0.01, 0, 0.99), "Adam", {"lr": 0.01, "betas": (0.0, 0.99)}),
    (Adam, (0.01, 0.9, 0), "Adam", {"lr": 0.01, "betas": (0.9, 0.0)}),
    (RMSProp, (), "RMSprop", {}),
    (RMSProp, (0.1, 0.5, 1e-2), "RMSprop", {"lr": 0.1, "alpha": 0.5, "eps": 1e-2}),
    (AdamW, (), "AdamW", {}),
    (AdamW, (0.1, 0.5, 0.9, 1e-2, 0.3), "AdamW", {"lr": 0.1, "betas": (0.5, 0.9), "eps": 1e-2, "weight_decay": 0.3}),
]


@pytest.mark.parametrize("dtype, tolerance", [(np.float64, 1e-12), (np.float32, 1e-5)])
@pytest.mark.parametrize("make, settings, twin, twin_settings", TWINS, ids=[f"{t[0].__name__}{t[1]}" for t in TWINS])
def test_the_same_twenty_steps_as_torch(make, settings, twin, twin_settings, dtype, tolerance):
    """Random gradients in any order, some elements of them 0 throughout. Halfway the learning rate is halved."""
    torch = pytest.importorskip("torch")
    params = arrays(0, dtype)
    tensors = {name: torch.tensor(array, requires_grad=True) for name, array in params.items()}
    ours, theirs = make(*settings), getattr(torch.optim, twin)(tensors.values(), **twin_settings)
    for step in range(20):
        if step == 10:
            ours.learning_rate /= 2
            theirs.param_groups[0]["lr"] /= 2
        grads = arrays(1 + step, dtype)
        grads["W"][0] = 0
        for name, tensor in tensors.items():
            tensor.grad = torch.tensor(grads[name])
        ours.step(params, dict(reversed(grads.items())))
        theirs.step()
        for name, tensor in tensors.items():
            np.testing.assert_allclose(params[name], tensor.detach().numpy(), rtol=tolerance, atol=tolerance)


# Downhill


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
    for memory in (getattr(optimizer, name) for name in make.memories if name != "steps"):
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


class Network:
    """Params as a network has them: one mapping, whose arrays may be replaced."""

    def __init__(self, dtype=np.float64):
        self.params = arrays(0, dtype)

    def take(self, optimizer, steps):
        for step in range(steps):
            optimizer.step(self.params, arrays(1 + step, self.params["W"].dtype))
        return self.params


@ALL
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_second_network_starts_afresh(make, dtype):
    """Of the same shape as the first, its arrays would go on with the first one's momentum."""
    used = make()
    Network().take(used, 3)
    assert_same(Network(dtype).take(used, 3), Network(dtype).take(make(), 3))


@REMEMBERING
def test_an_array_that_is_replaced_in_params_goes_on(make):
    """Clipped weights, or weights that were loaded, are still the same network's."""
    optimizer, other, network, expected = make(), make(), Network(), Network()
    for step in range(3):
        optimizer.step(network.params, arrays(1 + step))
        network.params.update(copies(network.params))
    assert_same(network.params, expected.take(other, 3))
    network.params["W"] = np.ones((2, 2))  # another shape: nothing to go on with
    fresh = {"W": np.ones((2, 2))}
    optimizer.step(network.params, {**arrays(0), "W": np.full((2, 2), 0.5)})
    make().step(fresh, {"W": np.full((2, 2), 0.5)})
    np.testing.assert_array_equal(network.params["W"], fresh["W"])


def test_a_velocity_that_was_saved_is_taken_up():
    network, expected, momentum, resumed = Network(), Network(), Momentum(), Momentum()
    expected.take(momentum, 2)
    network.params, resumed.velocity = copies(expected.params), copies(momentum.velocity)
    assert_same(network.take(resumed, 1), expected.take(momentum, 1))
    resumed = Momentum()
    resumed.velocity = {"w": np.zeros(3)}
    with pytest.raises(ValueError, match=r"Momentum remembers 'w' as float64 of shape \(3,\), got float64"):
        resumed.step({"w": np.ones(2)}, {"w": np.ones(2)})


# Errors


@pytest.mark.parametrize(
    "make, setting, wrong, words",
    [
        (SGD, "learning_rate", 0, "above 0"),
        (Momentum, "learning_rate", -0.1, "above 0"),
        (Momentum, "momentum", 1, "of 0 or more and below 1"),
        (Adam, "beta1", 1, "of 0 or more and below 1"),
        (Adam, "beta2", -0.1, "of 0 or more and below 1"),
        (Adam, "eps", 0, "above 0"),
    ],
)
def test_hyperparameters_out_of_range(make, setting, wrong, words):
    with pytest.raises(ValueError, match=f"{make.__name__} expected {setting} to be a number {words}, got {wrong}"):
        make(**{setting: wrong})
    with pytest.raises(TypeError, match=f"{make.__name__} expected {setting} to be a number, got '0.1'"):
        make(**{setting: "0.1"})


@ALL
@pytest.mark.parametrize("shape", [(1,), (2, 1)])
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
