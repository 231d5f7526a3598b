"""Views of two experiments with a function: optimizers on their way down, and the errors of differences."""

from dataclasses import dataclass

import numpy as np

from ...variable import Variable
from .axes import BOTTOM, HEIGHT, HIDDEN, LEFT, RIGHT, STROKES, TOP, WIDTH, beside, increasing, legend, plot, viewed


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
    increasing("descent", up)
    return _Descent(x, y, of, up, steps, rate, momentum, methods, len(methods) if shown is None else shown, levels)


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
        return viewed(spec, room.drawn(self) + legend(self.methods, cells, self.shown, STROKES))

    def window(self, room):
        return [*room.range(self.x), *(float(end) for end in self.up)]

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
        title = f"The way down that {', '.join(self.methods)} take from the chosen {self.x}{self.y and f' and {self.y}' or ''}"
        return plot(title, self.x, (low, high), (bottom, top), content, self.y or self.of.name or "")


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
        digits = "".join(f'<tr><th scope="row">f({self.x} {sign} h)</th><td><i></i><b></b></td></tr>' for sign in "+−")
        return viewed(
            spec,
            room.drawn(self) + beside(legend(names, cells, 2, STROKES[1:])
            + f'<table class="bp-digits"><caption>Digits on which both agree are gray. <span class="bp-left"></span></caption>{digits}</table>'),
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
        title = f"The error of forward and central differences of {self.of.name}, against the step h"
        return plot(title, "log₁₀ h", (self.lowest, 0), (-17, 1), content, "log₁₀ error")
