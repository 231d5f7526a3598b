"""A live figure made of views, with the sliders and lists that move it."""

from functools import cache
from html import escape
from pathlib import Path

from ..drawing import Drawing, framed, pictures_of
from ..graph import graph_of
from ..live import as_attribute, leaves_of, live_graph, page_data, page_lines, runtime
from ..svg import svg_of
from .tapes import Tapes

MANY = 8  # sliders; more are folded
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
    room = Tapes(
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


@cache
def view_script(name):
    return (Path(__file__).parent.parent / name).read_text("utf-8")


def _select(name, options):
    choices = "".join(f"<option>{escape(option)}</option>" for option in options)
    return f'<div><label class="bp-choose">{escape(name)} <select data-choice="{escape(name)}">{choices}</select></label></div>'
