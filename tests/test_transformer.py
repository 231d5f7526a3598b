"""TinyTransformer: gradients by differences and by PyTorch, what a token sees, targets that don't count, generating."""

import numpy as np
import pytest
from helpers import central_difference

from backprop.optimizers import AdamW
from backprop.saving import load, save
from backprop.schedules import Scheduled, linear_decay
from backprop.text import load_sums
from backprop.training import train
from backprop.transformer import IGNORED, Block, TinyTransformer, draw


def model(seed=0, **sizes):
    """Weights that differ from their initial zeros and ones, so that no gradient is right by chance."""
    net = TinyTransformer(**{"vocabulary": 7, "context": 5, "width": 8, "heads": 2} | sizes)
    rng = np.random.default_rng(seed)
    for name, value in net.params.items():
        net.params[name] = (value + rng.normal(scale=0.3, size=value.shape)).astype(value.dtype)
    return net


def batch(N=3, T=5, vocabulary=7, seed=1):
    """Tokens that occur more than once, targets of which some don't count, and a sequence in which none does."""
    rng = np.random.default_rng(seed)
    ids, targets = rng.integers(0, vocabulary, (2, N, T))
    targets[rng.random((N, T)) < 0.3] = IGNORED
    targets[1:2] = IGNORED
    targets[0, -1] = 2
    return ids, targets


def close(ours, theirs, rtol=1e-9):
    """To 1e-9 of the array's greatest gradient; where all are 0 but for rounding, to 1e-12 of a loss about 1."""
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=rtol * max(np.abs(theirs).max(), 1e-3))


@pytest.mark.parametrize("residual", [True, False])
@pytest.mark.parametrize("name", ["tokens.W", "positions.W", "block1.norm1.gamma", "block1.attention.W_k",
                                  "block1.norm2.beta", "block2.expand.b", "block1.contract.W", "norm.gamma",
                                  "output.W"])  # fmt: skip
def test_gradients_are_the_derivatives(name, residual):
    net, (ids, targets) = model(width=4, residual=residual), batch()
    gradient, value = net.loss_and_gradient(ids, targets)[1][name], net.params[name].copy()

    def loss(moved):
        net.params[name] = moved
        return net.loss(ids, targets)

    np.testing.assert_allclose(gradient, central_difference(loss, value), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("N, T", [(3, 5), (1, 5), (4, 2), (3, 1), (1, 1)])
@pytest.mark.parametrize("sizes", [{}, {"heads": 1, "blocks": 1}, {"heads": 8, "blocks": 3}], ids=str)
def test_every_gradient_is_that_of_torch(N, T, sizes):
    torch = pytest.importorskip("torch")
    from backprop.pytorch.transformer import ModuleTransformer, gradients_in_torch

    net, (ids, targets) = model(**sizes), batch(N, T)
    loss, gradients = net.loss_and_gradient(ids, targets)
    twin = ModuleTransformer(net)
    assert loss == pytest.approx(twin.loss(torch.from_numpy(ids), torch.from_numpy(targets)).item(), rel=1e-12)
    close(net.predict(ids), twin(torch.from_numpy(ids)).detach().numpy())
    ways = gradients_in_torch(net, ids, targets)
    assert list(ways) == ["tensors by hand", "autograd functions", "nn.Module"]
    for theirs in ways.values():
        assert list(theirs) == list(gradients)
        for name, gradient in theirs.items():
            close(gradients[name], gradient)


def test_float32_stays():
    net, (ids, targets) = model(dtype=np.float32), batch()
    _, gradients = net.loss_and_gradient(ids, targets)
    assert net.predict(ids).dtype == np.float32
    assert {gradient.dtype for gradient in gradients.values()} == {np.dtype(np.float32)}


def test_a_token_that_occurs_twice_gets_both_gradients():
    net, (ids, targets) = model(), (np.array([[3, 3, 3]]), np.array([[1, 2, 0]]))
    gradient = net.loss_and_gradient(ids, targets)[1]["tokens.W"]
    close(gradient[3], net.grads["positions.W"].sum(axis=0), 1e-12)  # all three places read row 3
    assert not np.delete(gradient, 3, axis=0).any()


def test_what_does_not_count_changes_nothing():
    net, (ids, targets) = model(), batch()
    loss, gradients = net.loss_and_gradient(ids, targets)
    alone = net.loss_and_gradient(np.delete(ids, 1, axis=0), np.delete(targets, 1, axis=0))
    assert alone[0] == pytest.approx(loss, rel=1e-12)
    for name, gradient in gradients.items():
        close(alone[1][name], gradient)
    scores = net.predict(ids)
    p = np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)
    counted = targets != IGNORED
    assert loss == pytest.approx(-np.log(p[counted, targets[counted]]).mean(), rel=1e-12)


def test_no_token_sees_a_later_one():
    net, (ids, _) = model(), batch()
    other = ids.copy()
    other[:, 3:] = (other[:, 3:] + 1) % 7
    np.testing.assert_allclose(net.predict(other)[:, :3], net.predict(ids)[:, :3], rtol=1e-12)
    assert not np.allclose(net.predict(other)[:, 3:], net.predict(ids)[:, 3:])


def test_names_and_number_of_parameters():
    net = TinyTransformer(vocabulary=12, context=8)
    assert repr(net) == "TinyTransformer(2 blocks of width 32, 4 heads, 26,240 parameters)"
    assert list(net.params)[:4] == ["tokens.W", "positions.W", "block1.norm1.gamma", "block1.norm1.beta"]
    assert list(net.params) == list(net.grads) and "block2.attention.W_o" in net.params
    net.params["norm.gamma"] = np.full(32, 2.0)
    assert (net.norm.params["gamma"] == 2).all()


def test_saving_and_loading(tmp_path):
    net, other, (ids, _) = model(), model(seed=5), batch()
    save(net, tmp_path / "weights")
    np.testing.assert_array_equal(load(other, tmp_path / "weights").predict(ids), net.predict(ids))
    other.params = model(seed=5).params
    assert not np.allclose(other.predict(ids), net.predict(ids))


def test_accuracy_counts_only_what_counts():
    net, (ids, _) = model(), batch(N=300)
    right = net.predict(ids).argmax(axis=-1)
    targets = np.where(np.arange(5) < 2, IGNORED, right)
    assert net.accuracy(ids, targets) == 1.0
    targets[:75, 4] = (targets[:75, 4] + 1) % 7
    assert net.accuracy(ids, targets) == pytest.approx(1 - 75 / 900)


def test_it_learns_with_train():
    rng = np.random.default_rng(0)
    (ids, targets), test = load_sums(rng, train=64)
    net = TinyTransformer(12, 8, width=16, heads=2, blocks=1, rng=rng, dtype=np.float32)
    optimizer = Scheduled(AdamW(0.01), linear_decay(0.01, steps=150, warm_up=10))
    history = train(net, ids, targets, optimizer=optimizer, steps=150, batch_size=64, rng=rng)
    assert history.losses[0] > 2 and history.losses[-1] < 0.7
    assert history.train_accuracy[-1] > history.train_accuracy[0] + 0.3


# Generating


@pytest.mark.parametrize("length", [0, 1, 3, 14])
@pytest.mark.parametrize("prompt", [[1], [1, 2, 3], [[4, 4], [0, 6]], [0, 1, 2, 3, 4, 5, 6, 0]], ids=str)
def test_the_cache_changes_nothing(prompt, length):
    """Also where the text outgrows the context, which is 5 here, and where the prompt does."""
    net = model()
    with_cache, without = (
        net.generate(prompt, 1.0, np.random.default_rng(3), length=length, cache=cache) for cache in (True, False)
    )
    assert with_cache.shape == (*np.shape(prompt)[:-1], np.shape(prompt)[-1] + length)
    np.testing.assert_array_equal(with_cache, without)


@pytest.mark.parametrize("cuts", [[1, 1, 1, 1, 1], [3, 2], [2, 1, 2], [5]], ids=str)
def test_scores_with_a_cache_are_those_without(cuts):
    net, (ids, _) = model(), batch()
    expected, memory, start = net.predict(ids), [{} for _ in net.blocks], 0
    for cut in cuts:
        scores = net.next_scores(ids[:, start : start + cut], memory)
        start += cut
        np.testing.assert_allclose(scores, expected[:, start - 1], rtol=1e-9)
    assert memory[0]["k"].shape == (3, 2, 5, 4)


def test_temperature():
    net = model()
    greedy = net.generate([1, 2], temperature=0)
    assert len(greedy) == 6  # the last token isn't read any more, so one more than the context
    for end in range(2, 6):
        assert greedy[end] == net.predict(greedy[np.newaxis, :end])[0, -1].argmax()
    np.testing.assert_array_equal(net.generate([1, 2], 1e-4, np.random.default_rng(0)), greedy)


def test_tokens_are_drawn_with_their_probabilities():
    scores = np.tile(np.log([[0.1, 0.6, 0.3]]), (20_000, 1))
    for temperature, expected in ((1, [0.1, 0.6, 0.3]), (0.5, np.array([0.01, 0.36, 0.09]) / 0.46)):
        shares = np.bincount(draw(scores, temperature, np.random.default_rng(0)), minlength=3) / 20_000
        np.testing.assert_allclose(shares, expected, atol=0.02)


# Errors


@pytest.mark.parametrize(
    "ids, words",
    [
        (np.zeros(5, int), r"\(N, T\) with T of 1 to 5, got \(5,\): a single sequence is a batch of one"),
        (np.zeros((2, 6), int), r"T of 1 to 5, got \(2, 6\)"),
        (np.zeros((2, 0), int), r"got \(2, 0\)"),
        (np.full((1, 5), 7), "got id 7, but W has rows 0 to 6"),
    ],
)
def test_ids_that_do_not_fit(ids, words):
    with pytest.raises(ValueError, match=words):
        model().predict(ids)


@pytest.mark.parametrize(
    "targets, words",
    [
        (np.zeros((3, 4), int), r"targets of whole numbers in the shape of ids, \(3, 5\), got int64 of shape \(3, 4\)"),
        (np.zeros((3, 5)), "targets of whole numbers .* got float64"),
        (np.full((3, 5), IGNORED), "no target that counts: all are -1"),
        (np.full((3, 5), 7), "class index 7"),
        (np.full((3, 5), -2), "class index -2"),
    ],
)
def test_targets_that_do_not_fit(targets, words):
    with pytest.raises(ValueError, match=words):
        model().loss(batch()[0], targets)


@pytest.mark.parametrize(
    "arguments, error, words",
    [
        ({"temperature": -1}, ValueError, "temperature"),
        ({"temperature": 1}, TypeError, "rng to be a numpy.random.Generator"),
        ({"temperature": 0, "length": 1.5}, TypeError, "length"),
    ],
)
def test_generate_explains(arguments, error, words):
    with pytest.raises(error, match=words):
        model().generate([1, 2], **arguments)


def test_an_empty_prompt_and_sizes():
    with pytest.raises(ValueError, match=r"T of 1 to 5, got \(1, 0\)"):
        model().generate(np.zeros(0, int), temperature=0)
    with pytest.raises(ValueError, match="can't cut 8 columns into 3 heads"):
        model(heads=3)
    with pytest.raises(ValueError, match="blocks to be 1 or more"):
        model(blocks=0)


def test_a_block_that_computes_nothing():
    """With zeros for the last weights of both branches, x passes a block by the additions, and only by them."""
    x = np.random.default_rng(0).normal(size=(2, 3, 4))
    for residual, expected in ((True, x), (False, 0 * x)):
        block = Block(4, 1, np.random.default_rng(1), residual=residual)
        block.attention.params["W_o"][:] = 0
        block.contract.params["W"][:] = 0
        np.testing.assert_array_equal(block.forward(x), expected)
        np.testing.assert_array_equal(block.backward(x), expected)
