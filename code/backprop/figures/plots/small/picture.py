"""The picture: what is added to it, and how it all comes into one frame."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from xml.sax.saxutils import escape

import numpy as np

from ...svg import legal
from . import shapes
from .graphs import SHOWN, marks_of

WIDTH, HEIGHT, MARGIN = 160, 100, 10


@dataclass(frozen=True)
class Mark:
    """Something drawn."""

    points: np.ndarray  # (N, 2), in the units of the numbers drawn
    pad: float  # how far the pen reaches beyond them, in units of the frame
    pen: str
    shape: Callable  # from the points' places in the frame to path data


class Small:
    """A picture of lines, dots, bars, squares and graphs, all scaled together to fill its frame.

    Each method adds something and returns the picture, so that calls can follow one another. Places are in the
    units of the numbers drawn, y upwards; widths and sizes of pens are in units of the frame, which is 160 by 100.
    Of the colors, 1 goes forward, 2 comes back, 3 and 4 are for what is neither, and 0 is the text's own.

    Parameters
    ----------
    alt : str
        The picture in words, for those who don't see it.
    equal : bool
        Draw x and y to one scale, so that squares stay squares.

    Raises
    ------
    ValueError
        By every method, for numbers that aren't finite or shapes that don't fit; when shown, if it is empty.
    """

    def __init__(self, alt, equal=False):
        if not isinstance(alt, str) or not alt.strip():
            raise ValueError(f"Small expected the picture in words, such as 'a falling curve', got {alt!r}")
        self.alt = alt
        self.equal = equal
        self.marks = []

    def line(self, x, y, color=1, width=2.2, opacity=1):
        """A line through points."""
        return self._add(_points("line", x, y), width / 2, shapes.stroke(color, width, opacity), shapes.line)

    def guide(self, x, y):
        """A thin, faint line to hold on to: an axis, or the ground that bars stand on."""
        return self.line(x, y, color=0, width=1.5, opacity=0.35)

    def area(self, x, y, color=1, opacity=0.22):
        """What a line through points encloses, in a faint shade."""
        return self._add(_points("area", x, y), 0, shapes.fill(color, opacity), shapes.line)

    def contours(self, x, y, heights, levels, color=0, width=1.5, opacity=0.35):
        """Lines of equal height, one or more for each level: heights (M, N) over a grid of y (M,) and x (N,)."""
        from contourpy import contour_generator  # comes with matplotlib

        heights = _finite("contours", heights)
        if heights.shape != (len(y), len(x)):
            raise ValueError(f"contours expected heights of shape {(len(y), len(x))}, (y, x), got {heights.shape}")
        generator = contour_generator(x, y, heights)
        for contour in (contour for level in levels for contour in generator.lines(level)):
            kept = np.linspace(0, len(contour) - 1, min(len(contour), 8 + len(contour) // 20)).round().astype(int)
            self._add(contour[kept], width / 2, shapes.stroke(color, width, opacity), shapes.rounded)
        return self

    def dots(self, x, y, color=1, size=5, opacity=1):
        """Round dots of one diameter, or of one for each; those of size 0 aren't drawn."""
        points = _points("dots", x, y)
        sizes = np.broadcast_to(np.round(_finite("dots", size), 1), len(points))
        for each in np.unique(sizes[sizes > 0]):
            self._add(points[sizes == each], each / 2, shapes.stroke(color, each, opacity), shapes.dots)
        return self

    def bars(self, heights, x=None, base=0, color=1, width=0.7):
        """Upright bars from `base` to the heights, at x or at 0, 1, 2 and so on; `width` is in units of x."""
        tops = _points("bars", range(len(heights)) if x is None else x, heights)
        feet = np.column_stack([tops[:, 0], np.full(len(tops), base)])
        return self._boxes(tops - [width / 2, 0], feet + [width / 2, 0], color)

    def squares(self, x, y, side=0.9, color=1, opacity=1):
        """Filled squares around their centres; `side` is in units of x and y, one for all or one for each."""
        centres = _points("squares", x, y)
        half = np.broadcast_to(_finite("squares", side), len(centres))[:, np.newaxis] / 2
        return self._boxes(centres - half, centres + half, color, opacity)

    def matrix(self, values, left=0, top=0, color=1, negative=2):
        """An array (rows, columns) as squares whose areas are the sizes of its numbers, with a color for each sign.

        Cells are 1 wide, the first one's upper left corner lies at (left, top), and rows go down.
        """
        values = _finite("matrix", values)
        if values.ndim != 2 or not values.size:
            raise ValueError(f"matrix expected an array of shape (rows, columns), got {values.shape}")
        rows, columns = np.indices(values.shape).reshape(2, -1)
        numbers, x, y = values.ravel(), left + columns + 0.5, top - rows - 0.5
        sides = 0.9 * np.sqrt(np.abs(numbers) / (np.abs(numbers).max() or 1))
        self.squares(x, y, color=0, opacity=0.12)
        for pen, chosen in ((color, numbers > 0), (negative, numbers < 0)):
            if chosen.any():
                self.squares(x[chosen], y[chosen], sides[chosen], pen)
        return self

    def graph(self, variable, show="values", radius=8):
        """The graph that a Variable recorded, its result on the right.

        `show` is "values" for the way forward; "gradients" for lines as wide as the numbers that came back on them;
        "order" for nodes that are the fainter, the later backward visits them.
        """
        if show not in SHOWN:
            raise ValueError(f"graph expected show to be one of {', '.join(map(repr, SHOWN))}, got {show!r}")
        if show == "gradients" and variable.grad is None:
            raise ValueError("there are no gradients to show: call backward() first")
        for mark in marks_of(variable, show, radius):
            self._add(*mark)
        return self

    def _boxes(self, corners, opposite, color, opacity=1):
        points = np.stack([corners, opposite], axis=1).reshape(-1, 2)
        return self._add(points, 0, shapes.fill(color, opacity), shapes.boxes)

    def _add(self, points, pad, pen, shape):
        self.marks.append(Mark(points, pad, pen, shape))
        return self

    def __str__(self):
        placed = self._placing()
        paths = "".join(
            f'<path d="{"".join(mark.shape(placed(mark.points)) for mark in marks)}" {pen}/>'
            for pen, marks in groupby(self.marks, lambda mark: mark.pen)
        )
        alt = escape(legal(self.alt), {'"': "&quot;"})
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="bp-small" role="img" aria-label="{alt}" '
            f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
            f'fill="none" stroke-linecap="round" stroke-linejoin="round">{paths}</svg>'
        )

    def _placing(self):
        """The function that takes points to their places: together, all marks fill the frame up to its margin."""
        if not self.marks:
            raise ValueError("the picture is empty: add a line, dots, bars, squares, a matrix or a graph")
        points = np.concatenate([mark.points for mark in self.marks])
        low, high = points.min(axis=0), points.max(axis=0)
        room = np.array([WIDTH, HEIGHT]) - 2 * (MARGIN + max(mark.pad for mark in self.marks))
        scale = np.divide(room, high - low, out=np.full(2, np.inf), where=high > low)
        if self.equal:
            scale[:] = scale.min()
        scale[np.isinf(scale)] = 1  # one point, or all in a line: there is nothing to scale
        return lambda p: (p - (low + high) / 2) * scale * [1, -1] + [WIDTH / 2, HEIGHT / 2]

    def _repr_mimebundle_(self, include=None, exclude=None):
        # Pages and notebooks take the HTML, whose colors follow the theme; a Git host takes the still picture.
        return {"text/html": str(self), "image/svg+xml": str(self), "text/plain": f"<picture: {self.alt}>"}


def _points(what, x, y):
    x, y = _finite(what, x), _finite(what, y)
    if x.ndim != 1 or x.shape != y.shape or not len(x):
        raise ValueError(f"{what} expected x and y as lists of one length, got shapes {x.shape} and {y.shape}")
    return np.column_stack([x, y])


def _finite(what, values):
    values = np.asarray(values, dtype=float)
    if not np.isfinite(values).all():
        raise ValueError(f"{what} expected finite numbers, got nan or inf: leave them out first")
    return values
