"""A digit is written on the built page, by mouse, finger and script, and read as Python's network reads it."""

import base64

import numpy as np
import pytest
from engines import ENGINES

from backprop.layers import Affine, ReLU
from backprop.networks import Sequential
from browser.pages import FIRST, PHONE, WIDE

CHAPTER = "chapters/11-mnist-network"
STROKES = {
    1: [[[155, 40], [125, 240]]],
    7: [[[70, 55], [205, 50], [125, 240]]],
    0: [[[140 + 65 * float(np.sin(a)), 140 - 95 * float(np.cos(a))] for a in np.linspace(0, 6.4, 40)]],
}
DATA = "() => ({...document.querySelector('.bp-digit').dataset})"
READ = "() => [...document.querySelectorAll('.bp-row .bp-percent')].map(shown => +shown.textContent)"
CENTERED = "strokes => [...bpDigit.centered(strokes)]"
# What a hand does, for engines without one: pointers that a script made.
WRITE = """strokes => {
  const pad = document.querySelector('.bp-pad'), box = pad.getBoundingClientRect(), scale = box.width / 280
  const point = (kind, [x, y]) => pad.dispatchEvent(new PointerEvent(kind, {
    pointerId: 5, bubbles: true, clientX: box.left + x * scale, clientY: box.top + y * scale}))
  document.querySelector('.bp-digit [name=clear]').click()
  for (const stroke of strokes) {
    point('pointerdown', stroke[0])
    for (const place of stroke.slice(1)) point('pointermove', place)
    point('pointerup', stroke.at(-1))
  }
}"""
TAKE = "place => document.querySelectorAll('.bp-digit [name=example]')[place].click()"


def network_and_images(data):
    """The network that the page carries, and its test images, from the bytes in it."""
    inputs, hidden, outputs = map(int, data["sizes"].split())
    whole = np.frombuffer(base64.b64decode(data["weights"]), np.int8).astype(np.float32)
    numbers = np.frombuffer(base64.b64decode(data["numbers"]), "<f4")
    scale1, b1, scale2, b2 = np.split(numbers, np.cumsum([hidden, hidden, outputs]))
    W1, W2 = whole[: inputs * hidden].reshape(inputs, hidden), whole[inputs * hidden :].reshape(hidden, outputs)
    images = np.frombuffer(base64.b64decode(data["examples"]), np.uint8).reshape(-1, inputs) / np.float32(255)
    return Sequential(Affine(W1 * scale1, b1), ReLU(), Affine(W2 * scale2, b2)), images


def percents(network, image):
    scores = network.predict(np.atleast_2d(image).astype(np.float32))[0]
    powers = np.exp(scores - scores.max())
    return 100 * powers / powers.sum()


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def page(request, visit):
    page = visit(CHAPTER, viewport=request.param)
    page.locator(".bp-pad").evaluate("pad => pad.scrollIntoView({block: 'center'})")
    yield page
    assert page.complaints == []


@pytest.mark.parametrize("digit", STROKES)
def test_a_digit_that_is_written_is_read(page, digit):
    box = page.locator(".bp-pad").bounding_box()
    places = [
        [(box["x"] + x * box["width"] / 280, box["y"] + y * box["width"] / 280) for x, y in s] for s in STROKES[digit]
    ]
    for first, *others in places:
        page.mouse.move(*first)
        page.mouse.down()
        for place in others:
            page.mouse.move(*place)
        page.mouse.up()
    found = page.evaluate(READ)
    network, _ = network_and_images(page.evaluate(DATA))
    np.testing.assert_allclose(found, percents(network, page.evaluate(CENTERED, STROKES[digit])), atol=0.2)
    assert np.argmax(found) == digit and max(found) > 80
    assert page.text_content(".bp-reading").startswith(f"The network reads this as {digit} with ")


def test_the_question_of_the_chapter(page):
    """A 1 asks for the bar of a 7 left of its upper end; with the bar, it is read as a 7."""
    page.evaluate(WRITE, STROKES[1])
    page.locator(".bp-row input").nth(7).check()
    gradient = page.evaluate(
        """strokes => {
          const network = bpDigit.unpacked(document.querySelector('.bp-digit').dataset), x = bpDigit.centered(strokes)
          return [...bpDigit.backward(network, bpDigit.forward(network, x), 7).x]
        }""",
        STROKES[1],
    )
    wanted = -np.reshape(gradient, (28, 28))
    bar, right, foot, below = wanted[6:10, 6:14], wanted[13:18, 17:22], wanted[19:24, 7:21], wanted[24:27, 9:19]
    assert min(bar.mean(), right.mean(), -foot.mean()) > wanted.std() and below.mean() > 0.5 * wanted.std()
    signs = len(page.get_attribute(".bp-more", "d"))
    page.evaluate(WRITE, [*STROKES[1], [[70, 45], [155, 40]]])
    found = page.evaluate(READ)
    assert np.argmax(found) == 7 and max(found) > 90
    assert len(page.get_attribute(".bp-more", "d")) < signs


def test_a_finger_writes_and_the_page_stays_where_it_is(visit):
    page = visit(CHAPTER, viewport=PHONE, has_touch=True, is_mobile=True)
    page.locator(".bp-pad").evaluate("pad => pad.scrollIntoView({block: 'center'})")
    box, top = page.locator(".bp-pad").bounding_box(), page.evaluate("scrollY")
    hand = page.context.new_cdp_session(page)
    way = [(box["x"] + box["width"] / 2, box["y"] + box["width"] * part) for part in np.linspace(0.85, 0.15, 15)]
    for kind, points in [("touchStart", way[:1]), *(("touchMove", [place]) for place in way[1:]), ("touchEnd", [])]:
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})
    page.wait_for_function(
        "document.querySelector('.bp-reading').textContent.startsWith('The network reads this as 1')"
    )
    assert page.evaluate("scrollY") == top > 0
    assert page.evaluate(READ)[1] > 80


def test_the_first_page_leads_to_it(visit):
    page = visit(FIRST)
    page.get_by_role("link", name="Write a digit").click()
    page.wait_for_url("**/11-mnist-network.html#draw-a-digit")
    heading, pad = page.locator("#draw-a-digit h2"), page.locator("#draw-a-digit .bp-pad")
    assert heading.count() == pad.count() == 1


@pytest.mark.parametrize("size", [(1280, 900), (390, 844)], ids=["wide", "phone"])
@pytest.mark.parametrize("name", ENGINES)
def test_other_engines(name, size, address, window):
    engine = window(name)
    engine.resize(*size)
    engine.goto(f"{address}/{CHAPTER}.html")
    network, images = network_and_images(engine.evaluate(DATA))
    for place, image in enumerate(images):
        engine.evaluate(TAKE, place)
        np.testing.assert_allclose(engine.evaluate(READ), percents(network, image), atol=0.051)
    for digit, strokes in STROKES.items():
        engine.evaluate(WRITE, strokes)
        found = engine.evaluate(READ)
        image = engine.evaluate(CENTERED, strokes)
        np.testing.assert_allclose(found, percents(network, image), atol=0.2)
        assert np.argmax(found) == digit
