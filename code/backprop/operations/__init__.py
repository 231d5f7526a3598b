"""Operations: each goes forward, and turns the gradient of its output into the gradient of each input."""

from .activations import ReLU, Sigmoid, Tanh
from .arithmetic import Add, Divide, Maximum, Multiply, Power, Subtract
from .arrays import Broadcast, MatMul, Reshape, Sum, Transpose
from .elementary import Exp, Log, Negate, Reciprocal
from .operation import Operation

__all__ = [
    "Add", "Broadcast", "Divide", "Exp", "Log", "MatMul", "Maximum", "Multiply", "Negate", "Operation",
    "Power", "Reciprocal", "Reshape", "Subtract", "Sum", "Transpose",
]  # fmt: skip
