"""Numbers the figures of a page and puts a caption below each, so that "figure 3.2" can be said, and linked to.

A caption is the beginning of what the figure is called: of its label or alternative text, which tell those who can't
see it. An author who wants other words writes them into the cell's metadata, where MyST-NB looks for them:
`mystnb.figure.caption`.
"""

import re
from html import unescape

from docutils import nodes

# The first name in a figure's HTML: that of a whole comes before those of its parts.
NAME = re.compile(
    r"""<(?:img\b[^>]*?\salt|\w+\b[^>]*?\srole=["'](?:img|group)["'][^>]*?\saria-label)=(["'])(.*?)\1""", re.DOTALL
)
CHAPTER = re.compile(r"(\d+) ")
FEWEST = 3  # words before a colon; "Left: ..." goes on
MINUS = re.compile(r"(?<![\w.)])-(?=[\d ])")


def number_figures(tree, env):
    """Make a figure of each picture that a cell shows: with an id, a number and a caption."""
    title = tree.next_node(nodes.title)
    found = CHAPTER.match(title.astext()) if title is not None else None
    chapter = found[1] if found else None
    outputs = [node for node in tree.findall(nodes.container) if node.get("nb_element") == "mime_bundle"]
    captions = [(output, caption_of(output)) for output in outputs]
    for count, (output, words) in enumerate(((output, words) for output, words in captions if words), 1):
        number = f"{chapter}.{count}" if chapter else str(count)
        figure = output.parent
        if not isinstance(figure, nodes.figure):  # else it has a caption by its author
            figure = nodes.figure("", nodes.caption("", words))
            output.replace_self(figure)
            figure.insert(0, output)
        figure["ids"].insert(0, f"figure-{number.replace('.', '-')}")
        named = nodes.inline("", f"Figure {number}", classes=["figure-number"])
        figure.next_node(nodes.caption).insert(0, [named, nodes.Text(" ")])


def caption_of(output):
    """Say in a few words what an output shows; "" if it shows no picture, or only small ones in a table."""
    for raw in output.findall(nodes.raw):
        html = raw.astext()
        name = NAME.search(html)
        if name and "<table" not in html[: name.start()]:
            return shortened(unescape(name[2]))
    return next((shortened(image.get("alt", "")) for image in output.findall(nodes.image)), "")


def shortened(name):
    """Return the first thing that a figure's name says, up to a colon or to the end of its first sentence."""
    sentence = re.split(r"[.;](?:\s|$)", " ".join(name.split()), maxsplit=1)[0]
    words = sentence.partition(": ")[0]
    words = words if len(words.split()) >= FEWEST else sentence
    return MINUS.sub("−", words)
