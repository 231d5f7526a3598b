"""What the options of draw and step_through change, and what they leave alone."""

import inspect

import numpy as np
import pytest
from drawn import Figure, computed
from hypothesis import assume, given

from backprop import Variable, draw, step_through
from backprop.figures.graph import graph_of, number_text
from backprop.figures.trace import opened
from backprop.layers import Affine, Multiply, Sigmoid
from backprop.losses import SoftmaxWithLoss
from backprop.networks import TwoLayerNet
from backprop.operations import Sum

BATCH = np.random.default_rng(2).normal(size=(4, 3))


def bookshop():
    price, count, tax = Variable(100, name="price"), Variable(2, name="count"), Variable(1.1, name="tax")
    total = ((price * count).named("subtotal") * tax).named("total")
    total.backward()
    return total


def ran(layer, *inputs, upstream=1.0):
    layer.forward(*inputs)
    layer.backward(upstream)
    return layer


def labels(graph):
    return [node.label for node in graph.nodes if node.kind == "operation"]


def test_options_are_named():
    """So that nobody has to know their order: draw(y, True) means nothing to a reader."""
    for function in (draw, step_through):
        subject, *options = inspect.signature(function).parameters.values()
        assert all(option.kind is option.KEYWORD_ONLY for option in options)


# ---------------------------------------------------------------- leaving out


def test_without_gradients():
    figure = Figure(draw(bookshop(), gradients=False))
    assert figure.words("gradient") == []
    told = figure.root.get("aria-label")
    assert "hands back" not in told and "not yet run backward" not in told  # it has run
    assert figure.words("value") == ["100", "2", "200", "1.1", "220"]


def test_without_values():
    figure = Figure(draw(bookshop(), values=False))
    assert figure.words("value") == []
    assert figure.words("gradient") == ["2.2", "110", "1.1", "200", "1"]


def test_without_names():
    figure = Figure(draw(bookshop(), names=False))
    assert figure.words("name") == ["×", "×"]
    assert figure.captions == []
    assert figure.words("value") == ["100", "2", "200", "1.1", "220"]
    assert "× takes 100 and 2 and gives 200" in str(draw(bookshop(), names=False))


def test_without_anything():
    figure = Figure(draw(bookshop(), gradients=False, values=False, names=False))
    assert [box.text for boxes in figure.texts.values() for box in boxes] == ["×", "×"]
    assert len(figure.paths) == 5


@pytest.mark.parametrize("left_out", ["gradients", "values", "names"])
def test_leaving_out_works_for_layers_and_networks(left_out):
    network = TwoLayerNet(3, 4, 2)
    network.gradient(BATCH, [0, 1, 0, 1])
    for subject in (network, ran(Multiply(), 100, 2)):
        whole, less = Figure(draw(subject)), Figure(draw(subject, **{left_out: False}))
        kinds = {"gradients": "gradient", "values": "value", "names": "name"}
        for option, kind in kinds.items():
            if option == left_out:
                assert len(less.words(kind)) < len(whole.words(kind))
            else:
                assert less.words(kind) == whole.words(kind)


def test_sums_of_several_uses_go_with_the_gradients():
    x = Variable(3.0, name="x")
    y = x * x
    y.backward()
    assert "Σ 6" in str(draw(y)) and "Σ" not in str(draw(y, gradients=False))


# ---------------------------------------------------------------- local derivatives


def test_local_derivatives():
    assert Figure(draw(bookshop(), local=True)).words("gradient") == [
        "1.1 · 2 = 2.2", "1.1 · 100 = 110", "1 · 1.1 = 1.1", "1 · 200 = 200", "1",
    ]  # fmt: skip


def test_local_derivatives_of_a_layer():
    assert Figure(draw(ran(Multiply(), 100, 2, upstream=1.1), local=True)).words("gradient") == [
        "1.1 · 2 = 2.2", "1.1 · 100 = 110", "1.1",
    ]  # fmt: skip


def test_local_derivatives_of_arrays_would_be_matrices():
    w = Variable(BATCH, name="W")
    y = (w * 2).sum() * 0.5
    y.backward()
    assert Figure(draw(y, local=True)).words("gradient") == ["(4, 3)", "(4, 3)", "1 · 0.5 = 0.5", "1"]


@pytest.mark.parametrize(
    "subject",
    [
        ran(Sum(), BATCH),
        ran(SoftmaxWithLoss(), BATCH, np.array([0, 1, 2, 0])),
        ran(Affine(np.ones((3, 2)), np.zeros(2)), BATCH, upstream=np.ones((4, 2))),
    ],
    ids=["sum", "loss", "affine"],
)
def test_layers_of_arrays_have_no_local_derivatives_to_show(subject):
    assert str(draw(subject, local=True)) == str(draw(subject))


@given(computed())
def test_local_derivatives_before_the_way_back_and_after_it(y):
    graph, local = graph_of(y), graph_of(y, local=True)
    for edge, longer in zip(graph.edges, local.edges):
        assert longer.gradient in (edge.gradient, longer.gradient.split(" = ")[0] + " = " + edge.gradient)
    for variable in y.topological_order():
        variable.zero_grad()
    assert {edge.gradient for edge in graph_of(y, local=True).edges} == {""}


# ---------------------------------------------------------------- highlighting


def strong(drawing):
    return [path.get("class").split()[1:] == ["bp-strong"] for path in Figure(drawing).root.iter() if path.get("d")
            and path.get("class")]  # fmt: skip


def test_highlighted_ways():
    total = bookshop()
    price, count, _, tax, _ = total.topological_order()
    assert strong(draw(total)) == [False] * 5
    assert strong(draw(total, highlight=price)) == [True, False, True, False, True]
    assert strong(draw(total, highlight=[count, tax])) == [False, True, True, True, True]
    for several in ((price, tax), {price, tax}, [price, tax, price]):
        assert strong(draw(total, highlight=several)) == [True, False, True, True, True]
    assert strong(draw(total, highlight=total.inputs[0])) == [False, False, True, False, True]
    assert strong(draw(total, highlight=total)) == [False, False, False, False, True]
    assert strong(draw(total, highlight=[])) == [False] * 5


def test_a_highlighted_line_is_thicker():
    total = bookshop()
    widths = {path.get("stroke-width") for path in Figure(draw(total, highlight=total)).root.iter() if path.get("d")}
    assert widths == {"1.2", "3", None}  # None is an arrowhead


def test_every_use_of_a_highlighted_value_is_on_a_way():
    x = Variable(3.0, name="x")
    assert strong(draw(x * x + 1, highlight=x)) == [True] * 4


@pytest.mark.parametrize("wrong", [Variable(1.0), [Variable(1.0)], None, "price", 100.0], ids=str)
def test_only_variables_of_the_graph_are_highlighted(wrong):
    for subject in (bookshop(), ran(Multiply(), 100, 2)):
        with pytest.raises(ValueError, match="highlight expected Variables of this graph"):
            draw(subject, highlight=wrong)


def test_one_right_and_one_wrong():
    total = bookshop()
    with pytest.raises(ValueError, match="got one that it does not hold"):
        draw(total, highlight=[total, Variable(1.0)])


# ---------------------------------------------------------------- opening


def test_an_opened_sigmoid():
    x = Variable(2.0, name="x")
    y = (x.sigmoid().named("s") * 3).named("y")
    y.backward()
    shut, graph = graph_of(y), graph_of(opened(y)[0])
    assert labels(shut) == ["sigmoid", "× 3"]
    assert labels(graph) == ["× −1", "exp", "+ 1", "1/x", "× 3"]
    assert [node.caption for node in graph.nodes] == ["", "", "", "", "s", "", ""]
    for place in (0, -2, -1):  # from x, from the sigmoid, to y: the same as the fused one
        assert (graph.edges[place].value, graph.edges[place].gradient) == (
            shut.edges[place].value, shut.edges[place].gradient
        )  # fmt: skip
    assert Figure(draw(y, opened=True)).words("name") == ["x", "× −1", "exp", "+ 1", "1/x", "× 3", "y"]


def test_opening_changes_neither_the_variable_nor_its_gradients():
    x = Variable(2.0, name="x")
    y = x.sigmoid()
    y.backward()
    before = str(draw(y)), x.grad, y.grad
    draw(y, opened=True)
    assert (str(draw(y)), x.grad, y.grad) == before


def test_an_opened_graph_that_has_not_run_backward():
    figure = Figure(draw(Variable(2.0, name="x").sigmoid(), opened=True))
    assert figure.words("gradient") == [] and len(figure.words("value")) == 5


@pytest.mark.parametrize("number", [-3.0, 0.0, 0.7, 20.0])
def test_an_opened_layer_has_the_numbers_of_the_layer(number):
    layer = ran(Sigmoid(), number, upstream=2.5)
    shut, parts = graph_of(layer), graph_of(opened(layer)[0])
    assert labels(parts) == ["× −1", "exp", "+ 1", "1/x"]
    for place in (0, -1):
        for text, other in [
            (shut.edges[place].value, parts.edges[place].value),
            (shut.edges[place].gradient, parts.edges[place].gradient),
        ]:
            assert float(text.replace("−", "-")) == pytest.approx(float(other.replace("−", "-")), rel=1e-5)


def test_an_opened_affine_layer():
    graph = graph_of(opened(ran(Affine(np.ones((3, 2)), np.zeros(2)), BATCH, upstream=np.ones((4, 2))))[0])
    assert [(edge.source.label, edge.target.label, edge.value, edge.gradient) for edge in graph.edges] == [
        ("x", "@", "(4, 3)", "(4, 3)"),
        ("W", "@", "(3, 2)", "(3, 2)"),
        ("@", "+", "(4, 2)", "(4, 2)"),
        ("b", "+", "(2,)", "(2,)"),
        ("+", "", "(4, 2)", "(4, 2)"),
    ]


def test_an_opened_affine_layer_of_images():
    layer = ran(Affine(np.ones((6, 2)), np.zeros(2)), np.ones((4, 2, 3)), upstream=np.ones((4, 2)))
    assert Figure(draw(layer, opened=True)).words("name") == ["x", "reshape", "W", "@", "b", "+"]


@pytest.mark.parametrize("layer", [ran(Multiply(), 100, 2), ran(Sum(), BATCH)], ids=repr)
def test_what_is_not_fused_stays_as_it_is(layer):
    assert str(draw(layer, opened=True)) == str(draw(layer))


def test_an_opened_variable_keeps_its_highlight():
    x = Variable(2.0, name="x")
    y = x.sigmoid() * Variable(3.0, name="w")
    assert strong(draw(y, opened=True, highlight=x)) == [True, True, True, True, True, False, True]
    with pytest.raises(ValueError, match="highlight"):
        draw(y, opened=True, highlight=Variable(1.0))


def test_a_network_or_a_loss_is_not_opened():
    network = TwoLayerNet(3, 4, 2)
    network.gradient(BATCH, [0, 1, 0, 1])
    with pytest.raises(TypeError, match="a whole network can't be opened: open one of its layers"):
        draw(network, opened=True)
    with pytest.raises(TypeError, match=r"SoftmaxWithLoss\(\) has no parts to be opened into"):
        draw(network.loss_function, opened=True)
    assert "(4, 3)" in str(draw(network.layers[0], opened=True))


def test_a_graph_that_grows_too_large_when_opened_is_refused():
    y = Variable(1.0)
    for _ in range(100):
        y = y.sigmoid()
    draw(y)
    with pytest.raises(ValueError, match="this graph has 401 values"):
        draw(y, opened=True)


@given(computed(most_operations=10))
def test_opening_keeps_every_number(y):
    """Each variable of the shut graph has its value and its gradient in the opened one."""
    twin, twins = opened(y)
    assume(np.isfinite([variable.data for variable in twin.topological_order()]).all())  # exp(999) is infinite
    shut, parts = graph_of(y), graph_of(twin)
    places = {id(node.entry.variable): node for node in parts.nodes if node.entry}
    for node in shut.nodes:
        if node.entry:
            other = places[id(twins[id(node.entry.variable)])]
            np.testing.assert_allclose(other.entry.value, node.entry.value, rtol=1e-9)
            np.testing.assert_allclose(
                other.entry.gradient, node.entry.gradient, rtol=1e-6, atol=1e-15
            )  # 1 - y cancels digits


def test_local_derivatives_are_those_of_the_sentence():
    x = Variable(0.5, name="x")
    y = x.tanh()
    y.backward(4.0)
    derivative = number_text(1 - y.data**2)
    graph = graph_of(y, local=True)
    assert graph.edges[0].gradient.startswith(f"4 · {derivative} = ")
    assert f"times its local derivative {derivative}: " in graph.steps[-1]
