"""Small pages with planted faults: a rule that has never found one proves nothing."""

import pytest

from browser import axe
from browser import page_rules as rules
from browser.pages import PHONE, scripts_held_back, served, unread
from browser.visits import thin_out, unfold

WIDE = '<p style="width: {width}px">wide</p>'
BLACK = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNgAAAAAgAB5Sfe/AAAAABJRU5ErkJggg=="
)
PAGE = """<!DOCTYPE html><html lang="en"><head><title>One</title>
<style>body {{ margin: 0; color: #222; background: #fff }} article {{ width: 300px }} pre, div {{ overflow-x: auto }}
button {{ min-height: 24px }}
.bp-answer:not(.open) > .bp-covered {{ display: none }}
</style>{head}</head><body><main><article id="top"><h1>One</h1> {body} </article></main>
<footer class="bd-footer" hidden></footer></body></html>"""


@pytest.fixture(scope="module")
def page(browser):
    """A page that shows one piece of HTML after the other, on a phone."""
    with browser.new_context(viewport=PHONE) as context:
        page = context.new_page()
        page.show = lambda body: page.set_content(PAGE.format(body=body, head=""))
        yield page


def graph(width, inside=""):
    return f'<svg class="backprop-graph" role="img" aria-label="A graph" width="{width}" height="40">{inside}</svg>'


CLEAN = f"""<p>A <a href="#top">link</a> and <code>code</code>, <math><mi>x</mi></math>.</p>
<pre tabindex="0"><span style="display: inline-block; width: 900px">wide</span></pre>
<div>{graph(200, '<text x="9" y="20">seen</text>')}</div>
<details><summary>Hint</summary><p>Hidden <a href="#top">until</a> then.</p>
<details><summary>More</summary>And more.</details></details>
<div class="bp-answer"><button class="bp-reveal" aria-expanded="false" onclick="this.parentNode.classList.add('open')">Show</button>
<div class="bp-covered"><p>Covered.</p></div></div>
<div class="bp-stage"><section>One</section><section hidden><div class="bp-across">Two</div></section></div>
<div><div class="bp-across" hidden>wide</div><div class="bp-down">narrow</div></div>"""
STEPS = (
    '<form class="bp-steps"><svg role="img" aria-label="{label}" width="9" height="9"></svg>'
    '<button type="button" aria-disabled="false">back</button><button type="button" aria-disabled="false">first</button>'
    '<button type="button" aria-disabled="{end}">next</button><button type="button" aria-disabled="{end}">last</button>'
    '<input type="radio" name="step" aria-label="Step 0" checked></form>'
)
FINDERS = [
    rules.wider_than_the_window,
    rules.unreachable_boxes,
    rules.outside_the_column,
    rules.hidden_text,
    rules.missing_pictures,
    rules.unheard,
    rules.faint_drawings,
    axe.violations,
    axe.faint_text,
]


def test_clean_page_passes(page):
    page.show(CLEAN)
    assert [finding for finder in FINDERS for finding in finder(page)] == []
    unfold(page)
    assert [finding for finder in FINDERS for finding in finder(page)] == []


@pytest.mark.parametrize(
    ("finder", "body", "said"),
    [
        (rules.wider_than_the_window, WIDE.format(width=400), "400 px wide in a window of 390: #top p"),
        (rules.wider_than_the_window, "<table><tr>" + "<td>wordswordswords</td>" * 9 + "</tr></table>", "#top table"),
        (rules.unreachable_boxes, f"<pre>{WIDE.format(width=400)}</pre>", "#top pre"),
        (rules.outside_the_column, f"<p>{graph(320)}</p>", "#top p"),
        (rules.outside_the_column, f'<div style="width: 320px">{graph(9)}</div>', "#top div"),
        (rules.hidden_text, '<p style="display: none">unseen words</p>', "#top p: unseen words"),
        (rules.hidden_text, '<p style="visibility: hidden">unseen</p>', "#top p: unseen"),
        (rules.hidden_text, '<p style="opacity: 0">unseen</p>', "#top p: unseen"),
        (rules.hidden_text, '<p style="font-size: 0">unseen</p>', "#top p: unseen"),
        (rules.hidden_text, '<section style="opacity: 0"><p>unseen</p></section>', "#top p: unseen"),
        (rules.hidden_text, '<math style="display: none"><mi>x</mi></math>', "#top mi: x"),
        (rules.hidden_text, "<details><summary hidden>Hint</summary>x</details>", "#top summary: Hint"),
        (rules.hidden_text, '<div class="bp-answer open"><p class="bp-covered" hidden>unseen</p></div>', "unseen"),
        (rules.hidden_text, '<div><p class="bp-across" hidden>unseen</p></div>', "unseen"),
        (
            rules.hidden_text,
            '<div class="bp-stage"><section hidden>a</section><section hidden>b</section></div>',
            ": a",
        ),
        (rules.missing_pictures, '<img src="data:image/png;base64,AA" alt="broken">', "#top img"),
        (rules.unheard, graph(90) * 2, "#top svg.backprop-graph: another figure has this name: A graph"),
        (
            rules.unheard,
            '<div class="cell_output" role="group">1</div>',
            "#top div.cell_output is no group with a name",
        ),
        (rules.unheard, "<table><tr><th>a</th></tr></table>", "#top th heads nothing"),
        (rules.unheard, '<p class="bp-live"><input type="range"></p>', "#top input has no value in words"),
        (rules.unheard, "<label>a <output>1</output></label>", "#top output speaks at each change"),
        (rules.unheard, '<section aria-label="a">a</section>', "#top section is a landmark"),
        (rules.unheard, "<header> </header>", "#top header is an empty landmark"),
        (rules.unheard, STEPS.format(label="Computation graph of y = 2", end="false"), '"next" at the end'),
        (rules.unheard, STEPS.format(label="Computation graph of y = 2", end="true"), "tells its numbers before"),
        (rules.missing_pictures, graph(0), "#top svg.backprop-graph"),
        (rules.faint_drawings, graph(90, '<text y="20" fill="#ccc">faint</text>'), "text: faint has a contrast of 1.6"),
        (
            rules.faint_drawings,
            graph(90, '<rect width="90" height="40"/><text y="20">black</text>'),
            "#top text: black has a contrast of 1.0, less than 4.5",
        ),
        (
            rules.faint_drawings,
            graph(
                90,
                f'<image href="{BLACK}" width="90" height="40" preserveAspectRatio="none"/><text y="20">black</text>',
            ),
            "#top text: black has a contrast of 1.0",
        ),
        (
            rules.faint_drawings,
            f'<p style="background: #000">{graph(90, "<text y=20>x</text>")}</p>',
            "#top text: x has a contrast of 1.0",
        ),
        (axe.violations, '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">', "image-alt: img:"),
        (axe.violations, "<button></button>", "button-name: button:"),
        (axe.violations, '<button aria-label="Copy">Save</button>', "label-content-name-mismatch: button:"),
        (
            axe.violations,
            "<button style='font-size: 8px; padding: 0; border: 0; min-height: 0'>x</button>" * 9,
            "target-size: button",
        ),
        (axe.violations, "<details open><summary>Hint</summary><input></details>", "label: input:"),
        (axe.violations, f"<pre>{'wide ' * 99}</pre>", "scrollable-region-focusable: pre:"),
        (
            axe.faint_text,
            '<p>Words and words, <a href="#top">one</a> <a href="#top" style="color: #333; '
            'text-decoration: none">two</a>.</p>',
            "link-in-text-block: a:nth-child(2):",
        ),
        (axe.faint_text, '<p style="color: #aaa">faint</p>', "color-contrast: p:"),
        (
            axe.faint_text,
            '<math><mi>x</mi><mi style="color: #bbb">y</mi></math>',
            "a letter with a contrast of 1.91: #bbbbbb on #ffffff",
        ),
        (
            axe.faint_text,
            f"<pre>{'<b>b</b> ' * 9}<b style='background: #444'>b</b></pre>",
            "color-contrast: b:nth-child(10):",
        ),
        (axe.faint_text, '<p><b>b</b></p><p style="background: #444">a <b>b</b></p>', "color-contrast: p:nth-child(3)"),
    ],
)
def test_planted_fault_is_found(page, finder, body, said):
    page.show(body)
    findings = finder(page)
    assert findings and said in findings[0], findings


def test_axe_is_the_newest(page):
    """The one that npm brings; without it, the wrapper's looks at the pages."""
    page.show(CLEAN)
    axe.ready(page)
    version = page.evaluate("axe.version")
    if not axe.NEWEST.is_file():
        pytest.skip(f"axe-core {version} comes with the wrapper; .ci/run has npm bring a newer one")
    assert axe.violations(page) == [] and f"/*! axe v{version}" in axe.NEWEST.read_text(encoding="utf-8")[:40]


def test_three_of_equal_texts_are_measured(page):
    page.show("<pre>" + '<span style="color: #bbb">one</span> ' * 5 + "</pre>")
    assert len(axe.faint_text(page)) == 3


def test_of_code_three_words_of_a_kind_are_left(page):
    style = "<style>.k { color: #060 } i .k { color: #bbb } .n { color: #060 }</style>"
    words = "".join(f'<span class="{kind}">{kind}{n} </span>' for n in range(5) for kind in "kn")
    page.show(f'{style}<pre>{words}<i>{words}</i><span id="own" class="k">k</span></pre>')
    before, found = page.inner_text("pre"), axe.faint_text(page)
    thin_out(page)
    assert page.locator("pre span").count() == 4 * 3 + 1
    assert page.inner_text("pre") == before
    assert len(axe.faint_text(page)) == len(found) == 3


def test_complaints_and_requests(new_page, tmp_path):
    page = new_page()
    script = "console.error('badly wrong'); console.log('fine'); setTimeout(() => { throw Error('thrown') })"
    body = f'<img src="gone.png" alt=""><img src="https://example.org/a.png" alt=""><script>{script}</script>'
    (tmp_path / "one.html").write_text(PAGE.format(head='<link rel="icon" href="data:,">', body=body))
    page.route("https://example.org/**", lambda route: route.abort())
    with served(tmp_path) as address:
        page.goto(f"{address}/one.html")
        page.wait_for_function("performance.now() > 0")
        assert rules.foreign_requests(page.requested, address) == ["https://example.org/a.png"]
        assert rules.foreign_requests(page.requested, f"{address}/book") == page.requested
        assert any("gone.png: 404" in failure for failure in page.failed)
        assert any("example.org/a.png: net::ERR_FAILED" in failure for failure in page.failed)
        assert "badly wrong" in page.complaints and "thrown" in page.complaints and "fine" not in page.complaints


@pytest.mark.parametrize(
    ("head", "body", "said"),
    [
        ('<script src="late.js" defer></script>', "<p>Text</p>", None),
        ('<script src="late.js"></script>', "<p>Text</p>", "the page waits for its scripts"),
        ('<script src="late.js" defer></script>', '<p style="display: none">Text</p>', "#top p: Text"),
        ('<script src="late.js" defer></script>', '<img src="late.png" alt="">', "#top img"),
    ],
)
def test_text_that_waits_for_a_script_is_found(new_page, tmp_path, head, body, said):
    page = new_page()
    page.set_default_timeout(2000)
    (tmp_path / "one.html").write_text(PAGE.format(head=head, body=body))
    (tmp_path / "late.js").write_text("document.title = 'Two'")
    with served(tmp_path) as address:
        with scripts_held_back(page):
            page.goto(f"{address}/one.html", wait_until="commit")
            findings = unread(page)
        assert (findings == []) if said is None else (said in findings[0]), findings
        page.wait_for_function("document.title == 'Two'")  # held back, but not lost


def test_contrast():
    assert rules.contrast([0, 0, 0], [255, 255, 255]) == pytest.approx(21)
    assert rules.contrast([119, 119, 119], [255, 255, 255]) == pytest.approx(4.48, abs=0.01)
