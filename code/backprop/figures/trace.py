"""What was computed, in order: the one form in which Variables, layers and networks are drawn."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..losses import Loss
from ..networks import Sequential, flat
from ..operations import Operation
from ..operations.checks import own
from ..operations.keeping import unwatched
from ..values import unbroadcast
from ..variable import Variable, record, topological_order


@dataclass(eq=False)
class Entry:
    """A value, the operation that made it, and the gradient that came back to it.

    Values are numbers, arrays, or tuples: the shape of an array that nobody kept.
    """

    value: Any
    name: str = ""
    operation: Any = None  # an Operation, or a Sign
    sources: tuple = ()  # what the operation was given: each a Entry, or a constant of the formula
    gradient: Any = None  # of the last result with respect to this value
    returned: tuple = ()  # the gradient that the operation returned to each source
    note: str = ""
    variable: Variable | None = None

    def local_derivative(self, position):
        """Of this value with respect to one of its sources; None where one of them is not a number."""
        source = self.sources[position].value
        if np.ndim(self.value) or np.ndim(source):  # a shape, too
            return None
        return unbroadcast(self.operation.pull_back(1.0)[position], source)


@dataclass(eq=False)
class Sign:
    """The operation of an engine that isn't the package's: its sign, and what turns its gradient into those of inputs."""

    symbol: str
    pull_back: Callable


RECORDED = ("data", "grad", "operation", "inputs", "gradients")  # what a value of such an engine holds


def trace_of(subject, gradients=True):
    """List everything that `subject` was made from, each after its sources, itself last.

    Raises
    ------
    TypeError
        If it is nothing that records: a Variable, a layer, a loss, a network, or a value of an engine of your own.
    ValueError
        If a layer or network has not run yet.
    """
    if isinstance(subject, Variable):
        return _trace_of_variable(subject, gradients)
    if isinstance(subject, Sequential):
        return _trace_of_network(subject, gradients)
    if isinstance(subject, Operation):
        return _trace_of_layer(subject, gradients)
    if _is_recorded(subject):
        return _trace_of_recorded(subject, gradients)
    hint = f": call it first, {subject.__name__}(...)" if isinstance(subject, type) else ""
    raise TypeError(f"draw expected a Variable, a layer, a loss or a network, got {type(subject).__name__}{hint}")


def _trace_of_variable(output, gradients):
    back = _gradients_of_one_walk(output) if gradients and output.grad is not None else {}
    entries = {}
    for variable in output.topological_order():
        gradient = back.get(variable)
        returned = (None,) * len(variable.inputs) if gradient is None else _returned_by(variable, gradient)
        sources = tuple(entries[id(s)] if type(s) is Variable else s for s in variable.inputs)
        name = (variable.name or "").replace("\n", " ")  # a name is one line
        entries[id(variable)] = Entry(
            variable.data, name, variable.operation, sources, gradient, returned, variable=variable
        )
    return list(entries.values())


def _is_recorded(value):
    return not isinstance(value, type) and all(hasattr(value, name) for name in RECORDED)


def _trace_of_recorded(output, gradients):
    """Of an engine such as chapter 14's. Its values hold the gradients of its last backward pass; 0 is none yet."""
    gradients = gradients and np.any(_plain(output.grad))
    entries = {}
    for value in topological_order(output):
        operation, returned = None, (None,) * len(value.inputs)
        if value.inputs:
            if not callable(value.gradients):
                raise TypeError(
                    f"draw expected `gradients` of each value that has inputs to be a function of the upstream "
                    f"gradient, got {value.gradients!r} for {str(value.operation)!r}"
                )
            operation = Sign(str(value.operation), value.gradients)
            if gradients:
                parts = [_plain(part) for part in value.gradients(_plain(value.grad))]
                if len(parts) != len(value.inputs):
                    raise ValueError(
                        f"{operation.symbol}: `gradients` returned {len(parts)} for {len(value.inputs)} inputs: "
                        "it must return one for each"
                    )
                returned = tuple(unbroadcast(part, _plain(source)) for part, source in zip(parts, value.inputs))
        sources = tuple(entries[id(source)] if _is_recorded(source) else source for source in value.inputs)
        gradient = _plain(value.grad) if gradients else None
        name = getattr(value, "name", "") or ""
        entries[id(value)] = Entry(value.data, name, operation, sources, gradient, returned)
    return list(entries.values())


def _plain(value):
    return value.data if _is_recorded(value) else value


def _gradients_of_one_walk(output):
    """The gradient of every variable in a walk from output.grad. Those that they hold may come from several walks."""
    held = {variable: variable.grad for variable in output.topological_order()}
    try:
        for variable in held:
            variable.grad = None
        with unwatched():
            output.backward(held[output])
        return {variable: variable.grad for variable in held}
    finally:
        for variable, gradient in held.items():
            variable.grad = gradient


def _returned_by(variable, gradient):
    """What a variable's operation returns to each input: a gradient, or None to a constant."""
    parts = variable.operation.pull_back(gradient) if variable.operation else ()
    return tuple(
        own(part, source.data) if type(source) is Variable else None for part, source in zip(parts, variable.inputs)
    )


def _trace_of_layer(layer, gradients):
    given, output = _last_forward(layer)
    upstream, returned = _last_backward(layer, gradients, len(given))
    names = [*layer.arguments, *layer.params]
    values = [*given, *(value.shape for value in layer.params.values())]
    back = [*returned, *(layer.grads[name].shape if upstream is not None else None for name in layer.params)]
    sources = [Entry(value, name, gradient=gradient) for name, value, gradient in zip(names, values, back)]
    return [*sources, Entry(output, "", layer, tuple(sources), upstream, tuple(back))]


def _trace_of_network(network, gradients):
    layers = list(flat(network.layers))
    if not layers:
        raise ValueError(f"{network!r} has no layers: there is nothing to draw")
    (x,), _ = _last_forward(layers[0])
    trace = [Entry(x, "x")]
    for layer in layers:
        _, output = _last_forward(layer)
        upstream, returned = _last_backward(layer, gradients, 1)
        trace[-1].gradient = returned[0]
        note = "\n".join(
            f"{name} {value.shape}"
            for name, value in network.params.items()
            if any(value is own for own in layer.params.values())
        )
        trace.append(Entry(output, "", layer, (trace[-1],), upstream, returned, note))
    loss = network.loss_function
    if getattr(loss, "last_forward", None) and _shape(_last_forward(loss)[0][0]) == _shape(trace[-1].value):
        (_, targets), output = _last_forward(loss)
        upstream, returned = _last_backward(loss, gradients, 2)
        trace[-1].name, aim = "scores", Entry(targets, "targets")
        trace += [aim, Entry(output, "loss", loss, (trace[-1], aim), upstream, returned)]
    return trace


def _last_forward(layer):
    if not isinstance(layer, Operation):
        name = type(layer).__name__
        raise TypeError(f"{name} keeps nothing that could be drawn: derive it from backprop.operations.Operation")
    if layer.last_forward is None:
        raise ValueError(f"{layer!r} has not run yet: call its forward first, then draw it")
    given, output = layer.last_forward
    return tuple(map(_shown, given)), _shown(output)


def _last_backward(layer, gradients, count):
    last = layer.last_backward if gradients else None
    if last is None:
        return None, (None,) * count
    upstream, returned = last
    return _shown(upstream), (*map(_shown, returned), *(None,) * (count - len(returned)))  # targets get no gradient


def _shown(outline):
    """What a figure shows of a value: a number itself, of an array its shape."""
    return outline.shape if isinstance(outline, np.ndarray) else outline


def _shape(value):
    return value if isinstance(value, tuple) else np.shape(value)


def opened(subject):
    """The same calculation with every fused operation taken apart into the operations that it fuses.

    Returns a Variable (a layer that fuses nothing comes back as it is), and the new variables by the id of
    the old one. Where a layer kept no array, zeros of its shape stand in: a figure shows shapes.
    """
    if isinstance(subject, Sequential):
        raise TypeError("a whole network can't be opened: open one of its layers")
    if not isinstance(subject, Variable):
        trace = trace_of(subject)
        if not getattr(subject, "params", None) and not isinstance(subject, Loss) and not hasattr(subject, "parts"):
            return subject, {}
        values = [Variable(_filled(entry.value), name=entry.name) for entry in trace[:-1]]
        result = _apply(subject, values)
        result.grad = None if trace[-1].gradient is None else _filled(trace[-1].gradient)
        return result, {}
    new = {}
    for variable in subject.topological_order():
        if variable.operation is None:
            twin = Variable(variable.data, name=variable.name)
        else:
            twin = _apply(variable.operation, [new[id(s)] if type(s) is Variable else s for s in variable.inputs])
            twin.name = variable.name
        new[id(variable)] = twin
    new[id(subject)].grad = subject.grad
    return new[id(subject)], new


def _apply(operation, inputs):
    if hasattr(operation, "parts"):
        return operation.parts(*inputs)
    if operation.params or isinstance(operation, Loss):
        raise TypeError(f"{operation!r} has no parts to be opened into")
    return record(copy.copy(operation), *inputs)


def _filled(value):
    return np.zeros(value) if isinstance(value, tuple) else value
