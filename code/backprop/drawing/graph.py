"""From a computed Variable to the nodes and edges of a figure."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from ..variable import Variable, walk_back


@dataclass(eq=False)
class Node:
    """An input, an operation or the output of the graph."""

    kind: str  # "input", "operation" or "output"
    label: str = ""
    caption: str = ""  # an intermediate result's name
    total: str = ""  # the gradients of several uses, added up
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
        return str(np.shape(value))
    text = f"{float(value):.6g}"
    return "0" if text == "-0" else text.replace("-", "−")


def graph_of(output, gradients=True):
    """Read the record of a Variable: a node for each input and operation, an edge for each use of a value."""
    order = output.topological_order()
    # The gradients of a walk of its own: those stored in the variables may come from several walks.
    walk = walk_back(output, output.grad) if gradients and output.grad is not None else ()
    back = {id(variable): (gradient, handed) for variable, gradient, handed in walk}
    uses = Counter(id(source) for variable in order for source in variable.inputs)

    nodes, edges, sentences = {}, [], []
    for variable in order:
        node = nodes[id(variable)] = _node(variable, is_output=variable is output)
        gradient, handed = back.get(id(variable), (None, [None] * len(variable.inputs)))
        if gradient is not None and uses[id(variable)] > 1:
            node.total = f"Σ {number_text(gradient)}"
        for source, part in zip(variable.inputs, handed):
            if type(source) is Variable:
                origin = nodes[id(source)]
                edges.append(_connect(Edge(origin, node, number_text(source.data), _text_or_nothing(part))))
                node.depth = max(node.depth, origin.depth + 1)
        if variable.operation is not None:
            sentences.append(_sentence(variable, node, gradient))

    last = nodes[id(output)]
    end = Node("output", "" if last.kind == "input" else output.name or "", depth=last.depth + 1)
    seed = back[id(output)][0] if back else None
    edges.append(_connect(Edge(last, end, number_text(output.data), _text_or_nothing(seed))))
    title = f"Computation graph of {output.name or 'the result'} = {number_text(output.data)}"
    return Graph([*nodes.values(), end], edges, title, sentences)


def _text_or_nothing(value):
    return "" if value is None else number_text(value)


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


def _sentence(variable, node, gradient):
    takes = " and ".join(_called(edge) for edge in node.incoming)
    sentence = f"{node.label} takes {takes} and gives {number_text(variable.data)}"
    if gradient is not None:
        handed = " and ".join(edge.gradient for edge in node.incoming)
        sentence += f"; backward it gets {number_text(gradient)} and hands back {handed}"
    return sentence + "."


def _called(edge):
    return f"{edge.source.label} {edge.value}" if edge.source.kind == "input" else edge.value
