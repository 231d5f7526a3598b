"""What a page shows where its address is sent or posted: its title, a sentence or two, and a picture with both.

The addresses in it have to be whole ones, so they are there only if the one setting (see buttons.py) names a repository
on GitHub: its pages are then where GitHub puts them. The pictures are drawn while their pages are written.
"""

import re
from pathlib import Path
from urllib.parse import quote, urlsplit

from docutils import nodes
from PIL import Image, ImageDraw, ImageFont

from . import boxes, buttons

LONGEST = 200  # characters that are shown of a description
BEGINNING = 8  # paragraphs in which a page says what it is for
PROMISE = re.compile(r"\b[Yy]ou will (?:be able to|have)\b")
SENTENCES = re.compile(r"(?<=[.?!])\s+(?=[A-Z“])")

FONTS = Path(__file__).resolve().parents[2] / "_static" / "fonts"
SIZE = WIDTH, _ = 1200, 630
MARGIN = 84
# As on light pages: book-type.css.
PAPER, INK, MUTED, BLUE, ORANGE = "#fdfcf9", "#16191d", "#5a5f68", "#1f67a6", "#b3460a"
TAGS = re.compile(r'<meta (?:name="(?:description|twitter:card)"|property="og:[\w:]+") content="[^"]*">')


# ---------------------------------------------------------------- the words


def summarize(context, tree):
    """Tell search engines and previews what a page is about: what its reader will be able to do, or how it begins."""
    paragraphs = [" ".join(p.astext().split()) for p in tree.findall(nodes.paragraph)] if tree else []
    paragraphs = [words for words in paragraphs if len(words) > 40]
    promise = [words for words in paragraphs[:BEGINNING] if PROMISE.search(words)]
    if paragraphs:
        context["page_summary"] = beginning([*promise, *paragraphs][0])


def beginning(words):
    """Return the first sentence, and further ones while they fit into a preview."""
    first, *others = SENTENCES.split(words)
    for sentence in others:
        if len(f"{first} {sentence}") > LONGEST:
            break
        first += f" {sentence}"
    return first


def home_of(app):
    """Return the address of the site; "" if it isn't known, or if what is built is no site."""
    return published_at(app.config.book_repository) if app.builder.name == "html" else ""


def published_at(address):
    """Return the address where GitHub Pages publishes what a repository builds; "" if it isn't on GitHub."""
    if not buttons.on_github(address):
        return ""
    owner, name = urlsplit(address).path.strip("/").split("/")
    host = f"{owner.lower()}.github.io"
    return f"https://{host}/" if name.lower() == host else f"https://{host}/{quote(name)}/"


def complete(app, page, context, tree):
    """Give a page its title for previews and, if it is known where it is published, its address and its picture."""
    if tree is None or page == "genindex":  # what Sphinx makes itself
        return
    title = tree.next_node(nodes.title)
    context["page_title"] = title.astext() if title is not None else context["docstitle"]
    home = home_of(app)
    if home:
        picture = f"cards/{page}.png"
        context["page_address"], context["page_picture"] = f"{home}{quote(page)}.html", f"{home}{quote(picture)}"
        path = Path(app.outdir, picture)
        path.parent.mkdir(parents=True, exist_ok=True)
        draw(context["page_title"], context.get("page_summary", ""), context["docstitle"]).save(path)


def complete_index(app):
    """The address of the site itself leads to its first page, and shows what that one shows."""
    first = Path(app.outdir, f"{app.config.root_doc}.html")
    if home_of(app) and first.is_file():
        tags = TAGS.findall(first.read_text(encoding="utf-8"))
        lead = f'<meta http-equiv="Refresh" content="0; url={first.name}">'
        Path(app.outdir, "index.html").write_text("\n".join(["<!DOCTYPE html>", *tags, lead, ""]), encoding="utf-8")


# ---------------------------------------------------------------- the picture


def draw(title, summary, book):
    """Draw a page's picture: its title, what it says of itself, and the book's two arrows."""
    image = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(image)
    number = boxes.CHAPTER.match(title)
    head = [(f"Chapter {number[1]}", ORANGE)] if number else []
    head += [(book, MUTED)] * (title != book)
    for (words, color), (x, anchor) in zip(head, ((MARGIN, "la"), (WIDTH - MARGIN, "ra")), strict=False):
        pen.text((x, 56), words, color, font("sans-bold", 34), anchor)
    name = title[number.end() :] if number else title
    top = write(pen, 106, INK, *fitting(name, "serif-bold", (84, 72, 60, 50), most=2, breaking=balanced))
    write(pen, top + 24, MUTED, *fitting(summary, "sans", (34, 30, 26), most=4, breaking=lines))
    arrows(pen)
    return image


def font(name, size):
    return ImageFont.truetype(FONTS / f"{name}.woff2", size)


def fitting(words, name, sizes, most, breaking):
    """Return the first of the sizes in which words take no more lines than that, the font, and the lines."""
    for size in sizes:
        found = breaking(words, font(name, size))
        if len(found) <= most:
            break
    return size, font(name, size), found


def write(pen, top, color, size, letters, found):
    """Write lines, the first one at this height; return the height below the last."""
    for line in found:
        pen.text((MARGIN, top), line, color, letters)
        top += round(size * (1.14 if size > 40 else 1.35))
    return top


def lines(words, font, longest=WIDTH - 2 * MARGIN):
    """Break words into lines that are no longer than so many pixels, where no single word is."""
    found = [""]
    for word in words.split():
        longer = f"{found[-1]} {word}".strip()
        if found[-1] and font.getlength(longer) > longest:
            found.append(word)
        else:
            found[-1] = longer
    return found


def balanced(words, font):
    """Break words into as few lines as will do, of about the same length."""
    fewest = len(lines(words, font))
    widths = range(WIDTH // 4, WIDTH - 2 * MARGIN, 25)
    return next((found for width in widths if len(found := lines(words, font, width)) == fewest), lines(words, font))


def arrows(pen):
    """A blue arrow goes forward through three nodes, an orange one comes back."""
    forward, back, left, right = 548, 582, MARGIN, WIDTH - MARGIN
    middle, radius = (forward + back) / 2, 34
    for x in (360, 600, 840):
        pen.ellipse([x - radius, middle - radius, x + radius, middle + radius], outline="#8d9299", width=8)
    pen.line([left, forward, right - 20, forward], BLUE, 8)
    pen.polygon([(right - 26, forward - 15), (right, forward), (right - 26, forward + 15)], BLUE)
    pen.line([left + 20, back, right, back], ORANGE, 8)
    pen.polygon([(left + 26, back - 15), (left, back), (left + 26, back + 15)], ORANGE)
