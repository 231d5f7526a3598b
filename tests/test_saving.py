"""Save and load: the same predictions, files that don't fit, and files that are never half-written."""

import numpy as np
import pytest

from backprop.layers import Affine, BatchNorm, Embedding, ReLU
from backprop.networks import Sequential, TwoLayerNet
from backprop.saving import load, save

X = np.random.default_rng(0).normal(size=(6, 4))


def network(seed, dtype=np.float64, hidden=5):
    return TwoLayerNet(4, hidden, 3, weight_init_std=0.5, rng=np.random.default_rng(seed), dtype=dtype)


def normalizing(seed):
    rng = np.random.default_rng(seed)
    norm = BatchNorm(rng.normal(size=5), rng.normal(size=5))
    return Sequential(Affine(rng.normal(size=(4, 5)), np.zeros(5)), norm, ReLU(), Affine(np.ones((5, 2)), np.ones(2)))


@pytest.mark.parametrize("as_path", [str, lambda path: path], ids=["str", "Path"])
def test_predicts_the_same(tmp_path, as_path):
    saved, other = network(1), network(2)
    path = as_path(tmp_path / "weights.npz")
    save(saved, path)
    assert load(other, path) is other
    np.testing.assert_array_equal(other.predict(X), saved.predict(X))
    with np.load(path) as file:
        assert file.files == ["W1", "b1", "W2", "b2"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["weights.npz"]


def test_a_path_is_used_as_it_is_and_a_file_is_replaced(tmp_path):
    path = tmp_path / "best"
    for seed in (1, 2):
        save(network(seed), path)
        np.testing.assert_array_equal(load(network(3), path).params["W1"], network(seed).params["W1"])


def test_running_averages_go_with_the_parameters(tmp_path):
    saved, other = normalizing(1), normalizing(2)
    saved.forward(X), save(saved, tmp_path / "n.npz")
    load(other, tmp_path / "n.npz")
    np.testing.assert_array_equal(other.predict(X), saved.predict(X))
    assert other.layers[1].running_mean is not saved.layers[1].running_mean


@pytest.mark.parametrize("saved, loading", [(np.float64, np.float32), (np.float32, np.float64)])
def test_the_network_keeps_its_dtype(tmp_path, saved, loading):
    save(network(1, saved), tmp_path / "n.npz")
    net = load(network(2, loading), tmp_path / "n.npz")
    assert {value.dtype for value in net.params.values()} == {np.dtype(loading)}
    np.testing.assert_allclose(net.params["W1"], network(1).params["W1"], rtol=1e-6)


@pytest.mark.parametrize(
    "write, words",
    [
        (lambda path: save(network(1, hidden=6), path), r"fit this network: W1 has shape \(4, 5\), got .*\(4, 6\)"),
        (lambda path: save(Sequential(Affine(np.ones((4, 5)), np.ones(5))), path), "don't name the arrays"),
        (lambda path: save(normalizing(1), path), "don't name the arrays of the network"),
        (lambda path: np.savez(open(path, "wb"), W1=[["a"]], b1=0, W2=0, b2=0), "doesn't fit this network"),
        (lambda path: path.write_bytes(b"weights"), "is not a file written by save"),
        (lambda path: path.write_bytes(b""), "is not a file written by save"),
        (lambda path: np.save(open(path, "wb"), np.ones(3)), "is not a file written by save"),
        (lambda path: np.savez(open(path, "wb"), W1=np.array([{}], dtype=object)), "is not a file written by save"),
    ],
    ids=["another width", "fewer layers", "other layers", "words", "text", "empty", "one array", "pickled"],
)  # fmt: skip
def test_a_file_that_does_not_fit_changes_nothing(tmp_path, write, words):
    path, net = tmp_path / "other.npz", network(2)
    write(path)
    with pytest.raises(ValueError, match=words) as error:
        load(net, path)
    assert str(path) in str(error.value)
    np.testing.assert_array_equal(net.predict(X), network(2).predict(X))


def test_running_averages_that_are_missing(tmp_path):
    net = normalizing(1)
    np.savez(tmp_path / "n.npz", **net.params)
    with pytest.raises(ValueError, match=r"it doesn't hold running_mean2 of shape \(5,\)"):
        load(net, tmp_path / "n.npz")


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9, 0.99])
def test_a_file_that_was_cut_off(tmp_path, kept):
    path = tmp_path / "n.npz"
    save(network(1), path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(kept * len(whole))])
    with pytest.raises(ValueError, match="is not a file written by save.*, or it is damaged"):
        load(network(2), path)


def test_a_byte_that_changed(tmp_path):
    path = tmp_path / "n.npz"
    save(network(1), path)
    content = bytearray(path.read_bytes())
    content[200] ^= 1  # among the numbers of W1
    path.write_bytes(content)
    with pytest.raises(ValueError, match="damaged"):
        load(network(2), path)


def test_an_interrupted_save_leaves_the_older_file(tmp_path, monkeypatch):
    path = tmp_path / "n.npz"
    save(network(1), path)

    def interrupted(file, **arrays):
        file.write(b"PK")
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "savez", interrupted)
    with pytest.raises(KeyboardInterrupt):
        save(network(2), path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["n.npz"]
    np.testing.assert_array_equal(load(network(3), path).params["W1"], network(1).params["W1"])


def test_no_such_file_and_no_such_folder(tmp_path):
    with pytest.raises(FileNotFoundError):
        load(network(1), tmp_path / "n.npz")
    with pytest.raises(FileNotFoundError):
        save(network(1), tmp_path / "nowhere" / "n.npz")
    with pytest.raises(ValueError, match="no parameters"):
        save(Sequential(ReLU()), tmp_path / "n.npz")


def test_an_embedding_is_saved_as_well(tmp_path):
    save(Sequential(Embedding(np.ones((3, 2)))), tmp_path / "e.npz")
    net = load(Sequential(Embedding(np.zeros((3, 2)))), tmp_path / "e.npz")
    assert net.params["W1"].all()
