"""Sums and text as tokens: what is asked of the model, and what is held out."""

import numpy as np
import pytest

from backprop.text import DIGITS, Characters, load_sums, windows, written_sum
from backprop.transformer import IGNORED

CHARACTERS = Characters(DIGITS)


def test_characters():
    characters = Characters("hello")
    assert characters.alphabet == "helo" and len(characters) == 4
    np.testing.assert_array_equal(characters.encode("ole"), [3, 2, 1])
    assert characters.decode(characters.encode("hello")) == "hello"
    with pytest.raises(ValueError, match="'helo', which doesn't hold 'a'"):
        characters.encode("halo")


def test_a_written_sum():
    assert [written_sum(27, 58), written_sum(0, 7), written_sum(99, 99)] == ["27+58=580", "00+07=700", "99+99=891"]


def test_sums():
    """All 10,000 are there once; the targets are the next tokens, and only those of the result count."""
    (ids, targets), (ids_test, targets_test) = load_sums(np.random.default_rng(0))
    assert ids.shape == targets.shape == (9_000, 8) and ids_test.shape == targets_test.shape == (1_000, 8)
    ids, targets = np.vstack([ids, ids_test]), np.vstack([targets, targets_test])
    assert (targets[:, :5] == IGNORED).all()
    np.testing.assert_array_equal(targets[:, 5:7], ids[:, 6:])
    texts = {CHARACTERS.decode([*row, last]) for row, last in zip(ids, targets[:, -1])}
    assert texts == {written_sum(a, b) for a in range(100) for b in range(100)}


def test_sums_are_held_out_at_random():
    first, again, other = (load_sums(np.random.default_rng(seed), train=90)[0][0] for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    with pytest.raises(ValueError, match="train to be below 10,000"):
        load_sums(np.random.default_rng(0), train=10_000)
    with pytest.raises(TypeError, match="rng"):
        load_sums(0)


def test_windows():
    ids, targets = windows(np.arange(8), 3)
    np.testing.assert_array_equal(ids, [[0, 1, 2], [3, 4, 5]])
    np.testing.assert_array_equal(targets, [[1, 2, 3], [4, 5, 6]])
    with pytest.raises(ValueError, match="need at least 4 ids, got 3"):
        windows(np.arange(3), 3)
