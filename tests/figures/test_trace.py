"""What can be drawn, and what then stands in the figure: Variables, layers that ran by hand, losses and networks."""

import numpy as np
import pytest
from drawn import SVG, Figure

from backprop import Variable, draw, step_through
from backprop.figures.graph import graph_of
from backprop.figures.trace import trace_of
from backprop.layers import Add, Affine, Identity, Multiply, ReLU, Sigmoid, Tanh
from backprop.losses import MeanSquaredError, SoftmaxWithLoss
from backprop.networks import Sequential, TwoLayerNet
from backprop.operations import MatMul, Sum

RNG = np.random.default_rng(5)
BATCH = RNG.normal(size=(4, 3))
CLASSES = np.array([0, 1, 1, 0])


def ran(layer, *inputs, upstream=None):
    """The layer after its forward, and its backward if there is an upstream gradient."""
    layer.forward(*inputs)
    if upstream is not None:
        layer.backward(upstream)
    return layer


def affine():
    return Affine(RNG.normal(size=(3, 2)), np.zeros(2))


def arrows(subject):
    """Each arrow as (from, to, value, gradient)."""
    return [(edge.source.label, edge.target.label, edge.value, edge.gradient) for edge in graph_of(subject).edges]


def words(subject):
    """All texts of the drawn figure that stand at arrows: values, then gradients."""
    figure = Figure(draw(subject))
    return figure.words("value"), figure.words("gradient")


# ---------------------------------------------------------------- Variables


def test_a_variable():
    x = Variable(100.0, name="price")
    y = (x * 2).named("total")
    y.backward(1.1)
    assert words(y) == (["100", "200"], ["2.2", "1.1"])


def test_a_trace_lists_sources_first_and_the_result_last():
    x = Variable(3.0, name="x")
    y = (x * 4 + x * x).named("y")
    y.backward()
    trace = trace_of(y)
    assert [made.value for made in trace] == [3.0, 12.0, 9.0, 21.0]
    assert [made.gradient for made in trace] == [10.0, 1.0, 1.0, 1.0]
    assert [made.variable for made in trace] == y.topological_order()
    assert trace[1].sources == (trace[0], 4) and trace[1].returned == (4.0, None)
    for position, made in enumerate(trace):
        assert all(source in trace[:position] for source in made.sources if source != 4)


def test_forward_again_after_backward_shows_no_stale_gradient():
    x = Variable(3.0, name="x")
    (x * 2).backward()
    again = x * 5
    assert arrows(again) == [("x", "× 5", "3", ""), ("× 5", "", "15", "")]
    assert "not yet run backward" in str(draw(again))


# ---------------------------------------------------------------- layers that ran by hand


def test_multiply_by_hand():
    layer = ran(Multiply(), 100, 2)
    assert words(layer) == (["100", "2", "200"], [])
    assert "not yet run backward" in str(draw(layer))
    layer.backward(1.1)
    assert words(layer) == (["100", "2", "200"], ["2.2", "110", "1.1"])
    assert arrows(layer) == [("x", "×", "100", "2.2"), ("y", "×", "2", "110"), ("×", "", "200", "1.1")]


def test_a_layer_that_runs_forward_again_shows_no_stale_gradient():
    layer = ran(Multiply(), 100, 2, upstream=1.1)
    layer.forward(3, 5)
    assert words(layer) == (["3", "5", "15"], [])
    layer.backward(2)
    assert words(layer) == (["3", "5", "15"], ["10", "6", "2"])


@pytest.mark.parametrize(
    "layer, inputs, output, gradient",
    [
        (Identity(), (1.5,), "1.5", "2"),
        (ReLU(), (-3.0,), "0", "0"),
        (Sigmoid(), (0.0,), "0.5", "0.5"),
        (Tanh(), (0.0,), "0", "2"),
        (Add(), (1.0, 2.0), "3", "2"),
    ],
    ids=lambda value: repr(value) if hasattr(value, "forward") else "",
)
def test_layers_with_numbers(layer, inputs, output, gradient):
    first, *_, last = arrows(ran(layer, *inputs, upstream=2.0))
    assert (first[3], last[2], last[3]) == (gradient, output, "2")


def test_layers_with_arrays_show_shapes():
    layer = ran(ReLU(), BATCH, upstream=np.ones((4, 3)))
    assert arrows(layer) == [("x", "ReLU", "(4, 3)", "(4, 3)"), ("ReLU", "", "(4, 3)", "(4, 3)")]


def test_affine():
    layer = ran(affine(), BATCH)
    shapes = [("x", "Affine", "(4, 3)"), ("W", "Affine", "(3, 2)"), ("b", "Affine", "(2,)"), ("Affine", "", "(4, 2)")]
    assert [arrow[:3] for arrow in arrows(layer)] == shapes
    assert {arrow[3] for arrow in arrows(layer)} == {""}
    layer.backward(np.ones((4, 2)))
    assert [arrow[:3] for arrow in arrows(layer)] == shapes
    assert [arrow[3] for arrow in arrows(layer)] == ["(4, 3)", "(3, 2)", "(2,)", "(4, 2)"]
    layer.forward(BATCH[:2])
    assert [arrow[3] for arrow in arrows(layer)] == [""] * 4


def test_affine_of_one_example_and_of_images():
    one = ran(affine(), BATCH[0], upstream=np.ones(2))
    assert [arrow[2:] for arrow in arrows(one)] == [("(3,)",) * 2, ("(3, 2)",) * 2, ("(2,)",) * 2, ("(2,)",) * 2]
    images = ran(Affine(np.ones((6, 2)), np.zeros(2)), np.ones((4, 2, 3)), upstream=np.ones((4, 2)))
    assert arrows(images)[0] == ("x", "Affine", "(4, 2, 3)", "(4, 2, 3)")


def test_a_number_that_comes_from_an_array():
    assert arrows(ran(Sum(), BATCH * 0 + 2, upstream=3.0)) == [
        ("x", "sum", "(4, 3)", "(4, 3)"), ("sum", "", "24", "3"),
    ]  # fmt: skip
    vectors = ran(MatMul(), np.ones(3), np.ones(3), upstream=1.0)
    assert arrows(vectors)[-1] == ("@", "", "3", "1")


# ---------------------------------------------------------------- losses


@pytest.mark.parametrize("targets, shape", [(CLASSES, "(4,)"), (np.eye(2)[CLASSES], "(4, 2)")])
def test_softmax_with_loss(targets, shape):
    loss = ran(SoftmaxWithLoss(), np.zeros((4, 2)), targets)
    assert [arrow[2:] for arrow in arrows(loss)] == [("(4, 2)", ""), (shape, ""), ("0.693147", "")]
    loss.backward()
    assert arrows(loss) == [
        ("scores", "softmax + loss", "(4, 2)", "(4, 2)"),
        ("targets", "softmax + loss", shape, ""),  # targets are given
        ("softmax + loss", "", "0.693147", "1"),
    ]


def test_mean_squared_error():
    loss = ran(MeanSquaredError(), np.full((4, 2), 3.0), np.zeros((4, 2)))
    loss.backward(2.0)
    assert [arrow[2:] for arrow in arrows(loss)] == [("(4, 2)", "(4, 2)"), ("(4, 2)", ""), ("9", "2")]
    loss.forward(np.ones((4, 2)), np.zeros((4, 2)))
    assert [arrow[2:] for arrow in arrows(loss)] == [("(4, 2)", ""), ("(4, 2)", ""), ("1", "")]


# ---------------------------------------------------------------- networks


def nested():
    return Sequential(affine(), Sequential(ReLU(), Sequential(Affine(RNG.normal(size=(2, 2)), np.zeros(2)))))


def test_a_network_that_predicted():
    network = nested()
    network.predict(BATCH)
    assert arrows(network) == [
        ("x", "Affine", "(4, 3)", ""),
        ("Affine", "ReLU", "(4, 2)", ""),
        ("ReLU", "Affine", "(4, 2)", ""),
        ("Affine", "", "(4, 2)", ""),
    ]
    assert "not yet run backward" in str(draw(network))


def test_a_network_with_its_loss_and_gradients():
    network = nested()
    loss, _ = network.loss_and_gradient(BATCH, CLASSES)
    assert arrows(network) == [
        ("x", "Affine", "(4, 3)", ""),  # nobody wants to change it
        ("Affine", "ReLU", "(4, 2)", "(4, 2)"),
        ("ReLU", "Affine", "(4, 2)", "(4, 2)"),
        ("Affine", "softmax + loss", "(4, 2)", "(4, 2)"),
        ("targets", "softmax + loss", "(4,)", ""),
        ("softmax + loss", "loss", f"{loss:.6g}", "1"),
    ]
    assert "not yet run backward" not in str(draw(network))


def test_two_layer_net():
    network = TwoLayerNet(784, 50, 10)
    x, t = RNG.uniform(size=(100, 784)), RNG.integers(10, size=100)
    loss, _ = network.loss_and_gradient(x, t)
    figure = Figure(draw(network))
    captions = [line.text for line in figure.root.iter(f"{SVG}tspan")]
    assert captions == ["W1 (784, 50)", "b1 (50,)", "W2 (50, 10)", "b2 (10,)"]
    assert figure.words("value") == ["(100, 784)", "(100, 50)", "(100, 50)", "(100, 10)", "(100,)", f"{loss:.6g}"]
    assert figure.words("gradient") == ["(100, 50)", "(100, 50)", "(100, 10)", "1"]
    assert figure.words("name") == ["x", "Affine", "ReLU", "Affine", "targets", "softmax + loss", "loss"]
    assert f"Computation graph of loss = {loss:.6g}" in str(draw(network))


def test_the_loss_alone_has_no_gradients_yet():
    network = nested()
    network.gradient(BATCH, CLASSES)
    network.loss(BATCH, CLASSES)
    assert [arrow[1] for arrow in arrows(network)][-1] == "loss"
    assert {arrow[3] for arrow in arrows(network)} == {""}


def test_a_prediction_of_another_batch_size_shows_no_loss():
    network = nested()
    network.gradient(BATCH, CLASSES)
    network.predict(BATCH[:2])
    assert [arrow[1:] for arrow in arrows(network)][-1] == ("", "(2, 2)", "")


def test_a_prediction_after_a_training_step_shows_no_stale_loss():
    """Nothing tells whether the loss belongs to the batch that was predicted last, unless the network forgets it."""
    network = nested()
    network.gradient(BATCH, CLASSES)
    network.predict(BATCH * 2)
    assert [arrow[1] for arrow in arrows(network)] == ["Affine", "ReLU", "Affine", ""]
    assert {arrow[3] for arrow in arrows(network)} == {""}


def test_a_network_with_another_loss():
    network = Sequential(affine(), Tanh(), loss_function=MeanSquaredError())
    network.gradient(BATCH, np.zeros((4, 2)))
    assert [arrow[:2] for arrow in arrows(network)] == [
        ("x", "Affine"), ("Affine", "tanh"), ("tanh", "½(y − t)²"), ("targets", "½(y − t)²"), ("½(y − t)²", "loss"),
    ]  # fmt: skip


def test_drawing_a_network_changes_nothing_in_it():
    network = nested()
    gradients = {name: gradient.copy() for name, gradient in network.gradient(BATCH, CLASSES).items()}
    step_through(network, local=True)
    for name, gradient in network.grads.items():
        np.testing.assert_array_equal(gradient, gradients[name])


# ---------------------------------------------------------------- what can't be drawn


@pytest.mark.parametrize("show", [draw, step_through])
@pytest.mark.parametrize("opened", [False, True])
@pytest.mark.parametrize(
    "wrong, type_name",
    [
        (None, "NoneType"), ([Variable(1.0)], "list"), (3.0, "float"), ("x", "str"),
        (Multiply, r"type: call it first, Multiply\(\.\.\.\)"),
    ],
    ids=str,
)  # fmt: skip
def test_what_records_nothing_is_no_subject(show, opened, wrong, type_name):
    with pytest.raises(TypeError, match=f"draw expected a Variable, a layer, a loss or a network, got {type_name}"):
        show(wrong, opened=opened)


@pytest.mark.parametrize("show", [draw, step_through])
@pytest.mark.parametrize(
    "layer, name",
    [(Multiply(), "Multiply()"), (affine(), "Affine(3 -> 2)"), (SoftmaxWithLoss(), "SoftmaxWithLoss()"),
     (nested(), "Affine(3 -> 2)"), (TwoLayerNet(5, 4, 3), "Affine(5 -> 4)")],
    ids=["multiply", "affine", "loss", "sequential", "two-layer-net"],
)  # fmt: skip
def test_a_layer_that_has_not_run_says_what_to_do(show, layer, name):
    with pytest.raises(ValueError) as error:
        show(layer)
    assert str(error.value) == f"{name} has not run yet: call its forward first, then draw it"


class OwnLayer:
    def forward(self, x):
        return x

    backward = forward


def test_a_layer_that_is_no_operation():
    network = Sequential(OwnLayer())
    network.predict(BATCH)
    with pytest.raises(TypeError, match="OwnLayer keeps nothing that could be drawn: derive it from .*Operation"):
        draw(network)


def test_a_network_without_layers():
    with pytest.raises(ValueError, match=r"Sequential\(\) has no layers: there is nothing to draw"):
        draw(Sequential())


def test_a_name_of_two_lines_is_drawn_in_one():
    total = (Variable(1.0, name="a\nb") + 2.0).named("c\nd") * 3.0
    assert [made.name for made in trace_of(total)] == ["a b", "c d", ""]


# ---------------------------------------------------------------- an engine of the reader's own


class Value:
    """As in chapter 14."""

    def __init__(self, data, operation="", inputs=(), gradients=None, name=""):
        self.data, self.grad, self.name = data, 0.0, name
        self.operation, self.inputs, self.gradients = operation, inputs, gradients


def product(x, y, name=""):
    return Value(x.data * y.data, "×", (x, y), lambda upstream: (upstream * y.data, upstream * x.data), name)


def bill_of_values(run_backward):
    price, count, tax = Value(100.0, name="price"), Value(2.0, name="count"), Value(1.1, name="tax")
    books = product(price, count)
    total = product(books, tax, "total")
    if run_backward:
        total.grad, books.grad, tax.grad, price.grad, count.grad = 1.0, 1.1, 200.0, 2.2, 110.0
    return total


def bill_of_variables(run_backward):
    price, count, tax = Variable(100.0, "price"), Variable(2.0, "count"), Variable(1.1, "tax")
    total = (price * count * tax).named("total")
    if run_backward:
        total.backward()
    return total


@pytest.mark.parametrize("run_backward", [False, True], ids=["forward", "backward"])
def test_a_graph_of_ones_own_is_drawn_as_the_packages(run_backward):
    assert str(draw(bill_of_values(run_backward))) == str(draw(bill_of_variables(run_backward)))


def test_a_graph_of_ones_own_can_be_stepped_through():
    text = str(step_through(bill_of_values(run_backward=True)))
    assert "× hands back the upstream 1 times its local derivative 1.1: 1.1; times its local derivative 200" in text


def test_a_graph_of_ones_own_with_arrays_and_a_value_used_twice():
    x = Value(np.array([1.0, 2.0]), name="x")
    square = product(x, x)
    total = Value(square.data.sum(), "sum", (square,), lambda upstream: (np.full(2, upstream),), "total")
    total.grad, square.grad, x.grad = 1.0, np.ones(2), np.array([2.0, 4.0])
    assert [(made.name, np.shape(made.value)) for made in trace_of(total)] == [("x", (2,)), ("", (2,)), ("total", ())]
    assert arrows(total) == [
        ("x", "×", "(2,)", "(2,)"), ("x", "×", "(2,)", "(2,)"), ("×", "sum", "(2,)", "(2,)"),
        ("sum", "total", "5", "1"),
    ]  # fmt: skip


def test_gradients_that_are_recorded_themselves_are_drawn_as_numbers():
    total = bill_of_values(run_backward=True)
    total.grad = Value(1.0)
    assert ("×", "total", "220", "1") in arrows(total)


def test_a_class_that_records_is_no_graph():
    with pytest.raises(TypeError, match="got type"):
        draw(Value)


@pytest.mark.parametrize(
    ("gradients", "error", "words"),
    [
        (None, TypeError, "a function of the upstream gradient, got None for '×'"),
        (lambda g: (g,), ValueError, "1 for 2"),
    ],
)
def test_gradients_of_ones_own_that_do_not_fit(gradients, error, words):
    x = Value(2.0)
    total = Value(4.0, "×", (x, x), gradients)
    total.grad = 1.0
    with pytest.raises(error, match=words):
        draw(total)
