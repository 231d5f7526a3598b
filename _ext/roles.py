"""Replaces roles that browsers no longer know: an entry of the bibliography is an item of its list."""

DEPRECATED = {'role="doc-biblioentry"': 'role="listitem"'}


def setup(app):
    app.connect("html-page-context", replace)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def replace(app, page, template, context, tree):
    for old, new in DEPRECATED.items():
        if old in context.get("body", ""):
            context["body"] = context["body"].replace(old, new)
