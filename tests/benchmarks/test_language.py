"""The model of sums: ours and PyTorch's take the same steps, and what is said of them."""

import numpy as np
import pytest

from benchmarks import language, tables
from benchmarks.goals import verdicts

torch = pytest.importorskip("torch")


def test_both_take_the_same_steps():
    from backprop.pytorch.transformer import ModuleTransformer

    ids, targets, network = language.batches(5)
    twin = ModuleTransformer(network)
    losses = language.ours(ids, targets, network)
    np.testing.assert_allclose(language.eager(ids, targets, twin), losses, rtol=1e-3)
    assert losses[-1] < losses[0]


def test_the_result_and_its_table():
    result = language.measure(steps=2, rounds=2)
    assert {name: len(times) for name, times in result["seconds_per_step"].items()} == {"ours": 2, "PyTorch, eager": 2}
    text = tables.of_language("1 thread", result)
    assert "26,240 parameters" in text and "ours / PyTorch: " in text
    skipped = {"skipped": "PyTorch is not installed"}
    assert "skipped, PyTorch is not installed" in tables.of_language("1 thread", skipped)
    verdicts_of = {row["goal"]: row["verdict"] for row in verdicts({"language": {"1 thread": skipped}})}
    assert verdicts_of["language model, 1 thread: ours / PyTorch, eager"] == "not measured"


def test_different_losses_are_refused(monkeypatch):
    monkeypatch.setattr(language, "eager", lambda ids, targets, network: [0.0] * len(ids))
    with pytest.raises(RuntimeError, match="the losses differ"):
        language.measure(steps=2, rounds=1)
