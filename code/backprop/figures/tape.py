"""A computed graph as a straight list of assignments, first forward, then backward: a compiled tape.

No rule is written twice. The forward and backward of each operation run once more, on symbols in place of numbers;
a symbol notes what is done with it. What comes out is what a page needs to compute the graph for other numbers.
"""

import copy
from dataclasses import dataclass, field

import numpy as np

from ..values import unbroadcast
from ..variable import Variable

LONGEST = 20_000

# NumPy's functions of numbers, by the names that the page knows them by.
ELEMENTWISE = {
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "negative": "neg", "power": "pow", "float_power": "pow",
    "exp": "exp", "expm1": "expm1", "log": "log", "log1p": "log1p", "sqrt": "sqrt", "square": "square", "tanh": "tanh",
    "absolute": "abs", "sign": "sign", "maximum": "max", "minimum": "min", "reciprocal": "1/",
    "greater": ">", "greater_equal": ">=", "less": "<", "less_equal": "<=", "equal": "==", "not_equal": "!=",
}  # fmt: skip  # a table
MOVING = {
    np.expand_dims, np.broadcast_to, np.reshape, np.transpose, np.swapaxes, np.moveaxis, np.squeeze, np.ravel, np.copy,
    np.concatenate, np.stack, np.atleast_2d, np.take,
}  # fmt: skip  # what moves elements and computes nothing


@dataclass
class Tape:
    """A list of assignments: line i computes value i from the values of earlier lines.

    Attributes
    ----------
    lines : list of tuples
        ("in", name), ("=", number), or a function's name and the indices of its arguments.
    forward : int
        How many of the lines belong to the forward pass.
    values, gradients : dicts from id(Variable) to an array of indices of the value's shape
    parts : dict from (id(Variable), position) to an array of indices: what goes back to one of its inputs
    """

    lines: list = field(default_factory=list)
    forward: int = 0
    values: dict = field(default_factory=dict)
    gradients: dict = field(default_factory=dict)
    parts: dict = field(default_factory=dict)
    known: dict = field(default_factory=dict)

    def line(self, *arguments):
        """The index of a line, which is added if no earlier one computes the same."""
        key = tuple((type(argument).__name__, repr(argument)) for argument in arguments)
        if key not in self.known:
            if len(self.lines) == LONGEST:
                raise ValueError("this graph is too large to be computed in a page: explore a smaller one")
            self.known[key] = len(self.lines)
            self.lines.append(arguments)
        return self.known[key]

    def symbol(self, value):
        """A number or an array as constants."""
        cells = np.vectorize(lambda number: self.line("=", float(number)), otypes=[object])(value)
        return Symbol(self, cells)

    def run(self, **inputs):
        """Compute all lines in Python, as a page does it: a list of floats."""
        found = []
        with np.errstate(all="ignore"):
            for name, *arguments in self.lines:
                if name == "in":
                    found.append(float(inputs[arguments[0]]))
                elif name == "=":
                    found.append(arguments[0])
                else:
                    found.append(float(FUNCTIONS[name](*(np.float64(found[argument]) for argument in arguments))))
        return found


FUNCTIONS = {sign: getattr(np, name) for name, sign in ELEMENTWISE.items()} | {"where": np.where}


class Symbol:
    """Stands for numbers in a rule, and notes on the tape what is done with them. `cells` holds indices of lines."""

    __slots__ = ("tape", "cells")
    dtype = np.dtype(float)

    def __init__(self, tape, cells):
        self.tape, self.cells = tape, np.asarray(cells, object)

    shape = property(lambda self: self.cells.shape)
    ndim = property(lambda self: self.cells.ndim)
    size = property(lambda self: self.cells.size)
    T = property(lambda self: Symbol(self.tape, self.cells.T))

    def __bool__(self):
        raise TypeError("a rule branches on a value (`if y`), which a page can't follow: write it with np.where")

    def __getitem__(self, index):
        return Symbol(self.tape, self.cells[index])

    def __len__(self):
        return len(self.cells)

    def copy(self):
        return self

    def reshape(self, *shape):
        return Symbol(self.tape, self.cells.reshape(*shape))

    def squeeze(self, axis=None):
        return Symbol(self.tape, self.cells.squeeze(axis))

    def astype(self, dtype, copy=True):
        return self

    def sum(self, axis=None, keepdims=False):
        axes = range(self.ndim) if axis is None else np.atleast_1d(axis) % max(self.ndim, 1)
        total = self
        for axis in sorted(axes, reverse=True):
            rows = list(np.moveaxis(total.cells, axis, 0))
            added = Symbol(self.tape, rows[0])
            for row in rows[1:]:
                added = added + Symbol(self.tape, row)
            total = added[(slice(None),) * axis + (None,)] if keepdims else added
        return total

    def mean(self, axis=None, keepdims=False):
        total = self.sum(axis, keepdims)
        return total / (self.size // total.size)

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        options.pop("out", None) if options.get("out") == (None,) else None
        if method == "__call__" and ufunc is np.matmul and not options:
            return self._product(*inputs)
        if method == "reduce" and ufunc is np.add:
            return self.sum(options.get("axis", 0), options.get("keepdims", False))
        if method != "__call__" or ufunc.__name__ not in ELEMENTWISE or options:
            raise TypeError(f"a page can't compute {ufunc.__name__} of a graph yet")
        return self._elementwise(ELEMENTWISE[ufunc.__name__], *inputs)

    def __array_function__(self, function, types, arguments, options):
        if function in (np.shape, np.ndim, np.size):
            return function(self.cells)
        if function is np.where:
            return self._elementwise("where", *arguments)
        if function in (np.sum, np.mean):
            return getattr(self, function.__name__)(*arguments[1:], **options)
        if function is np.split:
            return [Symbol(self.tape, part) for part in np.split(self.cells, *arguments[1:], **options)]
        if function in MOVING:
            return Symbol(self.tape, function(*map(self._moved, arguments), **options))
        raise TypeError(f"a page can't compute {function.__name__} of a graph yet")

    def _moved(self, argument):
        if isinstance(argument, (list, tuple)) and any(isinstance(part, Symbol) for part in argument):
            return [self._cells(part) for part in argument]
        return argument.cells if isinstance(argument, Symbol) else argument

    def _cells(self, value):
        return value.cells if isinstance(value, Symbol) else self.tape.symbol(value).cells

    def _elementwise(self, name, *inputs):
        cells = np.broadcast_arrays(*map(self._cells, inputs))
        result = np.empty(cells[0].shape, object)
        for index in np.ndindex(result.shape):
            result[index] = self.tape.line(name, *(array[index] for array in cells))
        return Symbol(self.tape, result)

    def _product(self, x, y):
        """x @ y: row times column, added up."""
        x, y = Symbol(self.tape, self._cells(x)), Symbol(self.tape, self._cells(y))
        if x.ndim == 1:
            return (x[:, None] * y if y.ndim == 2 else x * y).sum(axis=0)
        return (x[..., :, :, None] * y[..., None, :, :]).sum(axis=-2) if y.ndim > 1 else (x * y).sum(axis=-1)


def _operator(name, swapped=False):
    def operator(self, other):
        return self._elementwise(name, other, self) if swapped else self._elementwise(name, self, other)

    return operator


for _sign, _names in {
    "+": ("add", "radd"), "-": ("sub", "rsub"), "*": ("mul", "rmul"), "/": ("truediv", "rtruediv"), "pow": ("pow", "rpow"),
}.items():  # fmt: skip  # a table
    for _swapped, _name in enumerate(_names):
        setattr(Symbol, f"__{_name}__", _operator(_sign, bool(_swapped)))
for _sign, _name in {">": "gt", ">=": "ge", "<": "lt", "<=": "le", "==": "eq", "!=": "ne"}.items():
    setattr(Symbol, f"__{_name}__", _operator(_sign))
Symbol.__neg__ = lambda self: self._elementwise("neg", self)
Symbol.__abs__ = lambda self: self._elementwise("abs", self)
Symbol.__matmul__ = lambda self, other: self._product(self, other)
Symbol.__rmatmul__ = lambda self, other: self._product(other, self)
Symbol.__hash__ = None


def tape_of(output, lie=None, beside=None):
    """Compile the graph that made `output`, a Variable: forward, then backward from 1 (or from its `grad`).

    Every named number that the graph starts from becomes an input, by its name; all else that it starts from is a
    constant. `lie`, a function (variable, upstream, rule) -> gradients, may falsify what one operation returns; its
    attribute `overwritten` names a variable whose gradients don't add up. `beside`, a tape of another graph, is
    made longer: both compute with the same lines, and from inputs of the same names.

    Raises
    ------
    ValueError
        If two inputs have one name, or the graph is too large for a page.
    TypeError
        If a rule does what a page can't, such as to branch on a value.
    """
    if not isinstance(output, Variable):
        raise TypeError(f"expected a Variable that was computed, got {type(output).__name__}")
    tape, symbols = Tape() if beside is None else Tape(lines=beside.lines, known=beside.known), {}
    order = output.topological_order()
    _refuse_doubles(order)
    operations = {id(v): copy.copy(v.operation) for v in order}
    for variable in order:
        if variable.operation is None:
            pulled = variable.name is not None and variable.shape == ()
            symbol = Symbol(tape, tape.line("in", variable.name)) if pulled else tape.symbol(variable.data)
        else:
            inputs = [symbols[id(s)] if type(s) is Variable else s for s in variable.inputs]
            symbol = operations[id(variable)].forward_rule(*inputs)
        symbols[id(variable)] = symbol if isinstance(symbol, Symbol) else tape.symbol(symbol)
        tape.values[id(variable)] = symbols[id(variable)].cells
    tape.forward = len(tape.lines)
    start = np.ones(output.shape) if output.grad is None or output.shape == () else output.grad
    gradients = {id(output): tape.symbol(start)}
    for variable in reversed(order):
        gradient = gradients[id(variable)]
        tape.gradients[id(variable)] = gradient.cells
        if variable.operation is None:
            continue
        rule = operations[id(variable)].backward_rule
        parts = rule(gradient) if lie is None else lie(variable, gradient, rule)
        parts = parts if isinstance(parts, tuple) else (parts,)
        for position, (source, part) in enumerate(zip(variable.inputs, parts)):
            if type(source) is Variable:
                part = part if isinstance(part, Symbol) else tape.symbol(part)
                part = unbroadcast(part, symbols[id(source)])
                tape.parts[id(variable), position] = part.cells
                earlier = None if source is getattr(lie, "overwritten", None) else gradients.get(id(source))
                gradients[id(source)] = part if earlier is None else earlier + part
    return tape


def _refuse_doubles(order):
    seen = {}
    for variable in order:
        if variable.operation is None and variable.name is not None:
            if seen.setdefault(variable.name, variable) is not variable:
                raise ValueError(
                    f"two inputs are named {variable.name!r}: give each a name of its own, so that each can be pulled"
                )
