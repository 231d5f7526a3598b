"""What the notebooks call: draw, step_through and explore."""

import base64
import math
from html import escape

from .graph import graph_of
from .layout import NARROWEST, SMALLEST, lay_out
from .stepping import html_of, style_of
from .svg import labeled, legal, lines_of_svg
from .trace import opened as opened_variable
from .trace import trace_of

MOST_VALUES = 300

# A graph that doesn't fit its column at a readable size runs from top to bottom there.
FRAME_STYLE = (
    ".bp-graph{container-type:inline-size;margin:0}.bp-graph .bp-down{display:none}"
    ".bp-graph :is(.bp-across,.bp-down){overflow-x:auto}"
)
ACTIVATE = "for(const s of document.querySelectorAll('script.bp-markup'))s.parentNode.innerHTML=s.textContent"


class Drawing:
    """A figure that Jupyter shows; `str(drawing)` is its text: SVG, or HTML with steps or sliders.

    Parameters
    ----------
    svg : str
        The still picture.
    markup : str
        The HTML of the figure, without scripts.
    html : str, optional
        What `str` gives in place of the SVG.
    script : str
        What brings the markup to life.
    """

    def __init__(self, svg, markup, html=None, script=ACTIVATE):
        self.svg, self.markup, self.html, self.script = svg, markup, html, script

    def __str__(self):
        return self.html or self.svg

    def _repr_mimebundle_(self, include=None, exclude=None):
        # Where a notebook isn't trusted, scripts go and pictures stay: then the still one is left, and no dead button.
        picture = base64.b64encode(self.svg.encode()).decode()
        html = (
            f'<div><img class="bp-still" alt="computation graph" src="data:image/svg+xml;base64,{picture}">'
            f'<script type="text/plain" class="bp-markup">{self.markup}</script><script>{self.script}</script></div>'
        )
        return {"text/html": html, "image/svg+xml": self.svg, "text/plain": "<computation graph>"}


def draw(subject, *, gradients=True, values=True, local=False, names=True, highlight=(), opened=False, elements=False):
    """Draw what was computed as a graph, from its inputs on the left to the result on the right.

    Above each arrow is the value that went forward, below it the gradient that came back, once
    backward has run. Arrays show their shape. The same graph always gives the same SVG.

    Parameters
    ----------
    subject : Variable, layer, loss, Sequential or TwoLayerNet
        A layer or network must have run. A value of an engine of your own is drawn, too, if it holds `data`, `grad`,
        `operation` (a sign), `inputs` and `gradients` (a function: upstream gradient -> one for each input).
    gradients, values, names : bool
        False leaves them out.
    local : bool
        Write each gradient as upstream · local derivative = gradient, where they are numbers.
    highlight : Variable, or several
        Draw the ways from here to the result with thick lines.
    opened : bool
        Take fused operations, such as a sigmoid or an affine layer, apart into their elementary ones.
    elements : bool
        Show the numbers in arrays of up to 4 rows and columns in place of their shape.

    Raises
    ------
    TypeError
        If `subject` is nothing that can be drawn.
    ValueError
        If a layer has not run, or there are more than 300 values: nobody could read that.
    """
    graph = _graph(subject, opened, gradients, values, local, names, highlight, elements)
    svg, pictures = pictures_of(graph)
    return Drawing(svg, framed(pictures))


def step_through(subject, *, local=False, opened=False, elements=False):
    """The figure of `draw`, one step at a time: first forward, one operation a step, then backward.

    Each step marks its operation, fills in the new number, and says in a sentence what happened. It works
    on a page without a server, and on paper shows the whole figure with all sentences.

    Parameters, errors: as for `draw`.
    """
    graph = _graph(subject, opened, local=local, elements=elements)
    svg, pictures = pictures_of(graph, changing=True)
    steps = html_of(pictures, graph.steps)
    html = framed(f"<style>{style_of(graph.steps)}</style>{steps}", label=f"{graph.subject}, step by step")
    return Drawing(svg, html, html)


def explore(subject, /, break_it=False, **ranges):
    """The figure of `draw`, live: every input that is a named number can be pulled, and values and gradients follow.

    The wider an orange line, the larger its gradient. Let go of a number, and a sentence compares what its gradient
    promised with what happened. It works in a page without a kernel; without scripts it is the figure of `draw`.

    Parameters
    ----------
    subject : Variable that is a number
    break_it : bool
        Add a button that lets one node lie about its gradient, for the reader to find out which.
    **ranges : (low, high) or (low, high, step)
        How far each input can be pulled, by its name; from 0 to twice its value where nothing is said.

    Raises
    ------
    TypeError
        If `subject` is no Variable, or a rule of its graph can't be carried over to a page.
    ValueError
        If there is nothing to pull, two inputs have one name, a range doesn't hold the input's value, or the result
        is an array.
    """
    from .live import lies_of, live_drawing, live_graph, live_html  # here: a figure that stands still needs none of it

    if getattr(subject, "shape", ()) != ():
        raise ValueError(
            f"explore expected a graph that ends in one number, got shape {subject.shape}: call .sum() first"
        )
    graph, tape, limits = live_graph(subject, ranges)
    svg, pictures = pictures_of(graph, changing=True)
    lies = lies_of(subject, graph, tape) if break_it else []
    return live_drawing(svg, live_html(pictures, subject, tape, limits, lies))


def framed(content, style="", label=""):
    """The figure in its column; `label`: what a screen reader calls a figure whose parts belong together."""
    group = f' role="group" aria-label="{escape(legal(label))}"' if label else ""
    return f'<style>{FRAME_STYLE}</style>{style}<div class="bp-graph"{group}>{content}</div>'


def pictures_of(graph, changing=False):
    """The still SVG, and the HTML of the figure: from left to right, and for narrow columns from top to bottom.

    changing : bool. The page changes the numbers, by steps or pulls: no label holds any, they are told beside it.
    """
    layout = lay_out(graph)
    lines = lines_of_svg(graph, layout)
    svg = across = labeled(graph.label, layout, lines)
    label = graph.subject if changing else graph.label
    if changing:
        across = labeled(label, layout, lines)
    width = math.ceil(layout.width)
    smallest = math.ceil(SMALLEST * width / 20) * 20
    down = lay_out(graph, down=True) if smallest > NARROWEST else None
    if down is None or down.width > 0.8 * width:
        return svg, f'<div class="bp-figure"><div class="bp-across">{across}</div></div>'
    here = f".bp-graph .bp-{smallest}>"  # as strong as the rule of all figures, wherever that comes again
    rule = f"@container (max-width:{smallest}px){{{here}.bp-across{{display:none}}{here}.bp-down{{display:block}}}}"
    return svg, (
        f'<style>{rule}</style><div class="bp-figure bp-{smallest}"><div class="bp-across">{across}</div>'
        f'<div class="bp-down">{labeled(label, down, lines_of_svg(graph, down))}</div></div>'
    )


def _graph(subject, opened, gradients=True, values=True, local=False, names=True, highlight=(), elements=False):
    if opened:
        highlight = highlight if isinstance(highlight, (list, tuple, set)) else [highlight]
        subject, twins = opened_variable(subject)
        highlight = [twins.get(id(variable), variable) for variable in highlight]
    count = len(trace_of(subject, gradients=False))
    if count > MOST_VALUES:
        raise ValueError(f"this graph has {count} values, and a figure shows at most {MOST_VALUES}: draw a part of it")
    return graph_of(subject, gradients, values, local, names, highlight, elements)
