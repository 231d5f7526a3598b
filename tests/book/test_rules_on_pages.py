"""Where a chapter writes a layer, the package's is the same but for docstrings, comments and checks."""

import ast
import inspect
import json
import textwrap
from pathlib import Path

import pytest

from backprop import layers

CHAPTERS = Path(__file__).resolve().parents[2] / "chapters"
PAIRS = [  # chapter, class on the page, method, class in the package
    ("03", "OurMultiply", "forward", layers.Multiply),
    ("03", "OurMultiply", "backward", layers.Multiply),
    ("04", "OurReLU", "forward", layers.ReLU),
    ("04", "OurReLU", "backward", layers.ReLU),
    ("04", "StableSigmoid", "forward", layers.Sigmoid),
    ("04", "OurSigmoid", "backward", layers.Sigmoid),
    ("05", "OurTanh", "backward", layers.Tanh),
    ("05", "OurLeakyReLU", "forward", layers.LeakyReLU),
    ("05", "OurLeakyReLU", "backward", layers.LeakyReLU),
    ("05", "OurELU", "forward", layers.ELU),
    ("05", "OurELU", "backward", layers.ELU),
    ("05", "OurSiLU", "forward", layers.SiLU),
    ("05", "OurSiLU", "backward", layers.SiLU),
    ("05", "OurSoftmax", "backward", layers.Softmax),
    ("06", "OurAffine", "forward", layers.Affine),
    ("06", "OurAffine", "backward", layers.Affine),
]


def on_page(chapter, name, method):
    """The method of a class that a cell of the chapter defines."""
    (path,) = CHAPTERS.glob(f"{chapter}-*.ipynb")
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code" and f"class {name}" in "".join(cell["source"]):
            tree = ast.parse("".join(cell["source"]))
            made = next(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == name)
            return next(n for n in made.body if isinstance(n, ast.FunctionDef) and n.name == method)
    raise LookupError(f"chapter {chapter} has no class {name}")


def in_package(made, method):
    return ast.parse(textwrap.dedent(inspect.getsource(getattr(made, f"{method}_rule")))).body[0]


def rule(function):
    """What a method computes: without its docstring, and with the gradient that the flag may leave out."""
    body = [
        statement
        for statement in function.body
        if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
    ]
    for place, statement in enumerate(body):
        if isinstance(statement, ast.If) and ast.unparse(statement.test) == "self.needs_input_grad":
            body[place : place + 1] = statement.body
    return "\n".join(map(ast.unparse, body))


@pytest.mark.parametrize("chapter, name, method, made", PAIRS, ids=lambda value: getattr(value, "__name__", value))
def test_the_page_and_the_package_have_the_same_rule(chapter, name, method, made):
    assert rule(on_page(chapter, name, method)) == rule(in_package(made, method))


def definitions(source):
    """The functions and classes that a cell defines, by name, as code without comments."""
    made = (node for node in ast.parse(source).body if isinstance(node, (ast.FunctionDef, ast.ClassDef)))
    return {node.name: ast.unparse(node) for node in made}


def test_the_engine_of_chapter_14_is_what_its_stages_wrote():
    (path,) = CHAPTERS.glob("14-*.ipynb")
    stages = {}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["id"] == "whole-engine":
            break
        if cell["cell_type"] == "code":
            stages |= definitions("".join(cell["source"]))
    engine = definitions("".join(cell["source"]))
    assert len(engine) > 10
    assert engine == {name: stages[name] for name in engine}
