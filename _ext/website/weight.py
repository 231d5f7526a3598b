"""Leaves out of the site what the book doesn't use: a page needs a third of the bytes then, and no script."""

import re
import shutil

from PIL import Image

# The styles of a page that aren't ours, in their order. Ours replace those of notebooks and of code.
STYLES = ["theme.css", "pydata-sphinx-theme.css", "sphinx-book-theme.css", "copybutton.css"]
UNUSED = [
    "vendor/fontawesome", "scripts/fontawesome.js", "scripts/fontawesome.js.LICENSE.txt",
    "scripts/bootstrap.js", "scripts/bootstrap.js.LICENSE.txt",
    "webpack-macros.html", "sbt-webpack-macros.html", "locales", "readme-page.png",
    "images/logo_binder.svg", "images/logo_deepnote.svg", "images/logo_jupyterhub.svg",
]  # fmt: skip
DARK = 'html[data-theme="dark"]'
UNSET = 'html[data-theme="light"]'  # what a page says of itself until a script knows better
OLD_ROLE, ROLE = 'role="doc-biblioentry"', 'role="listitem"'  # browsers know the first no longer


def keep_what_is_used(context):
    """Choose the styles of a page; no script runs before the page is read."""
    for script in context["script_files"]:
        script.attributes["defer"] = "defer"
    context["script_files"] = [script for script in context["script_files"] if script.filename]
    # Jupyter Book finds our styles in the order of the file system, which isn't the same everywhere.
    ours = sorted((style for style in context["css_files"] if _name(style).startswith("book-")), key=_name)
    theirs = [style for style in context["css_files"] if _name(style) in STYLES]
    context["css_files"] = [*theirs, *ours]


def _name(file):
    """The last part of a file's name."""
    return str(getattr(file, "filename", file) or "").rpartition("/")[2]


def replace_old_roles(context):
    if OLD_ROLE in context.get("body", ""):
        context["body"] = context["body"].replace(OLD_ROLE, ROLE)


def lighten(site):
    """Take from a built site what no page needs. What was done before is not done twice."""
    static = site / "_static"
    for name in UNUSED:
        path = static / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for path in static.rglob("*.map"):  # of styles and scripts before they were packed, for those who change them
        path.unlink()
    without_icon_font(static / "styles" / "pydata-sphinx-theme.css")
    without_unused_rules(site)
    write_dark_style(static)
    for picture in sorted((site / "_images").glob("*.png")):
        with_fewer_colors(picture)


def without_icon_font(style):
    """Icons are drawn by book-frame.css; a browser that fetched the theme's font for them would not find it."""
    if style.is_file():
        text = re.sub(r"@font-face\s*{[^}]*fontawesome[^}]*}", "", style.read_text(encoding="utf-8"))
        style.write_text(text, encoding="utf-8")


def without_unused_rules(site):
    """Take from the theme's styles the rules for classes that no page has and no script names: four fifths of them."""
    pages = (page.read_text(encoding="utf-8") for page in site.rglob("*.html"))
    classes = {word for page in pages for words in set(re.findall(r'class="([^"]*)"', page)) for word in words.split()}
    for script in (site / "_static").rglob("*.js"):  # not the index of the search, which holds all words of the book
        classes.update(re.findall(r"[\w-]+", script.read_text(encoding="utf-8")))
    for style in sorted((site / "_static" / "styles").glob("*.css")):
        text = style.read_text(encoding="utf-8")
        style.write_text(used_rules(text, classes), encoding="utf-8")


def used_rules(style, classes):
    """Return a style without the selectors that ask for another class; what brackets hold asks for none."""

    def used(selector):
        while (bare := re.sub(r"\([^()]*\)", "", selector)) != selector:
            selector = bare
        return {name.replace("\\", "") for name in re.findall(r"\.((?:[\w-]|\\.)+)", bare)} <= classes

    def kept(rule):
        prelude, body = rule.groups()
        if prelude.strip().startswith(("@media", "@supports")):
            body = used_rules(body, classes)
        elif not prelude.strip().startswith("@"):
            prelude = ",".join(filter(used, selectors_of(prelude)))
        return f"{prelude}{{{body}}}" if prelude and body else ""

    style = re.sub(r"/\*[^!].*?\*/", "", style, flags=re.DOTALL)  # a license stays
    return re.sub(r"([^{};/]+){((?:[^{}]|{[^{}]*})*)}", kept, style)


def write_dark_style(static):
    """Write the dark rules of all styles once more, for readers whose browser runs no script that would say "dark"."""
    theirs = [path for name in STYLES for path in (static / "styles" / name, static / name) if path.is_file()]
    rules = [
        rule for path in [*theirs, *sorted(static.glob("book-*.css"))] for rule in dark_rules(path.read_text("utf-8"))
    ]
    folder = static / "without-scripts"
    folder.mkdir(exist_ok=True)
    (folder / "dark.css").write_text("\n".join(rules) + "\n", encoding="utf-8")


def dark_rules(style):
    """Yield the rules that hold on dark pages, as rules for pages that no script has made light or dark."""
    style = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    for prelude, body in re.findall(r"([^{};]+){((?:[^{}]|{[^{}]*})*)}", style):
        if prelude.strip().startswith("@media"):
            inside = "".join(dark_rules(body))
            if inside:
                yield f"{prelude.strip()}{{{inside}}}"
        else:
            selectors = [one.replace("[data-theme=dark]", '[data-theme="dark"]') for one in selectors_of(prelude)]
            dark = [one.replace(DARK, UNSET) for one in selectors if DARK in one]
            if dark:
                yield f"{','.join(dark)}{{{body}}}"


def selectors_of(prelude):
    """Return the selectors of a rule; a comma inside brackets, as in :is(a, b), parts nothing."""
    parts, depth = [""], 0
    for character in prelude:
        depth += (character in "([") - (character in ")]")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def with_fewer_colors(picture):
    """Store a plot with 256 colors instead of millions: a third of the bytes, and no eye sees the difference."""
    with Image.open(picture) as image:
        if image.mode == "P":
            return
        small = image.convert("RGBA").quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    small.save(picture, optimize=True)
