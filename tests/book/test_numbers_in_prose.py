"""No number is typed into prose that a cell could have printed: what the prose says, the notebook shows."""

import notebooks
import pytest
from planting import code, notebook, prose, shown, stream
from prose_numbers import unfounded_numbers

CHAPTERS = sorted((notebooks.ROOT / "chapters").glob("*.ipynb"))

# Reviewed by hand: {notebook: {number as a finding writes it: why no cell can hold it}}.
EXCEPTIONS = {}


def name(path):
    return path.stem


@pytest.mark.parametrize("path", CHAPTERS, ids=name)
def test_numbers_in_the_prose_are_founded(path):
    allowed = EXCEPTIONS.get(path.stem, {})
    findings = [finding for finding in unfounded_numbers(notebooks.read(path)) if finding.number not in allowed]
    if findings:
        pytest.fail(f"{path.name}\n" + "\n".join(map(str, findings)), pytrace=False)


def test_exceptions_are_needed():
    found = {path.stem: {finding.number for finding in unfounded_numbers(notebooks.read(path))} for path in CHAPTERS}
    listed = {(stem, number) for stem, numbers in EXCEPTIONS.items() for number in numbers}
    assert listed - {(stem, number) for stem, numbers in found.items() for number in numbers} == set()


# ---------------------------------------------------------------- planted faults

CELLS = (
    code("price, size = 110.0, 10_000  # and 555", id="price-of-a-book"),
    code("print(price * 2)", stream("220.00000000000003\naccuracy 0.96518, gradient -0.8, 1e-7\n"), id="total"),
    code("draw()", shown(image_svg='<svg width="777"><text x="888">650</text><text>253</text></svg>'), id="graph"),
    code("table()", shown(text_html="<style>.a {width: 444px}</style><td>3.25</td><td>4</td>"), id="table"),
    code("shape", shown(text_plain="(784, 50)", image_png="iVBO999"), id="shape"),
)


def numbers_found(source):
    return [finding.number for finding in unfounded_numbers(notebook(prose(source), *CELLS))]


@pytest.mark.parametrize(
    "source",
    [
        "Two books cost 220, to the last digit 220.00000000000003.",
        "About 220.0, of 10,000 or $10{,}000$ or $10\\,000$ or 10\u202f000 or `10_000`.",
        "An accuracy of 0.965, or 96.5 %, 96.5%, $96.52\\,\\%$, 96.5 percent, 97 %.",
        "The graph shows 650 and 253; the table 3.25 or 3.2 or 3.3.",
        "The shape 784-50-10, $784\\times50$, `(784,50)`, `reshape(-1, 784)`.",
        "A gradient of -0.8, $-0.8$ or \u22120.8, in size 0.8; a step of 1e-7, that is 0.0000001.",
        "The difference $220-110$ and the range 110-220 have no sign.",
        "Small whole numbers: 2 books, 10 % tax, 99 balloons.",
        "Rumelhart, Hinton and Williams (1986); (Werbos, 1974, 1982); [Linnainmaa 1970](https://x.org/555).",
        "See [chapter 3](03-x.ipynb#id-555), <https://x.org/12345>, doi:10.1038/323533a0, {cite}`rumelhart1986`.",
        "With Python 3.11.4 and `float32` the layer `Affine100` and $W_{2}$.",
        "```{note}\nOf 10,000.\n```\nOf 10,000.\n\n```python\n(784,110)\n```\nOf 10,000 and `f(784,110)`.",
        '<img src="x.png" width="555">\n\n```{figure} a-555.png\n:width: 555px\n:name: figure-555\nA book.\n```',
    ],
)
def test_founded(source):
    assert numbers_found(source) == []


@pytest.mark.parametrize(
    ("source", "number"),
    [
        ("It costs 221.", "221"),
        ("It costs 220.1.", "220.1"),
        ("A rate of 0.7.", "0.7"),
        ("It has 10,001 rows.", "10,001"),
        ("It has $10{,}001$ rows.", "10{,}001"),
        ("An accuracy of 96.6 %.", "96.6 %"),
        ("A hundred is 100 %.", "100 %"),
        ("The gradient is -220.", "-220"),
        ("The gradient is $-0.7$.", "-0.7"),
        ("It says `x = 221` in code.", "221"),
        ("```python\nx = 221\n```", "221"),
        ("```python\n(784,221)\n```", "221"),
        ("It says `10,001`.", "10,001"),
        ("```{note}\nIt is.\n```\nOf 10,001.\n\n```python\n784\n```", "10,001"),
        ("It has 784 000 rows.", "000"),
        ("```{admonition} Think\nIt costs 221.\n```", "221"),
        (":::{note}\nIt costs 221.\n:::", "221"),
        ("| a | 221 |\n|---|---|\n| b | 2 |", "221"),
        ("A step of 1e-8.", "1e-8"),
        ("$x\\cdot221$", "221"),
        ("$$\nx_{221}\n$$", "221"),
        ("A net of 783-50-10.", "783"),
        ("It came in 1986.", "1986"),
        ("It had parts (in 1986 pieces).", "1986"),
        ("[A page with 221](https://x.org/)", "221"),
        ("## The 221 mystery", "221"),
        ("Only in a comment: 555.", "555"),
        ("Only in an attribute: 777.", "777"),
        ("Only in an attribute: 888.", "888"),
        ("Only in a style: 444.", "444"),
        ("Only in a picture's bytes: 999.", "999"),
    ],
)
def test_unfounded(source, number):
    assert numbers_found(source) == [number]


def test_finding_says_where():
    nb = notebook(prose("We start. The bill is 221,\nnot less! We end.", id="the-bill"), *CELLS)
    text = str(unfounded_numbers(nb)[0])
    assert text.splitlines() == [
        "cell the-bill: 221 is neither in the code nor in an output",
        "    The bill is 221, not less!",
    ]
