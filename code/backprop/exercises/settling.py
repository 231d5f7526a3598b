"""Put whatever an answer returns into a plain form: numbers, arrays, lists and dictionaries that nobody else holds."""

from decimal import Decimal
from fractions import Fraction

import numpy as np

from ..variable import Variable

PLAIN = (type(None), type(Ellipsis), type(NotImplemented), bool, int, float, complex, Fraction, Decimal)
LARGEST = 10**6  # elements; no right answer has as many
DEEPEST = 6  # lists inside lists


def settle(value, depth=0):
    """A plain copy. Subclasses become what they are made from; what is no number, or holds none, becomes Foreign."""
    kind = type(value)
    if any(kind is plain for plain in PLAIN):  # identity: a class can say that it equals another
        return value
    if isinstance(value, Variable):
        return Variable(0.0)
    if isinstance(value, str):
        return str.__getitem__(value, slice(1000))
    if isinstance(value, np.ndarray):
        return _settled_array(np.asarray(value), depth)
    if depth < DEEPEST:
        if isinstance(value, dict):
            return {settle(key, DEEPEST): settle(part, depth + 1) for key, part in dict.items(value)}
        for sequence in (list, tuple):
            if isinstance(value, sequence):
                length = sequence.__len__(value)
                if length > LARGEST:
                    return Compact(_repeated, sequence, length)
                return sequence(settle(part, depth + 1) for part in sequence.__iter__(value))
    why = ""
    try:
        array = np.asarray(value)
        if array.dtype != object or array.ndim:
            return _settled_array(array, depth)
    except Exception as error:  # a tensor that requires a gradient, say
        why = f"{error}"[:200]
    return Compact(foreign, f"{kind.__name__}"[:100], why, hasattr(kind, "__next__"))


def _settled_array(array, depth):
    if array.size > LARGEST:
        return Compact(_spread, array.shape)
    if array.dtype == object:
        parts = np.empty(array.shape, dtype=object)
        for index in np.ndindex(array.shape):
            parts[index] = settle(array[index], depth + 1) if depth < DEEPEST else None
        return parts
    return array.copy() if array.dtype.kind in "biufcSU" else Compact(foreign, f"{array.dtype}", "", False)


class Compact:
    """Pickled, it is nothing but a call; unpickled, what the call gives."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


def _repeated(sequence, length):
    return sequence([None]) * length


def _spread(shape):
    return np.broadcast_to(np.nan, shape)


class Foreign:
    """Stands for a result that is no number; equal to nothing."""

    why = ""

    def __array__(self, dtype=None, copy=None):
        if self.why:
            raise TypeError(self.why)
        array = np.empty((), dtype=object)
        array[()] = self
        return array


def foreign(kind, why, used_up):
    """An instance of a class that is called like that of the result."""
    return type(kind, (Foreign,), {"why": why, **({"__next__": None} if used_up else {})})()
