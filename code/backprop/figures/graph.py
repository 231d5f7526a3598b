"""From a trace to the nodes, edges and steps of a figure."""

from dataclasses import dataclass, field
from typing import Any

from .sentences import backward_sentence, forward_sentence, number_text
from .trace import Made, trace_of


@dataclass(eq=False)
class Node:
    """An input, an operation or the output of the graph."""

    kind: str  # "input", "operation" or "output"
    label: str = ""
    caption: str = ""  # an intermediate result's name, or a layer's parameters
    total: str = ""  # the gradients of several uses, added up
    depth: int = 0  # the longest way from an input, counted in operations
    incoming: list = field(default_factory=list)
    outgoing: list = field(default_factory=list)
    made: Any = None
    steps: tuple = ()  # the steps at which something happens here: forward, backward
    total_step: int = 0


@dataclass(eq=False)
class Edge:
    """A value on its way to an operation, and the gradient on its way back."""

    source: Node
    target: Node
    value: str
    gradient: str = ""
    strong: bool = False
    value_step: int = 0  # from which step on the value stands above the arrow
    gradient_step: int = 0


@dataclass
class Graph:
    nodes: list
    edges: list
    title: str
    sentences: list  # the figure in words
    steps: list = field(default_factory=list)  # a sentence for each step


def graph_of(subject, gradients=True, values=True, local=False, names=True, highlight=()):
    """The figure of a Variable, a layer, a loss or a network: what stands where is the layout's affair."""
    trace = trace_of(subject, gradients)
    nodes, edges = {}, []
    for made in trace:
        node = nodes[id(made)] = _node(made, names, last=made is trace[-1])
        for position, source in enumerate(made.sources):
            if isinstance(source, Made):
                origin = nodes[id(source)]
                gradient = _gradient_text(made, position, local)
                edges.append(_connect(Edge(origin, node, number_text(source.value) if values else "", gradient)))
                node.depth = max(node.depth, origin.depth + 1)
    output, last = trace[-1], nodes[id(trace[-1])]
    end = Node("output", output.name if names and output.operation else "", depth=last.depth + 1)
    gradient = "" if output.gradient is None else number_text(output.gradient)
    edges.append(_connect(Edge(last, end, number_text(output.value) if values else "", gradient)))
    for node in nodes.values():
        if node.made.gradient is not None and len(node.outgoing) > 1:
            node.total = f"Σ {number_text(node.made.gradient)}"
    _mark_paths(list(nodes.values()), highlight)

    title = f"Computation graph of {output.name or 'the result'} = {number_text(output.value)}"
    if gradients and output.gradient is None:
        title += ", not yet run backward"
    graph = Graph([*nodes.values(), end], edges, title, [])
    graph.sentences = [_summary(made, nodes[id(made)]) for made in trace if made.operation]
    _add_steps(graph, trace, nodes, end)
    return graph


def _connect(edge):
    edge.source.outgoing.append(edge)
    edge.target.incoming.append(edge)
    return edge


def _node(made, names, last):
    if made.operation is None:
        return Node("input", made.name if names else "", made=made)
    caption = made.note or (made.name if names and not last else "")
    return Node("operation", _symbol(made), caption, made=made)


def _symbol(made):
    """The operation's sign; a constant of the formula stands inside the node: × 2."""
    symbol = made.operation.symbol
    if len(made.sources) == 2:
        left, right = made.sources
        if not isinstance(left, Made):
            return f"{number_text(left)} {symbol}"
        if not isinstance(right, Made):
            return f"{symbol} {number_text(right)}"
    return symbol


def _gradient_text(made, position, local):
    """2.2, or with local derivatives 1.1 · 2 = 2.2: upstream, local, and what is handed on."""
    handed = made.handed[position]
    if handed is None:
        return ""
    text = number_text(handed)
    derivative = made.local_derivative(position) if local else None
    return text if derivative is None else f"{number_text(made.gradient)} · {number_text(derivative)} = {text}"


def _mark_paths(nodes, highlight):
    """Make strong every edge on a way from one of the highlighted variables to the output."""
    wanted = highlight if isinstance(highlight, (list, tuple, set)) else [highlight]
    node_of = {id(node.made.variable): node for node in nodes if node.made.variable is not None}
    if any(id(variable) not in node_of for variable in wanted):
        raise ValueError("highlight expected Variables of this graph, got one that it does not hold")
    reached = {node_of[id(variable)] for variable in wanted}
    for node in nodes:
        for edge in node.outgoing:
            if node in reached:
                edge.strong = True
                reached.add(edge.target)


def _summary(made, node):
    takes = " and ".join(
        f"{edge.source.label} {number_text(edge.source.made.value)}".strip()
        if edge.source.kind == "input" else number_text(edge.source.made.value)
        for edge in node.incoming
    )  # fmt: skip
    sentence = f"{node.label} takes {takes} and gives {number_text(made.value)}"
    if made.gradient is not None:
        handed = " and ".join(number_text(part) for part in made.handed if part is not None)
        sentence += f"; backward it gets {number_text(made.gradient)} and hands back {handed}"
    return sentence + "."


def _add_steps(graph, trace, nodes, end):
    """One step for each operation forward, one for where the walk back begins, one for each backward."""
    operations = [made for made in trace if made.operation]
    output = trace[-1]
    inputs = [node for node in graph.nodes if node.kind == "input"]
    graph.steps = [_start_sentence(inputs)]
    for made in operations:
        node = nodes[id(made)]
        node.steps = (len(graph.steps),)
        for edge in node.outgoing:
            edge.value_step = len(graph.steps)
        graph.steps.append(forward_sentence(made, node.label))
    if output.gradient is None:
        return
    end.incoming[0].gradient_step = len(graph.steps)
    end.steps = (len(graph.steps),)
    graph.steps.append(f"The way back begins at {output.name or 'the result'} with {number_text(output.gradient)}.")
    for made in reversed(operations):
        node = nodes[id(made)]
        step = len(graph.steps)
        node.steps += (step,)
        for edge in node.incoming:
            edge.gradient_step = edge.source.total_step = step
        graph.steps.append(backward_sentence(made, node.label, len(node.outgoing)))
    for node in inputs:
        if node.total:
            uses = f"{len(node.outgoing)} uses of {node.label or 'one input'}"
            total = number_text(node.made.gradient)
            graph.steps[node.total_step] += f" The gradients from the {uses} add up to {total}."


def _start_sentence(inputs):
    named = [f"{node.label} = {number_text(node.made.value)}" for node in inputs if node.label]
    return f"The inputs: {', '.join(named)}." if named else "The inputs stand on the left."
