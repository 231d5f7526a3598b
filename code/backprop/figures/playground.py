"""A live figure made of views: curves with their tangents, bars, matrices and sentences that follow what is pulled.

All numbers come from the tape of the graph, as in `explore`. What a view looks like at rest is drawn here, so that it
can be read without scripts; `playground.js` draws it anew at each pull.
"""

from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

import numpy as np

from ..variable import Variable
from .drawing import Drawing, framed, pictures_of
from .graph import graph_of
from .live import as_attribute, leaves_of, limits_of, live_graph, page_data, page_lines, runtime, slider
from .sentences import number_text
from .svg import svg_of
from .tape import tape_of

WIDTH, HEIGHT = 340, 230  # of a plot, small enough for a phone
LEFT, RIGHT, TOP, BOTTOM = 42, 10, 8, 24
POINTS = 120  # of a curve, and one more
MANY = 8  # sliders; more are folded
DIGITS = 4  # of the numbers in sentences, bars and matrices
DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 2", "1 4", "12 4", "3 3 9 3")
HIDDEN = ' style="display:none"'
STROKES = (
    'fill="none" stroke="currentColor" stroke-width="1.8"',
    'fill="none" style="stroke:var(--bp-forward,#1f67a6)" stroke-width="1.8"',
    'fill="none" style="stroke:var(--bp-gradient,#c24e00)" stroke-width="1.8"',
)
BARS = '<div class="bp-bars bp-promised" aria-hidden="true"><i>promised</i><b><s></s></b><i>happened</i><b><s></s></b></div>'


def playground(output, *views, title, graph=False, gradients=True, told=None, choose=None, **ranges):
    """A live figure of the views that were chosen: pull an input, and all of them follow.

    Parameters
    ----------
    output : Variable that is a number
        Its named inputs can be pulled, and its gradients are shown beside them; so can those of the views' Variables.
    *views : what `curve`, `descent`, `bars`, `matrix` and `sentence` return
    title : str
        What there is to see, for those who can't see it.
    graph : bool
        Show the computation graph, too.
    gradients : bool
        Show the gradient of each input beside it.
    told : sentence, optional
        What is said when a number is let go, in place of what its gradient promised.
    choose : dict of dicts, optional
        Lists to choose from, by name, and what each choice sets: {"target": {"cat": {"t1": 1, "t2": 0}, ...}}.
    **ranges : as for `explore`

    Raises
    ------
    TypeError
        If a Variable was expected, or a rule of its graph can't be carried over to a page.
    ValueError
        If `output` is an array, or a range or a choice names no input.
    """
    room = _Room(
        output, [each for view in (*views, *filter(None, [told])) for each in view.needs()], choose or {}, ranges
    )
    picture = ""
    if graph:
        own = {name: limit[:3] for name, limit in room.limits.items() if name in leaves_of(output)}
        shown, _, _ = live_graph(output, own, room.tapes[0])
        picture = pictures_of(shown, svg_of(shown))
    pictures = "".join(view.html(room) for view in views)
    data = page_data(output, room.tapes[0], [name for name in room.limits if name in leaves_of(output)])
    if choose:
        data["choices"] = choose
    if told:
        data["told"] = told.parts(room)
    wanted = dict.fromkeys(["playground.js", *(view.script for view in views if hasattr(view, "script"))])
    pulls = room.sliders()
    if len(room.limits) > MANY:
        pulls = f"<details><summary>Sliders</summary>{pulls}</details>"
    data["lines"] = page_lines(room.tapes[0])  # now that all views have asked for theirs
    said = told.text(room) if told else "Pull a number: move its slider."
    html = (
        f'<div class="bp-live bp-playground{" bp-experiment" * (len(wanted) > 1)}{"" if gradients else " bp-values"}" role="group" aria-label="{escape(title)}" '
        f'data-tape="{as_attribute(data)}">{picture}<div class="bp-views">{pictures}</div>'
        f'<div class="bp-pulls">{"".join(_select(*choice) for choice in (choose or {}).items())}{pulls}'
        f'<div class="bp-buttons"><button type="button" name="reset">reset</button></div></div>'
        f'<p class="bp-promise" role="status">{escape(said)}</p>{"" if told else BARS}</div>'
    )
    style, script = runtime()
    script = ";\n".join([script, *map(view_script, wanted)])
    still = next((view.svg(room) for view in views if hasattr(view, "svg")), None) or svg_of(graph_of(output))
    markup = framed(html, style)
    return Drawing(still, markup, f"{markup}<script>{script}</script>", script)


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
    return _Curve(x, y, secant, len(outputs) if shown is None else shown, outputs)


def differences(x, power, /, *, of, lowest=-16):
    """A view: the errors of forward and central differences against the step, and the digits that cancel.

    Parameters
    ----------
    x : str
        The input that is nudged.
    power : Variable, a number with a name
        The power of ten of the step, a whole number from `lowest` to 0, to be pulled.
    of : Variable that is a number
    """
    return _Differences(x, power, of, lowest)


def bars(title, /, *, low=0.0, high=1.0, log=False, gradient=False, **variables):
    """A view: numbers as bars, which begin at 0 or, on a logarithmic scale of their sizes, at `low`.

    gradient : show the gradients of the figure's output in place of values.
    **variables : numbers, or arrays, by what their elements are called: {"cat, dog, bird": p}
    """
    if not low < high or (log and low <= 0):
        raise ValueError(f"bars expected low < high{', both above 0' if log else ''}, got {low} and {high}")
    return _Bars(title, low, high, log, gradient, variables)


def descent(
    x, y=None, /, *, of, up, steps=200, rate, momentum=None, methods=("SGD", "Momentum", "Adam"), shown=None, levels=()
):
    """A view: the way that optimizers take downhill, from where the inputs are, on a curve or on a map with contours.

    Parameters
    ----------
    x, y : str
        The inputs that descend; without y, what is drawn is the curve of `of`.
    of : Variable that is a number, to be made small
    up : (low, high)
        What the vertical axis shows.
    steps : int
        The most steps. A path has arrived once its height stays below a hundredth of where it began.
    rate, momentum : Variables, numbers with a name, to be pulled
    methods : of "SGD", "Momentum", "Adam" and "no zero_grad" (SGD on gradients that add up)
    shown : int, optional
        How many paths are there at first.
    levels : tuple of floats
        The heights of the contours.
    """
    unknown = set(methods) - {"SGD", "Momentum", "Adam", "no zero_grad"}
    if unknown:
        raise ValueError(f"descent knows SGD, Momentum, Adam and no zero_grad, not {', '.join(sorted(unknown))}")
    return _Descent(x, y, of, up, steps, rate, momentum, methods, len(methods) if shown is None else shown, levels)


def matrix(title, variable, /, *, gradient=False, of=None):
    """A view: an array of up to two axes as numbers; what a pull changes lights up.

    of : whose gradient it is, a Variable; or several, which give a row each, as in a Jacobian.
    """
    return _Matrix(title, variable, gradient, of)


def sentence(text, /, **variables):
    """A view: a text with {names} in it for the numbers of Variables, or of their gradients (`gradient_of`)."""
    return _Sentence(text, variables)


def gradient_of(variable, of=None):
    """The gradient of the figure's output, or of another Variable, in a `sentence`."""
    return _Gradient(variable, of)


@cache
def view_script(name):
    return (Path(__file__).parent / name).read_text("utf-8")


class _Room:
    """The tapes of all that a figure shows, over the same lines, and the numbers at rest."""

    def __init__(self, output, others, choose, ranges):
        if getattr(output, "shape", None) != ():
            raise ValueError(f"playground expected a Variable that is a number, got {output!r}")
        self.output, self.tapes, self.known = output, [tape_of(output)], {id(output): 0}
        leaves = leaves_of(output)
        for other in others:
            if not isinstance(other, Variable):
                raise TypeError(f"playground expected Variables in its views, got {type(other).__name__}")
            leaves = leaves_of(other) | leaves
        chosen = {name: value for options in choose.values() for name, value in next(iter(options.values())).items()}
        unknown = [name for name in (*ranges, *chosen) if name not in leaves]
        if unknown:
            raise ValueError(f"playground knows no input {unknown[0]!r}: the graphs start from {', '.join(leaves)}")
        order = [
            *(name for name in ranges if name not in chosen),
            *(n for n in leaves if n not in ranges and n not in chosen),
        ]
        self.limits = limits_of({name: leaves[name] for name in order}, ranges)
        self.rest = {name: limit[3] for name, limit in self.limits.items()} | chosen
        self.leaves = leaves

    def tape(self, output):
        if id(output) not in self.known:
            self.known[id(output)] = len(self.tapes)
            self.tapes.append(tape_of(output, beside=self.tapes[0]))
        return self.tapes[self.known[id(output)]]

    def sliders(self):
        gradients = self.tapes[0].gradients
        return "".join(
            slider(name, *limit, self.values(self.leaves[name]).item(), gradients.get(id(self.leaves[name])))
            for name, limit in self.limits.items()
        )

    def values(self, variable):
        for tape in self.tapes:
            if id(variable) in tape.values:
                return tape.values[id(variable)]
        return self.tape(variable).values[id(variable)]

    def gradients(self, variable, of=None):
        tape = self.tapes[0] if of is None else self.tape(of)
        if id(variable) not in tape.gradients:
            raise ValueError(f"{variable!r} is not in the graph whose gradient was asked for")
        return tape.gradients[id(variable)]

    def slope(self, name, of):
        """The cell of an input's gradient, by its name."""
        return self.gradients(leaves_of(of)[name], of).item()

    def run(self, **moved):
        return np.array(self.tapes[0].run(**self.rest | moved))


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
            spec["secant"] = self.secant
        now = room.run()
        cells = [
            f'<span data-v="{y}" data-digits="{DIGITS}">{number_text(now[y], digits=DIGITS)}</span>, slope '
            f'<span class="bp-slope" data-v="{slope}" data-digits="{DIGITS}">{number_text(now[slope], digits=DIGITS)}</span>'
            for y, slope in series
        ]
        return _viewed(spec, self.svg(room) + _legend(self.outputs, cells, self.shown))

    def window(self, room):
        return [*(float(end) for end in room.limits[self.x][:2]), *(float(end) for end in self.y)]

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
                f'<g{hidden}><path class="bp-curve" d="{path}" {_line(i)}/>'
                f'<path class="bp-tangent" d="{tangent}" fill="none" '
                f'style="stroke:var(--bp-gradient,#c24e00)" stroke-width="2"/>'
                f"{self.second(room, cell, place, (low, high))}"
                f'<circle class="bp-point" cx="{point[0]}" cy="{point[1]}" r="4.5" style="fill:var(--bp-gradient,#c24e00)"/></g>'
            )
        title = f"{', '.join(self.outputs)} as a function of {self.x}, with its tangent at {self.x} = {at:g}"
        return _plot(title, self.x, (low, high), (bottom, top), "".join(parts))

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
class _Differences:
    x: str
    power: Variable
    of: Variable
    lowest: int

    def needs(self):
        return [self.of, self.power]

    def html(self, room):
        spec = {
            "kind": "differences", "x": self.x, "power": self.power.name, "lowest": self.lowest,
            "cells": [int(room.values(self.of).item()), int(room.slope(self.x, self.of))],
            "window": [self.lowest, 0, -17, 1],
        }  # fmt: skip  # a record
        names = ("forward difference", "central difference")
        cells = ['error <span class="bp-error"></span>' for _ in names]
        digits = "".join(f"<tr><td>f({self.x} {sign} h)</td><td><s></s><b></b></td></tr>" for sign in "+−")
        return _viewed(
            spec,
            self.svg(room) + _legend(names, cells, 2, STROKES[1:])
            + f'<table class="bp-digits"><caption>Digits on which both agree are gray: they cancel.</caption>{digits}</table>',
        )  # fmt: skip

    def svg(self, room):
        height, slope = int(room.values(self.of).item()), int(room.slope(self.x, self.of))
        at, wide, tall = room.rest[self.x], WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
        powers = np.arange(4 * self.lowest, 1) / 4
        here, exact = room.run()[height], room.run()[slope]
        ways = ["", ""]
        for power in powers:
            h = 10.0**power
            up, down = (room.run(**{self.x: at + move})[height] for move in (h, -h))
            for i, found in enumerate([(up - here) / h, (up - down) / (2 * h)]):
                error = np.log10(max(abs(found - exact), 1e-17))
                ways[i] += ("L" if ways[i] else "M") + (
                    f"{(power - self.lowest) / -self.lowest * wide:.1f} {(1 - error) / 18 * tall:.1f}"
                )
        content = "".join(f'<g><path class="bp-way" d="{d}" {line}/></g>' for d, line in zip(ways, STROKES[1:]))
        content += '<path class="bp-here" d="" stroke="currentColor" stroke-dasharray="3 3"/>'
        title = (
            f"The error of forward and central differences of {self.of.name} at {self.x} = {at:g}, against the step h"
        )
        return _plot(title, "log₁₀ h", (self.lowest, 0), (-17, 1), content, "log₁₀ error")


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
            f'<i>{escape(name)}</i><b style="--zero:{self.place(0):.4g}%"><s style="{self.style(now[cell])}"></s></b>'
            f'<span data-v="{cell}" data-digits="{DIGITS}">{number_text(now[cell], digits=DIGITS)}</span>'
            for name, cell in zip(names, cells)
        )
        return _titled(spec, self.title, f'<div class="bp-bars bp-numbered {_kind(self.gradient)}">{rows}</div>')

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
class _Descent:
    x: str
    y: str | None
    of: Variable
    up: tuple
    steps: int
    rate: Variable
    momentum: Variable | None
    methods: tuple
    shown: int
    levels: tuple

    def needs(self):
        return [self.of, self.rate, *filter(None, [self.momentum])]

    def html(self, room):
        inputs = [self.x, *filter(None, [self.y])]
        spec = {
            "kind": "descent", "inputs": inputs, "window": self.window(room), "height": int(room.values(self.of).item()),
            "gradients": [int(room.slope(name, self.of)) for name in inputs], "steps": self.steps, "rate": self.rate.name,
            "momentum": self.momentum and self.momentum.name, "methods": self.methods, "levels": self.levels,
        }  # fmt: skip  # a record
        cells = ['<span class="bp-count"></span>' for _ in self.methods]
        return _viewed(spec, self.svg(room) + _legend(self.methods, cells, self.shown, STROKES))

    def window(self, room):
        return [*(float(end) for end in room.limits[self.x][:2]), *(float(end) for end in self.up)]

    def svg(self, room):
        """The point from where it goes; the paths are drawn in the page."""
        low, high, bottom, top = self.window(room)
        wide, tall = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
        height = room.run()[int(room.values(self.of).item())]
        x, y = room.rest[self.x], room.rest[self.y] if self.y else height
        paths = "".join(
            f'<g{"" if i < self.shown else HIDDEN}><path class="bp-way" d="" {STROKES[i % len(STROKES)]}/>'
            f'<path class="bp-dots" d="" {STROKES[i % len(STROKES)]}/></g>'
            for i in range(len(self.methods))
        )
        content = (
            f'<path class="bp-contours" d="" fill="none" stroke="currentColor" stroke-opacity=".35"/>{paths}'
            f'<circle cx="{(x - low) / (high - low) * wide:.1f}" cy="{(top - y) / (top - bottom) * tall:.1f}" r="4.5"/>'
        )
        title = f"The way down that {', '.join(self.methods)} take from {self.x} = {x:g}" + (
            f", {self.y} = {y:g}" if self.y else ""
        )
        return _plot(title, self.x, (low, high), (bottom, top), content, self.y or "")


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
        cells = np.vstack(found)
        now, columns = room.run(), cells.shape[1]
        spec = {"kind": "matrix", "cells": [int(cell) for cell in cells.ravel()]}
        pulled = {int(room.values(leaf).item()): name for name, leaf in room.leaves.items() if name in room.limits}
        numbers = "".join(
            f'<span{_pulled(pulled.get(int(cell)))} data-v="{cell}" data-digits="3">'
            f"{number_text(now[int(cell)], digits=3)}</span>"
            for cell in cells.ravel()
        )
        style = f"grid-template-columns:repeat({columns},auto)"
        return _titled(
            spec, self.title, f'<div class="bp-matrix {_kind(self.gradient)}" style="{style}">{numbers}</div>'
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
        for piece in self.pattern.split("{"):
            name, closed, rest = piece.rpartition("}")
            if closed:
                what = self.variables[name]
                cells = room.gradients(what.variable, what.of) if isinstance(what, _Gradient) else room.values(what)
                found.append(int(cells.item()))
            found.append(rest)
        return [part for part in found if part != ""]

    def text(self, room):
        parts, now = self.parts(room), room.run()
        return "".join(number_text(now[p], digits=DIGITS) if isinstance(p, int) else p for p in parts)

    def html(self, room):
        parts, now = self.parts(room), room.run()
        return '<p class="bp-told">' + "".join(
            f'<span data-v="{p}" data-digits="{DIGITS}">{number_text(now[p], digits=DIGITS)}</span>'
            if isinstance(p, int) else escape(p)
            for p in parts
        ) + "</p>"  # fmt: skip


def _viewed(spec, content):
    return f'<div class="bp-view" data-view="{as_attribute(spec)}">{content}</div>'


def _titled(spec, title, content):
    return _viewed(spec, f'<p class="bp-title">{escape(title)}</p>{content}')


def _pulled(name):
    return f' class="bp-pull" data-pull="{escape(name)}"' if name else ""


def _kind(gradient):
    return "bp-of-gradient" if gradient else "bp-of-value"


def _legend(names, cells, shown, lines=None):
    """What is drawn; in a page with scripts the entries become buttons that switch it on and off."""
    if len(names) < 2 and lines is None:
        return ""
    entries = [
        f'<span data-shown="{"true" if i < shown else "false"}"><svg viewBox="0 0 30 8" width="30" '
        f'height="8" aria-hidden="true"><path d="M0 4h30" {lines[i % len(lines)] if lines else _line(i)}/></svg> '
        f"{escape(name)} {text}</span>"
        for i, (name, text) in enumerate(zip(names, cells))
    ]
    return f'<div class="bp-legend">{"".join(entries)}</div>'


def _line(i):
    dash = f' stroke-dasharray="{DASHES[i % len(DASHES)]}"' if DASHES[i % len(DASHES)] else ""
    return f'fill="none" style="stroke:var(--bp-forward,#1f67a6)" stroke-width="2.2"{dash}'


def _plot(title, name, x, y, content, up=""):
    """Axes with ticks around what is drawn; what lies outside is cut off."""
    wide, tall = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    marks = []
    for tick in _ticks(*x):
        place = LEFT + (tick - x[0]) / (x[1] - x[0]) * wide
        marks.append(f'<path d="M{place:.1f} {TOP}v{tall}" stroke="currentColor" stroke-opacity="{_faint(tick)}"/>')
        marks.append(f'<text x="{place:.1f}" y="{HEIGHT - 8}" text-anchor="middle">{number_text(tick)}</text>')
    for tick in _ticks(*y):
        place = TOP + (y[1] - tick) / (y[1] - y[0]) * tall
        marks.append(f'<path d="M{LEFT} {place:.1f}h{wide}" stroke="currentColor" stroke-opacity="{_faint(tick)}"/>')
        marks.append(f'<text x="{LEFT - 5}" y="{place + 4:.1f}" text-anchor="end">{number_text(tick)}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="backprop-graph bp-plot" role="img" aria-label="{escape(title)}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" style="max-width:100%;height:auto" '
        f'font-size="12" font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,monospace" fill="currentColor">'
        f"<title>{escape(title)}</title>{''.join(marks)}"
        f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - BOTTOM - 5}" text-anchor="end" font-weight="700">{escape(name)}</text>'
        f'<text x="{LEFT + 5}" y="{TOP + 11}" font-weight="700">{escape(up)}</text>'
        f'<svg aria-hidden="true" x="{LEFT}" y="{TOP}" width="{wide}" height="{tall}">{content}</svg></svg>'
    )


def _faint(tick):
    return ".5" if tick == 0 else ".13"


def _ticks(low, high):
    """Three to six round numbers."""
    power = 10.0 ** np.floor(np.log10((high - low) / 3))
    step = next(size * power for size in (5, 2, 1) if (high - low) / (size * power) >= 3)
    return [round(float(step * k), 10) for k in range(int(np.ceil(low / step)), int(np.floor(high / step)) + 1)]


def _select(name, options):
    choices = "".join(f"<option>{escape(option)}</option>" for option in options)
    return f'<div><label class="bp-choose">{escape(name)} <select data-choice="{escape(name)}">{choices}</select></label></div>'
