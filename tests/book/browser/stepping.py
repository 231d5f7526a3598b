"""Figures that are stepped through: what can be read in one on a page, and what should be, from the package.

The cells of a chapter are run, and the graphs that they step through kept.
"""

import json

from notebooks import ROOT

import backprop
from backprop.figures.graph import graph_of
from backprop.figures.trace import opened as opened_into_parts

CHAPTERS = ["01-computation-graphs", "02-chain-rule", "03-backward-through-a-node"]

# What is to be seen of a figure. Texts that CSS hides are left out; what a closed fold hides has no rectangles.
READ = """figure => {
  const style = element => getComputedStyle(element)
  const seen = element => style(element).visibility == 'visible' && element.getClientRects().length > 0
  const texts = selector => [...figure.querySelectorAll(selector)].filter(seen).map(element => element.textContent)
  const radios = [...figure.querySelectorAll('input')]
  return {
    sentences: texts('.bp-say p'),
    numbers: texts('.bp-value, .bp-gradient, .bp-caption tspan[class]'),
    marked: [...figure.querySelectorAll('.bp-node')].filter(seen)
      .map((node, i) => style(node).strokeWidth == '3.5px' ? i : -1).filter(i => i >= 0),
    chosen: radios.findIndex(radio => radio.checked),
    controls: [...figure.querySelectorAll('button, input')].filter(seen).length,
  }
}"""


def numbers_at(graph, step):
    """What can be read in a figure after so many steps: values, gradients, and the sums of several uses."""
    for edge in graph.edges:
        yield from [edge.value] * (edge.value_step <= step)
        yield from [edge.gradient] * bool(edge.gradient and edge.gradient_step <= step)
    yield from (f"Σ {node.total}" for node in graph.nodes if node.total and node.total_step <= step)


def expected(graph, step):
    operations = [node for node in graph.nodes if node.kind == "operation"]
    return {
        "sentences": [f"Step {step} of {len(graph.steps) - 1}. {graph.steps[step]}"],
        "numbers": list(numbers_at(graph, step)),
        "marked": [index for index, node in enumerate(operations) if step in node.steps],
        "chosen": step,
        "controls": len(graph.steps) + 4,
    }


def figures_of(page):
    """The figures of a page, those that Predict boxes cover among them."""
    page.evaluate("document.querySelectorAll('.bp-reveal').forEach(button => button.click())")
    return page.locator("form.bp-steps").all()


def press(figure, button):
    figure.get_by_role("button", name=button, exact=True).click(
        force=True
    )  # also where it says that it leads no further


def graphs_of(chapter, patch):
    """Compute the graphs that a chapter steps through afresh, by its own cells."""
    notebook = json.loads((ROOT / "chapters" / f"{chapter}.ipynb").read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    graphs, names = [], {"__name__": "__main__"}

    def step_through(subject, *, local=False, opened=False):
        graphs.append(graph_of(opened_into_parts(subject)[0] if opened else subject, local=local))

    patch.setattr(backprop, "step_through", step_through)
    for cell in cells:
        if not {"exercise", "solution"} & set(cell["metadata"].get("tags", [])):
            exec("".join(cell["source"]), names)
    return graphs
