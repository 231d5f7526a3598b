"""Variable: a value that remembers how it was made, and can therefore walk back."""

import numpy as np

from . import operations as ops
from .operations.checks import own
from .values import as_python, as_value, describe, unbroadcast


class Variable:
    """A number or an array, with a name, a gradient and a record of the operation that made it.

    Attributes
    ----------
    data : float or ndarray of floats
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

    __slots__ = ("data", "grad", "name", "operation", "inputs")
    __array_ufunc__ = None  # so that array * variable asks the variable, not each element

    def __init__(self, data, name=None):
        if isinstance(data, Variable):
            raise TypeError("Variable expected a number or an array, got a Variable: use its .data")
        if name is not None and not isinstance(name, str):
            raise TypeError(f"Variable expected name to be a string, got {name!r}")
        data = as_python(as_value(data, "Variable", "data"))
        self.data = float(data) if isinstance(data, int) else data
        self.grad = None
        self.name = name
        self.operation = None
        self.inputs = ()

    @property
    def shape(self):
        """Shape of data; () for a number."""
        return np.shape(self.data)

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
            If data is an array and grad_output is left out, or the shapes differ.
        """
        walk_back(self, self._seed(grad_output))

    def topological_order(self):
        """All variables that this one was made from, itself last: each stands after its own inputs.

        The walk keeps its own stack, so no graph is too deep for it.
        """
        order, seen, stack = [], {self}, [(self, iter(self.inputs))]
        while stack:
            variable, sources = stack[-1]
            for source in sources:
                if type(source) is Variable and source not in seen:
                    seen.add(source)
                    stack.append((source, iter(source.inputs)))
                    break
            else:  # every input is in the order already: now this one may follow
                order.append(variable)
                stack.pop()
        return order

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
        return record(ops.Add(), self, other)

    def __radd__(self, other):
        return record(ops.Add(), other, self)

    def __sub__(self, other):
        return record(ops.Subtract(), self, other)

    def __rsub__(self, other):
        return record(ops.Subtract(), other, self)

    def __mul__(self, other):
        return record(ops.Multiply(), self, other)

    def __rmul__(self, other):
        return record(ops.Multiply(), other, self)

    def __truediv__(self, other):
        return record(ops.Divide(), self, other)

    def __rtruediv__(self, other):
        return record(ops.Divide(), other, self)

    def __pow__(self, other):
        return record(ops.Power(), self, other)

    def __rpow__(self, other):
        return record(ops.Power(), other, self)

    def __matmul__(self, other):
        return record(ops.MatMul(), self, other)

    def __rmatmul__(self, other):
        return record(ops.MatMul(), other, self)

    def __neg__(self):
        return record(ops.Negate(), self)

    def exp(self):
        return record(ops.Exp(), self)

    def log(self):
        """The natural logarithm."""
        return record(ops.Log(), self)

    def reciprocal(self):
        return record(ops.Reciprocal(), self)

    def maximum(self, other):
        """The larger of the two, element by element."""
        return record(ops.Maximum(), self, other)

    def relu(self):
        return record(ops.ReLU(), self)

    def sigmoid(self):
        return record(ops.Sigmoid(), self)

    def tanh(self):
        return record(ops.Tanh(), self)

    def sum(self, axis=None, keepdims=False):
        return record(ops.Sum(axis, keepdims), self)

    def mean(self, axis=None, keepdims=False):
        total = self.sum(axis, keepdims)
        count = np.size(self.data) / max(np.size(total.data), 1)
        if count == 0:
            raise ValueError(f"mean() of an array of shape {self.shape}: there is nothing to take the mean of")
        return total / count

    def broadcast_to(self, shape):
        """Repeated to `shape` by NumPy's rules."""
        return record(ops.Broadcast(shape), self)

    def reshape(self, *shape):
        return record(ops.Reshape(shape[0] if len(shape) == 1 else shape), self)

    @property
    def T(self):
        """With the axes in reverse order."""
        return record(ops.Transpose(), self)


def walk_back(output, seed):
    """Give a gradient to everything that `output` was made from; its own is the seed."""
    order = output.topological_order()
    for variable in order:
        if variable.operation is not None:
            variable.grad = None  # of an earlier walk
    output.grad = seed if output.grad is None else output.grad + seed
    for variable in reversed(order):  # all that read it come before it, so its gradient is complete
        if variable.operation is not None:
            for source, part in zip(variable.inputs, variable.operation.pull_back(variable.grad)):
                if type(source) is Variable:
                    if type(part) is not float or type(source.data) is not float:
                        part = own(part, source.data)
                    source.grad = part if source.grad is None else source.grad + part


new = object.__new__  # a Variable whose data are checked already needs no __init__


def record(operation, *inputs):
    """Apply an operation to variables or constants, and return a variable that remembers it.

    Raises TypeError for a constant that is not numeric, ValueError for shapes that don't fit.
    """
    result = new(Variable)
    result.grad = result.name = None
    result.operation, result.inputs = operation, inputs
    values = [value.data if type(value) is Variable else constant(value, operation) for value in inputs]
    result.data = operation.apply(*values)
    return result


def constant(value, operation):
    """A plain number or array beside a Variable, as `operation` can use it."""
    return value if type(value) is float else as_value(value, type(operation).__name__, "a constant")


def _number(value):
    text = f"{value:.10g}"  # 220.00000000000003 is 220.0
    return text if set(text) - set("-0123456789") else text + ".0"
