"""Paints the cover: the title, and a graph with what goes forward in blue and what comes back in orange."""

import textwrap

from PIL import Image, ImageDraw, ImageFont

SIZE = (1200, 1800)
PAPER, INK, FORWARD, BACK = "#fdfcf9", "#16191d", "#1f67a6", "#b3460a"
RADIUS = 78
LAYERS = [[(220, y) for y in (900, 1180, 1460)], [(600, y) for y in (1040, 1320)], [(980, 1180)]]


def paint(path, title):
    picture = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(picture)
    name, _, rest = title.partition(", ")
    draw.text((110, 190), "\n".join(textwrap.wrap(name, 16)), INK, font=ImageFont.load_default(118), stroke_width=2)
    draw.text((114, 350), rest, BACK, font=ImageFont.load_default(76))
    for layer, following in zip(LAYERS, LAYERS[1:]):
        for x, y in layer:
            for to_x, to_y in following:
                arrow(draw, (x, y - 14), (to_x, to_y - 14), FORWARD)
                arrow(draw, (to_x, to_y + 14), (x, y + 14), BACK)
    for x, y in (node for layer in LAYERS for node in layer):
        draw.ellipse((x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS), PAPER, INK, 9)
    picture.quantize(64, dither=Image.Dither.NONE).save(path, optimize=True)


def arrow(draw, start, end, color):
    """A line from the edge of one node to the edge of the other, with a head at its end."""
    along = ((end[0] - start[0]), (end[1] - start[1]))
    length = (along[0] ** 2 + along[1] ** 2) ** 0.5
    x, y = along[0] / length, along[1] / length
    start = (start[0] + RADIUS * x, start[1] + RADIUS * y)
    tip = (end[0] - (RADIUS + 6) * x, end[1] - (RADIUS + 6) * y)
    neck = (tip[0] - 30 * x, tip[1] - 30 * y)
    draw.line((start, neck), color, 10)
    draw.polygon([tip, (neck[0] - 17 * y, neck[1] + 17 * x), (neck[0] + 17 * y, neck[1] - 17 * x)], color)
