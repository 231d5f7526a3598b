"""Run teachers' notebooks in this process, without kernels, and tell what their check cells say.

Each check cell runs twice: after the stub alone, and after the solution.
Usage: python run_cells.py NOTEBOOK... prints JSON: {path: {cell id: {version: [score, printed text]}}}
"""

import ast
import contextlib
import io
import json
import re
import sys
import traceback
import warnings
from pathlib import Path

SOLUTION = r"### BEGIN SOLUTION.*?### END SOLUTION"


def run(cell, namespace):
    """Run a cell; return the value of its last expression."""
    tree = ast.parse(cell["source"])
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, cell["id"], "exec"), namespace)
    return eval(compile(ast.Expression(last.value), cell["id"], "eval"), namespace) if last else None


def attempt(cell, namespace):
    """Run a cell; return its value, or a traceback, and what it printed."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        try:
            value = run(cell, namespace)
        except Exception:
            value = traceback.format_exc()
    return value, printed.getvalue()


def verdicts(path):
    namespace, said, answer = {"__name__": "__main__"}, {}, None
    for cell in json.loads(Path(path).read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        cell["source"] = "".join(cell["source"])
        role = cell["metadata"]["nbgrader"]
        if role["solution"]:
            answer = cell
        elif role["grade"]:
            stub = {**answer, "source": re.sub(SOLUTION, "", answer["source"], flags=re.DOTALL)}
            said[cell["id"]] = {}
            for version, given in (("untouched", stub), ("solved", answer)):
                attempt(given, namespace)
                said[cell["id"]][version] = attempt(cell, namespace)
        else:
            value, printed = attempt(cell, namespace)
            if "Traceback" in str(value):
                said[cell["id"]] = {"untouched": [value, printed], "solved": [value, printed]}
    return said


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    import matplotlib

    matplotlib.use("Agg")
    print(json.dumps({path: verdicts(path) for path in sys.argv[1:]}))
