"""The buttons to run, download and edit a notebook and to the repository, from one setting: the repository's address.

It stands in _config.yml (`repository: url:`), or in the environment variable BACKPROP_REPOSITORY, which wins. If it is
empty, no page has such a button. If not, the notebooks that lie beside the pages get it too: their first cell installs
the package from there.
"""

import json
import os
import re
from pathlib import Path
from urllib.parse import quote, urlsplit

from sphinx.errors import ConfigError
from sphinx.util import logging

VARIABLE = "BACKPROP_REPOSITORY"
PUBLISHED = "gh-pages"  # the branch that the built site is pushed to; the notebooks in it know the address
# Where a notebook that is on GitHub can be run: label, what the button says, and its address. Colab takes the copy
# beside the page, which installs the package; the others take the whole repository, with .binder or .devcontainer.
RUN = [
    ("colab", "Colab", "https://colab.research.google.com/github{path}/blob/{published}/_sources/{file}"),
    ("binder", "Binder", "https://mybinder.org/v2/gh{path}/{ref}?labpath={query}"),
    ("codespaces", "Codespaces", "https://codespaces.new{path}/tree/{branch}?quickstart=1"),
]

ADDRESS = re.compile(r"https://[\w.-]+(:\d+)?(/\w[\w.~-]*){2,}", re.ASCII)
NOT_OURS = "https://github.com/executablebooks/jupyter-book"  # what Jupyter Book takes where _config.yml has no address

# A word in the host's name, and where such a host lets a file be edited. On other hosts there is no button for it.
EDITORS = {
    "github": "{address}/edit/{branch}/{file}",
    "gitlab": "{address}/-/edit/{branch}/{file}",
    "bitbucket": "{address}/src/{branch}/{file}?mode=edit",
    "gitea": "{address}/_edit/{branch}/{file}",
    "codeberg": "{address}/_edit/{branch}/{file}",
}

logger = logging.getLogger(__name__)


def normal(setting):
    """Return an address without the slash or the .git at its end; "" for an empty one.

    Raises
    ------
    ConfigError
        If it isn't one. It would give dead links on every page.
    """
    address = str(setting or "").strip().rstrip("/").removesuffix(".git")
    if address and not fits(address):
        raise ConfigError(
            f"The repository's address is {setting!r}. It should look like https://github.com/owner/name. "
            f"Mend the environment variable {VARIABLE}, or `repository: url:` in _config.yml. Empty means no buttons."
        )
    return address


def fits(address):
    # GitLab has folders in folders; on GitHub, more than owner and name is a page of the repository.
    return ADDRESS.fullmatch(address) and not (on_github(address) and urlsplit(address).path.count("/") > 2)


def host(address):
    return urlsplit(address).netloc.lower()


def on_github(address):
    return host(address) == "github.com"


def read_setting(config):
    options = config.html_theme_options
    address, branch = options.get("repository_url"), options.get("repository_branch")
    if address == NOT_OURS:
        address = branch = ""
    options["repository_url"] = ""  # the theme needs it no more, and would refuse hosts that it doesn't know
    config.book_repository = normal(os.environ.get(VARIABLE, address or "").strip())
    config.book_branch = branch or "main"


# ---------------------------------------------------------------- the buttons


def add_buttons(config, page, context):
    """Replace the theme's buttons by ours, most wanted first."""
    address = config.book_repository
    buttons = []
    suffix = context.get("page_source_suffix")  # pages that Sphinx makes up, such as the index, have none
    if address and suffix == ".ipynb":
        buttons += run_buttons(address, config.book_branch, page + suffix)
        file = quote(f"_sources/{context['sourcename']}")
        buttons.append(button("download", "Download", "Download this notebook", context["pathto"](file, 1)))
    if address and suffix:
        buttons += edit_button(address, config.book_branch, quote(page + suffix))
    if address:
        buttons.append(button("repository", "Repository", "The book's repository", address))
    context["header_buttons"] = buttons


def run_buttons(address, branch, file):
    if not on_github(address):
        return []
    parts = {
        "path": urlsplit(address).path,
        "published": PUBLISHED,
        "branch": quote(branch),
        "ref": quote(branch, safe=""),
        "file": quote(file),
        "query": quote(file, safe=""),
    }
    return [button(label, text, f"Open this notebook on {text}", form.format(**parts)) for label, text, form in RUN]


def edit_button(address, branch, file):
    form = next((form for word, form in EDITORS.items() if word in host(address)), None)
    if form is None:
        return []
    return [button("edit", "Edit", "Edit this page", form.format(address=address, branch=quote(branch), file=file))]


def button(label, text, tooltip, url):
    return {"label": label, "text": text, "tooltip": tooltip, "url": url}


# ---------------------------------------------------------------- the notebooks beside the pages


def filled(notebook, address):
    """Return the text of a notebook whose cell for Colab knows the address; all else stays as it is, to the byte.

    Raises
    ------
    ValueError
        If there isn't exactly one place for it.
    """
    empty, full = (in_json(f'os.environ.get("{VARIABLE}", {json.dumps(value)})') for value in ("", address))
    if notebook.count(empty) != 1:
        raise ValueError(f"{notebook.count(empty)} places for the address: run python tools/notebooks.py on it")
    return notebook.replace(empty, full)


def in_json(text):
    return json.dumps(text)[1:-1]


def fill_notebooks(app):
    """At the end, write the copies anew from the notebooks: so they are right whatever an earlier build left there."""
    address = app.config.book_repository
    for name in sorted(app.env.found_docs) if address else []:
        source, copy = Path(app.env.doc2path(name)), Path(app.outdir, "_sources", f"{name}.ipynb")
        if source.suffix == ".ipynb" and copy.is_file():
            try:
                copy.write_bytes(filled(source.read_bytes().decode(), address).encode())
            except ValueError as unfit:
                logger.warning("notebook with %s", unfit, location=name)
