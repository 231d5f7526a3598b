"""Prints the built website as one PDF: `make pdf`.

All pages are put into one, so that their links lead from chapter to chapter inside the PDF, and Chromium prints that in
the site's own print style. Hints and solutions are gathered at the end, where nobody reads them too soon. On which page a chapter has landed is known then, so the contents are printed once more,
with these numbers, and take the place of the first ones.
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
RIGHTS = "Text and figures: CC BY 4.0. Code: MIT license. Figures that move on the website stand still here."
IN_EACH = {"Summary", "Exercises", "Read next"}  # sections that a reader finds without the contents
SCREEN_ONLY = {"genindex"}  # its entries lead to chapters, and name no pages
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")

ARTICLE = re.compile(r"<article[^>]*>(.*)</article>", re.DOTALL)
STYLESHEET = re.compile(r'<link[^>]*href="([^"?]*\.css)[^>]*>')
SCRIPT = re.compile(r"<script.*?</script>", re.DOTALL)
TAG = re.compile(r"<[a-z][^<>]*>")
PLACE = re.compile(r'\s(id|href|src)="([^"]*)"')
HEADING = re.compile(r'<h([12])[^>]*>(.*?)(?:<a class="headerlink"[^>]*href="#([^"]*)".*?)?</h\1>', re.DOTALL)
MARKUP = re.compile(r"<[^>]*>")
# The name of an exercise, what stands between, and its hints with the cell of its solution, which calls check at its end.
EXERCISE = re.compile(
    r"<(?:h3|strong)>(Exercise [^<(]*)((?:(?!<h[1-3]|<strong>Exercise).)*?)"
    r'((?:<details open>(?:(?!</details>).)*</details>\s*)*<div class="cell tag_solution.*?</details>\s*</div>)',
    re.DOTALL,
)
CHECK = re.compile(r'\n+<span class="n">check</span><span class="p">\(</span>[^\n]*(?=\n</pre>)')
ANSWERS = "answers"


class Missing(Exception):
    """What is needed to print isn't there; the message says what to do."""


def listed(toc):
    """Return [(caption or None, [file])] of a table of contents, the first page first."""
    parts = [
        (part["caption"], [chapter["file"] for chapter in part["chapters"] if chapter["file"] not in SCREEN_ONLY])
        for part in toc["parts"]
    ]
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


def read(site, parts):
    """Return the parts, and {file: article} of the site's pages; hints and solutions are an article more, the last."""
    files = [file for _, chapters in parts for file in chapters]
    articles = {file: article((site / f"{file}.html").read_text(encoding="utf-8"), file, files) for file in files}
    caption, last = parts[-1]
    return [*parts[:-1], (caption, [*last, ANSWERS])], gathered(articles)


def gathered(articles):
    sections, split = [], {}
    for file, inside in articles.items():
        split[file], answers = apart(inside, file)
        if answers:
            place, title = f"{key(ANSWERS)}.{key(file)}", next(headings(inside, file))[1]
            link = f'<a class="headerlink" href="#{place}"></a>'
            sections.append(f'<section id="{place}"><h2>{title}{link}</h2>{"".join(answers)}</section>')
    return {**split, ANSWERS: f"<h1>Hints and solutions</h1>{''.join(sections)}"}


def apart(inside, file):
    """Return the article with a link in place of each exercise's hints and solution, and these."""
    answers = []

    def link(found):
        name, between, answer = found.groups()
        task, there = f"{key(file)}.task-{len(answers)}", f"{key(ANSWERS)}.{key(file)}-{len(answers)}"
        title = f'<p class="task" id="{there}"><a href="#{task}">{name.strip()}</a></p>'
        answers.append(title + CHECK.sub("", answer))
        to_it = f'<a id="{task}" href="#{there}">hints and solution</a>'
        linked = re.sub("( minutes?)", rf"\1, {to_it}", between, count=1)
        return found[0].removesuffix(between + answer) + linked

    return EXERCISE.sub(link, inside), answers


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
                if title in IN_EACH:
                    continue
                number = pages.get(anchor, "")
                lines.append(f'<p class="to-{level}"><a href="#{anchor}">{title}<i></i><b>{number}</b></a></p>')
    return "\n".join(lines)


def assembled(site, parts, settings, articles, pages=None):
    """Return the HTML of the whole book; or, with the numbers of pages, of its cover and contents alone."""
    first = parts[0][1][0]
    folder = posixpath.join("..", SITE.name, posixpath.dirname(first))
    names = STYLESHEET.findall((site / f"{first}.html").read_text(encoding="utf-8"))
    styles = [
        f'<link rel="stylesheet" href="{posixpath.join(folder, name)}">' for name in names if "without-" not in name
    ]
    title, author = html.escape(settings["title"]), html.escape(settings["author"])
    running, chapters = [], []
    for number, (file, inside) in enumerate(articles.items()):
        heading = words(next(headings(inside, file))[1]).replace("\\", "\\\\").replace('"', '\\"')
        running.append(f'@page part-{number} {{ @top-left {{ content: "{heading}" }} }}')
        chapters.append(f'<article class="bd-article" id="{key(file)}" style="page: part-{number}">{inside}</article>')
    return f"""<!doctype html>
<html lang="en" data-theme="light"><head><meta charset="utf-8"><title>{title}</title>
{"".join(styles)}<style>{STYLE.read_text(encoding="utf-8")}{"".join(running)}</style></head>
<body><main class="bd-main"><div class="bd-content">
<header class="cover"><p class="title">{title}</p><p>{author}</p><p class="rights">{RIGHTS}</p></header>
<nav class="book-contents" aria-label="Contents"><h1>Contents</h1>
{contents(parts, articles, pages or {})}
</nav>
{"" if pages else "".join(chapters)}
</div></main></body></html>
"""


def landed(pdf):
    """Return {id: (page, place on it)} for each place that a link leads to; pages are counted from 0."""
    numbers = {page.indirect_reference.idnum: number for number, page in enumerate(pdf.pages)}
    return {
        name.removeprefix("/"): (numbers[found.page.idnum], found.top) for name, found in pdf.named_destinations.items()
    }


def finished(book, front, parts, articles, places, settings):
    """Take the contents, with their numbers, from the second print, and add bookmarks and what the book is called."""
    from pypdf import PdfWriter
    from pypdf.generic import Fit, NameObject

    writer = PdfWriter(clone_from=book)
    for page, numbered in zip(writer.pages, front.pages):  # their links are in the first print
        for part in ("/Contents", "/Resources"):
            copy = numbered[part].clone(writer)
            page[NameObject(part)] = getattr(copy, "indirect_reference", None) or copy
    writer.add_metadata({"/Title": settings["title"], "/Author": settings["author"], "/Creator": "make pdf"})

    def bookmark(title, anchor, parent=None):
        page, top = places[anchor]
        return writer.add_outline_item(title=title, page_number=page, parent=parent, fit=Fit.xyz(top=top))

    writer.add_outline_item(title="Contents", page_number=1)
    for caption, files in parts:
        part = bookmark(caption, key(files[0])) if caption else None
        for file in files:
            chapter = part
            for level, title, anchor in headings(articles[file], file):
                item = bookmark(words(title), anchor, part if level == 1 else chapter)
                chapter = item if level == 1 else chapter
    return writer


def browser():
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        raise Missing(
            "make pdf needs Chromium or Chrome to print, and found none: install it (Debian: apt install chromium)"
        )
    return found


def print_pdf(site, output, settings, parts):
    from playwright.sync_api import sync_playwright
    from pypdf import PdfReader

    program = browser()
    parts, articles = read(site, parts)
    folder = output.resolve().parent / "pdf"
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = chromium.new_page(java_script_enabled=False)
        page.set_default_timeout(0)

        def printed(name, pages=None):
            file = folder / name
            file.write_text(assembled(site, parts, settings, articles, pages), encoding="utf-8")
            page.goto(file.as_uri())
            return PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))

        book = printed("book.html")
        places = landed(book)
        front = printed("front.html", {name: number + 1 for name, (number, _) in places.items()})
        chromium.close()
    finished(book, front, parts, articles, places, settings).write(output)


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
