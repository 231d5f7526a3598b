"""The pages of the site, and a browser's page that keeps what it asks for and what it complains of."""

import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
import site_rules
import yaml
from loopback import skip_if_out_of_reach
from notebooks import ROOT

from browser import page_rules

TOC = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
FIRST = TOC["root"]
# Sphinx makes the last two itself.
PAGES = list(dict.fromkeys([*site_rules.toc_files(TOC), "genindex", "search"]))
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
FAVICON = "/favicon.ico"  # what a browser asks a server for by itself, where a page doesn't name an icon
CHAPTERS = [name for name in PAGES if name.startswith("chapters/") and "/appendix" not in name]


class Quiet(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # one connection for all files of a page

    def do_GET(self):
        if self.path != FAVICON:
            return super().do_GET()
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


@contextmanager
def served(folder):
    """Serve a folder on this machine, and give its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    skip_if_out_of_reach(server)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def watch(page):
    """Let a page keep what it asks for, what it doesn't get, and what it complains of."""

    def ask(request):
        if urlsplit(request.url).path != FAVICON:
            page.requested.append(request.url)

    page.set_default_timeout(60_000)  # a busy machine may take that long for what an idle one does in a second
    page.requested, page.failed, page.complaints = [], [], []
    page.on("request", ask)
    page.on("requestfailed", lambda request: page.failed.append(f"{request.url}: {request.failure}"))
    page.on("response", lambda r: page.failed.append(f"{r.url}: {r.status}") if r.status >= 400 else None)
    page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


@contextmanager
def scripts_held_back(page):
    """Let no script arrive; at the end let them all."""
    waiting = []
    page.route(lambda url: urlsplit(url).path.endswith(".js"), lambda route: waiting.append(route))
    yield
    for route in waiting:  # grows while scripts that arrive ask for others
        route.continue_()
    page.unroute_all()


# The end of every page is there, and so are its styles and pictures; a script that has not come may delay "load".
ARRIVED = """() => document.querySelector('footer.bd-footer')
  && [...document.querySelectorAll('link[rel=stylesheet]')].every(link => link.sheet)
  && [...document.images].every(picture => picture.complete || picture.loading == 'lazy')"""


def unread(page):
    """Return what of a page can't be read when everything but its scripts has come."""
    from playwright.sync_api import Error

    try:
        page.wait_for_function(ARRIVED)
    except Error as problem:
        return [f"the page waits for its scripts: {problem}"]
    return [*page_rules.hidden_text(page), *page_rules.missing_pictures(page)]


END_TRANSITIONS = "document.getAnimations().forEach(each => each instanceof CSSTransition && each.finish())"


def show(page, width=None, scheme=None):
    """Make a page light or dark as its reader's system would, wait until it has followed, then make it so wide."""
    if scheme:
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function("scheme => document.documentElement.dataset.theme == scheme", arg=scheme)
        page.evaluate(END_TRANSITIONS)  # or colors are measured halfway
    if width:
        page.set_viewport_size(PHONE if width == PHONE["width"] else WIDE | {"width": width})


def expect_none(findings):
    """Fail with all findings, a line each; a page can have hundreds of the same kind."""
    if findings:
        more = [f"... and {len(findings) - 25} more"] if len(findings) > 25 else []
        pytest.fail("\n".join([*findings[:25], *more]), pytrace=False)
