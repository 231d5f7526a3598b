"""The book as an EPUB: `make epub`. Sphinx's own builder makes it, from the same pages as the website.

A reader's device runs no script, so what moves on the website stands still here (`still`), and what is covered or folded
there is open. What Sphinx doesn't say in the file's list of contents, EPUB asks for: which pages hold formulas or
drawings. The same book gives the same bytes, if SOURCE_DATE_EPOCH is set.
"""

import re
import shutil
import zipfile
from pathlib import Path

from docutils import nodes
from sphinx.builders.epub3 import Epub3Builder
from sphinx.transforms.post_transforms import SphinxPostTransform

from .. import boxes, weight
from . import cover
from .still import still

HERE = Path(__file__).resolve().parent
RIGHTS = "Text and figures: CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/). Code: MIT license."
ALIVE = re.compile(r'class="[^"]*\bbp-(?:live|stage|classifier|digit)\b')
MOVES = '<p class="moves">On the website, this figure moves.</p>'
COLUMNS = re.compile(r"\bbp-(\d+)\b")  # the width that a figure from left to right needs: see figures/drawing.py
NAMESPACES = {"mathml": "<math", "svg": "<svg"}
ITEM = re.compile(r'<item id="([^"]*)" href="([^"]*\.xhtml)" media-type="application/xhtml\+xml" />')
SPINE = re.compile(r"\s*<itemref [^>]*/>")
META = re.compile(r'\s*<meta (?:name="cover"|property="ibooks:(?:version|scroll-axis|binding|specified-fonts)").*?>.*')
ACCESS = """
    <meta property="schema:accessMode">textual</meta>
    <meta property="schema:accessMode">visual</meta>
    <meta property="schema:accessModeSufficient">textual</meta>
    <meta property="schema:accessibilityFeature">alternativeText</meta>
    <meta property="schema:accessibilityFeature">MathML</meta>
    <meta property="schema:accessibilityFeature">structuralNavigation</meta>
    <meta property="schema:accessibilityFeature">tableOfContents</meta>
    <meta property="schema:accessibilityHazard">none</meta>
  </metadata>"""


def settings(config):
    """Say what the book is. The same for every builder: else each would read all pages anew after another."""
    config.epub_basename = "backpropagation"
    config.epub_title, config.epub_author, config.epub_publisher = config.html_title, config.author, config.author
    config.epub_contributor = config.author
    config.epub_description = "Backpropagation, from a computation graph to networks that read digits and write."
    config.epub_copyright = RIGHTS
    config.epub_uid = config.epub_identifier = "backpropagation-step-by-step"
    config.epub_cover = ("_static/cover.png", "epub-cover.html")
    config.epub_show_urls, config.epub_tocdepth, config.epub_tocdup = "no", 2, False
    config.version = config.version or "1"


class StandStill(SphinxPostTransform):
    """What a page shows to be clicked, in a form that needs no click."""

    default_priority = 190  # before MyST-NB folds what is to be folded
    builders = ("epub",)

    def run(self, **kwargs):
        for node in list(self.document.findall(boxes.answer)):
            node.replace_self(node.children)
        for cell in self.document.findall(nodes.container):
            if cell.attributes.pop("hide_mode", None) and cell.children:
                cell.insert(0, nodes.paragraph("", cell["prompt_show"].replace("{type}", "source"), classes=["folded"]))
        for node in self.document.findall(nodes.raw):
            if node.get("format") == "html":
                text = node.astext()
                moves = MOVES if ALIVE.search(text) else ""
                node.children = [nodes.Text(still(text) + moves)]


class Epub(Epub3Builder):
    name = "epub"

    def init(self):
        # From nothing each time: what an earlier build left in the folder would go into the file.
        shutil.rmtree(self.outdir, ignore_errors=True)
        Path(self.outdir).mkdir(parents=True)
        super().init()

    def get_outdated_docs(self):
        return self.env.found_docs

    def init_templates(self):
        # The site's layout is for the site's theme.
        self.config.templates_path = [str(Path("_templates") / "shared")]
        super().init_templates()

    def copy_static_files(self):
        static = Path(self.outdir, "_static")
        static.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(HERE / "epub.css", static / "epub.css")
        cover.paint(static / "cover.png", self.config.epub_title)

    def copy_image_files(self):
        super().copy_image_files()
        for picture in sorted(Path(self.outdir, self.imagedir).glob("*.png")):
            weight.with_fewer_colors(picture)

    def build_content(self):
        """Write the list of contents, and mend it: what a page holds, what is the cover, and no page twice."""
        narrow_figures(Path(self.outdir))
        super().build_content()
        file = Path(self.outdir, "content.opf")
        file.write_text(mended(file.read_text(encoding="utf-8"), self.outdir), encoding="utf-8")

    def build_epub(self):
        name = f"{self.config.epub_basename}.epub"
        pack(Path(self.outdir, name), ["META-INF/container.xml", "content.opf", "toc.ncx", *self.files])
        shutil.copyfile(Path(self.outdir, name), Path(self.outdir).parent / name)


def dress(context):
    """The one style of all pages, and no script."""
    context["css_files"], context["script_files"] = ["_static/epub.css"], []


def narrow_figures(folder):
    """Add to the style at which width a figure that runs from left to right gives way to the one from top to bottom."""
    widths = {int(width) for page in folder.rglob("*.xhtml") for width in COLUMNS.findall(page.read_text("utf-8"))}
    rules = "".join(
        f"@media (max-width: {width}px) {{ .bp-{width} > .bp-across {{ display: none; }} "
        f".bp-{width} > .bp-down {{ display: block; }} }}\n"
        for width in sorted(widths)
    )
    shutil.copyfile(HERE / "epub.css", folder / "_static" / "epub.css")
    with (folder / "_static" / "epub.css").open("a", encoding="utf-8") as style:
        style.write(rules)


def mended(package, folder):
    def item(found):
        identity, address = found.groups()
        text = Path(folder, address).read_text(encoding="utf-8")
        held = " ".join(name for name, tag in NAMESPACES.items() if tag in text)
        properties = f' properties="{held}"' if held else ""
        return f'<item id="{identity}" href="{address}" media-type="application/xhtml+xml"{properties} />'

    package = ITEM.sub(item, META.sub("", package))
    package = package.replace('href="_static/cover.png"', 'properties="cover-image" href="_static/cover.png"')
    seen = set()

    def once(found):
        line = found[0].replace(' linear="no"', "")
        name = re.search('idref="([^"]*)"', line)[1]
        return "" if name in seen or seen.add(name) else line

    package = SPINE.sub(once, package)
    package = re.sub(r'\s*prefix="[^"]*"', ' prefix="schema: http://schema.org/"', package, count=1)
    return package.replace("\n  </metadata>", ACCESS, 1)


def pack(file, names):
    """Write the zip file, the mimetype first and uncompressed; every file with the same date."""
    folder = file.parent
    with zipfile.ZipFile(file, "w") as archive:
        for name in ["mimetype", *dict.fromkeys(names)]:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, (folder / name).read_bytes())
