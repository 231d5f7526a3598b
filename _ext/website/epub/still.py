"""Makes of a piece of HTML, as the website shows it, what an EPUB may hold: XML, without scripts and without controls."""

import re
from html import escape
from html.parser import HTMLParser

DROPPED = {"button", "canvas", "fieldset", "form", "input", "script", "select", "style", "template", "textarea"}
# What is only there to be pulled or pressed; the last two are headed by a control.
CONTROLS = {
    "bp-controls", "bp-pulls", "bp-promise", "bp-promised", "bp-tabs", "bp-buttons", "bp-examples", "bp-write", "bp-guess",
}  # fmt: skip
KEPT = {"bp-steps", "bp-reads"}  # a form and a fieldset that hold what is to be seen
RENAMED = {
    "details": "div",
    "fieldset": "div",
    "form": "div",
    "label": "span",
    "legend": "p",
    "output": "span",
    "summary": "p",
}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# HTML takes names in small letters, XML doesn't.
CAMELS = (
    "clipPath clipPathUnits foreignObject gradientTransform gradientUnits lengthAdjust linearGradient markerHeight "
    "markerUnits markerWidth pathLength patternUnits preserveAspectRatio radialGradient refX refY spreadMethod startOffset "
    "textLength textPath viewBox"
).split()
CAMEL = {name.lower(): name for name in CAMELS}
VARIABLE = re.compile(r"var\(--[\w-]+,\s*((?:[^()]|\([^()]*\))*)\)")
COLOR = re.compile(r"(?<![\w-])(fill|stroke):\s*(?:rgba\((\d+,\s*\d+,\s*\d+),\s*([\d.]+)\)|([^;]+))(?:;|$)")
LEAST = re.compile(r"min-width:[^;]*;?")
UNWANTED = re.compile(r"on\w+|data-.*|method|autocomplete|tabindex|contenteditable|open|for|name|value|type")


def still(html):
    """Return the HTML as XML that stands still. It may be a part, with an end that begins in another."""
    writer = Writer()
    writer.feed(html)
    writer.close()
    return "".join(writer.parts)


class Writer(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.parts = []
        self.left_out = []  # the open tags inside of what is left out

    def handle_starttag(self, tag, attributes):
        if self.left_out:
            if tag not in VOID:
                self.left_out.append(tag)
        elif self._unwanted(tag, attributes):
            if tag not in VOID:
                self.left_out.append(tag)
        else:
            self._open(tag, attributes, "/>" if tag in VOID else ">")

    def handle_startendtag(self, tag, attributes):
        if not self.left_out and not self._unwanted(tag, attributes):
            self._open(tag, attributes, "/>")

    def handle_endtag(self, tag):
        if not self.left_out:
            if tag not in VOID:
                self.parts.append(f"</{self._name(tag)}>")
        elif tag in self.left_out:
            while self.left_out.pop() != tag:
                pass

    def handle_data(self, text):
        if not self.left_out:
            self.parts.append(escape(text, quote=False))

    def _unwanted(self, tag, attributes):
        classes = set((dict(attributes).get("class") or "").split())
        return "hidden" in dict(attributes) or classes & CONTROLS or (tag in DROPPED and not classes & KEPT)

    def _name(self, tag):
        return RENAMED.get(tag, CAMEL.get(tag, tag))

    def _open(self, tag, attributes, end):
        attributes = {
            name: VARIABLE.sub(r"\1", value or "") for name, value in attributes if not UNWANTED.fullmatch(name)
        }
        if tag in ("details", "summary"):
            attributes["class"] = f"{attributes.get('class', '')} {'folded' if tag == 'summary' else 'fold'}".strip()
        if "style" in attributes:
            style = LEAST.sub("", attributes.pop("style"))
            for what, mixed, opacity, color in COLOR.findall(style):  # some readers know no styles in drawings
                attributes[what] = color or f"rgb({mixed})"
                attributes |= {f"{what}-opacity": opacity} if opacity else {}
            if style := COLOR.sub("", style):
                attributes["style"] = style
        if tag == "svg":
            attributes.setdefault("xmlns", "http://www.w3.org/2000/svg")
        if tag == "a" and re.match(r"(?!\w+:)[^#]*\.html", attributes.get("href", "")):
            attributes["href"] = attributes["href"].replace(".html", ".xhtml", 1)
        written = "".join(f' {CAMEL.get(name, name)}="{escape(value)}"' for name, value in attributes.items())
        self.parts.append(f"<{self._name(tag)}{written}{end}")
