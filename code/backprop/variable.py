"""Variable: a value that remembers how it was made, and can therefore walk back."""

from operator import attrgetter

import numpy as np

from . import operations as ops
from .operations.checks import own
from .operations.keeping import refuse_changes
from .values import as_python, as_value, describe, unbroadcast


class Variable:
    """A number or an array, with a name, a gradient and a record of the operation that made it.

    Attributes
    ----------
    data : float or ndarray of floats
        What is assigned is checked, and turned into floats, as at the start. Change an array in place only when
        no backward pass will need the old numbers any more: else `backward()` refuses.
    grad : same shape as data, or None
        dL/d(data) after `L.backward()`, in units of L per unit of data. On a leaf (a variable that no
        operation made) further backward passes add to it, until `zero_grad()`.
    name : str or None
        What a drawn graph calls it.
    operation, inputs
        What made it, and from what: Variables, and plain numbers or arrays where the formula had a
        constant. None and () on a leaf.

    Examples
    --------
    >>> price = Variable(100.0, name="price")
    >>> total = price * 2 * 1.1
    >>> total.backward()
    >>> price.grad
    2.2
    """

    __slots__ = ("_data", "grad", "name", "operation", "inputs")

    def __init__(self, data, name=None):
        if isinstance(data, Variable):
            raise TypeError("Variable expected a number or an array, got a Variable: use its .data")
        if name is not None and not isinstance(name, str):
            raise TypeError(f"Variable expected name to be a string, got {name!r}")
        self._data = data if type(data) is float else _as_data(data)
        self.grad = None
        self.name = name
        self.operation = None
        self.inputs = ()

    def _assign(self, data):
        if isinstance(data, Variable):
            raise TypeError("Variable.data expected a number or an array, got a Variable: use its .data")
        self._data = _as_data(data)
        if np.shape(self.grad) != self.shape:
            self.grad = None  # it belonged to something else

    data = property(attrgetter("_data"), _assign)

    @property
    def shape(self):
        """Shape of data; () for a number."""
        return np.shape(self._data)

    @property
    def ndim(self):
        return np.ndim(self._data)

    def named(self, name):
        """Give the variable a name and return it: `subtotal = (price * count).named("subtotal")`."""
        if not isinstance(name, str):
            raise TypeError(f"Variable.named expected a string, got {name!r}")
        self.name = name
        return self

    def zero_grad(self):
        """Forget the gradient, so that the next backward pass starts afresh."""
        self.grad = None

    def __repr__(self):
        if self.shape == ():
            data, grad = _number(self.data), self.grad if self.grad is None else _number(self.grad)
        else:
            data = np.array2string(
                self.data, precision=4, separator=", ", threshold=20, edgeitems=2, prefix="Variable("
            )
            grad = None if self.grad is None else f"of shape {self.shape}"
        grad = "" if grad is None else f", grad {grad}" if grad.startswith("of") else f", grad={grad}"
        return f"Variable({data}{grad}{'' if self.name is None else f', name={self.name!r}'})"

    # Walking back

    def backward(self, grad_output=None):
        """Compute the gradient of this variable with respect to every variable that it was made from.

        Afterwards each of them holds its gradient in `.grad`. A value used in several places gets the
        sum of what comes back from each.

        Parameters
        ----------
        grad_output : number or array of this variable's shape, optional
            The upstream gradient to start from; 1 when left out, which needs a single number as data.

        Raises
        ------
        ValueError
            If data is an array and grad_output is left out, the shapes differ, or an array that the graph has
            read was changed in place. No leaf's gradient has been changed then.
        """
        walk_back(self, self._seed(grad_output))

    def topological_order(self):
        """All variables that this one was made from, itself last: each stands after its own inputs."""
        return topological_order(self)

    def _seed(self, grad_output):
        if grad_output is None:
            if np.size(self.data) != 1:
                raise ValueError(
                    f"backward() starts from a single number, but this Variable has shape {self.shape}: "
                    "call .sum() or .mean() first, or pass grad_output of that shape"
                )
            return unbroadcast(1.0, self.data) if self.shape == () else np.ones_like(self.data)
        grad_output = as_value(grad_output, "Variable.backward", "grad_output")
        if np.shape(grad_output) != self.shape:
            raise ValueError(
                f"Variable.backward expected grad_output of shape {self.shape}, got {describe(grad_output)}"
            )
        return own(grad_output, self.data)

    # Recording

    def __add__(self, other):
        return record_two(ops.Add(), self, other)

    def __radd__(self, other):
        return record_two(ops.Add(), other, self)

    def __sub__(self, other):
        return record_two(ops.Subtract(), self, other)

    def __rsub__(self, other):
        return record_two(ops.Subtract(), other, self)

    def __mul__(self, other):
        return record_two(ops.Multiply(), self, other)

    def __rmul__(self, other):
        return record_two(ops.Multiply(), other, self)

    def __truediv__(self, other):
        return record_two(ops.Divide(), self, other)

    def __rtruediv__(self, other):
        return record_two(ops.Divide(), other, self)

    def __pow__(self, other):
        return record_two(ops.Power(), self, other)

    def __rpow__(self, other):
        return record_two(ops.Power(), other, self)

    def __matmul__(self, other):
        return record(ops.MatMul(), self, other)

    def __rmatmul__(self, other):
        return record(ops.MatMul(), other, self)

    def __neg__(self):
        return record_one(ops.Negate(), self)

    def __abs__(self):
        return record_one(ops.Absolute(), self)

    def __getitem__(self, index):
        """v[2], v[:, 1:], v[[0, 0, 3]], v[mask], as in NumPy. An element that is read twice gets both gradients."""
        return record(ops.Index(index), self)

    def __iter__(self):
        if self.ndim == 0:
            raise TypeError("a Variable that holds a number can't be taken apart: only an array has items")
        return (self[position] for position in range(self.shape[0]))

    def exp(self):
        return record_one(ops.Exp(), self)

    def log(self):
        """The natural logarithm."""
        return record_one(ops.Log(), self)

    def reciprocal(self):
        return record_one(ops.Reciprocal(), self)

    def abs(self):
        return record_one(ops.Absolute(), self)

    def maximum(self, other):
        """The larger of the two, element by element."""
        return record_two(ops.Maximum(), self, other)

    def relu(self):
        return record(ops.ReLU(), self)

    def sigmoid(self):
        return record_one(ops.Sigmoid(), self)

    def tanh(self):
        return record_one(ops.Tanh(), self)

    def sum(self, axis=None, keepdims=False):
        return record(ops.Sum(axis, keepdims), self)

    def mean(self, axis=None, keepdims=False):
        total = self.sum(axis, keepdims)
        count = np.size(self._data) / max(np.size(total.data), 1)
        if count == 0:
            raise ValueError(f"mean() of an array of shape {self.shape}: there is nothing to take the mean of")
        return total / count

    def max(self, axis=None, keepdims=False):
        """The greatest element along `axis` (of all when None); equal ones share the gradient."""
        return record(ops.Max(axis, keepdims), self)

    def broadcast_to(self, shape):
        """Repeated to `shape` by NumPy's rules."""
        return record(ops.Broadcast(shape), self)

    def reshape(self, *shape):
        return record(ops.Reshape(shape[0] if len(shape) == 1 else shape), self)

    def transpose(self, *axes):
        """With the axes in the order given, `x.transpose(0, 2, 1)`; in reverse order when left out."""
        return record(ops.Transpose(axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes or None), self)

    @property
    def T(self):
        """With the axes in reverse order."""
        return record(ops.Transpose(), self)

    # NumPy asks here before it would take a Variable for an array of objects

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        from .numpy_functions import call_ufunc  # here: it needs this module

        return call_ufunc(ufunc, method, inputs, options)

    def __array_function__(self, function, types, inputs, options):
        from .numpy_functions import call_function

        return call_function(function, inputs, options)

    def __array__(self, *_, **__):
        raise TypeError(
            "a Variable is not an array: NumPy would lose its record. Write x.data for the numbers alone, or use the "
            "Variable's own operations: W @ x in place of W.dot(x), np.stack([x, y]) in place of np.array([x, y])"
        )


def topological_order(output):
    """Every value of its kind that `output` was made from, itself last: each stands after those that its `inputs` name.

    The walk keeps its own stack, so no graph is too deep for it.
    """
    kind, order, seen, stack = type(output), [], {id(output)}, []
    value, sources = output, iter(output.inputs)
    while True:
        for source in sources:
            if type(source) is kind and (key := id(source)) not in seen:
                seen.add(key)
                if inputs := source.inputs:
                    stack.append((value, sources))
                    value, sources = source, iter(inputs)
                    break
                order.append(source)  # a leaf waits for nobody
        else:  # every input is in the order already: now this one may follow
            order.append(value)
            if not stack:
                return order
            value, sources = stack.pop()


def walk_back(output, seed):
    """Give a gradient to everything that `output` was made from; its own is the seed."""
    made = [variable for variable in output.topological_order() if variable.operation is not None]
    for variable in made:
        if variable.operation.noted:
            refuse_changes(variable.operation)
        variable.grad = None  # of an earlier walk
    output.grad = seed if output.grad is None else output.grad + seed
    for variable in reversed(made):  # all that read it come before it, so its gradient is complete
        operation, grad = variable.operation, variable.grad
        if type(grad) is float and operation.rules_only:
            parts = operation.backward_rule(grad)
            if type(parts) is not tuple:
                parts = (parts,)
        else:
            parts = operation.pull_back(grad)
        for source, part in zip(variable.inputs, parts):
            if type(source) is Variable:
                if type(part) is not float or type(source._data) is not float:
                    part = own(part, source._data)
                grad = source.grad
                source.grad = part if grad is None else grad + part


new = object.__new__  # a Variable whose data are checked already needs no __init__


def record(operation, *inputs):
    """Apply an operation to variables or constants, and return a variable that remembers it.

    Raises TypeError for a constant that is not numeric, ValueError for shapes that don't fit.
    """
    result = new(Variable)
    result.grad = result.name = None
    result.operation, result.inputs = operation, inputs
    values = [value._data if type(value) is Variable else constant(value, operation) for value in inputs]
    result._data = operation.apply(*values)
    return result


def record_one(operation, x):
    """`record` for an elementwise operation on one variable: numbers, the commonest case, have no shapes to check."""
    result = new(Variable)
    result.grad = result.name = None
    result.operation, result.inputs = operation, (x,)
    x = x._data
    if type(x) is float:
        output = operation.forward_rule(x)
        result._data = output if type(output) is float else as_python(output)
    else:
        result._data = operation.apply(x)
    return result


def record_two(operation, x, y):
    """`record` for an elementwise operation on two values."""
    result = new(Variable)
    result.grad = result.name = None
    result.operation, result.inputs = operation, (x, y)
    x = x._data if type(x) is Variable else constant(x, operation)
    y = y._data if type(y) is Variable else constant(y, operation)
    if type(x) is float and type(y) is float:
        output = operation.forward_rule(x, y)
        result._data = output if type(output) is float else as_python(output)
    else:
        result._data = operation.apply(x, y)
    return result


def constant(value, operation):
    """A plain number or array beside a Variable, as `operation` can use it."""
    return value if type(value) is float else as_value(value, type(operation).__name__, "a constant")


def _as_data(value):
    data = as_python(as_value(value, "Variable", "data"))
    return float(data) if isinstance(data, int) else data


def _number(value):
    text = f"{value:.10g}"  # 220.00000000000003 is 220.0
    return text if set(text) - set("-0123456789") else text + ".0"
