"""A live figure made of views, with the sliders and lists that move it."""

from html import escape
from itertools import groupby

from ..drawing import pictures_of
from ..graph import graph_of
from ..live import PROMISED, as_attribute, leaves_of, live_drawing, live_graph, page_data, page_lines
from ..svg import svg_of
from .axes import beside
from .tapes import Tapes
from .views import _Sentence

MANY = 8  # sliders; more are folded


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
        If a Variable or a view was expected, or a rule of its graph can't be carried over to a page.
    ValueError
        If `output` is an array, or a range or a choice names no input.
    """
    shown = [*views, *([] if told is None else [told])]
    for view in shown:
        if not hasattr(view, "needs"):
            raise TypeError(f"playground expected views, such as curve(...) or sentence(...), got {view!r}")
    room = Tapes(output, [each for view in shown for each in view.needs()], choose or {}, ranges)
    picture = ""
    if graph:
        own = {name: limit[:3] for name, limit in room.limits.items() if name in leaves_of(output)}
        live, _, _ = live_graph(output, own, room.tapes[0])
        _, picture = pictures_of(live, changing=True)
    pictures = "".join(_in_groups(views, room))
    data = page_data(output, room.tapes[0], [name for name in room.limits if name in leaves_of(output)])
    if choose:
        data["choices"] = choose
    if told:
        data["told"] = told.parts(room)
    scripts = dict.fromkeys(["playground.js", *(view.script for view in views if hasattr(view, "script"))])
    pulls = room.sliders()
    if len(room.limits) > MANY:
        pulls = f"<details><summary>Sliders</summary>{pulls}</details>"
    data["lines"] = page_lines(room.tapes[0])  # now that all views have asked for theirs
    said = told.text(room) if told else "Pull a number: move its slider."
    html = (
        f'<div class="bp-live bp-playground{" bp-experiment" * (len(scripts) > 1)}{"" if gradients else " bp-values"}" '
        f'role="group" aria-label="{escape(title)}" data-tape="{as_attribute(data)}"><div class="bp-views">{picture}{pictures}</div>'
        f'<div class="bp-pulls">{"".join(_select(*choice) for choice in (choose or {}).items())}{pulls}'
        f'<div class="bp-buttons"><button type="button" name="reset">reset</button></div></div>'
        f'<p class="bp-promise" role="status">{escape(said)}</p>{"" if told else PROMISED}</div>'
    )
    still = room.pictures[0] if room.pictures else svg_of(graph_of(output))
    return live_drawing(still, html, *scripts)


def _in_groups(views, room):
    """Sentences that follow each other stand together, beside what they are about where there is room."""
    for kind, group in groupby(views, type):
        shown = "".join(view.html(room) for view in group)
        yield beside(shown) if kind is _Sentence else shown


def _select(name, options):
    choices = "".join(f"<option>{escape(option)}</option>" for option in options)
    return f'<div><label class="bp-choose">{escape(name)} <select data-choice="{escape(name)}">{choices}</select></label></div>'
