"""Pens, and the outlines that they draw: points in the frame become the path data of SVG.

Color 0 is the text's own. A page may set other shades of the four others, for light and for dark, in --bp-small-1
to --bp-small-4.
"""

import numpy as np

from ..style import BLUE, GREEN, PURPLE, VERMILLION

PALETTE = (BLUE, VERMILLION, GREEN, PURPLE)
COLORS = ("currentColor", *(f"var(--bp-small-{number}, {color})" for number, color in enumerate(PALETTE, start=1)))
SIGNS = ("+", "×")


def stroke(color, width, opacity=1):
    return f'stroke="{_color(color)}" stroke-width="{written(width)}"{_opacity(opacity)}'


def fill(color, opacity=1):
    return f'fill="{_color(color)}"{_opacity(opacity)}'


def _opacity(opacity):
    return "" if opacity == 1 else f' opacity="{opacity:g}"'


def _color(color):
    if color not in range(len(COLORS)):
        raise ValueError(f"expected a color from 0 to {len(COLORS) - 1}, got {color!r}")
    return COLORS[color]


def written(value):
    """A number with one decimal at most."""
    # First to six digits: then a last bit that differs between machines doesn't tip the rounding of a half.
    text = f"{round(float(value), 6):.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def line(points):
    return "M" + "L".join(_place(*point) for point in points)


def dots(points):
    """Lines without length: a pen with round ends makes dots of them."""
    return "".join(f"M{_place(*point)}h0" for point in points)


def boxes(corners):
    """Upright rectangles from pairs of opposite corners, (N, 2, 2) or (2N, 2)."""
    pairs = np.reshape(corners, (-1, 2, 2))
    sides = np.abs(pairs[:, 1] - pairs[:, 0])
    return "".join(
        f"M{_place(*corner)}h{written(width)}v{written(height)}h{written(-width)}z"
        for corner, (width, height) in zip(pairs.min(axis=1), sides)
    )


def bends(points):
    """A curve through points that is level at each of them."""
    path = f"M{_place(*points[0])}"
    for (x, y), (to_x, to_y) in zip(points, points[1:]):
        middle = (x + to_x) / 2
        path += f"C{_place(middle, y)} {_place(middle, to_y)} {_place(to_x, to_y)}"
    return path


def rounded(points):
    """A line with round corners: it touches the middle of each piece. Closed, if it ends where it begins."""
    middles = (points[1:] + points[:-1]) / 2
    curves = "".join(f"Q{_place(*corner)} {_place(*middle)}" for corner, middle in zip(points[1:-1], middles[1:]))
    if np.allclose(points[0], points[-1]):
        return f"M{_place(*middles[0])}{curves}Q{_place(*points[0])} {_place(*middles[0])}z"
    return f"{line([points[0], middles[0]])}{curves}L{_place(*points[-1])}"


def ring(point, radius, sign=""):
    """A circle, with a plus or a times sign inside."""
    x, y = point
    r, half = written(radius), 0.42 * radius
    path = f"M{_place(x - radius, y)}a{r} {r} 0 1 0 {written(2 * radius)} 0a{r} {r} 0 1 0 {written(-2 * radius)} 0z"
    if sign == "+":
        path += line([(x - half, y), (x + half, y)]) + line([(x, y - half), (x, y + half)])
    elif sign == "×":
        path += line([(x - half, y - half), (x + half, y + half)]) + line([(x - half, y + half), (x + half, y - half)])
    return path


def _place(x, y):
    return f"{written(x)} {written(y)}"
