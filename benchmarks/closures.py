"""A scalar engine of the other kind: every operation leaves a closure that knows the way back.

After the idea of Karpathy's micrograd, as lean as it gets: slots in place of a dictionary, a tuple of inputs in place
of a set, and a walk that keeps its own stack, so that long chains work as well.
"""

import math


class Value:
    """A number, its gradient, and a function that hands the gradient on."""

    __slots__ = ("data", "grad", "inputs", "_backward")

    def __init__(self, data, inputs=()):
        self.data, self.grad, self.inputs = data, 0.0, inputs
        self._backward = None

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other))

        def backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = backward
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other))

        def backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = backward
        return out

    def tanh(self):
        out = Value(math.tanh(self.data), (self,))

        def backward():
            self.grad += (1 - out.data * out.data) * out.grad

        out._backward = backward
        return out

    def relu(self):
        out = Value(self.data if self.data > 0 else 0.0, (self,))

        def backward():
            self.grad += (out.data > 0) * out.grad

        out._backward = backward
        return out

    def backward(self):
        """Call the closures in reverse topological order: each value after all that read it."""
        order, seen, stack = [], {id(self)}, [(self, iter(self.inputs))]
        while stack:
            value, sources = stack[-1]
            for source in sources:
                if id(source) not in seen:
                    seen.add(id(source))
                    stack.append((source, iter(source.inputs)))
                    break
            else:
                order.append(value)
                stack.pop()
        self.grad = 1.0
        for value in reversed(order):
            if value._backward is not None:
                value._backward()
