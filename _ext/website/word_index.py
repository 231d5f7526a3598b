"""What the template of the index shows: each word of the glossary, and the pages that use it."""

import re
from typing import NamedTuple


class Place(NamedTuple):
    number: str  # of a chapter; an appendix has none
    title: str
    address: str
    main: bool


def fill(app, context):
    """Put [(letter, [(word, address in the glossary, [Place])])] into the context of the index."""
    glossary = app.config.terms_glossary
    pages = {app.builder.get_relative_uri("genindex", name): name for name in app.env.found_docs}
    context["glossary_page"] = glossary
    context["letters"] = []
    for letter, entries in context["genindexentries"]:
        words = []
        for word, (links, _, _) in entries:
            found = {pages[address.partition("#")[0]]: (address, bool(main)) for main, address in links}
            entry, _ = found.pop(glossary, (None, None))
            words.append((word, entry, [place(app.env, name, *found[name]) for name in sorted(found)]))
        context["letters"].append((letter, words))
    keep_in_search(app.env)


def place(env, page, address, main):
    title = env.titles[page].astext()
    number = re.match(r"\d+(?= )", title)
    return Place(number[0] if number else "", title, address, main)


def keep_in_search(env):
    """Give the search all words of the index: Sphinx forgets those of pages that it doesn't write anew."""
    entries = sorted(env.get_domain("index").entries.items())
    words = {page: sorted((word, place, main) for _, word, place, main, _ in found) for page, found in entries}
    known = env._search_index_index_entries  # it has no public name
    known.clear()
    known.update(words)
