"""The PDF: each chapter on a page of its own, contents with the right numbers, bookmarks for all sections."""

import re
import unicodedata

import pdf
import pytest
import yaml
from notebooks import ROOT
from pypdf import PdfReader

PARTS = pdf.listed(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8")))
# A few chapters: pages of every kind, in a part of the time that the whole book takes.
FEW = [
    (None, ["intro"]),
    ("Graphs", ["chapters/01-computation-graphs", "chapters/02-chain-rule"]),
    ("End", ["chapters/appendix-history"]),
]
SETTINGS = {"title": "A title", "author": "Somebody"}


@pytest.fixture(scope="module")
def printed(build, tmp_path_factory):
    try:
        pdf.browser()
    except pdf.Missing as missing:
        pytest.skip(str(missing))
    output = tmp_path_factory.mktemp("pdf") / "book.pdf"
    pdf.print_pdf(build[0], output, SETTINGS, FEW)
    return PdfReader(output)


def flat(outline, level=0):
    for item in outline:
        if isinstance(item, list):
            yield from flat(item, level + 1)
        else:
            yield level, item


def places(printed):
    """{title: page}; a chapter's title comes once more among the solutions, and the first place counts."""
    bookmarks = reversed([item for _, item in flat(printed.outline)])
    return {item.title: printed.get_destination_page_number(item) for item in bookmarks}


def squeezed(text):
    return "".join(unicodedata.normalize("NFKC", text).split())  # without ligatures


def chapters(site):
    for file, inside in pdf.read(site, FEW)[1].items():
        yield from ((level, pdf.words(title)) for level, title, _ in pdf.headings(inside, file))


def test_bookmarks_lead_to_all_chapters_and_sections(build, printed):
    found = places(printed)
    for level, title in chapters(build[0]):
        assert squeezed(title) in squeezed(printed.pages[found[title]].extract_text()), (level, title)


def test_contents_tell_the_page(build, printed):
    text = "".join(
        page.extract_text() for page in printed.pages[1 : printed.get_destination_page_number(printed.outline[1])]
    )
    found = places(printed)
    for level, title in chapters(build[0]):
        if level == 1:
            assert f"{squeezed(title)}{found[title] + 1}" in squeezed(text)


def test_chapters_begin_on_a_new_page(build, printed):
    titles = [title for level, title in chapters(build[0]) if level == 1]
    pages = places(printed)
    assert len({pages[title] for title in titles}) == len(titles)
    for title in titles[1:]:
        before = printed.pages[pages[title] - 1].extract_text()
        assert squeezed(titles[titles.index(title) - 1]) in squeezed(before)  # the running title of the one before


def test_page_numbers_stand_on_all_pages(printed):
    for number, page in enumerate(printed.pages[1:], 2):
        assert re.search(rf"(?m)(?:^|\s){number}\s*$", page.extract_text()), number


def test_links_stay_inside(printed):
    places = set(printed.named_destinations)
    links = [note.get_object() for page in printed.pages for note in page.get("/Annots", [])]
    addresses = [link["/A"]["/URI"] for link in links if "/URI" in link.get("/A", {})]
    assert places and not [address for address in addresses if not re.match("https?:|mailto:", address)]


def test_nothing_is_wider_than_its_page(build, tmp_path):
    sync_api = pytest.importorskip("playwright.sync_api")
    page_file = build[0].parent / "pdf" / "printed.html"  # from here its links lead to the site's styles
    page_file.parent.mkdir(exist_ok=True)
    parts, articles = pdf.read(build[0], FEW)
    page_file.write_text(pdf.assembled(build[0], parts, SETTINGS, articles), encoding="utf-8")
    try:
        program = pdf.browser()
    except pdf.Missing as missing:
        pytest.skip(str(missing))
    with sync_api.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": 504, "height": 900})  # a column: 133.5 mm
        page.emulate_media(media="print")
        page.goto(page_file.as_uri())
        page.add_style_tag(content=".bd-article { columns: auto !important; }")
        wide = page.evaluate(
            "[...document.querySelectorAll('main :not(svg *, math *, pre *)')]"  # spaces may hang at a line's end
            ".filter(e => e.getBoundingClientRect().right > innerWidth + 1 || e.matches('pre') && e.scrollWidth > e.clientWidth)"
            ".map(e => e.outerHTML.slice(0, 200))"
        )
        chromium.close()
    assert wide == []


def test_each_hint_and_solution_stands_at_the_end_and_nowhere_else(build):
    files = [file for _, files in PARTS for file in files]
    site = {file: (build[0] / f"{file}.html").read_text("utf-8") for file in files}
    articles = pdf.read(build[0], PARTS)[1]
    answers = articles.pop(pdf.ANSWERS)
    for mark in ("tag_solution ", "<summary>Hint "):
        wanted = sum(text.count(mark) for text in site.values())
        assert wanted and (answers.count(mark), sum(text.count(mark) for text in articles.values())) == (wanted, 0)
    for tag in ("div", "details", "section", "pre"):
        assert len(re.findall(rf"<{tag}\b", answers)) == answers.count(f"</{tag}>")


def test_an_exercise_and_its_solution_lead_to_each_other(build):
    articles = pdf.read(build[0], PARTS)[1]
    answers = articles.pop(pdf.ANSWERS)
    rest = "".join(articles.values())
    there = re.findall(r'<a id="([^"]*)" href="#([^"]*)">hints and solution</a>', rest)
    back = re.findall(r'<p class="task" id="([^"]*)"><a href="#([^"]*)">', answers)
    assert back == [(place, task) for task, place in there] and len(set(back)) == answers.count("tag_solution ")


def test_all_pages_of_the_book_are_printed():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    assert [file for _, files in PARTS for file in files] == [
        file
        for file in [toc["root"], *(chapter["file"] for part in toc["parts"] for chapter in part["chapters"])]
        if file not in pdf.SCREEN_ONLY
    ]


def test_without_a_browser_one_line_says_what_to_do(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match="needs Chromium or Chrome.*install"):
        pdf.main(["--output", str(tmp_path / "x.pdf")])


def test_links_between_pages_lead_inside():
    page = '<article class="x"><p id="a"><a href="../intro.html#b">x</a><a href="#a">y</a><a href="z.ipynb">z</a></p></article>'
    assert pdf.article(page, "chapters/one", ["intro", "chapters/one"]) == (
        '<p id="p-one.a"><a href="#p-intro.b">x</a><a href="#p-one.a">y</a><a>z</a></p>'
    )
