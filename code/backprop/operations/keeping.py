"""Whether the arrays that forward kept are still the same when backward reads them.

PyTorch counts versions. NumPy tells nobody when somebody writes into an array, so here contents are compared: of all
parameters, and of the inputs and outputs that an operation keeps on itself, in a list or tuple too. Not seen is what it
keeps deeper inside, what is no array, and what happens within `loss_and_gradient`, where nobody can come in between.
"""

import contextlib
import contextvars

import numpy as np

from ..values import describe

PERIOD = 1021  # up to this many elements the bytes are kept; of more, a sum with weights that repeat after as many
_watched = contextvars.ContextVar("watched", default=True)
_weights = {}  # by dtype


@contextlib.contextmanager
def unwatched():
    """Meanwhile nothing is noted or compared: where backward follows at once, nobody comes in between."""
    token = _watched.set(False)
    try:
        yield
    finally:
        _watched.reset(token)


def note(operation, inputs, output):
    """Remember the contents of the parameters, and of what the operation keeps of its inputs and its output."""
    noted = []
    if _watched.get():
        for name, value in operation.params.items():
            noted.append((name, None, contents(value)))
        for name, value in vars(operation).items():
            if type(value) is tuple or type(value) is list:
                for array in value:
                    if type(array) is np.ndarray and _belongs_to(array, inputs, output):
                        noted.append((name, array, contents(array)))
            elif type(value) is np.ndarray and _belongs_to(value, inputs, output):
                noted.append((name, value, contents(value)))
    operation.noted = noted


def refuse_changes(operation):
    """Raise ValueError if an array that `note` has seen holds other numbers now."""
    if not _watched.get():
        return
    for name, array, before in operation.noted:
        array = operation.params[name] if array is None else array
        if contents(array) != before:
            raise ValueError(
                f"{type(operation).__name__}.backward: {name} ({describe(array)}) has been changed since forward read "
                "it, so this would be the gradient of something else. Change data and parameters after backward, or "
                "run forward again"
            )


def contents(array):
    """Bytes that differ when the contents do; of a large array, almost surely."""
    if array.size <= PERIOD or array.dtype.kind != "f":
        return array.tobytes()
    flat = array.ravel(order="K")
    whole = flat.size // PERIOD * PERIOD
    if flat.dtype not in _weights:
        _weights[flat.dtype] = np.cos(np.arange(PERIOD)).astype(flat.dtype)
    # In einsum, unlike in a product of matrices, the order of the sum doesn't depend on threads.
    weighted = np.einsum("ij,j->", flat[:whole].reshape(-1, PERIOD), _weights[flat.dtype])
    return weighted.tobytes() + flat[whole:].tobytes()


def _belongs_to(array, inputs, output):
    """Whether somebody else can write into it: it is an input or the output, or shares the memory of one."""
    for other in (output, *inputs):
        if array is other:
            return True
        if type(other) is np.ndarray and (array.base is not None or other.base is not None):
            if np.may_share_memory(array, other):
                return True
    return False
