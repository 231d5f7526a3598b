"""Leaves out of the site what the book doesn't use: a page then needs a third of the bytes, and no script to be read."""

import re
import shutil
from pathlib import Path

import tinycss2
from PIL import Image

# Everything else that extensions and the theme put on each page does nothing here: tabs, live code, toggles.
SCRIPTS = {
    "documentation_options.js", "doctools.js", "sphinx_highlight.js", "clipboard.min.js", "copybutton.js",
    "sphinx-book-theme.js", "book-page.js",
}  # fmt: skip
THEIR_STYLES = {"sphinx-book-theme.css", "copybutton.css"}
UNUSED = [
    "vendor/fontawesome", "scripts/fontawesome.js", "scripts/fontawesome.js.map", "scripts/fontawesome.js.LICENSE.txt",
    "scripts/bootstrap.js", "scripts/bootstrap.js.map", "scripts/bootstrap.js.LICENSE.txt",
    "sphinx-thebe.js", "sphinx-thebe.css", "design-tabs.js", "sphinx-design.min.css",
    "togglebutton.js", "togglebutton.css", "webpack-macros.html", "sbt-webpack-macros.html",
    "images/logo_binder.svg", "images/logo_deepnote.svg", "images/logo_jupyterhub.svg", "locales", "readme-page.png",
]  # fmt: skip
DARK = ('html[data-theme="dark"]', "html[data-theme=dark]")
UNSET = 'html[data-theme="light"]'  # what a page says of itself until a script knows better


def setup(app):
    app.connect("html-page-context", keep_what_is_used, priority=900)  # after the theme and the extensions
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def keep_what_is_used(app, page, template, context, tree):
    """Choose the scripts and styles of a page; no script runs before the page is read."""
    context["script_files"] = [script for script in context["script_files"] if _name(script) in SCRIPTS]
    for script in context["script_files"]:
        script.attributes["defer"] = "defer"
    # Jupyter Book finds our styles in the order of the file system, which isn't the same everywhere.
    ours = sorted((style for style in context["css_files"] if _name(style).startswith("book-")), key=_name)
    theirs = [style for style in context["css_files"] if _name(style) in THEIR_STYLES]
    context["css_files"] = [*theirs, *ours]


def _name(file):
    """The last part of a file's name; an inline script has none."""
    return str(getattr(file, "filename", file) or "").rpartition("/")[2]


def finish(app, problem):
    if problem or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    remove_unused(static)
    without_icon_font(static)
    write_dark_style(static)
    for picture in sorted((Path(app.outdir) / "_images").glob("*.png")):
        lighten(picture)


def remove_unused(static):
    for name in UNUSED:
        path = static / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def without_icon_font(static):
    """Icons are drawn by book-frame.css; a browser that fetched the theme's font for them would not find it."""
    style = static / "styles" / "pydata-sphinx-theme.css"
    text = style.read_text(encoding="utf-8")
    style.write_text(re.sub(r"@font-face\s*{[^}]*fontawesome[^}]*}", "", text), encoding="utf-8")


def write_dark_style(static):
    """Write the dark rules of all styles once more, for readers whose browser runs no script that would say "dark"."""
    theirs, ours = sorted((static / "styles").glob("*.css")), sorted(static.glob("book-*.css"))
    styles = [*theirs, *(style for style in sorted(static.glob("*.css")) if style not in ours), *ours]
    rules = [rule for style in styles for rule in dark_rules(style.read_text(encoding="utf-8"))]
    folder = static / "without-scripts"
    folder.mkdir(exist_ok=True)
    (folder / "dark.css").write_text("\n".join(rules) + "\n", encoding="utf-8")


def dark_rules(style):
    """Yield the rules that hold on dark pages, as rules for pages that no script has made light or dark."""
    for rule in tinycss2.parse_rule_list(style, skip_comments=True, skip_whitespace=True):
        if rule.type == "at-rule" and rule.lower_at_keyword == "media":
            inside = "".join(dark_rules(rule.content))
            if inside:
                yield f"@media{tinycss2.serialize(rule.prelude)}{{{inside}}}"
        elif rule.type == "qualified-rule":
            selectors = [selector.replace(DARK[1], DARK[0]) for selector in selectors_of(rule)]
            dark = [selector.replace(DARK[0], UNSET) for selector in selectors if DARK[0] in selector]
            if dark:
                yield f"{','.join(dark)}{{{tinycss2.serialize(rule.content)}}}"


def selectors_of(rule):
    """Return the selectors of a rule; a comma inside brackets, as in :is(a, b), parts nothing."""
    parts = [[]]
    for token in rule.prelude:
        if token == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return [tinycss2.serialize(part).strip() for part in parts]


def lighten(picture):
    """Store a plot with 256 colours instead of millions: a third of the bytes, and no eye sees the difference."""
    with Image.open(picture) as image:
        if image.mode == "P":
            return
        small = image.convert("RGBA").quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    small.save(picture, optimize=True)
