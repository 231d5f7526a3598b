"""Figures of one name are numbered, and cells and tables say what they are."""

from docutils import nodes
from website import labels

IMAGE = '<svg class="backprop-graph" role="img" aria-label="{}"></svg>'


def page(*outputs):
    """A page as it was read, with these outputs of cells."""
    return nodes.section("", *(nodes.raw("", f'<div class="bp-graph">{html}</div>', format="html") for html in outputs))


def names(tree):
    labels.tell_apart(tree, None)
    return [[name for _, name in labels.FIGURE.findall(raw.astext())] for raw in tree.findall(nodes.raw)]


def test_the_second_of_a_name_is_number_2():
    graph = "Computation graph of total"
    told = f"{graph} = 1.5. + takes 1 and 0.5 and gives 1.5."
    tree = page(
        IMAGE.format(graph), IMAGE.format(told), IMAGE.format(graph), IMAGE.format("Another"), IMAGE.format(told)
    )
    assert names(tree) == [
        [graph], [told], [f"{graph}, number 2"], ["Another"],
        [f"{graph} = 1.5, number 2. + takes 1 and 0.5 and gives 1.5."],
    ]  # fmt: skip  # a name for each


def test_both_forms_of_a_figure_have_one_name():
    wide_and_narrow = IMAGE.format("y") * 2
    assert names(page(wide_and_narrow, wide_and_narrow)) == [["y", "y"], ["y, number 2", "y, number 2"]]


def test_other_outputs_stay_as_they_are():
    tree = nodes.section("", *(nodes.raw("", IMAGE.format("y"), format="html") for _ in range(2)))
    assert names(tree) == [["y"], ["y"]]


def test_what_libraries_leave_unlabeled():
    context = {"body": "".join(labels.BETTER)}
    labels.complete(context)
    assert context["body"] == "".join(labels.BETTER.values())
    labels.complete(empty := {})
    assert empty == {}


def test_on_the_site(build):
    """Their words are still what the libraries write: every cell of a page is labeled."""
    page = (build[0] / "chapters" / "01-computation-graphs.html").read_text(encoding="utf-8")
    assert page.count('role="group" aria-label="code"') > 10 and page.count('role="group" aria-label="output"') > 10
    assert page.count("cell_input docutils container") == page.count('role="group" aria-label="code"')
    assert not [written for written in labels.BETTER if written in page]
