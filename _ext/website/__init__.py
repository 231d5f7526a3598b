"""The website's one extension: chapters are plain Markdown, and here stands what the site makes of them.

Sphinx calls it at seven moments, all named in `setup`. A page that was read goes once through STEPS, in this order;
what a step does, its module tells.
"""

import os
import shutil
from pathlib import Path

from sphinx.transforms import SphinxTransform

from . import (
    boxes,
    buttons,
    captions,
    chapters,
    editions,
    epub,
    figures,
    formulas,
    labels,
    share,
    stored,
    terms,
    weight,
    word_index,
)

STEPS = [
    chapters.link,  # before the terms: what is a link already gets no second one
    terms.link,  # before the boxes: it tells by quotation marks what stands beside the text
    figures.label,  # before a covered answer is taken out of its cell
    boxes.cover_answers,  # before the quotations become boxes, by which it finds what they ask
    boxes.frame_quotations,
    boxes.frame_exercises,
    boxes.frame_facts,
    boxes.mark_chapter_number,
    boxes.mark_start,
    figures.unwrap,
    captions.number_figures,  # before equal names get numbers of their own
    labels.tell_apart,
    formulas.keep_together,  # after all that look for words in a row
]
NUMBERING = "sphinx_multitoc_numbering"  # comes with the table of contents, and numbers nothing here
DOI = "https://doi.org/"


def setup(app):
    app.add_config_value("terms_glossary", "chapters/appendix-glossary", "env")
    app.add_config_value("book_repository", "", "html")  # with "html", all pages are written anew when it changes
    app.add_config_value("book_branch", "main", "html")
    app.add_node(boxes.box, html=(boxes.open_box, boxes.close_box))
    app.add_node(boxes.answer, html=(boxes.open_answer, boxes.close_answer))
    app.add_directive("stored", stored.Stored)
    app.add_directive("path", stored.ChapterPath)
    app.add_html_math_renderer(
        "mathml", inline_renderers=(formulas.inline, None), block_renderers=(formulas.block, None)
    )

    app.add_builder(epub.Epub, override=True)
    app.connect("config-inited", begin)
    app.add_transform(Steps)
    app.add_post_transform(epub.StandStill)
    app.connect("missing-reference", resolve)
    app.connect("env-updated", chapters.pages_to_write)
    app.connect("env-updated", editions.pages_to_write)
    app.connect("html-page-context", complete, priority=900)  # after the theme, which adds its own until 501
    app.connect("build-finished", finish)
    app.connect("linkcheck-process-uri", ask_the_registry)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def unfinished(app):
    """The mark of a build that has begun. It stands beside the site's folder, and goes when the site is whole."""
    return Path(f"{app.outdir}.unfinished")


def begin(app, config):
    """Begin anew after a build that was interrupted: it leaves half-written files, and pages that no index knows."""
    buttons.read_setting(config)
    epub.settings(config)
    if unfinished(app).exists():
        shutil.rmtree(app.outdir, ignore_errors=True)
        shutil.rmtree(app.doctreedir, ignore_errors=True)
    for folder in (app.outdir, app.doctreedir):
        Path(folder).mkdir(parents=True, exist_ok=True)
    unfinished(app).touch()
    app.parallel = os.cpu_count() or 1  # Jupyter Book has no option for it
    if NUMBERING in app.extensions:
        app.extensions[NUMBERING].parallel_read_safe = True  # it doesn't say so, and keeps all pages from it


class Steps(SphinxTransform):
    """What is done to a page that was read: after quotes were made curly, before titles and index are collected."""

    default_priority = 800

    def apply(self, **kwargs):
        for step in STEPS:
            step(self.document, self.env)


def resolve(app, env, node, words):
    """Answer Sphinx's question where a link of ours leads, which is known when all pages have been read."""
    kinds = {"chapter": chapters.resolve, "glossary-term": terms.resolve}
    return kinds[node["reftype"]](app.builder, env, node, words) if node["reftype"] in kinds else None


def complete(app, page, template, context, tree):
    """Give a page's template what it shows, and take from it what it doesn't need."""
    if app.builder.name == "epub":
        epub.dress(context)
    else:
        buttons.add_buttons(app.config, page, context)
        weight.keep_what_is_used(context)
        share.summarize(context, tree)
        share.complete(app, page, context, tree)
        editions.offer(app, context)
    weight.replace_old_roles(context)
    labels.complete(context)
    if template == "genindex.html":
        word_index.fill(app, context)


def finish(app, problem):
    if problem:
        return
    if app.builder.name == "html":
        figures.copy_scripts(app)  # before: what their classes need isn't left out
        weight.lighten(Path(app.outdir))
        buttons.fill_notebooks(app)
        editions.copy(app)
        share.complete_index(app)
    unfinished(app).unlink()


def ask_the_registry(app, uri):
    """The link check asks doi.org whether it knows a DOI, instead of following it to publishers, who refuse robots."""
    return f"{DOI}api/handles/{uri.removeprefix(DOI)}" if uri.startswith(DOI) else None
