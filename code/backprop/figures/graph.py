"""From a trace to the nodes, edges and steps of a figure."""

from dataclasses import dataclass, field
from functools import partial
from typing import Any

from .sentences import backward_sentence, forward_sentence, number_text
from .trace import Entry, trace_of

INFIX = {"+", "−", "×", "/", "**", "@"}
LONGEST = 40  # letters of a formula in a caption
MOST_NAMES = 4


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
    entry: Any = None
    steps: tuple = ()  # the steps at which something happens here: forward, backward
    total_step: int = 0
    total_cells: Any = None  # of a live figure

    @property
    def name(self):
        """What its value is called."""
        return self.entry.name if self.entry is not None else ""


@dataclass(eq=False)
class Edge:
    """A value on its way to an operation, and the gradient on its way back."""

    source: Node
    target: Node
    value: str
    gradient: str = ""
    strong: bool = False
    position: int = 0  # among the inputs of the target
    value_step: int = 0  # from which step on the value is shown
    gradient_step: int = 0
    value_cells: Any = None  # of a live figure: which values of the tape these are
    gradient_cells: Any = None
    value_name: str = ""
    gradient_name: str = ""
    gradient_width: float = 0.0  # of the line that shows its size
    pull: str = ""  # the input whose number this is, if it can be pulled
    widest_value: str = ""  # for the layout: of all values that the figure may come to show
    widest_gradient: str = ""


@dataclass
class Graph:
    nodes: list
    edges: list
    subject: str  # what it is, without numbers
    title: str
    sentences: list  # the figure in words
    steps: list = field(default_factory=list)  # a sentence for each step

    @property
    def label(self):
        """What a screen reader says of the picture."""
        return " ".join([f"{self.title}.", *self.sentences])


def graph_of(subject, gradients=True, values=True, local=False, names=True, highlight=(), elements=False):
    """The figure of a Variable, a layer, a loss or a network: what stands where is the layout's affair."""
    trace, text = trace_of(subject, gradients), partial(number_text, elements=elements)
    nodes, edges = {}, []
    for entry in trace:
        node = nodes[id(entry)] = _node(entry, names, last=entry is trace[-1])
        for position, source in enumerate(entry.sources):
            if isinstance(source, Entry):
                origin = nodes[id(source)]
                gradient = _gradient_text(entry, position, local, text)
                value = text(source.value) if values else ""
                edges.append(_connect(Edge(origin, node, value, gradient, position=position)))
                node.depth = max(node.depth, origin.depth + 1)
    output, last = trace[-1], nodes[id(trace[-1])]
    end = Node("output", output.name if names and output.operation else "", depth=last.depth + 1)
    gradient = "" if output.gradient is None else text(output.gradient)
    edges.append(_connect(Edge(last, end, text(output.value) if values else "", gradient)))
    for node in nodes.values():
        if node.entry.gradient is not None and len(node.outgoing) > 1:
            node.total = text(node.entry.gradient)
    _mark_paths(list(nodes.values()), highlight)

    subject = f"Computation graph {_subject(trace)}"
    title = f"{subject} = {number_text(output.value)}"
    if gradients and output.gradient is None:
        title += ", not yet run backward"
    graph = Graph([*nodes.values(), end], edges, subject, title, [])
    graph.sentences = [_summary(entry, nodes[id(entry)]) for entry in trace if entry.operation]
    _add_steps(graph, trace, nodes, end)
    return graph


def _subject(trace):
    """Of total; of (x + y) ** 2, if the result has no name; from X, W and b to sum, if its formula is long."""
    formulas = {}
    for entry in trace:
        formulas[id(entry)] = entry.name or (_formula(entry, formulas) if entry.operation else number_text(entry.value))
    output = trace[-1]
    if not output.operation or formulas[id(output)]:
        return f"of {formulas[id(output)]}"
    *names, last = [entry.name for entry in trace if entry.name and not entry.operation] or [""]
    if not names:
        return f"from {last} to {output.operation.symbol}" if last else "of the result"
    if len(names) > MOST_NAMES:
        names, last = names[:MOST_NAMES], f"{len(names) + 1 - MOST_NAMES} more"
    return f"from {', '.join(names)} and {last} to {output.operation.symbol}"


def _formula(entry, formulas):
    """Of a value without a name: x × 2, exp of (x × 2); "" where it is too long for a caption."""
    parts = []
    for source in entry.sources:
        part = formulas[id(source)] if isinstance(source, Entry) else number_text(source)
        if not part:
            return ""
        parts.append(f"({part})" if getattr(source, "operation", None) and not source.name else part)
    sign = entry.operation.symbol
    text = f" {sign} ".join(parts) if sign in INFIX and len(parts) == 2 else f"{sign} of {' and '.join(parts)}"
    return text if len(text) <= LONGEST else ""


def _connect(edge):
    edge.widest_value, edge.widest_gradient = edge.value, edge.gradient
    edge.source.outgoing.append(edge)
    edge.target.incoming.append(edge)
    return edge


def _node(entry, names, last):
    if entry.operation is None:
        return Node("input", entry.name if names else "", entry=entry)
    caption = entry.note or (entry.name if names and not last else "")
    return Node("operation", _symbol(entry), caption, entry=entry)


def _symbol(entry):
    """The operation's sign; a constant of the formula stands inside the node: × 2."""
    symbol = entry.operation.symbol
    if len(entry.sources) == 2:
        left, right = entry.sources
        if not isinstance(left, Entry):
            return f"{number_text(left)} {symbol}"
        if not isinstance(right, Entry):
            return f"{symbol} {number_text(right)}"
    return symbol


def _gradient_text(entry, position, local, text):
    """2.2, or with local derivatives 1.1 · 2 = 2.2: upstream, local, and what is returned on."""
    returned = entry.returned[position]
    if returned is None:
        return ""
    derivative = entry.local_derivative(position) if local else None
    return ("" if derivative is None else f"{text(entry.gradient)} · {text(derivative)} = ") + text(returned)


def _mark_paths(nodes, highlight):
    """Make strong every edge on a way from one of the highlighted variables to the output."""
    wanted = highlight if isinstance(highlight, (list, tuple, set)) else [highlight]
    node_of = {id(node.entry.variable): node for node in nodes if node.entry.variable is not None}
    if any(id(variable) not in node_of for variable in wanted):
        raise ValueError("highlight expected Variables of this graph, got one that it does not hold")
    reached = {node_of[id(variable)] for variable in wanted}
    for node in nodes:
        for edge in node.outgoing:
            if node in reached:
                edge.strong = True
                reached.add(edge.target)


def _summary(entry, node):
    takes = " and ".join(
        f"{edge.source.label} {number_text(edge.source.entry.value)}".strip()
        if edge.source.kind == "input" else number_text(edge.source.entry.value)
        for edge in node.incoming
    )  # fmt: skip
    sentence = f"{node.label} takes {takes} and gives {number_text(entry.value)}"
    if entry.gradient is not None:
        returned = " and ".join(number_text(part) for part in entry.returned if part is not None)
        sentence += f"; backward it gets {number_text(entry.gradient)} and hands back {returned}"
    return sentence + "."


def _add_steps(graph, trace, nodes, end):
    """One step for each operation forward, one for where the walk back begins, one for each backward."""
    operations = [entry for entry in trace if entry.operation]
    output = trace[-1]
    inputs = [node for node in graph.nodes if node.kind == "input"]
    graph.steps = [_start_sentence(inputs)]
    for entry in operations:
        node = nodes[id(entry)]
        node.steps = (len(graph.steps),)
        for edge in node.outgoing:
            edge.value_step = len(graph.steps)
        graph.steps.append(forward_sentence(entry, node.label))
    if output.gradient is None:
        return
    end.incoming[0].gradient_step = len(graph.steps)
    end.steps = (len(graph.steps),)
    graph.steps.append(
        f"The backward pass begins at {output.name or 'the result'} with {number_text(output.gradient)}."
    )
    for entry in reversed(operations):
        node = nodes[id(entry)]
        step = len(graph.steps)
        node.steps += (step,)
        for edge in node.incoming:
            edge.gradient_step = edge.source.total_step = step
        graph.steps.append(backward_sentence(entry, node.label, len(node.outgoing)))
    for node in inputs:
        if node.total:
            uses = f"{len(node.outgoing)} uses of {node.label or 'one input'}"
            total = number_text(node.entry.gradient)
            graph.steps[node.total_step] += f" The gradients from the {uses} add up to {total}."


def _start_sentence(inputs):
    named = [f"{node.label} = {number_text(node.entry.value)}" for node in inputs if node.label]
    return f"The inputs: {', '.join(named)}." if named else "The inputs stand on the left."
