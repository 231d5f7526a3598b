"""The book's mark, drawn from a few numbers: a node, one value that goes forward through it, one gradient that comes back.

The same shapes are written as SVG for the page and the browser's tab, and as pixels for programs that want those.
"""

from pathlib import Path

from PIL import Image, ImageDraw

SIZE = 64
FORWARD, BACKWARD, NODE = "#2a7fbf", "#d9631e", "#7a7f87"  # each is seen on white and on black
STROKE = 7
# (colour, points of a line) and (colour, corners of an arrowhead); the node is a ring in the middle.
LINES = [(FORWARD, [(2, 22), (46, 22)]), (BACKWARD, [(62, 42), (18, 42)])]
HEADS = [(FORWARD, [(43, 10), (63, 22), (43, 34)]), (BACKWARD, [(21, 30), (1, 42), (21, 54)])]
RING = (32, 32, 25)  # x, y, radius


def setup(app):
    app.connect("build-finished", write_marks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write_marks(app, problem):
    if problem or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    for name in ("logo.svg", "favicon.svg"):
        (static / name).write_text(svg(), encoding="utf-8")
    pixels(48).save(static / "favicon.png", optimize=True)
    pixels(180, ground="#ffffff", margin=0.12).save(static / "touch-icon.png", optimize=True)


def svg():
    x, y, radius = RING
    shapes = [f'<circle cx="{x}" cy="{y}" r="{radius}" fill="none" stroke="{NODE}" stroke-width="{STROKE}"/>']
    shapes += [f'<path d="{_path(line)}" stroke="{colour}" stroke-width="{STROKE}"/>' for colour, line in LINES]
    shapes += [f'<path d="{_path(head)}z" fill="{colour}"/>' for colour, head in HEADS]
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}">{"".join(shapes)}</svg>\n'


def _path(points):
    return "M" + "L".join(f"{x} {y}" for x, y in points)


def pixels(size, ground=None, margin=0.0):
    """The mark as a picture of size x size pixels: drawn large and made small, so that its edges are smooth."""
    large = 8 * size
    image = Image.new("RGBA", (large, large), ground or (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    scale, shift = large * (1 - 2 * margin) / SIZE, large * margin

    def place(points):
        return [(shift + scale * x, shift + scale * y) for x, y in points]

    x, y, radius = RING
    outer = radius + STROKE / 2
    corners = place([(x - outer, y - outer), (x + outer, y + outer)])
    draw.ellipse([*corners[0], *corners[1]], outline=NODE, width=round(scale * STROKE))
    for colour, line in LINES:
        draw.line(place(line), fill=colour, width=round(scale * STROKE))
    for colour, head in HEADS:
        draw.polygon(place(head), fill=colour)
    return image.resize((size, size), Image.Resampling.LANCZOS)
