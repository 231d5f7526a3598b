"""Operations: each goes forward, and turns the gradient of its output into the gradient of each input."""

from .activations import ReLU, Sigmoid, Tanh
from .arithmetic import Add, Divide, Maximum, Multiply, Power, Subtract
from .arrays import Broadcast, MatMul, Max, Reshape, Sum, Transpose
from .elementary import Absolute, Exp, Log, Negate, Reciprocal
from .operation import Operation
from .selecting import Concatenate, Index, Where

__all__ = [
    "Absolute", "Add", "Broadcast", "Concatenate", "Divide", "Exp", "Index", "Log", "MatMul", "Max", "Maximum",
    "Multiply", "Negate", "Operation", "Power", "ReLU", "Reciprocal", "Reshape", "Sigmoid", "Subtract", "Sum", "Tanh",
    "Transpose", "Where",
]  # fmt: skip
