"""A language model that adds, to be asked in the page: type a sum, and see it write the digits, one by one.

The weights travel as 16-bit floats. `adder.js` is the forward pass of `TinyTransformer` once more.
"""

import base64
import copy
from html import escape

import numpy as np

from ..text import DIGITS, Characters
from ..transformer import TinyTransformer
from .live import as_attribute, live_drawing

WIDTH, BAR, CELL, LEFT = 340, 70, 26, 104
PLACES = ("ones", "tens", "hundreds")


def ask_adder(model, question="27+58"):
    """A figure in which a reader types a sum, and the model writes its digits: the ones, the tens, the hundreds.

    For each digit it shows the probability of each character, and where each head of each block looks.

    Parameters
    ----------
    model : TinyTransformer, trained on `load_sums`, with a context of 8
    question : str
        What stands there at first: two numbers of two digits, such as "27+58".

    Raises
    ------
    TypeError, ValueError
        If the model is a different one, has no residual connections or not the characters of `load_sums`, or the question is no such sum.
    """
    if not isinstance(model, TinyTransformer):
        raise TypeError(f"ask_adder expected a TinyTransformer, got {type(model).__name__}")
    if (model.vocabulary, model.context) != (len(DIGITS), 8) or not all(block.residual for block in model.blocks):
        raise ValueError(
            f"ask_adder expected a model of 12 characters and a context of 8, with residual connections, got {model!r}"
        )
    if (
        not isinstance(question, str)
        or len(question) != 5
        or question[2] != "+"
        or not (question[:2] + question[3:]).isdigit()
    ):
        raise ValueError(f"ask_adder expected a sum of two numbers of two digits, such as '27+58', got {question!r}")
    model = in_16_bits(model)
    weights = np.concatenate([np.ravel(value) for value in model.params.values()]).astype("<f2")
    data = {
        "blocks": len(model.blocks), "heads": model.blocks[0].attention.heads, "alphabet": DIGITS,
        "shapes": {name: value.shape for name, value in model.params.items()},
        "weights": base64.b64encode(weights.tobytes()).decode(),
    }  # fmt: skip  # a record
    written, probabilities, shares = answers(model, question)
    picture = _picture(written, probabilities[0], shares[0])
    tabs = "".join(
        f'<button type="button" aria-pressed="{"true" if i == 0 else "false"}">{place}</button>'
        for i, place in enumerate(PLACES)
    )
    html = (
        f'<div class="bp-live bp-adder" role="group" aria-label="A language model that adds" data-adder="{as_attribute(data)}">'
        f'<div class="bp-pulls"><div class="bp-choose"><label>Ask for a sum: <input type="text" inputmode="tel" '
        f'maxlength="5" size="6" value="{escape(question)}" autocomplete="off"></label></div>'
        f'<div class="bp-buttons" role="group" aria-label="Which digit">{tabs}</div></div>{picture}'
        f'<p class="bp-promise" role="status">{escape(said(written))}</p></div>'
    )
    return live_drawing(picture, html, "adder.js")


def in_16_bits(model):
    """A copy whose weights are rounded as they travel."""
    model = copy.deepcopy(model)
    for name, value in model.params.items():
        model.params[name] = value.astype(np.float16).astype(np.float32)
    return model


def answers(model, question):
    """What the model writes after a question, with the probabilities (3, V) and the shares (3, blocks, heads, T)."""
    characters, text = Characters(DIGITS), f"{question}="
    probabilities, shares = [], []
    for _ in PLACES:
        scores = model.predict(characters.encode(text)[np.newaxis])[0, -1].astype(float)
        exponentials = np.exp(scores - scores.max())
        probabilities.append(exponentials / exponentials.sum())
        shares.append(np.array([block.attention.probabilities[0, :, -1] for block in model.blocks]))
        text += DIGITS[int(scores.argmax())]
    return text, probabilities, shares


def said(written):
    question, digits = written.split("=", 1)
    first, second = question.split("+")
    right = int(first) + int(second)
    verdict = "That is right." if digits[::-1] == f"{right:03d}" else f"That is wrong: it should be {right}."
    return f"It writes {digits}, the ones first, so {digits[::-1].lstrip('0') or '0'}. {verdict}"


def described(text, probabilities):
    """The picture in words; `adder.js` says the same of what is asked next."""
    likely = sorted(zip(probabilities, DIGITS), reverse=True)[:2]
    said = ", then ".join(f"{character} with {100 * p:.1f}%" for p, character in likely)
    return f"After {text} the most probable next characters are {said}. Below, where each head looks."


def _picture(written, probabilities, shares):
    """The probability of each character as a bar, and below, for each head, where the last token looks."""
    bars, rows, top = [], [], BAR + 44
    for i, (character, probability) in enumerate(zip(DIGITS, probabilities)):
        x = 14 + 27 * i
        bars.append(
            f'<rect class="bp-bar" x="{x}" y="{20 + BAR * (1 - probability):.1f}" width="18" height="{BAR * probability:.1f}" '
            f'style="fill:var(--bp-forward,#1f67a6)"/><text x="{x + 9}" y="{BAR + 34}" text-anchor="middle">{character}</text>'
        )
    names = [f"block {b + 1}, head {h + 1}" for b in range(len(shares)) for h in range(len(shares[0]))]
    grid = shares.reshape(len(names), -1)
    for row, (name, found) in enumerate(zip(names, grid)):
        y = top + 22 + 20 * row
        rows.append(f'<text x="0" y="{y + 13}" font-size="11">{name}</text>')
        for column in range(8):
            share = float(found[column]) if column < len(found) else 0.0
            rows.append(
                f'<rect class="bp-share" x="{LEFT + CELL * column}" y="{y}" width="{CELL - 2}" height="18" '
                f'stroke="currentColor" stroke-opacity=".25" style="fill:var(--bp-forward,#1f67a6)" fill-opacity="{share:.2f}"/>'
            )
    heads = f'<text x="0" y="{top + 14}" font-size="11">share taken from</text>' + "".join(
        f'<text class="bp-character" x="{LEFT + CELL * column + 12}" y="{top + 14}" text-anchor="middle">'
        f"{written[column] if column < 6 else ''}</text>"
        for column in range(8)
    )
    height = top + 24 + 20 * len(names)
    title = described(written[:6], probabilities)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="backprop-graph bp-plot" role="img" aria-label="{title}" '
        f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" style="max-width:100%;height:auto" font-size="13" '
        f'font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,monospace" fill="currentColor">'
        f'<text x="0" y="12" font-size="11">probability of the next character</text>{"".join(bars)}{heads}{"".join(rows)}</svg>'
    )
