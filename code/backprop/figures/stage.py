"""The figures of the first page: a bill, a small network and a deep one, to be pulled one after the other."""

import json
import math
from html import escape

import numpy as np

from ..variable import Variable
from .drawing import Drawing
from .live import limits_of, line_width, live_drawing, live_html, page_lines
from .sentences import number_text
from .svg import GRADIENT, indices
from .tape import tape_of

WIDTH, HEIGHT = 300, 220
KEY = (
    '<p class="bp-title">Blue lines are weights, dashed where they are negative; the wider an orange line, the larger '
    "that weight's gradient. The weight that you pull has the color of the text.</p>"
)


def stage(**drawings):
    """Several live figures in one place, of which a row of buttons shows one at a time; without scripts all are there.

    Parameters
    ----------
    **drawings : Drawing, by what its button says (underscores become spaces)
    """
    names = [name.replace("_", " ") for name in drawings]
    buttons = "".join(
        f'<button type="button" aria-pressed="{"true" if i == 0 else "false"}">{escape(name)}</button>'
        for i, name in enumerate(names)
    )
    parts = "".join(
        f'<section role="group" aria-label="{escape(name)}">{drawing.markup}</section>'
        for name, drawing in zip(names, drawings.values())
    )
    first, *_ = drawings.values()
    script = max((drawing.script for drawing in drawings.values()), key=len)  # each begins with what all share
    markup = f'<div class="bp-stage"><div class="bp-tabs" role="group" aria-label="Which figure">{buttons}</div>{parts}</div>'
    return Drawing(first.svg, markup, f"{markup}<script>{script}</script>", script)


def explore_depth(layers=10, weight=1.0, x=0.5):
    """A chain of sigmoids with one weight each, all of them alike: the orange thread is the gradient on its way back.

    layers : int. weight : the weight that all share, from -8 to 8. x : the number that goes in, from -1 to 1.
    """
    w, a = Variable(float(weight), "weight"), Variable(float(x), "x")
    chain = [a]
    for _ in range(layers):
        chain.append((chain[-1] * w).sigmoid())
    output = chain[-1].named("output")
    tape = tape_of(output)
    limits = limits_of({"x": a, "weight": w}, {"x": (-1, 1, 0.05), "weight": (-8, 8, 0.1)})
    numbers = np.array(tape.run(weight=w.data, x=a.data))
    picture = _chain_picture(chain, tape, numbers, w)
    html = live_html(f'<div class="bp-figure"><div class="bp-across">{picture}</div></div>', output, tape, limits)
    return live_drawing(picture, html)


def _chain_picture(chain, tape, numbers, weight):
    """Ten nodes in two rows, so that they fit a phone, with the gradient under each line."""
    per_row, pitch, parts = math.ceil(len(chain) / 2), 56, []
    places = [(32 + pitch * (i % per_row), 40 + 95 * (i // per_row)) for i in range(len(chain) + 1)]
    for i, value in enumerate(chain):
        (x, y), (to_x, to_y) = places[i], places[i + 1]
        cells = tape.gradients[id(value)]
        turn = "" if y == to_y else "h24q12 0 12 12v19q0 12 -12 12H16q-12 0 -12 12v19q0 12 12 12"
        d = f"M{x} {y}{turn}H{to_x}"
        width = line_width(numbers[cells.astype(int)])
        parts.append(
            f'<path class="bp-flow" data-g="{indices(cells)}" d="{d}" fill="none" stroke-width="{width:.1f}"/>'
            f'<path d="{d}" fill="none" stroke="currentColor" stroke-opacity=".4"/>'
        )
    for i, value in enumerate(chain):
        x, y = places[i]
        cells, last = tape.gradients[id(value)], i == len(chain) - 1
        name = ("x" if i == 0 else "output") if i == 0 or last else ""
        shown = "x" if i == 0 else "σ"
        value_live = f' data-value="{name}"' if name else ""
        gradient_live = f' data-gradient="{name}"' if name else ""
        parts.append(
            f'<circle cx="{x}" cy="{y}" r="15" style="fill:var(--pst-color-background,#fff)" stroke="currentColor"/>'
            f'<text x="{x}" y="{y + 4}" text-anchor="middle">{shown}</text>'
            f'<text x="{x}" y="{y - 20}" text-anchor="middle" font-size="11"{value_live} '
            f'data-v="{indices(tape.values[id(value)])}" data-digits="3">{number_text(numbers[tape.values[id(value)].item()], digits=3)}</text>'
            f'<text x="{x}" y="{y + 28}" text-anchor="middle" font-size="11" style="{GRADIENT}"{gradient_live} '
            f'data-v="{indices(cells)}" data-digits="2">{number_text(numbers[cells.item()], digits=2)}</text>'
        )
    cells = tape.gradients[id(weight)]
    parts.append(
        f'<text x="10" y="208" font-size="11">gradient of the weight that all share: <tspan style="{GRADIENT}" data-gradient="weight" '
        f'data-v="{indices(cells)}">{number_text(numbers[cells.item()])}</tspan></text>'
    )
    title = f"{len(chain) - 1} sigmoids in a row, each with the same weight, and the gradient at each of them."
    return _svg(title, 352, 13, parts)


def explore_classifier(points, targets, rng):
    """A network 2-4-1 on points in the plane: pull a weight, and the border bends; press step, and it descends.

    points : (N, 2), each coordinate within -1.5 to 1.5. targets : (N,), 0 or 1. rng : for the initial weights.
    """
    x1, x2, sign = Variable(0.0, "x1"), Variable(0.0, "x2"), Variable(1.0, "sign")
    weights, total = {}, None
    for j in range(1, 5):
        w1, w2, b, v = (
            weights.setdefault(name, Variable(round(float(rng.normal(scale=scale)), 2), name))
            for name, scale in ((f"x1→h{j}", 1.5), (f"x2→h{j}", 1.5), (f"bias of h{j}", 0.5), (f"h{j}→out", 1.0))
        )
        part = (x1 * w1 + x2 * w2 + b).tanh() * v
        total = part if total is None else total + part
    weights["bias of out"] = Variable(0.0, "bias of out")
    score = total + weights["bias of out"]
    loss = ((score * sign * -1).exp() + 1).log().named("loss")  # cross-entropy; sign is 1 or -1
    tape = tape_of(loss)
    data = {
        "lines": page_lines(tape), "forward": tape.forward,
        "score": int(tape.values[id(score)].item()), "loss": int(tape.values[id(loss)].item()),
        "weights": {name: [w.data, int(tape.gradients[id(w)].item())] for name, w in weights.items()},
        "points": np.round(points, 3).tolist(), "targets": [int(t) for t in targets],
    }  # fmt: skip  # a record
    picture = _network_picture(weights)
    options = "".join(f"<option>{name}</option>" for name in weights)
    html = (
        f'<div class="bp-classifier" role="group" aria-label="A network that parts points of two kinds" '
        f'data-network="{escape(json.dumps(data, separators=(",", ":")))}">'
        f'<div class="bp-pair"><div>{picture}{KEY}</div><canvas width="{2 * WIDTH}" height="{2 * HEIGHT}" role="img" '
        f'style="width:{WIDTH}px;height:{HEIGHT}px;max-width:100%"></canvas></div>'
        f'<div class="bp-pulls"><label><select name="weight" aria-label="which weight">{options}</select>'
        f'<input type="range" name="pulled" aria-label="the weight" min="-5" max="5" step="0.01" autocomplete="off">'
        f'<output aria-hidden="true"></output><output class="bp-gradient" aria-hidden="true"></output></label><div class="bp-buttons">'
        f'<button type="button" name="step">step</button><button type="button" name="run">100 steps</button>'
        f'<button type="button" name="again">reset</button></div></div><p class="bp-promise" role="status"></p></div>'
    )
    return live_drawing(picture, html, "classifier.js")


def _network_picture(weights):
    places = {"x1": (30, 65), "x2": (30, 155), "out": (270, 110)} | {
        f"h{j}": (150, 35 + 50 * (j - 1)) for j in range(1, 5)
    }
    parts = []
    for name in weights:
        if "→" in name:
            (x, y), (to_x, to_y) = (places[end] for end in name.split("→"))
            line = f'x1="{x}" y1="{y}" x2="{to_x}" y2="{to_y}"'
            parts.append(
                f'<line class="bp-flow" data-weight="{name}" {line}/><line class="bp-weight" data-weight="{name}" {line}/>'
                f'<line class="bp-grip" data-weight="{name}" {line}><title>{name}</title></line>'
            )
    for name, (x, y) in places.items():
        parts.append(
            f'<circle cx="{x}" cy="{y}" r="16" style="fill:var(--pst-color-background,#fff)" stroke="currentColor"/>'
            f'<text x="{x}" y="{y + 4}" text-anchor="middle">{name}</text>'
        )
    title = "A network of two inputs, four hidden units and one output; each line is a weight."
    return _svg(title, WIDTH, 12, parts)


def _svg(title, width, font_size, parts):
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="backprop-graph" role="img" aria-label="{title}" '
        f'viewBox="0 0 {width} {HEIGHT}" width="{width}" height="{HEIGHT}" style="max-width:100%;height:auto" font-size="{font_size}" '
        f'font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,monospace" fill="currentColor">'
        f"{''.join(parts)}</svg>"
    )
