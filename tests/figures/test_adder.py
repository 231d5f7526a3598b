"""The language model that is asked in a page computes what the package computes."""

import json
import re
from html import unescape

import numpy as np
import pytest
from test_explore_in_a_page import browser, show, text  # noqa: F401  # fixtures

from backprop.figures.adder import answers, ask_adder, in_16_bits, said
from backprop.text import DIGITS, Characters, written_sum
from backprop.transformer import TinyTransformer


def model(seed=0):
    model, rng = (
        TinyTransformer(len(DIGITS), 8, dtype=np.float32, rng=np.random.default_rng(seed)),
        np.random.default_rng(seed),
    )
    for value in model.params.values():
        value += rng.normal(scale=0.3, size=value.shape)  # as different as if it were trained
    return model


def test_scores_and_shares_are_those_of_the_package(show):  # noqa: F811
    figure = ask_adder(model())
    page, exact, characters = show(figure), in_16_bits(model()), Characters(DIGITS)
    data = json.loads(unescape(re.search(r'data-adder="([^"]*)"', figure.markup)[1]))
    rng = np.random.default_rng(1)
    sequences = [characters.encode(written_sum(*rng.integers(100, size=2))[: rng.integers(1, 9)]) for _ in range(50)]
    found = page.evaluate(
        "([data, sequences]) => { const look = bpFigures.transformer(data); return sequences.map(look) }",
        [data, [ids.tolist() for ids in sequences]],
    )
    for ids, shown in zip(sequences, found):
        scores = exact.predict(ids[np.newaxis])[0, -1]
        np.testing.assert_allclose(shown["scores"], scores, rtol=1e-4, atol=1e-4)
        shares = np.concatenate([block.attention.probabilities[0, :, -1] for block in exact.blocks])
        np.testing.assert_allclose(shown["shares"], shares, atol=1e-5)


def test_a_sum_is_typed_and_answered(show):  # noqa: F811
    page, exact = show(ask_adder(model())), in_16_bits(model())
    page.fill("input", "7+58")
    page.click(".bp-buttons button:nth-child(2)")
    written, probabilities, shares = answers(exact, "07+58")
    assert text(page, ".bp-promise") == said(written)
    assert "".join(page.eval_on_selector_all(".bp-character", "all => all.map(e => e.textContent)")) == written[:7]
    heights = page.eval_on_selector_all(".bp-bar", "all => all.map(e => +e.getAttribute('height'))")
    np.testing.assert_allclose(heights, 70 * probabilities[1], atol=0.06)
    opacities = page.eval_on_selector_all(".bp-share", "all => all.map(e => +e.getAttribute('fill-opacity'))")
    np.testing.assert_allclose(np.reshape(opacities, (8, 8))[:, :7], shares[1].reshape(8, 7), atol=0.006)
    page.fill("input", "7+")
    assert "such as 27+58" in text(page, ".bp-promise")


def test_what_is_said():
    assert said("27+58=580") == "It writes 580, the ones first, so 85. That is right."
    assert said("27+58=680") == "It writes 680, the ones first, so 86. That is wrong: it should be 85."


def test_errors():
    with pytest.raises(ValueError, match="12 characters and a context of 8"):
        ask_adder(TinyTransformer(5, 8))
    with pytest.raises(ValueError, match="with residual connections"):
        ask_adder(TinyTransformer(len(DIGITS), 8, residual=False))
    with pytest.raises(TypeError, match="expected a TinyTransformer, got NoneType"):
        ask_adder(None)
    for question in ("7+58", 27):
        with pytest.raises(ValueError, match="two numbers of two digits"):
            ask_adder(model(), question)
