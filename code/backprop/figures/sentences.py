"""What happens in a step, in words and numbers."""

import numpy as np

from ..operations import Add, Broadcast, Divide, Maximum, Multiply, Negate, Power, Subtract, Sum

SMALL = 4  # the most rows and columns of an array that is shown in numbers


def number_text(value, elements=False, digits=6):
    """A number as a figure shows it: 3.3000000000000003 is 3.3. An array is its shape, or its elements if it is small."""
    if isinstance(value, tuple):
        return str(value)
    if np.ndim(value):
        if not elements or np.ndim(value) > 2 or max(np.shape(value)) > SMALL or not np.size(value):
            return str(np.shape(value))
        if np.size(value) > 1:
            rows = (" ".join(number_text(number, digits=3) for number in row) for row in np.atleast_2d(value))
            return "\n".join(f"[{row}]" for row in rows)
        value = np.reshape(value, ())
    text = f"{float(value):.{digits}g}"
    return "0" if text == "-0" else text.replace("-", "−")


FORWARD = {
    Add: "adds {} and {}",
    Subtract: "takes {1} from {0}",
    Multiply: "multiplies {} by {}",
    Divide: "divides {} by {}",
    Power: "raises {} to the power {}",
    Maximum: "takes the larger of {} and {}",
    Negate: "turns the sign of {}",
    Sum: "adds up the elements of {}",
    Broadcast: "repeats {}",
}

# What the operation does with the upstream gradient {up}, for its first and second input; {x} and {y} are
# its inputs, {x_} and {y_} in brackets if negative. Where nothing stands here: "times its local derivative".
BACKWARD = {
    Add: ("unchanged", "unchanged"),
    Subtract: ("unchanged", "with its sign turned"),
    Multiply: ("times its other input {y}", "times its other input {x}"),
    Divide: ("divided by {y}", "times −{x_} / {y_}²"),
    Maximum: ("to the larger input only", "to the larger input only"),
    Negate: ("with its sign turned",),
    Sum: ("copied to every element",),
    Broadcast: ("summed over all copies",),
}


def forward_sentence(entry, label):
    """ "× multiplies 100 by 2: 200." """
    texts = [_value(source) for source in entry.sources]
    sign = entry.operation.symbol if type(entry.operation) in FORWARD else label
    action = FORWARD.get(type(entry.operation), "turns " + " and ".join(["{}"] * len(texts)) + " into")
    if type(entry.operation) in FORWARD:
        return f"{sign} {action.format(*texts)}: {number_text(entry.value)}."
    return f"{sign} {action.format(*texts)} {number_text(entry.value)}."


def backward_sentence(entry, label, uses):
    """ "× hands back the upstream 1.1 times its other input 2: 2.2 to price; ..." """
    texts = [_value(source) for source in entry.sources]
    inputs = dict(zip(["x", "y"], texts)) | dict(zip(["x_", "y_"], map(_bracketed, texts)))
    known = BACKWARD.get(type(entry.operation))
    parts = []
    for position, (source, returned) in enumerate(zip(entry.sources, entry.returned)):
        if returned is None:
            continue
        how = known[position].format(**inputs) if known else _times_local(entry, position)
        if type(entry.operation) is Maximum and entry.local_derivative(position) == 0.5:
            how = "shared by equal inputs"
        to = f" to {source.name}" if source.name else ""
        parts.append(f"{how}: {number_text(returned)}{to}")
    sign = entry.operation.symbol if known else label
    summed = f"The gradients from its {uses} uses add up to {number_text(entry.gradient)}. " if uses > 1 else ""
    if len(parts) > 1 and len({part.split(" to ")[0] for part in parts}) == 1:
        parts = [f"{parts[0].split(' to ')[0]} to each of its inputs"]
    if not parts and entry.note:
        return f"{summed}{sign} keeps the gradients of its parameters, and has nothing to hand back."
    if not parts:
        return f"{summed}{sign} has nothing to hand back."
    return f"{summed}{sign} hands back the upstream {number_text(entry.gradient)} {'; '.join(parts)}."


def _times_local(entry, position):
    derivative = entry.local_derivative(position)
    return "times its local derivative" + ("" if derivative is None else f" {number_text(derivative)}")


def _bracketed(text):
    return f"({text})" if text.startswith("−") else text


def _value(source):
    return number_text(getattr(source, "value", source))
