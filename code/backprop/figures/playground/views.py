"""Views of a live figure: curves with their tangents, bars, matrices and sentences."""

from dataclasses import dataclass
from html import escape
from string import Formatter

import numpy as np

from ...variable import Variable
from ..sentences import number_text
from .axes import BOTTOM, HEIGHT, HIDDEN, LEFT, RIGHT, TOP, WIDTH, increasing, legend, line, plot, titled, viewed

POINTS = 120  # of a curve, and one more
DIGITS = 4  # of the numbers in sentences, bars and matrices


def curve(x, /, *, y, secant=None, shown=None, **outputs):
    """A view: outputs as functions of one input, each with its point and the tangent there.

    Parameters
    ----------
    x : str
        The input along the horizontal axis.
    y : (low, high)
        What the vertical axis shows.
    secant : str, optional
        The input that says how far off x the second point of a secant is.
    shown : int, optional
        How many curves are there at first; the reader switches them by their names.
    **outputs : Variables that are numbers, by the names of their curves
    """
    increasing("curve", y)
    return _Curve(x, y, secant, len(outputs) if shown is None else shown, outputs)


def bars(title, /, *, low=0.0, high=1.0, log=False, gradient=False, **variables):
    """A view: numbers as bars, which begin at 0 or, on a logarithmic scale of their sizes, at `low`.

    gradient : show the gradients of the figure's output in place of values.
    **variables : numbers, or arrays, by what their elements are called: {"cat, dog, bird": p}
    """
    if not low < high or (log and low <= 0):
        raise ValueError(f"bars expected low < high{', both above 0' if log else ''}, got {low} and {high}")
    return _Bars(title, low, high, log, gradient, variables)


def matrix(title, variable, /, *, gradient=False, of=None):
    """A view: an array of up to two axes as numbers; what a pull changes lights up.

    of : whose gradient it is, a Variable; or several, which give a row each, as in a Jacobian.
    """
    return _Matrix(title, variable, gradient, of)


def sentence(text, /, **variables):
    """A view: a text with {names} in it for the numbers of Variables, or of their gradients (`gradient_of`)."""
    missing = {name for _, name, *_ in Formatter().parse(text) if name is not None} - set(variables)
    if missing:
        raise ValueError(f"sentence has no Variable for {', '.join(sorted(missing))}")
    return _Sentence(text, variables)


def gradient_of(variable, of=None):
    """The gradient of the figure's output, or of another Variable, in a `sentence`."""
    return _Gradient(variable, of)


@dataclass
class _Curve:
    x: str
    y: tuple
    secant: str | None
    shown: int
    outputs: dict

    def needs(self):
        return self.outputs.values()

    def html(self, room):
        series = [[int(room.values(out).item()), int(room.slope(self.x, out))] for out in self.outputs.values()]
        spec = {"kind": "curve", "x": self.x, "window": self.window(room), "series": series, "points": POINTS}
        if self.secant:
            room.range(self.secant)
            spec["secant"] = self.secant
        now = room.run()
        cells = [
            f'<span data-v="{y}" data-digits="{DIGITS}">{number_text(now[y], digits=DIGITS)}</span>, slope '
            f'<span class="bp-slope" data-v="{slope}" data-digits="{DIGITS}">{number_text(now[slope], digits=DIGITS)}</span>'
            for y, slope in series
        ]
        return viewed(spec, room.drawn(self) + legend(self.outputs, cells, self.shown))

    def window(self, room):
        return [*room.range(self.x), *(float(end) for end in self.y)]

    def svg(self, room):
        """The curves at rest."""
        low, high, bottom, top = self.window(room)
        at = room.rest[self.x]
        xs = np.linspace(low, high, POINTS + 1)
        lines, now = [room.run(**{self.x: x}) for x in xs], room.run()
        wide, tall = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

        def place(x, y):
            return f"{(x - low) / (high - low) * wide:.1f} {(top - y) / (top - bottom) * tall:.1f}"

        parts = []
        for i, out in enumerate(self.outputs.values()):
            cell, slope = int(room.values(out).item()), now[int(room.slope(self.x, out))]
            hidden = "" if i < self.shown else HIDDEN
            path = "M" + "L".join(place(x, line[cell]) for x, line in zip(xs, lines) if np.isfinite(line[cell]))
            tangent = _through(at, now[cell], slope, place, (low, high))
            point = place(at, now[cell]).split()
            parts.append(
                f'<g{hidden}><path class="bp-curve" d="{path}" {line(i)}/>'
                f'<path class="bp-tangent" d="{tangent}" fill="none" '
                f'style="stroke:var(--bp-gradient,#c24e00)" stroke-width="2"/>'
                f"{self.second(room, cell, place, (low, high))}"
                f'<circle class="bp-point" cx="{point[0]}" cy="{point[1]}" r="4.5" style="fill:var(--bp-gradient,#c24e00)"/></g>'
            )
        title = f"{', '.join(self.outputs)} as a function of {self.x}, with the tangent at its point"
        return plot(
            title, self.x, (low, high), (bottom, top), "".join(parts), *(self.outputs if len(self.outputs) == 1 else ())
        )

    def second(self, room, cell, place, ends):
        """The secant at rest, and its second point."""
        if not self.secant:
            return ""
        at, off = room.rest[self.x], room.rest[self.secant]
        y, beside = room.run()[cell], room.run(**{self.x: at + off})[cell]
        line, point = "", (0, 0)
        if off:
            line, point = _through(at, y, (beside - y) / off, place, ends), place(at + off, beside).split()
        return (
            f'<path class="bp-secant" d="{line}" fill="none" stroke="currentColor" stroke-width="1.5"/>'
            f'<circle class="bp-second" cx="{point[0]}" cy="{point[1]}" r="4" fill="none" stroke="currentColor" '
            f'stroke-width="1.5"{"" if off else HIDDEN}/>'
        )


def _through(x, y, slope, place, ends):
    """A straight line through a point, from one end of the window to the other."""
    return "M" + "L".join(place(end, y + slope * (end - x)) for end in ends)


@dataclass
class _Bars:
    title: str
    low: float
    high: float
    log: bool
    gradient: bool
    variables: dict

    def needs(self):
        return () if self.gradient else self.variables.values()

    def html(self, room):
        find = room.gradients if self.gradient else room.values
        cells = [int(cell) for variable in self.variables.values() for cell in find(variable).ravel()]
        names = [name for label in self.variables for name in label.split(", ")]
        if len(names) != len(cells):
            raise ValueError(f"bars has {len(names)} names for {len(cells)} numbers: write 'cat, dog, bird' for three")
        now = room.run()
        spec = {"kind": "bars", "cells": cells, "low": self.low, "high": self.high, "log": self.log}
        rows = "".join(
            f'<i>{escape(name)}</i><b aria-hidden="true" style="--zero:{self.place(0):.4g}%"><s style="{self.style(now[cell])}"></s></b>'
            f'<span data-v="{cell}" data-digits="{DIGITS}">{number_text(now[cell], digits=DIGITS)}</span>'
            for name, cell in zip(names, cells)
        )
        return titled(spec, self.title, f'<div class="bp-bars bp-numbered {kind(self.gradient)}">{rows}</div>')

    def place(self, number):
        """In percent, from `low` to `high`."""
        low, high = self.low, self.high
        if self.log:
            low, high, number = np.log(low), np.log(high), np.log(max(abs(number), low))
        return 100 * max(0.0, min(1.0, (number - low) / (high - low)))

    def style(self, number):
        ends = sorted([self.place(0), self.place(number)]) if np.isfinite(number) else (0, 0)
        return f"left:{ends[0]:.4g}%;width:{ends[1] - ends[0]:.4g}%"


@dataclass
class _Matrix:
    title: str
    variable: Variable
    gradient: bool
    of: Variable | tuple | list | None

    def needs(self):
        return self.rows() if self.of is not None else [] if self.gradient else [self.variable]

    def rows(self):
        return list(self.of) if isinstance(self.of, (tuple, list)) else [self.of]

    def html(self, room):
        found = (
            [room.gradients(self.variable, of) for of in self.rows()] if self.gradient else [room.values(self.variable)]
        )
        if max(each.ndim for each in found) > 2:
            raise ValueError(f"matrix shows arrays of up to two axes, got shape {found[0].shape}")
        cells = np.vstack(found)
        now, columns = room.run(), cells.shape[1]
        spec = {"kind": "matrix", "cells": [int(cell) for cell in cells.ravel()]}
        pulled = {int(room.values(leaf).item()): name for name, leaf in room.leaves.items() if name in room.limits}
        numbers = "".join(
            '<div role="row">' + "".join(
                f'<span role="cell"{_pulled(pulled.get(int(cell)))} data-v="{cell}" data-digits="3">'
                f"{number_text(now[int(cell)], digits=3)}</span>"
                for cell in row
            ) + "</div>"
            for row in cells
        )  # fmt: skip
        style = f"grid-template-columns:repeat({columns},auto)"
        return titled(
            spec,
            self.title,
            f'<div role="table" aria-label="{escape(self.title)}" class="bp-matrix {kind(self.gradient)}" style="{style}">{numbers}</div>',
        )


@dataclass
class _Gradient:
    variable: Variable
    of: Variable | None


@dataclass
class _Sentence:
    pattern: str
    variables: dict

    def needs(self):
        found = [v.of if isinstance(v, _Gradient) else v for v in self.variables.values()]
        return [variable for variable in found if variable is not None]

    def parts(self, room):
        """Texts, and the cells of the numbers between them."""
        found = []
        for text, name, *_ in Formatter().parse(self.pattern):
            found.append(text)
            if name is not None:
                what = self.variables[name]
                cells = room.gradients(what.variable, what.of) if isinstance(what, _Gradient) else room.values(what)
                if cells.size != 1:
                    raise ValueError(f"sentence shows numbers, and {name} has the shape {cells.shape}")
                found.append(int(cells.item()))
        return [part for part in found if part != ""]

    def text(self, room):
        parts, now = self.parts(room), room.run()
        return "".join(number_text(now[p], digits=DIGITS) if isinstance(p, int) else p for p in parts)

    def html(self, room):
        parts, now = self.parts(room), room.run()
        longest = sum(10 if isinstance(p, int) else len(p) for p in parts)
        return f'<p class="bp-told{" bp-long" * (longest > 38)}">' + "".join(
            f'<span data-v="{p}" data-digits="{DIGITS}">{number_text(now[p], digits=DIGITS)}</span>'
            if isinstance(p, int) else escape(p)
            for p in parts
        ) + "</p>"  # fmt: skip


def _pulled(name):
    return f' class="bp-pull" data-pull="{escape(name)}"' if name else ""


def kind(gradient):
    return "bp-of-gradient" if gradient else "bp-of-value"
