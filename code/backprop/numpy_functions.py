"""What NumPy's functions do with a Variable: the operation of the same name, or a word about what to write."""

import numpy as np

from . import operations as ops
from .variable import Variable, record, record_one, record_two

UFUNCS = {
    np.add: lambda x, y: record_two(ops.Add(), x, y),
    np.subtract: lambda x, y: record_two(ops.Subtract(), x, y),
    np.multiply: lambda x, y: record_two(ops.Multiply(), x, y),
    np.divide: lambda x, y: record_two(ops.Divide(), x, y),
    np.power: lambda x, y: record_two(ops.Power(), x, y),
    np.maximum: lambda x, y: record_two(ops.Maximum(), x, y),
    np.minimum: lambda x, y: -record_two(ops.Maximum(), negative(x), negative(y)),
    np.matmul: lambda x, y: record(ops.MatMul(), x, y),
    np.negative: lambda x: -x,
    np.positive: lambda x: x * 1,
    np.absolute: lambda x: record_one(ops.Absolute(), x),
    np.exp: lambda x: x.exp(),
    np.log: lambda x: x.log(),
    np.tanh: lambda x: x.tanh(),
    np.reciprocal: lambda x: x.reciprocal(),
    np.square: lambda x: x**2,
    np.sqrt: lambda x: x**0.5,
}


def call_ufunc(ufunc, method, inputs, options):
    """np.exp(v), array * v, ...: the operation of a ufunc that has one."""
    if options.get("out") is not None:
        raise TypeError(
            f"np.{ufunc.__name__} can't write a Variable into an array, which has no room for its record: write "
            "x = x + y in place of x += y, and don't pass out=..."
        )
    if method != "__call__" or ufunc not in UFUNCS or options:
        name = ufunc.__name__ + ("" if method == "__call__" else f".{method}")
        raise TypeError(refusal(f"np.{name}" + "".join(f"(..., {option}=...)" for option in list(options)[:1])))
    return UFUNCS[ufunc](*inputs)


def call_function(function, inputs, options):
    """np.dot(W, v), np.where(mask, v, 0), ...: the operation of a function that has one."""
    if function not in FUNCTIONS:
        raise TypeError(refusal(called(function)))
    try:
        return FUNCTIONS[function](*inputs, **options)
    except TypeError as error:
        if "unexpected keyword" in str(error) or "positional argument" in str(error):
            raise TypeError(f"{called(function)} with a Variable {str(error).split('() ')[-1]}") from None
        raise


def refusal(name):
    known = sorted({function.__name__ for function in (*UFUNCS, *FUNCTIONS)})
    return (
        f"{name} has no operation that would record it{INSTEAD.get(name, '')}. For the numbers alone, pass x.data; "
        f"a Variable knows {', '.join(known)}, and you can write an Operation of your own"
    )


def called(function):
    return f"{function.__module__}.{function.__name__}".replace("numpy", "np", 1)


def negative(x):
    return -x if isinstance(x, Variable) else np.negative(x)


def variable(x):
    """So that the methods of a Variable can be called: of the arguments, only one need be one."""
    return x if isinstance(x, Variable) else Variable(x)


def dot(a, b):
    dimensions = np.ndim(a), np.ndim(b)
    if 0 in dimensions:
        return a * b
    if dimensions[1] > 2:
        raise TypeError(f"np.dot of a Variable knows vectors and matrices on the right, got shape {np.shape(b)}: use @")
    return record(ops.MatMul(), a, b)


def inner(a, b):
    return dot(a, b if np.ndim(b) < 2 else transpose(b))


def outer(a, b):
    return variable(a).reshape(-1, 1) * variable(b).reshape(1, -1)


def transpose(a, axes=None):
    return variable(a).transpose() if axes is None else variable(a).transpose(tuple(axes))


def swapaxes(a, axis1, axis2):
    order = list(range(np.ndim(a)))
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return transpose(a, order)


def where(condition, x, y):
    if isinstance(condition, Variable):
        raise TypeError("np.where: a condition has no gradient; write np.where(x.data > 0, x, y)")
    return record(ops.Where(condition), x, y)


def clip(a, a_min=None, a_max=None):
    """The gradient passes where a lies between the limits, on them too, as in torch's clamp."""
    if isinstance(a_min, Variable) or isinstance(a_max, Variable):
        raise TypeError("np.clip: limits that are Variables get no gradient here; write x.maximum(limit)")
    limited = np.clip(a.data, a_min, a_max)
    return record(ops.Where(limited == a.data), a, limited)


def concatenate(arrays, axis=0):
    if axis is None:
        arrays, axis = [variable(array).reshape(-1) for array in arrays], 0
    return record(ops.Concatenate(axis, len(arrays)), *arrays)


def stack(arrays, axis=0):
    return concatenate([expand_dims(array, axis) for array in arrays], axis)


def expand_dims(a, axis):
    return variable(a).reshape(np.expand_dims(np.broadcast_to(0, np.shape(a)), axis).shape)


def squeeze(a, axis=None):
    return a.reshape(np.squeeze(np.broadcast_to(0, a.shape), axis).shape)


INSTEAD = {
    "np.einsum": ": write it with @, transpose and sum",
    "np.tensordot": ": write it with @, transpose and reshape",
    "np.var": ": write ((x - x.mean()) ** 2).mean()",
    "np.std": ": write ((x - x.mean()) ** 2).mean() ** 0.5",
    "np.linalg.norm": ": write (x * x).sum() ** 0.5",
    "np.hstack": ": write np.concatenate",
    "np.vstack": ": write np.stack or np.concatenate",
    "np.split": ": write x[:2], x[2:]",
    "np.flip": ": write x[::-1]",
    "np.copy": ": write x * 1",
}

FUNCTIONS = {
    np.dot: dot,
    np.vdot: lambda a, b: dot(variable(a).reshape(-1), variable(b).reshape(-1)),
    np.inner: inner,
    np.outer: outer,
    np.transpose: transpose,
    np.swapaxes: swapaxes,
    np.reshape: lambda a, shape: a.reshape(shape),
    np.ravel: lambda a: a.reshape(-1),
    np.expand_dims: expand_dims,
    np.squeeze: squeeze,
    np.broadcast_to: lambda array, shape: array.broadcast_to(shape),
    np.sum: lambda a, axis=None, keepdims=False: a.sum(axis, keepdims),
    np.mean: lambda a, axis=None, keepdims=False: a.mean(axis, keepdims),
    np.max: lambda a, axis=None, keepdims=False: a.max(axis, keepdims),
    np.min: lambda a, axis=None, keepdims=False: -((-a).max(axis, keepdims)),
    np.amax: lambda a, axis=None, keepdims=False: a.max(axis, keepdims),
    np.amin: lambda a, axis=None, keepdims=False: -((-a).max(axis, keepdims)),
    np.where: where,
    np.clip: clip,
    np.concatenate: concatenate,
    np.stack: stack,
    np.shape: lambda a: a.shape,
    np.ndim: lambda a: a.ndim,
    np.size: lambda a: np.size(a.data),
}
