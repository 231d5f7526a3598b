"""Run a teacher's notebook in this process, without a kernel, and tell what its check cells say."""

import ast
import contextlib
import io
import re
import traceback
import warnings

SOLUTION = r"### BEGIN SOLUTION.*?### END SOLUTION"


def run(cell, source, namespace):
    """Run a cell; return its value, or a traceback, and what it printed."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(source)
            last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, cell.id, "exec"), namespace)
            value = eval(compile(ast.Expression(last.value), cell.id, "eval"), namespace) if last else None
        except Exception:
            value = traceback.format_exc()
    return value, printed.getvalue()


def verdicts(nb):
    """What each check cell says, after the stub and after the solution.

    Returns {"untouched" or "solved": {cell id: (score, printed text)}}.
    """
    namespace, answer = {"__name__": "__main__"}, None
    said = {"untouched": {}, "solved": {}}
    for cell in (cell for cell in nb.cells if cell.cell_type == "code"):
        if cell.metadata.nbgrader.solution:
            answer = cell
        elif cell.metadata.nbgrader.grade:
            sources = {"untouched": re.sub(SOLUTION, "", answer.source, flags=re.DOTALL), "solved": answer.source}
            for version, source in sources.items():
                run(answer, source, namespace)
                said[version][cell.id] = run(cell, cell.source, namespace)
        else:
            value, _ = run(cell, cell.source, namespace)
            assert "Traceback" not in str(value), value
    return said
