"""What the notebooks call: draw, and step_through."""

from .graph import graph_of
from .stepping import html_of
from .svg import svg_of
from .trace import opened as opened_variable
from .trace import trace_of

MOST_VALUES = 300


class Drawing:
    """A figure that Jupyter shows; `str(drawing)` is its text: SVG, or HTML with steps."""

    def __init__(self, svg, html=None):
        self.svg = svg
        self.html = html

    def __str__(self):
        return self.html or self.svg

    def _repr_mimebundle_(self, include=None, exclude=None):
        # Pages and notebooks take the HTML, whose colours follow the theme; a Git host takes the still picture.
        html = self.html or f'<div class="backprop-graph-frame" style="overflow-x:auto">{self.svg}</div>'
        return {"text/html": html, "image/svg+xml": self.svg, "text/plain": "<computation graph>"}


def draw(subject, *, gradients=True, values=True, local=False, names=True, highlight=(), opened=False):
    """Draw what was computed as a graph, from its inputs on the left to the result on the right.

    Above each arrow stands the value that went forward, below it the gradient that came back, once
    backward has run. Arrays show their shape. The same graph always gives the same SVG.

    Parameters
    ----------
    subject : Variable, layer, loss, Sequential or TwoLayerNet
        A layer or network must have run.
    gradients, values, names : bool
        False leaves them out.
    local : bool
        Write each gradient as upstream · local derivative = gradient, where they are numbers.
    highlight : Variable, or several
        Draw the ways from here to the result with thick lines.
    opened : bool
        Take fused operations, such as a sigmoid or an affine layer, apart into their elementary ones.

    Raises
    ------
    TypeError
        If `subject` is nothing that can be drawn.
    ValueError
        If a layer has not run, or there are more than 300 values: nobody could read that.
    """
    return Drawing(svg_of(_graph(subject, opened, gradients, values, local, names, highlight)))


def step_through(subject, *, local=False, opened=False):
    """The figure of `draw`, one step at a time: first forward, one operation a step, then backward.

    Each step marks its operation, fills in the new number, and says in a sentence what happened. It works
    on a page without a server, and on paper shows the whole figure with all sentences.

    Parameters, errors: as for `draw`.
    """
    graph = _graph(subject, opened, local=local)
    svg = svg_of(graph)
    return Drawing(svg, html_of(svg, graph.steps))


def _graph(subject, opened, gradients=True, values=True, local=False, names=True, highlight=()):
    if opened:
        highlight = highlight if isinstance(highlight, (list, tuple, set)) else [highlight]
        subject, twins = opened_variable(subject)
        highlight = [twins.get(id(variable), variable) for variable in highlight]
    count = len(trace_of(subject, gradients=False))
    if count > MOST_VALUES:
        raise ValueError(f"this graph has {count} values, and a figure shows at most {MOST_VALUES}: draw a part of it")
    return graph_of(subject, gradients, values, local, names, highlight)
