"""Live figures: a notebook's output carries all that a figure needs; a page needs what they share only once.

In a notebook the figure waits, as text, for a script that brings it to life (`backprop.figures.drawing`), so that a
notebook that isn't trusted shows a still picture. On the site it is there from the start, and works without scripts as
far as it can.
"""

import re
import shutil
from html import escape
from pathlib import Path

from docutils import nodes

WAITING = re.compile(
    r'<div><img class="bp-still"[^>]*><script type="text/plain" class="bp-markup">(.*?)</script><script>.*?</script></div>',
    re.DOTALL,
)
STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
SCRIPTS = {
    "bp-live": "live.js",
    "bp-stage": "live.js",
    "bp-classifier": "classifier.js",
    "bp-playground": "playground.js",
    "bp-experiment": "experiments.js",
    "bp-adder": "adder.js",
    "bp-digit": "digit.js",
}
SOURCE = Path(__file__).resolve().parents[2] / "code" / "backprop" / "figures"


PLOT = re.compile(r'(<svg [^>]*class="bp-chart"[^>]* aria-label=")[^"]*"')


def label(tree, env):
    """Label a plot with the words that its cell's metadata hold: its own are read off its axes."""
    for cell in tree.findall(nodes.container):
        words = cell.get("cell_metadata", {}).get("mystnb", {}).get("image", {}).get("alt")
        quoted = "" if words is None else escape(words).replace("\\", r"\\")
        for raw in cell.findall(nodes.raw) if quoted else ():
            text = PLOT.sub(rf'\g<1>{quoted}"', raw.astext())
            raw.children, raw.rawsource = [nodes.Text(text)], text


def unwrap(tree, env):
    """Put each figure of a page in the open, its styles once, and the scripts that they share at the end."""
    seen, wanted, last = set(), {}, None

    def once(style):
        text = style.group()
        if text in seen:
            return ""
        seen.add(text)
        return text

    for raw in tree.findall(nodes.raw):
        if raw.get("format") != "html" or "bp-" not in raw.astext():
            continue
        text = STYLE.sub(once, WAITING.sub(r"\1", raw.astext()))
        raw.children = [nodes.Text(text)]
        raw.rawsource = text
        for mark, script in SCRIPTS.items():
            if re.search(rf'class="[^"]*\b{mark}\b', text):
                wanted[script], last = None, raw
    if last is not None:
        up = "../" * env.docname.count("/")
        order = [script for script in dict.fromkeys(SCRIPTS.values()) if script in wanted]
        scripts = "".join(f'<script defer src="{up}_static/{script}"></script>' for script in order)
        last.children = [nodes.Text(last.astext() + scripts)]


def copy_scripts(app):
    for script in set(SCRIPTS.values()):
        shutil.copyfile(SOURCE / script, Path(app.outdir) / "_static" / script)
