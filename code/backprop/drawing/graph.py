"""From a computed Variable to the nodes and edges of a figure."""

from dataclasses import dataclass, field

import numpy as np

from ..operations.numbers import fit
from ..variable import Variable


@dataclass(eq=False)
class Node:
    """An input, an operation or the output of the graph."""

    kind: str  # "input", "operation" or "output"
    label: str = ""
    caption: str = ""  # an intermediate result's name, or the gradients of all uses added up
    depth: int = 0  # the longest way from an input, counted in operations
    incoming: list = field(default_factory=list)
    outgoing: list = field(default_factory=list)


@dataclass(eq=False)
class Edge:
    """A value on its way to an operation, and the gradient on its way back."""

    source: Node
    target: Node
    value: str
    gradient: str = ""


@dataclass
class Graph:
    nodes: list
    edges: list
    title: str
    sentences: list  # the figure in words


def number_text(value):
    """A number as a figure shows it: 3.3000000000000003 is 3.3, an array is its shape."""
    if np.ndim(value):
        return str(np.shape(value)).replace(",)", ",)")
    text = f"{float(value):.6g}"
    return "0" if text == "-0" else text.replace("-", "−")


def graph_of(output, gradients=True):
    """Read the record of a Variable: a node for each input and operation, an edge for each use of a value."""
    order = output.topological_order()
    with_gradients = gradients and output.grad is not None
    uses = {id(variable): 0 for variable in order}
    for variable in order:
        for source in variable.inputs:
            if type(source) is Variable:
                uses[id(source)] += 1

    nodes, edges, sentences = {}, [], []
    for variable in order:
        node = nodes[id(variable)] = _node(variable, is_output=variable is output)
        if with_gradients and uses[id(variable)] > 1:
            node.caption = f"{node.caption} Σ {number_text(variable.grad)}".strip()
        if variable.operation is None:
            continue
        returned = variable.operation.gradients(variable.grad) if with_gradients else variable.inputs
        for source, gradient in zip(variable.inputs, returned):
            if type(source) is Variable:
                origin = nodes[id(source)]
                text = number_text(fit(gradient, source.data)) if with_gradients else ""
                edges.append(_connect(Edge(origin, node, number_text(source.data), text)))
                node.depth = max(node.depth, origin.depth + 1)
        sentences.append(_sentence(variable, node))

    last = nodes[id(output)]
    end = Node("output", output.name or "", depth=last.depth + 1)
    gradient = number_text(output.grad) if with_gradients else ""
    if last.kind == "operation":
        edges.append(_connect(Edge(last, end, number_text(output.data), gradient)))
    title = f"Computation graph of {output.name or 'the result'} = {number_text(output.data)}"
    return Graph([*nodes.values(), *([end] if last.kind == "operation" else [])], edges, title, sentences)


def _connect(edge):
    edge.source.outgoing.append(edge)
    edge.target.incoming.append(edge)
    return edge


def _node(variable, is_output):
    if variable.operation is None:
        return Node("input", variable.name or "")
    return Node("operation", _symbol(variable), "" if is_output else variable.name or "")


def _symbol(variable):
    """The operation's sign; a constant of the formula stands inside the node: × 2."""
    symbol = variable.operation.symbol
    if len(variable.inputs) == 2:
        left, right = variable.inputs
        if type(left) is not Variable:
            return f"{number_text(left)} {symbol}"
        if type(right) is not Variable:
            return f"{symbol} {number_text(right)}"
    return symbol


def _sentence(variable, node):
    takes = " and ".join(_called(edge) for edge in node.incoming)
    sentence = f"{node.label} takes {takes} and gives {number_text(variable.data)}"
    if node.incoming and node.incoming[0].gradient:
        handed = " and ".join(edge.gradient for edge in node.incoming)
        sentence += f"; backward it gets {number_text(variable.grad)} and hands back {handed}"
    return sentence + "."


def _called(edge):
    return f"{edge.source.label} {edge.value}" if edge.source.kind == "input" else edge.value
