"""Reads the glossary: its terms, what their links show as a title, and how they look in a sentence."""

import html
import posixpath
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from . import term_words

BLOCK = re.compile(r"^:::\{glossary\}\n(.*?)^:::$", re.MULTILINE | re.DOTALL)
ENTRY = re.compile(r"((?:^\S.*\n)+)((?:^(?:[ \t].*)?\n)+)", re.MULTILINE)
INTRODUCED = re.compile(r"\s*\[[^]]+\]\(([\w./-]+)\.(?:ipynb|md)\)\.?$")
LONGEST_TITLE = 160


class Term(NamedTuple):
    """An entry of the glossary: its names, what it says in plain text, and the page that introduces it."""

    names: tuple[str, ...]
    definition: str
    page: str | None


def read_glossary(source, page):
    """Return the terms of a glossary in MyST: names at the margin, one a line, and the definition below, indented."""
    terms = []
    for names, body in ENTRY.findall("".join(BLOCK.findall(source))):
        body = " ".join(body.split())
        home = INTRODUCED.search(body)
        home = home and posixpath.normpath(posixpath.join(posixpath.dirname(page), home[1]))
        terms.append(Term(tuple(names.splitlines()), shortened(plain(INTRODUCED.sub("", body))), home))
    return terms


def plain(markdown):
    """Return a definition as the title of a link shows it: no formula, no code, no emphasis."""
    text = re.sub(r"\$(.+?)\$", lambda formula: plain_formula(formula[1]), markdown.strip())
    return re.sub(r"\[([^]]+)\]\([^)]*\)", r"\1", text).replace("`", "").replace("*", "")


def plain_formula(tex):
    def word(command):
        character = html.unescape(f"&{command[1]};")  # &lambda; is a letter; &ln; is not known
        return command[1] if character.startswith("&") else character

    tex = tex.replace(r"\cdot", "·").replace("^2", "²").replace("-", "\N{MINUS SIGN}")
    return re.sub(r"\\([a-zA-Z]+)", word, tex).replace("{", "(").replace("}", ")")


def shortened(text):
    """Keep as many whole sentences as make a short title, and the first in any case."""
    first, *more = re.split(r"(?<=[.!?])\s+(?=[A-Z])", text)
    for sentence in more:
        if len(first) + len(sentence) > LONGEST_TITLE:
            break
        first += " " + sentence
    return first


def forms(name):
    """Return how a name may stand in a sentence."""
    if re.search("[^aeiou]y$", name):
        plural = name[:-1] + "ies"
    else:
        plural = name + ("es" if re.search("(s|x|ch|sh)$", name) else "s")
    return [name, plural, *term_words.FORMS.get(name, [])]


def key(words):
    """Return words as they are looked up: in small letters, with single spaces and straight quotes."""
    return " ".join(words.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())


class Glossary:
    """The terms of a glossary, to be found in text."""

    def __init__(self, terms):
        self.terms = terms
        self.names = {key(form): (name, term) for term in terms for name in term.names for form in forms(name)}
        words = "|".join(re.escape(form) for form in sorted(self.names, key=len, reverse=True))  # longest first
        words = words.replace(r"\ ", r"\s+").replace("'", "['\N{RIGHT SINGLE QUOTATION MARK}]")
        self.pattern = re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE)

    def find(self, text):
        """Yield (name, term, start, end) for each term in a text. What is part of a longer term doesn't count."""
        for found in self.pattern.finditer(text):
            yield *self.names[key(found[0])], found.start(), found.end()


@cache
def load(path, page, changed):
    """Read a glossary once for all pages; changed is the time of its last change."""
    return Glossary(read_glossary(Path(path).read_text(encoding="utf-8"), page))
