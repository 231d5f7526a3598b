"""What the built site must obey: each rule takes the folder of a site and returns a list of findings."""

import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup
from notebooks import ROOT

# Where a page points to something that has to be there.
POINTERS = {
    "a": "href", "link": "href", "img": "src", "script": "src", "source": "src", "iframe": "src", "object": "data",
}  # fmt: skip


# All notebooks but one are pages: the first page shows what that one has computed.
PICTURES = "appendix-pictures"
NOTEBOOKS = sorted(path for path in (ROOT / "chapters").glob("*.ipynb") if path.stem != PICTURES)


def pages(site):
    """Return the pages of a site; what lies in _static are the theme's building blocks."""
    return sorted(page for page in site.rglob("*.html") if "_static" not in page.relative_to(site).parts)


def toc_files(entry):
    """Return every file that a _toc.yml names, however deep, as a path without suffix."""
    if isinstance(entry, list):
        return [file for part in entry for file in toc_files(part)]
    if not isinstance(entry, dict):
        return []
    own = [entry[key] for key in ("root", "file") if key in entry]
    return own + [file for value in entry.values() for file in toc_files(value)]


def page_of(site, file):
    return site / (file.removesuffix(".md").removesuffix(".ipynb") + ".html")


def toc_pages(site, toc):
    """Return (file, its page) for what a _toc.yml names; pages that are missing are the matter of `missing_pages`."""
    return [(file, page_of(site, file)) for file in toc_files(toc) if page_of(site, file).is_file()]


# The pages change only between builds, and each build has a folder of its own.
@cache
def parsed(page):
    html = page.read_text(encoding="utf-8")
    html = re.sub(r'<span class="\w{1,3}">([^<]*)</span>', r"\1", html)  # the colors of code: most of all tags
    return BeautifulSoup(html, "html.parser")


@cache
def anchors(page):
    soup = parsed(page)
    return {tag["id"] for tag in soup.find_all(id=True)} | {tag["name"] for tag in soup.find_all("a", {"name": True})}


def missing_pages(site, toc):
    return [f"{file} of _toc.yml has no page" for file in toc_files(toc) if not page_of(site, file).is_file()]


def untitled_pages(site, toc):
    """Every page has a heading, and a title for the browser's tab."""
    findings = []
    for file, page in toc_pages(site, toc):
        soup = parsed(page)
        title = soup.title.get_text(strip=True) if soup.title else ""
        # Sphinx writes "<no title>" for a page without a heading; a heading's own link to itself is "#".
        if not title or title.startswith("<no title>"):
            findings.append(f"{file} has no title")
        if not any(heading.get_text().strip(" #\n") for heading in headings(soup) if heading.name == "h1"):
            findings.append(f"{file} has no heading")
    return findings


def broken_links(site):
    """Every link, picture, style and script inside the site leads to a file, and every #fragment to a place in it."""
    findings = []
    for page in pages(site):
        for link in links(page):
            problem = broken(site, page, link)
            if problem:
                findings.append(f"{page.relative_to(site)}: {link} {problem}")
    return findings


def links(page):
    soup = parsed(page)
    found = [tag[POINTERS[tag.name]] for tag in soup.find_all(list(POINTERS)) if tag.has_attr(POINTERS[tag.name])]
    refresh = soup.find("meta", {"http-equiv": lambda value: value and value.lower() == "refresh"})
    return found + ([refresh["content"].partition("url=")[2]] if refresh else [])


def broken(site, page, link):
    """Return what is wrong with a link of a page, or None; links to the world outside are not followed."""
    parts = urlsplit(link)
    if parts.scheme == "file" or (not parts.netloc and parts.path.startswith("/")):
        return "works on one machine only"
    if parts.scheme or parts.netloc:
        return None
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if target.is_dir():
        target = target / "index.html"
    if not target.is_relative_to(site.resolve()) and parts.path:
        return "leaves the site"
    if not target.is_file():
        return "leads nowhere"
    if parts.fragment and target.suffix == ".html" and unquote(parts.fragment) not in anchors(target):
        return f"leads to a place that {target.name} doesn't have"
    return None


def doubled_search(site, toc):
    """A page shows one search box; beside it the theme has one button, for screens too narrow for the sidebar."""
    findings = []
    for file, page in toc_pages(site, toc):
        shown = [
            tag
            for tag in parsed(page).select(".search-button-field, form.bd-search, .search-button")
            if not tag.find_parent("dialog")  # what the box opens, hidden until then
        ]
        boxes = [tag for tag in shown if "search-button" not in tag["class"]]
        if len(boxes) != 1 or len(shown) > 2:
            findings.append(f"{file} has {len(boxes)} search boxes and {len(shown) - len(boxes)} search buttons")
    return findings


def machine_paths(site, folders):
    """No page tells where on this machine it was built, with what, or by whom."""
    return [
        f"{page.relative_to(site)} holds {folder}"
        for page in pages(site)
        for folder in map(str, folders)
        if len(folder) > 1 and f"{folder}/" in page.read_text(encoding="utf-8")
    ]


def pictures_without_alt(site):
    """Sphinx puts a picture's file name where an alt text is missing: that counts as none."""
    return [
        f"{page.relative_to(site)}: {image['src']} has no alt text"
        for page in pages(site)
        for image in parsed(page).select("article img")
        if not image.get("alt", "").strip() or Path(image["alt"]).name == Path(image["src"]).name
    ]


def drawings_without_name(site):
    """A drawing in a page says what it shows, as role="img" with a name, unless it is hidden from screen readers."""
    return [
        f"{page.relative_to(site)}: a drawing in {_home(drawing)} has no {lacking}"
        for page in pages(site)
        for drawing in parsed(page).select("main svg")
        if not drawing.find_parent(attrs={"aria-hidden": "true"}) and drawing.get("aria-hidden") != "true"
        for lacking in [_lacking(drawing)]
        if lacking
    ]


def _lacking(drawing):
    """Return what a drawing needs to be read out, or None."""
    if drawing.get("role") != "img":
        return 'role="img"'
    title = drawing.find("title", recursive=False)
    names = [drawing.get("aria-label", ""), drawing.get("aria-labelledby", ""), title.get_text() if title else ""]
    return None if any(name.strip() for name in names) else "name"


# A formula between dollars, a command, or an index in braces; prices such as $3 are none.
LATEX = re.compile(r"\$[^$\n]{1,80}[\\^_{][^$\n]{0,80}\$|\\(?:frac|partial|sum|sqrt|text|mathrm|cdot|ln)\b|[\^_]\{")
SPOKEN = ("title", "alt", "aria-label", "content", "placeholder")


def raw_latex(site):
    """No LaTeX is shown, read out or found by a search: in text, in what a cell printed, in titles and descriptions."""
    findings = []
    for page in pages(site):
        soup = parsed(page)
        texts = [text for text in soup.find_all(string=True) if not _in_code(text)]
        texts += [tag[name] for tag in soup.find_all(True) for name in SPOKEN if isinstance(tag.get(name), str)]
        findings += [f"{page.relative_to(site)}: {found[0]}" for text in texts if (found := LATEX.search(text))]
    return findings


def _in_code(text):
    around = {parent.name for parent in text.parents}
    return bool({"script", "style"} & around) or "pre" in around and not text.find_parent(class_="cell_output")


def _home(tag):
    """Tell where a tag stands: the id of the nearest tag around it that has one."""
    around = tag.find_parent(id=True)
    return f"#{around['id']}" if around else "the page"


def headings(soup):
    """Return the headings of a page as it is on a screen."""
    return [tag for tag in soup.find_all(re.compile("^h[1-6]$")) if not tag.find_parent(class_="onlyprint")]


def headings_out_of_order(site):
    """A page has one first heading, and no heading is more than one level below the one before it."""
    findings = []
    for page in pages(site):
        main = parsed(page).select_one("main")
        if main is None:  # a page that only leads to another
            continue
        found = headings(main)
        levels = [int(tag.name[1]) for tag in found]
        if levels.count(1) != 1 or levels[0] != 1:
            findings.append(f"{page.relative_to(site)}: {levels.count(1)} h1, and the headings begin with {levels[:3]}")
        findings += [
            f"{page.relative_to(site)}: from h{before} to h{level} at {tag.get_text(' ', strip=True)!r}"
            for (before, level), tag in zip(pairwise(levels), found[1:], strict=True)
            if level > before + 1
        ]
    return findings
