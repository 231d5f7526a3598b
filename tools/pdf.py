"""Prints the built website as one PDF: `make pdf`.

All pages are put into one, so that their links lead from chapter to chapter inside the PDF, and Chromium prints that in
the site's own print style. It does so twice: where everything has landed is known after the first time, and the second
time the contents say so.
"""

import argparse
import html
import io
import posixpath
import re
import shutil
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "_build" / "html"
OUTPUT = ROOT / "_build" / "backpropagation.pdf"
STYLE = Path(__file__).with_suffix(".css")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")

ARTICLE = re.compile(r"<article[^>]*>(.*)</article>", re.DOTALL)
STYLESHEET = re.compile(r'<link[^>]*href="([^"?]*\.css)[^>]*>')
SCRIPT = re.compile(r"<script.*?</script>", re.DOTALL)
TAG = re.compile(r"<[a-z][^<>]*>")
PLACE = re.compile(r'\s(id|href|src)="([^"]*)"')
HEADING = re.compile(r'<h([12])[^>]*>(.*?)(?:<a class="headerlink"[^>]*href="#([^"]*)".*?)?</h\1>', re.DOTALL)
MARKUP = re.compile(r"<[^>]*>")


class Missing(Exception):
    """What is needed to print isn't there; the message says what to do."""


def listed(toc):
    """Return [(caption or None, [file])] of a table of contents, the first page first."""
    parts = [(part["caption"], [chapter["file"] for chapter in part["chapters"]]) for part in toc["parts"]]
    return [(None, [toc["root"]]), *parts]


def key(file):
    """What all ids of a page begin with, so that no two pages share one."""
    return "p-" + posixpath.basename(file)


def article(text, file, files):
    """Return what a page says, with links that lead inside the one page, and no script."""

    def place(found):
        name, value = found.groups()
        if name == "id":
            return f' id="{key(file)}.{value}"'
        target = value if value.startswith("#") else posixpath.normpath(posixpath.join(posixpath.dirname(file), value))
        if re.match(r"[a-z]+:", value):
            return found[0]
        if name == "src":
            return f' src="{posixpath.join("..", SITE.name, target)}"'
        path, _, fragment = target.partition("#")
        page = path.removesuffix(".html") if path else file
        if page not in files:
            return ""
        return f' href="#{key(page)}{"." + fragment if fragment else ""}"'

    inside = SCRIPT.sub("", ARTICLE.search(text)[1])
    return TAG.sub(lambda tag: PLACE.sub(place, tag[0]), inside).replace("<details", "<details open")


def headings(inside, file):
    """Yield (level, HTML, id) for the title of a page and for its sections."""
    for level, title, anchor in HEADING.findall(inside):
        yield int(level), title.strip(), anchor or key(file)


def words(title):
    return html.unescape(MARKUP.sub("", title)).strip()


def contents(parts, articles, pages):
    """The table of contents; pages tells on which page an id has landed, and is empty the first time."""
    lines = []
    for caption, files in parts:
        if caption:
            lines.append(f'<p class="part">{html.escape(caption)}</p>')
        for file in files:
            for level, title, anchor in headings(articles[file], file):
                number = pages.get(anchor, "")
                lines.append(f'<p class="to-{level}"><a href="#{anchor}">{title}<i></i><b>{number}</b></a></p>')
    return "\n".join(lines)


def assembled(site, parts, settings, pages):
    """Return the HTML of the whole book."""
    files = [file for _, chapters in parts for file in chapters]
    texts = {file: (site / f"{file}.html").read_text(encoding="utf-8") for file in files}
    articles = {file: article(texts[file], file, files) for file in files}
    first = parts[0][1][0]
    folder = posixpath.join("..", SITE.name, posixpath.dirname(first))
    names = [name for name in STYLESHEET.findall(texts[first]) if "without-scripts" not in name]
    styles = [f'<link rel="stylesheet" href="{posixpath.join(folder, name)}">' for name in names]
    title, author = html.escape(settings["title"]), html.escape(settings["author"])
    running, chapters = [], []
    for number, file in enumerate(files):
        heading = words(next(headings(articles[file], file))[1])
        quoted = heading.replace("\\", "\\\\").replace('"', '\\"')
        running.append(f'@page part-{number} {{ @top-center {{ content: "{quoted}" }} }}')
        chapters.append(
            f'<article class="bd-article" id="{key(file)}" style="page: part-{number}">{articles[file]}</article>'
        )
    return f"""<!doctype html>
<html lang="en" data-theme="light"><head><meta charset="utf-8"><title>{title}</title><meta name="author" content="{author}">
{"".join(styles)}<style>{STYLE.read_text(encoding="utf-8")}{"".join(running)}</style></head>
<body><main class="bd-main"><div class="bd-content">
<header class="cover"><p class="title">{title}</p><p>{author}</p></header>
<nav class="contents" aria-label="Contents"><h1 id="contents">Contents</h1>
{contents(parts, articles, pages)}
</nav>
{"".join(chapters)}
</div></main></body></html>
"""


def landed(pdf):
    """Return on which page, counted from 1, each place has landed that a link leads to."""
    numbers = {page.indirect_reference.idnum: number for number, page in enumerate(pdf.pages, 1)}
    return {name: numbers[place.page.idnum] for name, place in pdf.named_destinations.items()}


def browser():
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        raise Missing("make pdf needs Chromium or Chrome to print, and found none: install it (Debian: apt install chromium)")
    return found


def print_pdf(site, output, settings, parts):
    from playwright.sync_api import sync_playwright
    from pypdf import PdfReader

    folder = output.parent / "pdf"
    folder.mkdir(parents=True, exist_ok=True)
    page_file = folder / "book.html"
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=browser(), args=["--no-sandbox"])
        page = chromium.new_page(java_script_enabled=False)
        page.set_default_timeout(0)

        def printed(pages):
            page_file.write_text(assembled(site, parts, settings, pages), encoding="utf-8")
            page.goto(page_file.as_uri())
            return page.pdf(prefer_css_page_size=True, outline=True, tagged=True)

        pages = landed(PdfReader(io.BytesIO(printed({}))))
        result = printed(pages)
        chromium.close()
    output.write_bytes(result)


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Print the built website as one PDF.")
    parser.add_argument("--site", type=Path, default=SITE)
    parser.add_argument("--output", type=Path, default=OUTPUT)
    given = parser.parse_args(arguments)
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    parts = listed(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8")))
    try:
        print_pdf(given.site, given.output, settings, parts)
    except Missing as missing:
        sys.exit(str(missing))


if __name__ == "__main__":
    main()
