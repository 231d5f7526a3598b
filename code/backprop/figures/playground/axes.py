"""The axes and the legend of a plot in a live figure, and the frame of a view."""

from html import escape

import numpy as np

from ..live import as_attribute
from ..sentences import number_text

WIDTH, HEIGHT = 340, 258  # of a plot, small enough for a phone
LEFT, RIGHT, TOP, BOTTOM = 42, 10, 22, 38
DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 2", "1 4", "12 4", "3 3 9 3")
HIDDEN = ' style="display:none"'
STROKES = (
    'fill="none" stroke="currentColor" stroke-width="1.8"',
    'fill="none" style="stroke:var(--bp-forward,#1f67a6)" stroke-width="1.8"',
    'fill="none" style="stroke:var(--bp-gradient,#c24e00)" stroke-width="1.8"',
)


def increasing(who, ends):
    """Refuse what is no range of an axis."""
    if len(ends) != 2 or not ends[0] < ends[1]:
        raise ValueError(f"{who} expected (low, high) for its vertical axis, got {ends}")


def viewed(spec, content):
    return f'<div class="bp-view" data-view="{as_attribute(spec)}">{content}</div>'


def beside(content):
    """What stands to the right of a plot, or below it where the column is narrow."""
    return f'<div class="bp-beside">{content}</div>'


def titled(spec, title, content):
    return viewed(spec, f'<p class="bp-title">{escape(title)}</p>{content}')


def legend(names, cells, shown, lines=None):
    """What is drawn; in a page with scripts the entries become buttons that switch it on and off."""
    if len(names) < 2 and lines is None:
        return ""
    entries = [
        f'<span data-shown="{"true" if i < shown else "false"}"><svg viewBox="0 0 30 8" width="30" '
        f'height="8" aria-hidden="true"><path d="M0 4h30" {lines[i % len(lines)] if lines else line(i)}/></svg> '
        f"{escape(name)}{text and ': ' + text}</span>"
        for i, (name, text) in enumerate(zip(names, cells))
    ]
    return f'<div class="bp-legend">{"".join(entries)}</div>'


def line(i):
    dash = f' stroke-dasharray="{DASHES[i % len(DASHES)]}"' if DASHES[i % len(DASHES)] else ""
    return f'fill="none" style="stroke:var(--bp-forward,#1f67a6)" stroke-width="2.2"{dash}'


def plot(title, name, x, y, content, up=""):
    """Axes with ticks around what is drawn; what lies outside is cut off."""
    wide, tall = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    marks, free = [], 0 if up else TOP - 8
    for tick in _ticks(*x):
        place = LEFT + (tick - x[0]) / (x[1] - x[0]) * wide
        marks.append(f'<path d="M{place:.1f} {TOP}v{tall}" stroke="currentColor" stroke-opacity="{_faint(tick)}"/>')
        marks.append(
            f'<text x="{place:.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{number_text(tick)}</text>'
        )
    for tick in _ticks(*y):
        place = TOP + (y[1] - tick) / (y[1] - y[0]) * tall
        marks.append(f'<path d="M{LEFT} {place:.1f}h{wide}" stroke="currentColor" stroke-opacity="{_faint(tick)}"/>')
        marks.append(f'<text x="{LEFT - 5}" y="{place + 4:.1f}" text-anchor="end">{number_text(tick)}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="backprop-graph bp-plot" role="img" aria-label="{escape(title)}" '
        f'viewBox="0 {free} {WIDTH} {HEIGHT - free}" width="{WIDTH}" height="{HEIGHT - free}" style="max-width:100%;height:auto" '
        f'font-size="12" font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,monospace" fill="currentColor">'
        f"{''.join(marks)}"
        f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 5}" text-anchor="end" font-weight="700">{escape(name)}</text>'
        f'<text x="4" y="{TOP - 9}" font-weight="700">{escape(up)}</text>'
        f'<svg aria-hidden="true" x="{LEFT}" y="{TOP}" width="{wide}" height="{tall}">{content}</svg></svg>'
    )


def _faint(tick):
    return ".5" if tick == 0 else ".13"


def _ticks(low, high):
    """Three to six round numbers."""
    power = 10.0 ** np.floor(np.log10((high - low) / 3))
    step = next(size * power for size in (5, 2, 1) if (high - low) / (size * power) >= 3)
    return [round(float(step * k), 10) for k in range(int(np.ceil(low / step)), int(np.floor(high / step)) + 1)]
