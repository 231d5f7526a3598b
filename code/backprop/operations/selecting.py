"""Operations that choose elements, or put them side by side."""

import copy

import numpy as np

from ..values import ShapeError
from .operation import Operation


class Index(Operation):
    """y = x[index]: whatever NumPy can read, with slices, integer arrays or a mask.

    Backward puts each gradient back where its element was read. One that was read twice gets both: they add up.
    """

    symbol = "[ ]"

    def __init__(self, index):
        if any(type(part).__name__ == "Variable" for part in (index if type(index) is tuple else (index,))):
            raise TypeError("an index has no gradient: index with the whole numbers themselves, not with a Variable")
        self.index = copy.deepcopy(index)  # so that nobody can write into it before backward

    def forward(self, x):
        self.shape = np.shape(x)
        return np.asarray(x)[self.index]

    def backward(self, grad_output):
        gradient = np.zeros(self.shape, np.asarray(grad_output).dtype)
        np.add.at(gradient, self.index, grad_output)
        return gradient

    def apply(self, x):
        try:
            return super().apply(x)
        except IndexError as error:
            raise IndexError(f"a value of shape {np.shape(x)} can't be read at [{self.index}]: {error}") from None


class Concatenate(Operation):
    """y = `count` arrays side by side along an axis that they have. Backward: each array gets its own piece."""

    symbol = "concatenate"

    def __init__(self, axis=0, count=2):
        self.axis = axis
        self.arguments = tuple(f"x{number}" for number in range(1, count + 1))

    def __repr__(self):
        return f"Concatenate(axis={self.axis})"

    def forward(self, *arrays):
        if not all(map(np.ndim, arrays)):
            raise ShapeError("Concatenate expected arrays, got a number among them: np.stack puts numbers side by side")
        self.ends = np.cumsum([array.shape[self.axis] for array in arrays])[:-1]
        return np.concatenate(arrays, self.axis)

    def backward(self, grad_output):
        return tuple(np.split(grad_output, self.ends, self.axis))


class Where(Operation):
    """z = x where the condition holds, y elsewhere. Each gets the gradient of the places where it was chosen."""

    symbol = "where"
    arguments = ("x", "y")

    def __init__(self, condition):
        self.condition = np.array(condition, dtype=bool)  # a copy, as above

    def forward(self, x, y):
        return np.where(self.condition, x, y)

    def backward(self, grad_output):
        return np.where(self.condition, grad_output, 0.0), np.where(self.condition, 0.0, grad_output)
