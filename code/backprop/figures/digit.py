"""A digit that the reader writes: a network reads it in the page, and shows which ink would make it another one.

The page computes the network of chapter 11 with a short script (`digit.js`); it needs no kernel, library or request.
"""

import base64
import math
from html import escape

import numpy as np

from ..layers import Affine, ReLU
from ..losses import SoftmaxWithLoss
from ..networks import Sequential
from ..values import real_number, whole_number
from .drawing import Drawing, framed
from .live import source

SIDE = 28  # pixels of an image
FORWARD, GRADIENT = "var(--bp-forward,#1f67a6)", "var(--bp-gradient,#c24e00)"
# Where both pictures are in the still one.
PIXELS_PLACE, UNITS_PLACE = ' x="5" y="28" width="240" height="240"', ' x="5" y="300" width="600" height="60"'
MOST_BYTES = 90_000  # of what the page carries of a network


def draw_a_digit(network, examples, first=0, target=None, learning_rate=0.01):
    """A field to write a digit in, which the network reads stroke by stroke, and the gradient of its loss for each pixel.

    Orange plus signs are on pixels where more ink would make it more of the target, blue minus signs where less would.
    "Teach" takes one step of gradient descent on what was written. The network travels in the page as `rounded` has it.

    Parameters
    ----------
    network : TwoLayerNet, or a Sequential of Affine, ReLU and Affine
        784 pixels in, at most 10 scores out, softmax with loss at its end.
    examples : (K, 784)
        Images to choose from, with pixels from 0 to 1.
    first : int
        The example with which the figure opens.
    target : int, optional
        The class it asks for first; the second most probable one when left out.
    learning_rate : float
        Of the step that "teach" takes.

    Raises
    ------
    TypeError, ValueError
        If the network is a different one, or too large to travel; if the examples are no images.
    """
    whole, numbers = _packed(network)
    images = np.atleast_2d(np.asarray(examples, dtype=np.float32))
    if images.shape[1:] != (SIDE * SIDE,) or not (images >= 0).all() or not (images <= 1).all():
        raise ValueError(
            f"draw_a_digit expected examples of shape (K, {SIDE * SIDE}) with pixels from 0 to 1, got shape "
            f"{np.shape(examples)}: load_mnist() returns such images"
        )
    classes = network.params["W2"].shape[1]
    whole_number(first, "draw_a_digit", "first", least=0)
    rate = real_number(learning_rate, "draw_a_digit", "learning_rate", least=0)
    if first >= len(images):
        raise ValueError(f"draw_a_digit expected first to be one of {len(images)} examples, from 0, got {first}")
    images = np.rint(images * 255)  # as they are in MNIST's files
    net, image = rounded(network), images[first : first + 1] / np.float32(255)
    if target is None:
        target = int(net.predict(image)[0].argsort()[-2])
    whole_number(target, "draw_a_digit", "target", least=0)
    if target >= classes:
        raise ValueError(f"draw_a_digit expected a target from 0 to {classes - 1}, got {target}")
    state = _state(net, image, target)
    data = {
        "sizes": " ".join(str(n) for n in (*network.params["W1"].shape, classes)),
        "weights": _as_text(whole),
        "numbers": _as_text(numbers),
        "examples": _as_text(images.astype(np.uint8)),
        "first": first,
        "rate": f"{rate:g}",
    }
    carried = " ".join(f'data-{name}="{value}"' for name, value in data.items())
    style, script = f"<style>{source('digit.css')}</style>", source("digit.js")
    markup = framed(
        f'<div class="bp-digit" role="group" aria-label="A digit to write, and the network that reads it" {carried}>{_columns(state, rate)}</div>',
        style,
    )
    return Drawing(_still(state), markup, f"{markup}<script>{script}</script>", script)


def rounded(network):
    """The network as it travels in a page: each weight a whole number from -127 to 127 times a scale, one per column.

    Returns a new Sequential; biases, and everything that is computed, are float32.
    """
    (whole1, scale1, b1), (whole2, scale2, b2) = _eight_bits(network)
    return Sequential(Affine(whole1 * scale1, b1), ReLU(), Affine(whole2 * scale2, b2))


def _eight_bits(network):
    """(whole numbers, scales, biases) of both affine layers, as int8 and float32."""
    layers = getattr(network, "layers", ())
    if [type(layer) for layer in layers] != [Affine, ReLU, Affine] or not isinstance(
        network.loss_function, SoftmaxWithLoss
    ):
        raise TypeError(f"draw_a_digit expected a TwoLayerNet (Affine, ReLU, Affine, SoftmaxWithLoss), got {network!r}")
    if len(layers[0].params["W"]) != SIDE * SIDE or not 2 <= layers[2].params["W"].shape[1] <= 10:
        raise ValueError(f"draw_a_digit expected {SIDE * SIDE} pixels in and 2 to 10 scores out, got {network!r}")
    parts = []
    for layer in (layers[0], layers[2]):
        W, b = (np.asarray(layer.params[name], dtype=np.float32) for name in ("W", "b"))
        if not (np.isfinite(W).all() and np.isfinite(b).all()):
            raise ValueError(
                "draw_a_digit expected finite weights, and some are nan or infinite: did training diverge?"
            )
        scale = np.abs(W).max(axis=0) / np.float32(127)
        scale[scale == 0] = 1
        parts.append((np.rint(W / scale).astype(np.int8), scale, b))
    return parts


def _packed(network):
    """All whole numbers in one array, and all float32 numbers in another: scales and biases of both layers."""
    (whole1, scale1, b1), (whole2, scale2, b2) = _eight_bits(network)
    whole = np.concatenate([whole1.ravel(), whole2.ravel()])
    numbers = np.concatenate([scale1, b1, scale2, b2]).astype("<f4")
    size = len(_as_text(whole)) + len(_as_text(numbers))
    if size > MOST_BYTES:
        raise ValueError(
            f"draw_a_digit carries a network of at most {MOST_BYTES:,} bytes, got {size:,}: use fewer hidden units"
        )
    return whole, numbers


def _as_text(array):
    return base64.b64encode(array.tobytes()).decode()


def _state(net, image, target):
    """What the network makes of an image: hidden units, probabilities, losses, and the gradients of the target's loss."""
    affine1, relu, affine2 = net.layers
    hidden = relu.forward(affine1.forward(image))
    scores = affine2.forward(hidden)
    losses = [net.loss_function.forward(scores, [c]) for c in range(scores.shape[1])]
    net.loss_function.forward(scores, [target])
    z = relu.backward(affine2.backward(net.loss_function.backward()))
    return {
        "target": target, "image": image[0], "hidden": hidden[0], "probabilities": np.exp(np.negative(losses)),
        "loss": losses[target], "z": z[0], "x": affine1.backward(z)[0],
    }  # fmt: skip  # a record


# ---- the figure as it opens; digit.js draws the same anew at every change


def _columns(state, rate):
    target = state["target"]
    rows = "".join(
        f'<label class="bp-row{" bp-best" if p == max(state["probabilities"]) else ""}"><input type="radio" '
        f'autocomplete="off"{" checked" if c == target else ""}>{c}<b><s style="transform:scaleX({p:.4f})"></s></b>'
        f'<span class="bp-percent">{100 * p:.1f}</span></label>'
        for c, p in enumerate(state["probabilities"])
    )
    return (
        f'<div class="bp-columns"><div class="bp-write"></div><div class="bp-seen"><p class="bp-head">What the network sees'
        f'</p>{_pixels(state)}<p class="bp-note">What would make it more of a <b class="bp-asked">{target}</b>? '
        f'<i class="bp-plus">+</i> ink here, <i class="bp-minus">&minus;</i> no ink here.</p></div>'
        f'<div class="bp-reads" role="radiogroup" aria-label="target: which digit it should be">'
        f'<p class="bp-head">What it reads, in %</p>{rows}'
        f'<p class="bp-note">Choose the target: which digit should it be?</p></div></div>'
        f'<div class="bp-hidden">{_units(state)}<p class="bp-note">Hidden units: above the line, in blue, what each of them puts '
        f"out; below it, in orange, how much gradient comes back to it. A unit that is off gets none.</p></div>"
        f'<p class="bp-reading" role="status">{escape(_sentence(state))}</p>'
        f'<div class="bp-buttons"></div><div class="bp-examples"></div>'
        f'<p class="bp-note">What is written is scaled to fit a box of 20 \u00d7 20 pixels, and its center of mass is put in the '
        f"middle of 28 \u00d7 28, as was done for MNIST. To teach is one step of gradient descent on what is written, with "
        f"learning rate {rate:g}.</p>"
    )


def _sentence(state):
    p, target = state["probabilities"], state["target"]
    best, second = p.argsort()[:-3:-1]
    return (
        f"The network reads this as {best} with {100 * p[best]:.1f}%, then {second} with {100 * p[second]:.1f}%. "
        f"For the target {target}, the loss is {state['loss']:.2f} nats."
    )


def _pixels(state, place=""):
    shades = np.rint(8 * state["image"])
    cells = "".join(
        f'<path fill-opacity="{shade / 8:g}" d="'
        + "".join(f"M{i % SIDE} {i // SIDE}h1v1h-1z" for i in np.flatnonzero(shades == shade))
        + '"/>'
        for shade in range(1, 9)
    )
    title = f"The image of {SIDE} by {SIDE} pixels, with a plus where more ink makes it more of the target, a minus where less."
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{title}" viewBox="0 0 {SIDE} {SIDE}"{place}>'
        f'<g class="bp-pixels" fill="currentColor" opacity=".36">{cells}</g>'
        f"{_path('bp-more', GRADIENT, 0.25, _signs(state['x'], -1))}{_path('bp-less', FORWARD, 0.25, _signs(state['x'], 1))}</svg>"
    )


def _units(state, place=""):
    count = len(state["hidden"])
    title = f"The {count} hidden units: what each puts out, and the gradient that comes back to it."
    z = state["z"]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{title}" viewBox="0 -36 {count} 60" '
        f'preserveAspectRatio="none"{place}>{_path("bp-up", FORWARD, 0.7, _bars(state["hidden"], -34))}'
        f"{_path('bp-back', GRADIENT, 0.7, _bars(z, 20 * _reach(z)[1]))}"
        f'<line x2="{count}" stroke="currentColor" stroke-opacity=".5"/></svg>'
    )


def _path(name, color, width, d):
    return f'<path class="{name}" fill="none" stroke="{color}" stroke-width="{width}" d="{d}"/>'


def _reach(gradient):
    """The largest absolute value, and which part of its room it takes: the steeper the loss, the larger the signs."""
    most = max(float(np.abs(gradient).max()), 1e-12)
    return most, min(1.0, most**0.25)


def _signs(gradient, wanted):
    most, part = _reach(gradient)
    d = []
    for i, g in enumerate(map(float, gradient)):
        size, x, y = 0.46 * math.sqrt(abs(g) / most) * part, i % SIDE + 0.5, i // SIDE + 0.5
        if g * wanted > 0 and size >= 0.1:
            d.append(f"M{x - size:.2f} {y}h{2 * size:.2f}")
            if wanted < 0:
                d.append(f"M{x} {y - size:.2f}v{2 * size:.2f}")
    return "".join(d)


def _bars(heights, room):
    most = max(float(np.abs(heights).max()), 1e-12)
    return "".join(f"M{j + 0.5} 0v{room * abs(float(h)) / most:.2f}" for j, h in enumerate(heights) if h)


def _still(state):
    """The picture for places where no script runs: image with signs, probabilities, hidden units."""
    rows = []
    for c, p in enumerate(state["probabilities"]):
        y = 24 * c + 28
        rows.append(
            f'<text x="300" y="{y + 12}">{c}</text><rect x="316" y="{y + 1}" width="{220 * p + 0.5:.1f}" height="13" fill="{FORWARD}"/>'
            f'<text x="600" y="{y + 12}" text-anchor="end">{100 * p:.1f}%</text>'
        )
    title = _sentence(state)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{title}" viewBox="0 0 610 384" width="610" height="384" '
        f'style="max-width:100%;height:auto" font-family="system-ui,sans-serif" font-size="13" fill="currentColor">'
        f'<text x="5" y="16">What would make it more of a {state["target"]}?</text><text x="5" y="288">+ ink here, \u2212 no ink here</text>'
        f'<text x="300" y="16">What the network reads</text>'
        f'<rect x="5.5" y="28.5" width="240" height="240" rx="6" fill="none" stroke="currentColor" stroke-opacity=".4"/>'
        f'{_pixels(state, PIXELS_PLACE)}{"".join(rows)}{_units(state, UNITS_PLACE)}<text x="5" y="376">The hidden units, and the gradient of each</text></svg>'
    )
