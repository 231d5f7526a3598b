"""Links each page's first mention of a glossary term to the glossary, and enters the place in the index.

The glossary is read from its source, so that links can be made while other pages are read; if it changes, they are
read again. On the page that introduces a term (the last link of its definition says which), the words in bold are
the ones that are linked, and stand in the index as the main place.
"""

import posixpath
import re
from pathlib import Path
from typing import NamedTuple

from docutils import nodes
from sphinx import addnodes
from sphinx.util import logging

from . import term_words
from .glossary import Term, load
from .prose import ancestors, prose, put_links

# Pages that only list what stands on others need no links to what it means.
WITHOUT_TERMS = {"genindex", "bibliography", "glossary", "sources"}
FACTS = ("You will be able to", "It builds on", "It takes")  # how the head of a chapter begins its paragraphs

logger = logging.getLogger(__name__)

BOLD, ITALIC, TEXT, BESIDE = range(4)  # where a mention stands, from the best place for a link to the last


class Mention(NamedTuple):
    name: str
    term: Term
    text: nodes.Text
    start: int
    end: int
    rank: int

    @property
    def defines(self):
        return self.rank in (BOLD, ITALIC)


def page_name(page):
    """Return the short name of a page in term_words: "03" for chapters, "notation" for appendix-notation."""
    name = posixpath.basename(page).removeprefix("appendix-")
    return name[:2] if re.match(r"\d\d-", name) else name


def may_be_linked(name, term, page):
    short = page_name(page)
    if name in term_words.ELSEWHERE and page != term.page:
        return short in term_words.ELSEWHERE[name]
    return short not in term_words.NOT_ON.get(name, [])


def mentions(document, glossary, page):
    """Yield every mention of a term that may be linked on a page."""
    for text, apart in prose(document):
        for name, term, start, end in glossary.find(text):
            if page == term.page and isinstance(text.parent, (nodes.strong, nodes.emphasis)):
                rank = BOLD if isinstance(text.parent, nodes.strong) else ITALIC
            elif isinstance(text.parent, nodes.strong) and text.rstrip(".:") != text[start:end]:
                continue  # a label, such as **Mend the bias.**
            else:
                rank = BESIDE if apart or beside_the_text(text) else TEXT
            if may_be_linked(name, term, page):
                yield Mention(name, term, text, start, end, rank)


def beside_the_text(text):
    """Tell whether a text stands in a table, in a quotation, or in the facts at the head of a chapter."""
    for above in ancestors(text):
        if isinstance(above, (nodes.entry, nodes.block_quote)):
            return True
        if isinstance(above, nodes.paragraph) and above.astext().startswith(FACTS):
            return True
    return False


def chosen(found):
    """Choose the mentions to be linked: of each term the best one, the earliest among equals.

    If a term has several names, each may be defined, in bold.
    """
    best = {}
    for mention in found:
        place = mention.name if mention.defines else mention.term
        if place not in best or mention.rank < best[place].rank:
            best[place] = mention
    defined = {mention.term for mention in best.values() if mention.defines}
    return [mention for mention in best.values() if mention.defines or mention.term not in defined]


def link(document, env):
    page, glossary_page = env.docname, env.config.terms_glossary
    path = Path(env.doc2path(glossary_page))
    if not path.is_file():
        return
    glossary = load(str(path), glossary_page, path.stat().st_mtime_ns)
    if page == glossary_page:
        check(glossary.terms, env)
    if page == env.config.root_doc or page_name(page) in WITHOUT_TERMS:
        return
    for file in (str(path), term_words.__file__):
        env.note_dependency(file)
    best = chosen(mentions(document, glossary, page))
    linked = {mention.name for mention in best}
    put_links((mention.text, mention.start, mention.end, reference(mention, linked, page)) for mention in best)


def reference(mention, linked, page):
    """Return the nodes for a mention: its entries in the index, and a reference to the glossary."""
    # Other names of the term share the entry, unless they have a link of their own on the page.
    names = [name for name in mention.term.names if name == mention.name or name not in linked]
    place = nodes.make_id(f"term-{mention.name}")
    main = "main" if page == mention.term.page else ""
    index = addnodes.index(entries=[("single", name, place, main, None) for name in names])
    words = nodes.Text(mention.text[mention.start : mention.end])
    reference = addnodes.pending_xref(
        "", words, refdoc=page, reftype="glossary-term", reftarget=mention.name, title=mention.term.definition,
        anchor=place, kind=["term", "definition"] if mention.defines else ["term"],
    )  # fmt: skip
    return [index, reference]


def check(terms, env):
    for term in terms:
        if term.page not in env.found_docs:
            logger.warning(
                "glossary: %s: the definition should end with a link to the page that introduces it, "
                "such as [Chapter 3](03-backward-through-a-node.ipynb).", term.names[0], location=env.docname
            )  # fmt: skip


def resolve(builder, env, node, words):
    domain = env.get_domain("std")
    found = domain.resolve_xref(env, node["refdoc"], builder, "term", node["reftarget"], node, words)
    if found is not None:
        found["ids"], found["classes"], found["reftitle"] = [node["anchor"]], node["kind"], node["title"]
    return found
