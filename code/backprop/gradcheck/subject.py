"""What is checked, whoever wrote it: run it in float64, on copies, the same way every time."""

import copy
import inspect
from collections.abc import Mapping

import numpy as np

from ..randomness import generators_in
from ..values import as_value
from ..variable import Variable
from .case import Diagnosis

# An input of a loss is given, and gets no gradient, if it has one of these names.
GIVEN = {"t", "target", "targets", "label", "labels", "truth", "y_true"}


class Subject:
    """What is checked: copies of it in float64, and the arrays that are moved.

    Parameters
    ----------
    operation : anything with forward and backward
    inputs : tuple
    given : names of inputs that get no gradient; those of GIVEN, and indices, need not be named.
    """

    def __init__(self, operation, inputs, given=()):
        self.names = input_names(operation, len(inputs))
        unknown = [name for name in given if name not in self.names]
        if unknown:
            raise ValueError(f"given names {unknown[0]!r}, but {called(operation)} takes {', '.join(self.names)}")
        parameters = mapping(operation, "params")
        self.untouched = in_float64(operation)
        self.random_state = [generator.bit_generator.state for generator in generators_in(self.untouched)]
        self.running, self.keeps_state = self.copy(), False
        self.generators = generators_in(self.running)
        self.parameters = {name: self.running.params[name] for name in parameters}
        self.notes = []
        self.given = self._given(dict(zip(self.names, inputs)), given)
        self.inputs = {
            name: np.array(as_value(value, "check_gradients", name), dtype=np.float64)
            for name, value in zip(self.names, inputs)
            if name not in self.given
        }
        self.moving = self.inputs | self.parameters
        if not self.moving:
            raise ValueError(f"{called(operation)} has nothing to check: every input is given, and params is empty")

    def _given(self, inputs, named):
        """The inputs without a gradient: those that are named, a loss's targets, and what forward uses as indices."""
        given = {name: inputs[name] for name in named}
        usual = {name: value for name, value in inputs.items() if name in GIVEN}
        if not given and 0 < len(usual) < len(inputs) and np.ndim(self.copy().forward(*inputs.values())) == 0:
            given = usual
        whole = [name for name, v in inputs.items() if name not in given and np.asarray(v).dtype.kind in "iub"]
        if whole and not self._runs(inputs, set(whole)) and self._runs(inputs, set()):
            # Forward needs whole numbers: find out which.
            found = [name for name in whole if not self._runs(inputs, {name})] or whole
            given |= {name: inputs[name] for name in found}
            are = "are indices for forward, so they get" if len(found) > 1 else "holds indices for forward, so it gets"
            self.notes.append(f"{' and '.join(found)} {are} no gradient: given={tuple(found)!r}")
        return given

    def _runs(self, inputs, as_floats):
        try:
            values = [np.asarray(v, np.float64)[()] if n in as_floats else v for n, v in inputs.items()]
            self.copy().forward(*values)
        except Exception:
            return False
        return True

    def copy(self):
        return _copied(self.untouched, {})

    def run_on_copies(self):
        """Every forward on a fresh copy from now on: what an earlier one left behind would count."""
        self.keeps_state, self.running = True, None
        self.parameters = {name: self.untouched.params[name] for name in self.parameters}
        self.moving = self.inputs | self.parameters
        self.notes.append("forward keeps a state from call to call: each call was made on a fresh copy")

    def output(self):
        """The output for the arrays as they stand, with the same random numbers every time."""
        operation = self.copy() if self.keeps_state else self.running
        return _as_output(self._forward(operation, self.inputs), operation)

    def rounding(self, output, rng):
        """How far each output moves when every number is changed in its last digit: what rounding does to it."""
        most, kept = np.zeros(output.shape), {name: array.copy() for name, array in self.moving.items()}
        for _ in range(4):
            for name, array in self.moving.items():
                array[...] = kept[name] * (1 + np.finfo(np.float64).eps * rng.choice([-1, 1], array.shape))
            moved = np.abs(self.output() - output)
            most = np.fmax(most, np.where(np.isfinite(moved), moved, 0))  # out of the domain says nothing of rounding
        for name, array in self.moving.items():
            array[...] = kept[name]
        return most

    def after_other_numbers(self, rng):
        """A copy that has been forward and backward once, on other numbers of the same shapes."""
        operation = self.copy()
        if self.keeps_state:
            return operation
        others = {name: 0.9 * np.roll(array, 1) for name, array in self.inputs.items()}
        try:
            for generator in generators_in(operation):
                generator.random()  # other random numbers, too
            output = operation.forward(*self._arguments(others))
            _call_backward(operation, rng.standard_normal(np.shape(output))[()])
        except Exception:
            return self.copy()
        if hasattr(operation, "zero_grad"):
            operation.zero_grad()
        return operation

    def backward(self, operation, upstream):
        """What backward gives for each input and parameter, and what it changed that is not its own."""
        arguments, passed_in = {name: array.copy() for name, array in self.inputs.items()}, np.array(upstream)[()]
        self._forward(operation, arguments, copied=False)
        returned = self._one_each(_as_tuple(_call_backward(operation, passed_in)), operation)
        grads = mapping(operation, "grads")
        for name in self.parameters:
            if name not in grads:
                raise ValueError(f"{called(operation)}.grads lacks {name!r}: backward must put its gradient there")
        found = dict(zip(self.inputs, returned)) | {name: grads[name] for name in self.parameters}
        changed = []
        if not np.array_equal(passed_in, upstream):
            changed.append(_written_into("upstream array modified", "the upstream gradient"))
        for name, array in self.inputs.items():
            if not np.array_equal(arguments[name], array, equal_nan=True):
                changed.append(_written_into("input array modified", name))
        for name, array in self.parameters.items():
            if not np.array_equal(operation.params[name], array, equal_nan=True):
                changed.append(
                    Diagnosis("parameter modified", f"backward changed {name}: that is the optimizer's task, later")
                )
        return {name: _as_gradient(gradient, name, self.moving[name]) for name, gradient in found.items()}, changed

    def _one_each(self, returned, operation):
        """One gradient for each input that gets one. Those of given inputs may stand between, as None, say."""
        if len(returned) == len(self.inputs):
            return returned
        if len(returned) == len(self.names):
            return [gradient for name, gradient in zip(self.names, returned) if name not in self.given]
        if not self.inputs:
            return []
        hint = ""
        if len(returned) < len(self.inputs):
            rest = list(self.inputs)[len(returned) :]
            hint = f". If {' and '.join(rest)} {'is' if len(rest) == 1 else 'are'} given, without a gradient, say so: "
            hint += f"given={tuple(rest)!r}"
        raise ValueError(
            f"{called(operation)}.backward returned {len(returned)} gradient{'s' * (len(returned) != 1)} "
            f"for {len(self.inputs)} inputs ({', '.join(self.inputs)}){hint}"
        )

    def same_again(self, operation, upstream, first):
        """Whether a second backward after the same forward returns the same."""
        try:
            second = self._one_each(_as_tuple(_call_backward(operation, np.array(upstream)[()])), operation)
        except Exception:
            return True
        return all(np.array_equal(first[name], gradient) for name, gradient in zip(self.inputs, second))

    def with_other(self, changes, what):
        """`what()` while arrays or given inputs have other values."""
        kept = {name: array.copy() for name, array in self.moving.items()}
        given = dict(self.given)
        try:
            for name, value in changes.items():
                if name in self.given:
                    self.given[name] = value
                else:
                    self.moving[name][...] = value
            return what()
        finally:
            self.given = given
            for name, value in kept.items():
                self.moving[name][...] = value

    def remarks(self, operation):
        """What a reader of the report should know: what was not checked, and what can't be."""
        unchecked = [name for name in mapping(operation, "grads") if name not in self.parameters]
        kept = vars(operation) if hasattr(operation, "__dict__") else {}
        unchecked += [name[1:] for name in kept if name[:1] == "d" and name[1:] in kept and not self.parameters]
        notes = list(self.notes)
        if unchecked:
            notes.append(
                f"not checked: {', '.join(unchecked)}. Put parameters into the dictionary params, and "
                "their gradients into grads, under the same names"
            )
        if getattr(self._forward(self.copy(), self.inputs), "dtype", None) == np.float32:
            notes.append("forward gives float32 for float64 inputs: too coarse for differences")
        return notes

    def _arguments(self, inputs):
        """In the order of the signature; a number for 0 dimensions."""
        return [copy.copy(self.given[name]) if name in self.given else inputs[name][()] for name in self.names]

    def _forward(self, operation, inputs, copied=True):
        if self.random_state:
            generators = self.generators if operation is self.running else generators_in(operation)
            for generator, state in zip(generators, self.random_state):
                generator.bit_generator.state = state
        inputs = {name: array.copy() for name, array in inputs.items()} if copied else inputs
        return operation.forward(*self._arguments(inputs))


def in_float64(operation):
    """A deep copy whose parameters are float64 arrays of its own."""
    parameters = mapping(operation, "params")
    # deepcopy takes these for copies that it has made already: so wherever the operation keeps a
    # parameter, under whatever name, its copy keeps the float64 one.
    wide = {name: np.array(value, dtype=np.float64) for name, value in parameters.items()}
    memo = {id(value): wide[name] for name, value in parameters.items() if isinstance(value, np.ndarray)}
    copied = _copied(operation, memo)
    if wide and copied.params is operation.params:  # they belong to the class: the copy gets its own
        copied.params, copied.grads = {}, dict(mapping(operation, "grads"))
    for name, value in wide.items():
        copied.params[name] = value
    return copied


def _written_into(kind, name):
    return Diagnosis(kind, f"{name} was written into, but belongs to the caller: make a new array instead")


def called(operation):
    """Its repr, or the name of its class where that would be a memory address."""
    return type(operation).__name__ if type(operation).__repr__ is object.__repr__ else repr(operation)


def input_names(operation, count):
    """The names of the inputs that forward takes: `count` of them.

    Raises
    ------
    TypeError
        If the operation has no forward and backward, or takes another number of inputs.
    """
    if isinstance(operation, type) or not (hasattr(operation, "forward") and hasattr(operation, "backward")):
        hint = ": did you forget the parentheses?" if isinstance(operation, type) else ""
        raise TypeError(f"check_gradients expected something with forward and backward, got {operation!r}{hint}")
    named = getattr(operation, "arguments", None)
    if isinstance(named, tuple) and all(isinstance(name, str) for name in named):
        required, names = len(named), list(named)
    else:
        parameters = inspect.signature(operation.forward).parameters.values()
        single = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
        required, names = sum(p.default is p.empty for p in single), [p.name for p in single]
        for many in (p for p in parameters if p.kind == p.VAR_POSITIONAL):
            names += [f"{many.name}{number}" for number in range(count - len(names))]
    if not required <= count <= len(names):
        raise TypeError(
            f"{called(operation)} takes {required} input{'s' * (required != 1)} ({', '.join(names)}), "
            f"check_gradients got {count}"
        )
    return names[:count]


def _as_output(returned, operation):
    """As a float64 array, or a TypeError that says what else came out of forward."""
    came = f"{type(operation).__name__}.forward returned "
    if isinstance(returned, tuple):
        raise TypeError(
            f"{came}a tuple of {len(returned)}: check_gradients expected the output alone. What backward needs "
            "stays on self, as in self.cache = x"
        )
    if returned is None:
        raise TypeError(f"{came}None: is a return missing?")
    if isinstance(returned, Variable):
        raise TypeError(f"{came}a Variable: it has a backward of its own. Return the numbers in it, its .data")
    try:
        output = np.asarray(returned)
        if output.dtype.kind in "fiub":
            return output.astype(np.float64)
    except Exception:
        pass
    raise TypeError(f"{came}{type(returned).__name__}: check_gradients expected a number or an array of numbers")


def _call_backward(operation, upstream):
    """backward(upstream); a loss's backward may take nothing, and then starts from 1."""
    parameters = inspect.signature(operation.backward).parameters.values()
    single = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    required = [p.name for p in single if p.default is p.empty]
    if len(required) > 1:
        raise TypeError(
            f"{type(operation).__name__}.backward takes {', '.join(required)}: check_gradients calls it with the "
            "upstream gradient alone. Whatever else it needs must be what forward keeps on self"
        )
    if parameters:
        return operation.backward(upstream)
    return tuple(upstream * np.asarray(gradient) for gradient in _as_tuple(operation.backward()))


def _as_tuple(returned):
    return tuple(returned) if isinstance(returned, (tuple, list)) else (returned,)


def _as_gradient(gradient, name, value):
    """As a float64 array. None stands for nothing: nan everywhere."""
    if gradient is None:
        return np.full(value.shape, np.nan)
    return np.array(as_value(gradient, "check_gradients", f"the gradient of {name}"), dtype=np.float64)


def mapping(operation, name):
    found = getattr(operation, name, None)
    if found is not None and not isinstance(found, Mapping):
        raise TypeError(
            f"check_gradients expected {called(operation)}.{name} to be a dictionary of arrays, got "
            f"{type(found).__name__}"
        )
    return found or {}


def _copied(operation, memo):
    """A deep copy; what can't be copied, such as a module or a file, is shared."""
    try:
        return copy.deepcopy(operation, dict(memo))
    except Exception:
        shared = {}
        for value in vars(operation).values():
            try:
                copy.deepcopy(value, dict(memo))
            except Exception:
                shared[id(value)] = value
        return copy.deepcopy(operation, memo | shared)
