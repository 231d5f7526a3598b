"""What a first visit to a page transfers, kind by kind, and the table of it that ends the tests."""

import gzip
from pathlib import Path
from urllib.parse import unquote, urlsplit

KINDS = {
    "html": [".html"],
    "css": [".css"],
    "js": [".js"],
    "fonts": [".woff2", ".woff", ".ttf", ".otf"],
    "images": [".svg", ".png", ".jpg", ".gif", ".webp", ".ico"],
}
COMPRESSED = [".html", ".css", ".js", ".svg", ".json", ".txt", ".ttf", ".otf"]  # on the way, by any web server
PROPERTY = "weight of a page"


def weigh(site, requested):
    """Return the bytes of each kind of file that these addresses lead to; a file asked for twice comes once."""
    weight = dict.fromkeys([*KINDS, "other"], 0)
    paths = {unquote(urlsplit(url).path) for url in requested if url.startswith("http")}
    for file in (Path(site) / path.lstrip("/") for path in paths):
        kind = next((kind for kind, suffixes in KINDS.items() if file.suffix in suffixes), "other")
        weight[kind] += transferred(file)
    return weight


def transferred(file):
    content = file.read_bytes() if file.is_file() else b""  # what is missing is found by another rule
    return len(gzip.compress(content, compresslevel=6)) if file.suffix in COMPRESSED else len(content)


def report(terminal):
    """Print the table of what was weighed, in KB of 1000 bytes.

    It comes with the reports of the tests, which also come back from processes that ran some of them.
    """
    reports = [report for outcome in ("passed", "failed") for report in terminal.getreports(outcome)]
    table = dict(value for report in reports for name, value in report.user_properties if name == PROPERTY)
    if not table:
        return
    terminal.section("a first visit, compressed, in KB")
    width = max(map(len, table))
    kinds = [*KINDS, "other"]
    terminal.write_line(" ".join([f"{'':{width}}", *(f"{kind:>7}" for kind in [*kinds, "total"])]))
    for name, weight in table.items():
        numbers = [*(weight.get(kind, 0) for kind in kinds), sum(weight.values())]
        terminal.write_line(" ".join([f"{name:{width}}", *(f"{number / 1000:7.1f}" for number in numbers)]))
