"""A computed value drawn as the graph that computed it."""

from ..variable import Variable
from .graph import graph_of
from .svg import svg_of

MOST_VARIABLES = 300


class Drawing:
    """A figure that Jupyter shows as SVG; `str(drawing)` is the SVG text."""

    def __init__(self, svg):
        self.svg = svg

    def __str__(self):
        return self.svg

    def _repr_mimebundle_(self, include=None, exclude=None):
        # Pages and notebooks take the HTML, whose colours follow the theme; a Git host takes the picture.
        html = f'<div class="backprop-graph-frame" style="overflow-x:auto">{self.svg}</div>'
        return {"text/html": html, "image/svg+xml": self.svg, "text/plain": "<computation graph>"}


def draw(output, gradients=True):
    """Draw the computation graph of a Variable, from its inputs on the left to itself on the right.

    Above each arrow stands the value that went forward, below it the gradient that came back, once
    `backward()` has run. Arrays show their shape. The same graph always gives the same SVG.

    Parameters
    ----------
    output : Variable
    gradients : bool
        False leaves the gradients out.

    Raises
    ------
    TypeError
        If `output` is not a Variable.
    ValueError
        If the graph has more than 300 variables: nobody could read it.
    """
    if not isinstance(output, Variable):
        raise TypeError(f"draw expected a Variable, got {type(output).__name__}")
    count = len(output.topological_order())
    if count > MOST_VARIABLES:
        raise ValueError(f"this graph has {count} variables, and draw shows at most {MOST_VARIABLES}: draw a part of it")
    return Drawing(svg_of(graph_of(output, gradients)))
