"""Links "chapter 3" and "chapters 4 to 7" in the prose to these chapters, whose titles show when the mouse rests there.

A chapter is a page with a number in its file name: chapters/03-backward-through-a-node is chapter 3. Chapters "of"
something, as in "chapter 6 of their book", are left alone.
"""

import re
from pathlib import PurePosixPath

from docutils import nodes
from sphinx import addnodes
from sphinx.util import logging
from sphinx.util.nodes import make_refnode

from .prose import prose, put_links

NUMBERED_PAGE = re.compile(r"(\d+)-")
NUMBER = r"\d+(?![\w%]|[.,]\d)"
AND = r"(?:,?\s+(?:and|or|to|then)\s+|,\s+|\s*[–-]\s*)"
MENTION = re.compile(rf"\b(?:[Cc]hapters\s+{NUMBER}(?:{AND}{NUMBER})*+|[Cc]hapter\s+{NUMBER})(?!\s+of\b)")
WORDED_NUMBER = re.compile(r"(?:[Cc]hapters?\s+)?\d+")  # the first number of a mention takes the word along

logger = logging.getLogger(__name__)


def number_of(page):
    found = NUMBERED_PAGE.match(PurePosixPath(page).name)
    return int(found[1]) if found else None


def link(document, env):
    put_links(
        (text, mention.start() + found.start(), mention.start() + found.end(), [reference(found[0], text, env.docname)])
        for text, _ in prose(document)
        for mention in MENTION.finditer(text)
        for found in WORDED_NUMBER.finditer(mention[0])
        if last_number(found[0]) != number_of(env.docname)
    )


def reference(words, text, page):
    # What the chapter is called is known when all pages have been read: see `resolve`.
    link = addnodes.pending_xref(
        "", nodes.Text(words), refdoc=page, reftype="chapter", reftarget=str(last_number(words))
    )
    link.source, link.line = text.parent.source, text.parent.line
    return link


def last_number(words):
    return int(words.split()[-1])


def resolve(builder, env, node, words):
    pages = [page for page in env.found_docs if number_of(page) == int(node["reftarget"])]
    if len(pages) != 1:
        logger.warning("%s: %s pages have this number", words.astext(), len(pages) or "no", location=node)
        return words
    link = make_refnode(builder, node["refdoc"], pages[0], None, words, env.titles[pages[0]].astext())
    link["classes"].append("chapter")
    return link


def pages_to_write(app, env):
    """A chapter's title stands in the menu of each page and in links on many: if one changes, write all anew."""
    titles = {page: title.astext() for page, title in env.titles.items()}
    before, env.chapter_titles = getattr(env, "chapter_titles", titles), titles
    return sorted(titles) if before != titles else []
