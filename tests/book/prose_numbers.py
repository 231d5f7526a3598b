"""Finds the numbers in a chapter's prose that no cell of the same notebook holds or prints.

A number counts when it is a decimal or an integer of three digits or more. It stands in the code (comments aside) or
in an output as it is or with more digits: 97.13 in an output covers 97.1 in the prose. `unfounded_numbers` is the
rule; the rest tells apart what in a Markdown cell is a number that a reader reads.
"""

import io
import re
import tokenize
from decimal import Decimal
from typing import NamedTuple

from notebook_rules import output_texts
from notebooks import code_cells

# 10,000 and, in LaTeX or set with care, 10{,}000 10\,000 and 10 000 with a thin, narrow or hard space.
COMMA = r"(?:,|\{,\}|\\{1,2},|[\u00a0\u2009\u202f])"
NUMBER = re.compile(
    rf"(?<!\w)(?<!\w\.)(?P<digits>\d{{1,3}}(?:{COMMA}\d{{3}})+(?!\d)(?:\.\d+)?|\d+(?:_\d+)*(?:\.\d+)?|\.\d+)"
    r"(?P<power>[eE][+-]?\d+)?(?P<percent>(?:\\,|[\s~])*\\?%|\s+per\s?cent)?"
)
# A minus sign belongs to the number unless something that it is subtracted from stands right before it.
MINUS = re.compile(r"(?<![\w)\]}])[-\u2212]$")


class Finding(NamedTuple):
    cell: str
    number: str
    sentence: str

    def __str__(self):
        return f"cell {self.cell}: {self.number} is neither in the code nor in an output\n    {self.sentence}"


class Number(NamedTuple):
    text: str  # as it is written
    value: Decimal
    negative: bool  # with an explicit minus sign
    percent: bool


def unfounded_numbers(nb):
    """Return a Finding for each number of the prose that stands neither in the code nor in the outputs."""
    known = known_values(nb)
    return [
        Finding(cell.id, number.text, sentence_around(cell.source, position))
        for cell in nb.cells
        if cell.cell_type == "markdown"
        for number, position in prose_numbers(cell.source)
        if not is_known(number, known)
    ]


def is_known(number, known):
    """Tell whether a value, rounded to the digits that the prose gives, is the number; 96.5 % may be 0.965."""
    if re.match(r"\W?0\d", number.text):  # a piece such as the 000 of "4 000", which would pass for 0
        return False
    readings = [number.value, number.value.scaleb(-2)] if number.percent else [number.value]
    for reading in readings:
        if number.negative:
            reading = -reading
        # Half a unit of the last digit given, in decimal arithmetic: 0.285 is exactly between 0.28 and 0.29.
        # A whole number such as 1e4 is exact to its units, not to its power of ten.
        tolerance = Decimal(1).scaleb(min(reading.as_tuple().exponent, 0)) / 2
        if any(abs((v if number.negative else abs(v)) - reading) <= tolerance for v in known):
            return True
    return False


# ---------------------------------------------------------------- numbers in a text


def numbers_in(text):
    """Yield (Number, position) for every number in a text."""
    for match in NUMBER.finditer(text):
        digits = re.sub(COMMA, "", match["digits"]).replace("_", "") + (match["power"] or "")
        minus = bool(MINUS.search(text[: match.start()]))
        whole = ("-" if minus else "") + match["digits"] + (match["power"] or "") + (" %" if match["percent"] else "")
        yield Number(whole, Decimal(digits), minus, bool(match["percent"])), match.start()


def counts(number):
    """Tell whether a number is one that the rule is about: a decimal, or an integer of three digits or more."""
    digits = number.text.lstrip("-\u2212")
    return "." in digits or "e" in digits.lower() or len(re.match(r"[\d_]*", re.sub(COMMA, "", digits))[0]) >= 3


def known_values(nb):
    """Return every number in the code and the outputs of a notebook's cells, with its sign."""
    values = set()
    for cell in code_cells(nb):
        for text in [without_comments(cell.source), *(shown_text(*output) for output in output_texts(cell))]:
            # "10,20" may be a number with a separator or two numbers: what is computed counts either way.
            for reading in (text, text.replace(",", ", ")):
                values |= {-number.value if number.negative else number.value for number, _ in numbers_in(reading)}
    return values


def without_comments(source):
    """Blank out the comments of a cell: a number in a comment was typed, not computed."""
    lines = source.splitlines(keepends=True)
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                row, column = token.start
                lines[row - 1] = lines[row - 1][:column] + "\n"
    except (tokenize.TokenError, SyntaxError):  # a cell with a %magic or a !command is no Python
        pass
    return "".join(lines)


def shown_text(where, text):
    """Return what a reader sees of an output: of HTML and SVG, the text between the tags."""
    if where in ("text/html", "image/svg+xml"):
        text = re.sub(r"<(style|script)\b.*?</\1>|<!--.*?-->", " ", text, flags=re.DOTALL)
        # Tags go without leaving a gap inside a word, but two table cells or labels are two numbers.
        text = re.sub(r"</?(?:b|i|em|strong|span|tspan|sub|sup)\b[^>]*>", "", text)
        text = re.sub(r"<[^>]*>", " ", text)
    return text


# ---------------------------------------------------------------- numbers in prose

# What a reader doesn't read as a number, blanked out in this order.
NOT_PROSE = [
    re.compile(pattern, re.MULTILINE | re.DOTALL)
    for pattern in (
        r"<!--.*?-->",
        r"^[ \t]*(?:`{3,}|:{3,})\{(?:figure|image|include|literalinclude|bibliography|toctree|code[\w-]*)\}[^\n]*$",
        r"^[ \t]*:(?:name|label|width|height|scale|class|align|figclass|target|lineno-start|emphasize-lines):[^\n]*$",
        r"^\([\w:.-]+\)=[ \t]*$",  # the label of a section
        r"\{(?:cite[\w:]*|doc|ref|numref|eq|download)\}`(?:[^`<]*`|(?=[^`]*<))",  # roles: keys and labels
        r"<[A-Za-z/][^<>]*>",  # HTML tags, link targets of roles, <https://...>
        r"\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)",  # the target of a [link](...)
        r"^\[[^\]]+\]:\s*\S+",
        r"\b(?:https?://|www\.)\S+",
        r"\b(?:doi|DOI|arXiv):\s*\S+|\b10\.\d{4,}/\S+",
        r"&#?\w+;",
        r"(?<![\w.])v?\d+(?:\.\d+){2,}\w*",  # versions and addresses: 1.0.4.post1, 127.0.0.1
        r"\\[A-Za-z]+",  # LaTeX commands: \times100
    )
]
FENCE = re.compile(r"[ \t]*(`{3,}|~{3,}|:{3,})[ \t]*([^`\n]*)\n?")
CODE_DIRECTIVE = re.compile(r"\{(?:code|code-block|code-cell|math)\}")
CODE_OR_MATH = re.compile(
    r"(?P<ticks>`+)(?!`)(?:(?!\n\s*\n).)+?(?<!`)(?P=ticks)(?!`)|\$\$.+?\$\$|(?<![\\$])\$[^$\n]+\$", re.DOTALL
)
LINK_TEXT = re.compile(r"\[[^\]]*\](?=\()")
CITED_YEAR = re.compile(r"(?<=[( ])(?:18|19|20)\d\d[a-z]?(?=\)|[,;] [^()]*\))")


def prose_numbers(source):
    """Yield (Number, position) for the numbers in a Markdown cell that have to be founded."""
    years = {match.start() for match in CITED_YEAR.finditer(source) if in_parentheses(source, match.start())}
    years |= {
        link.start() + year.start()
        for link in LINK_TEXT.finditer(source)
        for year in re.finditer(r"\b(?:19|20)\d\d\b", link[0])
    }
    formal = formal_spans(source)
    for pattern in NOT_PROSE:
        source = pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), source)
    for start, end in formal:
        # In code and formulas a plain comma separates two numbers, as in (100,784), but hardly in 10,000.
        source = source[:start] + re.sub(r"(?<!\{)(?<!\\),(?=\d)(?!0\d\d)", "\n", source[start:end]) + source[end:]
    yield from ((n, position) for n, position in numbers_in(source) if counts(n) and position not in years)


def formal_spans(source):
    """Return (start, end) of every piece of code and of mathematics; directives such as notes hold prose."""
    spans, rest, open_fences, position = [], "", [], 0
    for line in source.splitlines(keepends=True):
        fence = FENCE.fullmatch(line)
        in_code = bool(open_fences) and open_fences[-1][1]
        closes = fence and not fence[2].strip() and open_fences and fence[1].startswith(open_fences[-1][0])
        opens = fence and not closes and not in_code and (fence[2].strip() or fence[1][0] != ":")
        if closes:
            open_fences.pop()
        elif opens:
            open_fences.append((fence[1], not fence[2].startswith("{") or bool(CODE_DIRECTIVE.match(fence[2]))))
        elif in_code:
            spans.append((position, position + len(line)))
        rest += line if not (fence or in_code) else re.sub(r"[^\n]", " ", line)
        position += len(line)
    return spans + [match.span() for match in CODE_OR_MATH.finditer(rest)]


def in_parentheses(source, position):
    opened = source.rfind("(", 0, position)
    return opened >= 0 and ")" not in source[opened:position] and "\n\n" not in source[opened:position]


def sentence_around(source, position):
    """Return the sentence that holds a position, on one line."""
    ends = [match.end() for match in re.finditer(r"[.!?:]\s+(?=[^a-z])|\n\s*\n|\n(?=[ \t]*(?:[-*|#]|\d+\.) )", source)]
    start = max((end for end in ends if end <= position), default=0)
    end = min((end for end in ends if end > position), default=len(source))
    return " ".join(source[start:end].split())
