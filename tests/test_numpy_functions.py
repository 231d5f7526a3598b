"""NumPy's functions with Variables: the numbers of NumPy and PyTorch's gradients, or a word about what to write."""

import numpy as np
import pytest
from helpers import upstream_like

from backprop import Variable

RNG = np.random.default_rng(0)
W, X = RNG.normal(size=(3, 4)), RNG.normal(size=(4, 3))
VECTOR, CUBE = RNG.normal(size=4), RNG.normal(size=(2, 3, 4))

# Each with its twin in torch where the two libraries name it differently.
CALLS = {
    "np.dot(w, x)": (lambda np, w, x: np.dot(w, x), lambda t, w, x: w @ x),
    "np.dot(w, 2.5)": (lambda np, w, x: np.dot(w, 2.5), lambda t, w, x: w * 2.5),
    "np.matmul": (lambda np, w, x: np.matmul(w, x), None),
    "np.inner": (lambda np, w, x: np.inner(w, x.T), lambda t, w, x: w @ x),
    "np.outer": (lambda np, w, x: np.outer(w, x), lambda t, w, x: t.outer(w.reshape(-1), x.reshape(-1))),
    "np.vdot": (lambda np, w, x: np.vdot(w, x), lambda t, w, x: w.reshape(-1) @ x.reshape(-1)),
    "np.transpose": (lambda np, w, x: np.transpose(w), lambda t, w, x: w.T),
    "np.transpose(axes)": (lambda np, w, x: np.transpose(w, (1, 0)), lambda t, w, x: w.T),
    "np.swapaxes": (lambda np, w, x: np.swapaxes(w, 0, -1), None),
    "np.where": (lambda np, w, x: np.where(W > 0, w, x.T), lambda t, w, x: t.where(t.tensor(W > 0), w, x.T)),
    "np.where(number)": (lambda np, w, x: np.where(W > 0, w, 0), lambda t, w, x: t.where(t.tensor(W > 0), w, 0.0)),
    "np.clip": (lambda np, w, x: np.clip(w, -0.5, 0.5), None),
    "np.clip(below)": (lambda np, w, x: np.clip(w, 0.1, None), None),
    "np.concatenate": (lambda np, w, x: np.concatenate([w, x.T, w]), None),
    "np.concatenate(axis)": (lambda np, w, x: np.concatenate((w, x.T), axis=1), None),
    "np.concatenate(None)": (
        lambda np, w, x: np.concatenate([w, x], axis=None), lambda t, w, x: t.cat([w.reshape(-1), x.reshape(-1)])
    ),
    "np.stack": (lambda np, w, x: np.stack([w, x.T], axis=1), None),
    "np.stack(numbers)": (lambda np, w, x: np.stack([w[0, 0], x[1, 1]]), None),
    "np.sum": (lambda np, w, x: np.sum(w, axis=0), None),
    "np.mean": (lambda np, w, x: np.mean(w, axis=1, keepdims=True), lambda t, w, x: w.mean(1, keepdims=True)),
    "np.max": (lambda np, w, x: np.max(w, axis=0), lambda t, w, x: w.amax(0)),
    "np.amin": (lambda np, w, x: np.amin(w, axis=-1), None),
    "np.reshape": (lambda np, w, x: np.reshape(w, (2, -1)), None),
    "np.ravel": (lambda np, w, x: np.ravel(w), None),
    "np.expand_dims": (lambda np, w, x: np.expand_dims(w, 1), lambda t, w, x: w.unsqueeze(1)),
    "np.squeeze": (lambda np, w, x: np.squeeze(w.reshape(3, 1, 4)), None),
    "np.broadcast_to": (lambda np, w, x: np.broadcast_to(w, (2, 3, 4)), None),
    "np.exp": (lambda np, w, x: np.exp(w), None),
    "np.log": (lambda np, w, x: np.log(np.square(w)), None),
    "np.sqrt": (lambda np, w, x: np.sqrt(np.abs(w)), None),
    "np.tanh": (lambda np, w, x: np.tanh(w), None),
    "np.reciprocal": (lambda np, w, x: np.reciprocal(w), None),
    "np.maximum": (lambda np, w, x: np.maximum(w, x.T), None),
    "np.minimum": (lambda np, w, x: np.minimum(w, X.T), lambda t, w, x: t.minimum(w, t.tensor(X.T))),
    "np.minimum of a constant": (lambda np, w, x: np.minimum(X.T, w), lambda t, w, x: t.minimum(t.tensor(X.T), w)),
    "arithmetic": (lambda np, w, x: np.add(w * 2.0, np.divide(1.0, w)) - np.negative(w), lambda t, w, x: 3 * w + 1 / w),
    "np.power": (lambda np, w, x: np.power(np.positive(w), 2), None),
    "slice": (lambda np, w, x: w[1:, ::2], None),
    "repeats": (lambda np, w, x: w[[0, 2, 0]], None),
    "mask": (lambda np, w, x: w[W > 0], lambda t, w, x: w[t.tensor(W > 0)]),
    "row by row": (lambda np, w, x: np.stack([row * row for row in w]), None),
    "abs": (lambda np, w, x: abs(w), None),
}  # fmt: skip
TORCH_NAMES = {"concatenate": "cat", "power": "pow"}


class TorchAsNumpy:
    def __init__(self, torch):
        self.torch = torch

    def __getattr__(self, name):
        return getattr(self.torch, TORCH_NAMES.get(name, name))


@pytest.mark.parametrize("name", CALLS)
def test_numbers_are_numpys_and_gradients_are_torchs(name):
    torch = pytest.importorskip("torch")
    ours, twin = CALLS[name]
    twin = twin or (lambda t, w, x: ours(TorchAsNumpy(t), w, x))
    w, x = Variable(W), Variable(X)
    result = ours(np, w, x)
    assert type(result) is Variable
    np.testing.assert_allclose(result.data, ours(np, W, X), rtol=1e-14)
    upstream = upstream_like(result.data)
    result.backward(upstream)
    tensors = torch.tensor(W, requires_grad=True), torch.tensor(X, requires_grad=True)
    twin(torch, *tensors).backward(torch.tensor(upstream))
    for variable, tensor in zip((w, x), tensors):
        if tensor.grad is None:
            assert variable.grad is None
        else:
            np.testing.assert_allclose(variable.grad, tensor.grad, rtol=1e-12)


def test_one_of_the_arguments_is_enough_wherever_it_is():
    x = Variable(VECTOR)
    for result, expected in [
        (np.dot(W, x), W @ VECTOR), (np.dot(x, X), VECTOR @ X), (np.concatenate([[1, 2], x]), [1, 2, *VECTOR]),
        (np.stack([VECTOR, x]), [VECTOR, VECTOR]), (np.where(VECTOR > 0, 0, x), np.where(VECTOR > 0, 0, VECTOR)),
        (np.outer([1, 2], x), np.outer([1, 2], VECTOR)), (np.float64(2) * x, 2 * VECTOR), (W + x, W + VECTOR),
        (W @ x, W @ VECTOR), (np.dot(CUBE, x), CUBE @ VECTOR), (np.vdot(VECTOR, x), VECTOR @ VECTOR),
        (np.transpose(Variable(CUBE), (0, 2, 1)), CUBE.transpose(0, 2, 1)),
    ]:  # fmt: skip
        assert type(result) is Variable
        np.testing.assert_allclose(result.data, expected)


def test_what_has_no_gradient_comes_back_as_it_is():
    x = Variable(W)
    assert (np.shape(x), np.ndim(x), np.size(x)) == ((3, 4), 2, 12)


REFUSED = {
    "np.einsum": (lambda x: np.einsum("ij,ij", x, x), "write it with @, transpose and sum"),
    "W.dot": (lambda x: X.dot(x), r"W @ x in place of W\.dot\(x\)"),
    "np.sin": (lambda x: np.sin(x), r"np\.sin has no operation.*x\.data"),
    "np.std": (lambda x: np.std(x), r"write \(\(x - x\.mean\(\)\)"),
    "np.linalg.norm": (lambda x: np.linalg.norm(x), r"np\.linalg\.norm has no .*write \(x \* x\)"),
    "np.allclose": (lambda x: np.allclose(x, 1), r"np\.allclose has no operation.*x\.data"),
    "np.hstack": (lambda x: np.hstack([x, x]), "write np.concatenate"),
    "np.add.reduce": (lambda x: np.add.reduce(x), r"np\.add\.reduce has no operation"),
    "np.add.at": (lambda x: np.add.at(W.copy(), 0, x), r"np\.add\.at has no operation"),
    "comparison": (lambda x: x.data > x, r"np\.greater has no operation"),
    "where=": (lambda x: np.add(x, 1, where=W > 0), r"np\.add\(\.\.\., where=\.\.\.\) has no operation"),
    "out=": (lambda x: np.add(W, x, out=W.copy()), "don't pass out=..."),
    "array += variable": (lambda x: W.copy().__iadd__(x), "write x = x \\+ y in place of x \\+= y"),
    "np.sum(dtype=)": (lambda x: np.sum(x, dtype=np.float32), "np.sum with a Variable got an unexpected keyword"),
    "np.dot of a cube": (lambda x: np.dot(x, CUBE), "vectors and matrices on the right.*use @"),
    "np.where(variable)": (lambda x: np.where(x, 1, 0), r"write np\.where\(x\.data > 0"),
    "np.clip(variable)": (lambda x: np.clip(x, x, 1), r"write x\.maximum\(limit\)"),
    "np.asarray": (lambda x: np.asarray(x), r"Write x\.data"),
    "np.array": (lambda x: np.array([x, x]), r"np\.stack\(\[x, y\]\)"),
    "index": (lambda x: x[Variable(1.0)], "an index has no gradient"),
    "np.random": (lambda x: np.random.default_rng(0).permutation(x), r"Write x\.data"),
    "iteration over a number": (lambda x: list(x.sum()), "can't be taken apart"),
}


@pytest.mark.parametrize("call, words", REFUSED.values(), ids=REFUSED)
def test_the_rest_says_what_to_write(call, words):
    with pytest.raises(TypeError, match=words):
        call(Variable(W))


@pytest.mark.parametrize("index", [3, (0, 4), [0, 5], (0, 0, 0)], ids=str)
def test_an_index_that_is_not_there(index):
    with pytest.raises(IndexError, match=r"a value of shape \(3, 4\) can't be read at"):
        Variable(W)[index]


def test_equal_greatest_elements_share_evenly():
    x = Variable(np.array([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]]))
    x.max(axis=1).backward([6.0, 9.0])
    np.testing.assert_array_equal(x.grad, [[0, 3, 3], [3, 3, 3]])


def test_the_limits_of_clip_let_the_gradient_through():
    x = Variable(np.array([-1.0, 0.0, 0.5, 1.0, 2.0]))
    np.clip(x, 0, 1).sum().backward()
    np.testing.assert_array_equal(x.grad, [0, 1, 1, 1, 0])


def test_abs_at_its_kink():
    x = Variable(np.array([-2.0, 0.0, 3.0]))
    np.abs(x).sum().backward()
    np.testing.assert_array_equal(x.grad, [-1, 0, 1])


def test_concatenate_refuses_numbers():
    with pytest.raises(ValueError, match="np.stack puts numbers side by side"):
        np.concatenate([Variable(1.0), Variable(2.0)])
