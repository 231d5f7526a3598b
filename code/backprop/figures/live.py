"""A figure whose numbers can be pulled: values and gradients of the whole graph follow at once, in the page.

The page runs the tape of the graph (`tape.py`) with a short script (`live.js`); it needs no kernel, library or request.
"""

import itertools
import json
import math
from functools import cache
from html import escape
from pathlib import Path

import numpy as np

from ..values import real_number
from .drawing import Drawing, framed
from .graph import graph_of
from .sentences import number_text
from .svg import legal
from .tape import tape_of

PROMISED = '<div class="bp-bars bp-promised" aria-hidden="true"><i>promised</i><b><s></s></b><i>happened</i><b><s></s></b></div>'
SAMPLES = 40  # points at which the widths of the numbers are tried out


def live_graph(output, ranges, tape=None):
    """The graph of a figure with what its page needs to stay up to date; `tape`, if its tape is there already.

    Returns the graph, its tape, and the range of each input: {name: (low, high, step)}.
    """
    tape = tape or tape_of(output)
    leaves = leaves_of(output)
    unknown = [name for name in ranges if name not in leaves]
    if unknown:
        raise ValueError(
            f"explore knows no input named {unknown[0]!r}: the graph starts from {', '.join(leaves) or 'none'}"
        )
    if not leaves:
        raise ValueError(
            "explore found nothing to pull: name an input that is a number, as in Variable(100.0, name='price')"
        )
    limits = limits_of(leaves, ranges)
    held = {v: v.grad for v in output.topological_order()}
    try:
        if output.grad is None:
            output.backward() if output.shape == () else output.backward(np.ones(output.shape))
        graph = graph_of(output, elements=True)
    finally:
        for variable, gradient in held.items():
            variable.grad = gradient
    _connect(graph, tape, limits)
    _try_out(graph, tape, limits)
    return graph, tape, limits


def limits_of(leaves, ranges):
    """(low, high, step, value) of the slider of each input, a Variable by its name."""
    return {name: _range(name, leaf.data, ranges.get(name)) for name, leaf in leaves.items()}


def page_lines(tape):
    return [_legal_line(line) for line in tape.lines]


def live_html(pictures, output, tape, limits, lies=()):
    """The figure with its sliders, and the script that computes it anew at each pull."""
    data = page_data(output, tape, limits)
    if lies:
        data |= {"forward": tape.forward, "lies": lies}
    leaves = leaves_of(output)
    pulls = "".join(
        slider(name, *limit, tape.values[id(leaves[name])].item(), tape.gradients[id(leaves[name])])
        for name, limit in limits.items()
    )
    return (
        f'<div class="bp-live" role="group" aria-label="Computation graph of {escape(legal(data["output"]))}, with sliders" '
        f'data-tape="{as_attribute(data)}">{pictures}'
        f'<div class="bp-pulls">{pulls}<div class="bp-buttons">'
        f'<button type="button" name="here">start from here</button>'
        f'<button type="button" name="reset">reset</button>{_break_it(lies)}</div></div>'
        f'<p class="bp-promise" role="status">Pull a number: drag it in the figure, or move its slider.</p>'
        f"{PROMISED}</div>"
    )


def page_data(output, tape, limits):
    """What the page computes: the lines, and where the output is and the gradient of each input."""
    leaves = leaves_of(output)
    return {
        "lines": page_lines(tape),
        "output": output.name or "the result",
        "total": int(tape.values[id(output)].item()),
        "cells": {name: int(tape.gradients[id(leaves[name])].item()) for name in limits},
    }


def as_attribute(data):
    return escape(json.dumps(data, separators=(",", ":")))


def leaves_of(output):
    """The numbers with a name that a graph starts from, by their names."""
    return {v.name: v for v in output.topological_order() if v.operation is None and v.name and v.shape == ()}


def runtime():
    """The style and the script that all live figures of a page share."""
    return f"<style>{source('live.css')}</style>", source("live.js")


@cache
def source(name):
    """The text of a script or a style beside this file."""
    return (Path(__file__).parent / name).read_text("utf-8")


def live_drawing(still, html, *scripts):
    """What Jupyter shows: the still picture where scripts are off, else the HTML, run by live.js and then `scripts`."""
    style, script = runtime()
    script = ";\n".join([script, *map(source, scripts)])
    markup = framed(html, style)
    return Drawing(still, markup, f"{markup}<script>{script}</script>", script)


def _break_it(lies):
    if not lies:
        return ""
    suspects = "".join(f"<option>{escape(name)}</option>" for name in lies[0]["suspects"])
    return (
        '<button type="button" name="break">break it</button>'
        f'<label class="bp-who" hidden>Who lies? <select name="suspect"><option>choose</option>{suspects}</select></label>'
    )


def lies_of(output, graph, tape):
    """Tapes on which one node lies: it drops its upstream factor, or overwrites where gradients should add up.

    A lie that changes no number, such as a dropped factor of 1, is none. Returns what the page needs of each.
    """
    suspects = {}
    for node in graph.nodes:
        if node.kind == "operation":
            what = " ".join([node.label, *([f"({node.name})"] if node.name else [])])
            while what in suspects:
                what += "\u2032"
            suspects[what] = node.entry.variable
    shared = {node.name: node.entry.variable for node in graph.nodes if node.kind == "input" and len(node.outgoing) > 1}
    found = []
    for name, liar in [*suspects.items(), *shared.items()]:
        falsify, said = (_overwriting, "keeps only the last of the gradients that should add up")
        if liar.operation is not None:
            falsify, said = (_dropping, "forgets to multiply by its upstream gradient")
        lying = tape_of(output, lie=falsify(liar))
        moved = {
            int(cell): int(lie)
            for honest, false in ((tape.gradients, lying.gradients), (tape.parts, lying.parts))
            for key in honest
            for cell, lie in zip(honest[key].ravel(), false[key].ravel())
        }
        point = {v.name: v.data for v in output.topological_order() if v.operation is None and v.name}
        before, after = tape.run(**point), lying.run(**point)
        if any(before[cell] != after[lie] for cell, lie in moved.items()):
            found.append({
                "liar": name, "said": said, "suspects": [*suspects, *shared], "moved": moved,
                "lines": [_legal_line(line) for line in lying.lines[tape.forward :]],
            })  # fmt: skip  # a record
    return found


def _dropping(liar):
    def lie(variable, upstream, rule):
        return rule(upstream * 0 + 1.0 if variable is liar else upstream)

    return lie


def _overwriting(liar):
    def lie(variable, upstream, rule):
        return rule(upstream)

    lie.overwritten = liar
    return lie


def _legal_line(line):
    sign, *arguments = line
    return (sign, *map(_legal_number, arguments)) if sign == "=" else line


def _legal_number(number):
    return number if math.isfinite(number) else str(number)  # JSON has no nan


def slider(name, low, high, step, value, cell, gradient):
    """A slider with its number, and its gradient where there is one; both by their lines of the tape.

    A screen reader hears both as the slider's value, and not once more from beside it at each move.
    """
    name = escape(legal(name))
    low, high, step, value = (
        np.format_float_positional(n, trim="-") if n != "any" else n for n in (low, high, step, value)
    )
    shown = ""
    if gradient is not None:
        shown = f'<output aria-hidden="true" class="bp-gradient" data-gradient="{name}" data-v="{gradient.item()}"></output>'
    return (
        f'<label><span class="bp-name" data-node="{name}">{name}</span>'
        f'<input type="range" name="{name}" min="{low}" max="{high}" step="{step}" value="{value}" autocomplete="off">'
        f'<output aria-hidden="true" data-value="{name}" data-v="{cell}"></output>{shown}</label>'
    )


def _range(name, value, given):
    """(low, high, step, value) of a slider: what was given, or from 0 to twice the value."""
    if given is None:
        given = (0.0, 2 * value) if value > 0 else (2 * value, 0.0) if value < 0 else (-1.0, 1.0)
    if not isinstance(given, (tuple, list)) or len(given) not in (2, 3):
        raise TypeError(f"explore expected {name}=(low, high) or (low, high, step), got {given!r}")
    low, high, *step = (real_number(number, "explore", f"each end of {name}") for number in given)
    if not low <= value <= high or low == high:
        raise ValueError(f"explore expected a range of {name} around its value {value:g}, got {low:g} to {high:g}")
    return low, high, step[0] if step else _step(low, high, value), value


def _step(low, high, value):
    """The coarsest of the round steps of about a hundredth of the range that meets the value as it is."""
    power = 10.0 ** math.floor(math.log10((high - low) / 50))
    for step in (power, power / 2, power / 10, power / 100):
        if abs(round((value - low) / step) * step - (value - low)) < 1e-9 * (high - low):
            return step
    return "any"


def _connect(graph, tape, limits):
    """Tell each text and each line of the figure which values of the tape it shows."""
    tape_values = np.array(tape.run(**{name: limit[3] for name, limit in limits.items()}))
    for edge in graph.edges:
        entry = edge.source.entry
        variable = entry.variable
        edge.value_cells = tape.values[id(variable)]
        if edge.target.kind == "output":
            edge.gradient_cells = tape.gradients[id(variable)]
        else:
            edge.gradient_cells = tape.parts[id(edge.target.entry.variable), edge.position]
        edge.value_name = entry.name
        if len(edge.source.outgoing) == 1:
            edge.gradient_name = entry.name
        edge.gradient_width = line_width(tape_values[edge.gradient_cells.astype(int)])
        edge.pull = entry.name if edge.source.kind == "input" and entry.name in limits else ""
    for node in graph.nodes:
        if node.total:
            node.total_cells = tape.gradients[id(node.entry.variable)]


def line_width(gradient):
    """The width of a line that shows the size of a gradient, in pixels: its fourth root, so that 0.0001 can be seen."""
    size = float(np.linalg.norm(gradient))
    return min(12.0, 3.0 * size**0.25) if math.isfinite(size) else 12.0


def _try_out(graph, tape, limits):
    """Keep as much room as the widest numbers need that the figure may come to show."""
    rng = np.random.default_rng(0)
    ends = [limit[:2] for limit in limits.values()]
    corners = itertools.islice(itertools.product(*ends), SAMPLES)
    inside = rng.uniform(*np.transpose(ends), (SAMPLES, len(ends)))
    for point in [*corners, *(map(_on_the_grid, limits.values(), numbers) for numbers in inside)]:
        found = np.array(tape.run(**dict(zip(limits, point))))
        for edge in graph.edges:
            for kind, cells in (("value", edge.value_cells), ("gradient", edge.gradient_cells)):
                text = number_text(found[cells.astype(int)], elements=True)
                widest = getattr(edge, f"widest_{kind}")
                if _width(text) > _width(widest):
                    setattr(edge, f"widest_{kind}", text)


def _on_the_grid(limit, number):
    low, _, step, _ = limit
    return number if step == "any" else low + step * round((number - low) / step)


def _width(text):
    return max(map(len, text.split("\n")))
