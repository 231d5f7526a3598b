"""What is said of each step: the right words for each kind of operation, and the numbers of the graph."""

import itertools
import math
import re

import numpy as np
import pytest
from drawn import computed
from hypothesis import given

from backprop import Variable
from backprop.figures.graph import graph_of, number_text
from backprop.layers import Affine, Multiply
from backprop.losses import SoftmaxWithLoss
from backprop.networks import TwoLayerNet


def named(*values):
    return [Variable(value, name=name) for value, name in zip(values, ("x", "y"))]


def steps(result, upstream=None):
    """The sentences of a graph that runs backward from here."""
    result.backward(upstream)
    return graph_of(result).steps


def test_bookshop():
    price, count, tax = Variable(100, name="price"), Variable(2, name="count"), Variable(1.1, name="tax")
    assert steps((price * count * tax).named("total")) == [
        "The inputs: price = 100, count = 2, tax = 1.1.",
        "× multiplies 100 by 2: 200.",
        "× multiplies 200 by 1.1: 220.",
        "The backward pass begins at total with 1.",
        "× hands back the upstream 1 times its other input 1.1: 1.1; times its other input 200: 200 to tax.",
        "× hands back the upstream 1.1 times its other input 2: 2.2 to price; times its other input 100: 110 to count.",
    ]


def test_one_input_and_a_constant():
    """Only a variable gets a gradient; a constant gets none, and no word."""
    price = Variable(100, name="price")
    assert steps(price * 2, 1.1)[-1] == "× hands back the upstream 1.1 times its other input 2: 2.2 to price."
    assert steps(2 * price, 1.1)[-1] == "× hands back the upstream 1.1 times its other input 2: 2.2 to price."


OPERATIONS = {
    "add": (
        lambda x, y: x + y, (3, 5),
        "+ adds 3 and 5: 8.",
        "+ hands back the upstream 2 unchanged: 2 to each of its inputs.",
    ),
    "add a constant": (
        lambda x, y: x + 4, (3, 5),
        "+ adds 3 and 4: 7.",
        "+ hands back the upstream 2 unchanged: 2 to x.",
    ),
    "subtract": (
        lambda x, y: x - y, (3, 5),
        "− takes 5 from 3: −2.",
        "− hands back the upstream 2 unchanged: 2 to x; with its sign turned: −2 to y.",
    ),
    "subtract from a constant": (
        lambda x, y: 10 - x, (3, 5),
        "− takes 3 from 10: 7.",
        "− hands back the upstream 2 with its sign turned: −2 to x.",
    ),
    "multiply": (
        lambda x, y: x * y, (3, 5),
        "× multiplies 3 by 5: 15.",
        "× hands back the upstream 2 times its other input 5: 10 to x; times its other input 3: 6 to y.",
    ),
    "multiply equal numbers": (
        lambda x, y: x * y, (3, 3),
        "× multiplies 3 by 3: 9.",
        "× hands back the upstream 2 times its other input 3: 6 to each of its inputs.",
    ),
    "divide": (
        lambda x, y: x / y, (6, 4),
        "/ divides 6 by 4: 1.5.",
        "/ hands back the upstream 2 divided by 4: 0.5 to x; times −6 / 4²: −0.75 to y.",
    ),
    "divide negative numbers": (
        lambda x, y: x / y, (-6, -4),
        "/ divides −6 by −4: 1.5.",
        "/ hands back the upstream 2 divided by −4: −0.5 to x; times −(−6) / (−4)²: 0.75 to y.",
    ),
    "power": (
        lambda x, y: x**y, (3, 2),
        "** raises 3 to the power 2: 9.",
        "** hands back the upstream 2 times its local derivative 6: 12 to x; "
        f"times its local derivative {9 * math.log(3):.6g}: {18 * math.log(3):.6g} to y.",
    ),
    "square": (
        lambda x, y: x**2, (-3, 2),
        "** raises −3 to the power 2: 9.",
        "** 2 hands back the upstream 2 times its local derivative −6: −12 to x.",
    ),
    "maximum": (
        lambda x, y: x.maximum(y), (3, 5),
        "max takes the larger of 3 and 5: 5.",
        "max hands back the upstream 2 to the larger input only: 0 to x; to the larger input only: 2 to y.",
    ),
    "maximum of equal numbers": (
        lambda x, y: x.maximum(y), (5, 5),
        "max takes the larger of 5 and 5: 5.",
        "max hands back the upstream 2 shared by equal inputs: 1 to each of its inputs.",
    ),
    "negate": (
        lambda x, y: -x, (3, 5),
        "neg turns the sign of 3: −3.",
        "neg hands back the upstream 2 with its sign turned: −2 to x.",
    ),
    "exp": (
        lambda x, y: x.exp(), (0, 5),
        "exp turns 0 into 1.",
        "exp hands back the upstream 2 times its local derivative 1: 2 to x.",
    ),
    "log": (
        lambda x, y: x.log(), (4, 5),
        f"log turns 4 into {math.log(4):.6g}.",
        "log hands back the upstream 2 times its local derivative 0.25: 0.5 to x.",
    ),
    "reciprocal": (
        lambda x, y: x.reciprocal(), (4, 5),
        "1/x turns 4 into 0.25.",
        "1/x hands back the upstream 2 times its local derivative −0.0625: −0.125 to x.",
    ),
    "relu": (
        lambda x, y: x.relu(), (-4, 5),
        "ReLU turns −4 into 0.",
        "ReLU hands back the upstream 2 times its local derivative 0: 0 to x.",
    ),
    "sigmoid": (
        lambda x, y: x.sigmoid(), (0, 5),
        "sigmoid turns 0 into 0.5.",
        "sigmoid hands back the upstream 2 times its local derivative 0.25: 0.5 to x.",
    ),
    "tanh": (
        lambda x, y: x.tanh(), (0, 5),
        "tanh turns 0 into 0.",
        "tanh hands back the upstream 2 times its local derivative 1: 2 to x.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("operation", OPERATIONS)
def test_each_operation_with_numbers(operation):
    formula, numbers, forward, backward = OPERATIONS[operation]
    _, said_forward, begin, said_backward = steps(formula(*named(*numbers)), 2.0)
    assert (said_forward, said_backward) == (forward, backward)
    assert begin == "The backward pass begins at the result with 2."


ARRAY = np.arange(6.0).reshape(2, 3)
ARRAYS = {
    "sum": (
        lambda x: x.sum(), "sum adds up the elements of (2, 3): 15.",
        "sum hands back the upstream 1 copied to every element: (2, 3) to x.",
    ),
    "sum of columns": (
        lambda x: x.sum(axis=0), "sum adds up the elements of (2, 3): (3,).",
        "sum hands back the upstream (3,) copied to every element: (2, 3) to x.",
    ),
    "broadcast": (
        lambda x: x.broadcast_to((4, 2, 3)), "broadcast repeats (2, 3): (4, 2, 3).",
        "broadcast hands back the upstream (4, 2, 3) summed over all copies: (2, 3) to x.",
    ),
    "multiply": (
        lambda x: x * np.ones(3), "× multiplies (2, 3) by (3,): (2, 3).",
        "× hands back the upstream (2, 3) times its other input (3,): (2, 3) to x.",
    ),
    "exp": (
        lambda x: x.exp(), "exp turns (2, 3) into (2, 3).",
        "exp hands back the upstream (2, 3) times its local derivative: (2, 3) to x.",
    ),
    "reshape": (
        lambda x: x.reshape(6), "reshape turns (2, 3) into (6,).",
        "reshape hands back the upstream (6,) times its local derivative: (2, 3) to x.",
    ),
    "transpose": (
        lambda x: x.T, "T turns (2, 3) into (3, 2).",
        "T hands back the upstream (3, 2) times its local derivative: (2, 3) to x.",
    ),
    "matmul": (
        lambda x: x @ np.ones((3, 4)), "@ (3, 4) turns (2, 3) and (3, 4) into (2, 4).",
        "@ (3, 4) hands back the upstream (2, 4) times its local derivative: (2, 3) to x.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("operation", ARRAYS)
def test_each_operation_with_arrays(operation):
    formula, forward, backward = ARRAYS[operation]
    result = formula(Variable(ARRAY, name="x"))
    said = steps(result, None if result.shape == () else np.ones(result.shape))
    assert (said[1], said[-1]) == (forward, backward)


def test_a_number_in_many_places_gets_the_sum():
    said = steps((Variable(2.0, name="b") + ARRAY).sum())
    assert said[-1] == "+ hands back the upstream (2, 3) unchanged: 6 to b."


# ---------------------------------------------------------------- several uses


def test_an_intermediate_used_twice():
    """It hands back the sum, so the sum is said before it does."""
    x = Variable(1.0, name="x")
    a = (x * 3).named("a")
    b = (a * 2).named("b")
    assert steps((a + b).named("c"))[-3:] == [
        "+ hands back the upstream 1 unchanged: 1 to each of its inputs.",
        "× hands back the upstream 1 times its other input 2: 2 to a.",
        "The gradients from its 2 uses add up to 3. × hands back the upstream 3 times its other input 3: 9 to x.",
    ]


def test_an_input_used_twice_by_one_operation():
    x = Variable(3.0, name="x")
    assert steps(x * x)[-1] == (
        "× hands back the upstream 1 times its other input 3: 3 to each of its inputs. "
        "The gradients from the 2 uses of x add up to 6."
    )


def test_an_input_used_in_several_places():
    """The sum is said where the last part of it has arrived, and nowhere else."""
    x, y = named(3.0, 5.0)
    said = steps(x * 4 + x * y + y)
    x_sum, y_sum = "The gradients from the 2 uses of x add up to 9.", "The gradients from the 2 uses of y add up to 4."
    assert said[-1] == f"× hands back the upstream 1 times its other input 4: 4 to x. {x_sum}"
    assert said[-2].endswith(f"times its other input 3: 3 to y. {y_sum}")
    assert sum("add up" in sentence for sentence in said) == 2


def test_an_unnamed_input_used_twice():
    x = Variable(3.0)
    assert steps(x + x) == [
        "The inputs stand on the left.",
        "+ adds 3 and 3: 6.",
        "The backward pass begins at the result with 1.",
        "+ hands back the upstream 1 unchanged: 1 to each of its inputs. "
        "The gradients from the 2 uses of one input add up to 2.",
    ]


def test_nothing_adds_up_before_the_way_back():
    x = Variable(3.0, name="x")
    assert not any("add up" in sentence for sentence in graph_of(x * x).steps)


# ---------------------------------------------------------------- layers and networks


def test_a_layer():
    layer = Multiply()
    layer.forward(100, 2)
    layer.backward(1.1)
    assert graph_of(layer).steps == [
        "The inputs: x = 100, y = 2.",
        "× multiplies 100 by 2: 200.",
        "The backward pass begins at the result with 1.1.",
        "× hands back the upstream 1.1 times its other input 2: 2.2 to x; times its other input 100: 110 to y.",
    ]


def test_an_affine_layer_and_a_loss():
    layer, loss = Affine(np.ones((3, 4)), np.zeros(4)), SoftmaxWithLoss()
    loss.forward(layer.forward(np.ones((2, 3))), np.array([0, 1]))
    layer.backward(loss.backward())
    assert graph_of(layer).steps[0] == "The inputs: x = (2, 3), W = (3, 4), b = (4,)."
    assert graph_of(layer).steps[1] == "Affine turns (2, 3) and (3, 4) and (4,) into (2, 4)."
    assert graph_of(layer).steps[-1].startswith("Affine hands back the upstream (2, 4) ")
    assert all(part in graph_of(layer).steps[-1] for part in ("(2, 3) to x", "(3, 4) to W", "(4,) to b"))
    assert graph_of(loss).steps[1] == "softmax + loss turns (2, 4) and (2,) into 1.38629."
    assert graph_of(loss).steps[-1].endswith(": (2, 4) to scores.")
    assert "targets" not in graph_of(loss).steps[-1]


def test_a_network():
    network = TwoLayerNet(3, 4, 2)
    network.gradient(np.ones((5, 3)), np.zeros(5, dtype=int))
    said = graph_of(network).steps
    assert said[0] == "The inputs: x = (5, 3), targets = (5,)."
    assert [sentence.split(" turns ")[0] for sentence in said[1:5]] == ["Affine", "ReLU", "Affine", "softmax + loss"]
    assert [sentence.split(" hands ")[0] for sentence in said[6:9]] == ["softmax + loss", "Affine", "ReLU"]
    assert said[9:] == ["Affine keeps the gradients of its parameters, and has nothing to hand back."]
    assert said[5] == "The backward pass begins at loss with 1."


# ---------------------------------------------------------------- the edges of numbers


@pytest.mark.parametrize(
    "formula, number, upstream, said",
    [
        (lambda x: x.exp(), 1000.0, 1.0, "exp hands back the upstream 1 times its local derivative inf: inf to x."),
        (lambda x: x * math.inf, 1.0, 1.0, "× hands back the upstream 1 times its other input inf: inf to x."),
        (lambda x: x * 2, math.nan, 1.0, "× hands back the upstream 1 times its other input 2: 2 to x."),
        (lambda x: x.tanh(), math.nan, 1.0, "tanh hands back the upstream 1 times its local derivative nan: nan to x."),
        (lambda x: x.tanh(), 0.0, math.inf, "tanh hands back the upstream inf times its local derivative 1: inf to x."),
        (lambda x: x.tanh(), 0.0, 0.0, "tanh hands back the upstream 0 times its local derivative 1: 0 to x."),
    ],
    ids=["overflow", "times infinity", "times nan", "tanh of nan", "infinite upstream", "upstream 0"],
)
def test_numbers_at_the_edge(formula, number, upstream, said):
    assert steps(formula(Variable(number, name="x")), upstream)[-1] == said


def test_rounding_errors_are_not_said():
    x = Variable(1.1, name="x")
    assert steps(x * 3)[1] == "× multiplies 1.1 by 3: 3.3."


def test_single_precision():
    x = Variable(np.float32(0.1), name="x")
    assert steps(x * np.float32(3))[-1] == "× hands back the upstream 1 times its other input 3: 3 to x."


def test_a_name_with_a_preposition_in_it():
    """Sentences are not cut at words that may stand in a name."""
    x, y = Variable(3.0, name="way to x"), Variable(4.0, name="y")
    assert steps(x + y)[-1] == "+ hands back the upstream 1 unchanged: 1 to each of its inputs."
    assert steps(x - y)[-1].endswith("unchanged: 1 to way to x; with its sign turned: −1 to y.")


# ---------------------------------------------------------------- generated graphs


@given(computed())
def test_sentences_hold_the_numbers_of_the_graph(y):
    """Forward: what comes in and goes out; backward: the upstream gradient, and what every input gets."""
    graph = graph_of(y)
    for node in graph.nodes:
        if node.kind != "operation":
            continue
        made = node.entry
        forward, backward = (graph.steps[step] for step in node.steps)
        assert forward.endswith(f" {number_text(made.value)}.")
        sources = [number_text(getattr(source, "value", source)) for source in made.sources]
        assert all(re.search(rf"(^| ){re.escape(text)}( |:)", forward) for text in sources), (forward, sources)
        assert f"hands back the upstream {number_text(made.gradient)} " in backward
        handed = [number_text(gradient) for gradient in made.returned if gradient is not None]
        shared = "to each of its inputs" in backward
        assert not shared or len(set(handed)) == 1
        assert [text for text in handed if f": {text}" not in backward] == []
        if len(node.outgoing) > 1:
            assert backward.startswith(
                f"The gradients from its {len(node.outgoing)} uses add up to {number_text(made.gradient)}. "
            )


@given(computed())
def test_every_sum_below_a_node_is_said_once(y):
    graph = graph_of(y)
    said = list(itertools.chain.from_iterable(re.findall(r"add up to ([^ ]+)\.(?= |$)", step) for step in graph.steps))
    assert sorted(said) == sorted(node.total.removeprefix("Σ ") for node in graph.nodes if node.total)
