"""The engine of closures gives the gradients of Variable, on long chains too; memory and counts are what they say."""

import pytest

from backprop import Variable
from benchmarks.closures import Value
from benchmarks.gradients import measure as measure_gradients
from benchmarks.scalars import chain, measure, memory_per_operation, network, operations_in_chain, operations_in_network


@pytest.mark.parametrize("build", [chain, network])
def test_gradients_are_those_of_variable(build):
    ours, our_leaves = build(Variable, 20)
    theirs, their_leaves = build(Value, 20)
    ours.backward()
    theirs.backward()
    assert theirs.data == pytest.approx(ours.data, rel=1e-12)
    gradients = [leaf.grad for leaf in our_leaves]
    assert min(map(abs, gradients)) > 0
    assert [leaf.grad for leaf in their_leaves] == pytest.approx(gradients, rel=1e-10)


def test_every_rule_by_hand():
    x, y = Value(3.0), Value(-2.0)
    z = x * y + x * x + y.relu() + x.relu() * 2.0
    z.backward()
    assert (z.data, x.grad, y.grad) == (9.0, 6.0, 3.0)  # -6 + 9 + 0 + 6; y + 2x + 2; x
    u = Value(0.5)
    u.tanh().backward()
    assert u.grad == pytest.approx(0.7864477329659274)


def test_no_recursion():
    value, (_, bias, _) = chain(Value, 5000)
    value.backward()
    assert bias.grad != 0


@pytest.mark.parametrize(("build", "count"), [(chain, operations_in_chain), (network, operations_in_network)])
def test_operations_are_counted(build, count):
    output, _ = build(Variable, 8)
    assert count(8) == sum(variable.operation is not None for variable in output.topological_order())


def test_memory_is_seen():
    def heavy_leaf(number):
        return Variable(number, name="n" * 100_000)

    size = 50
    light, heavy = (memory_per_operation(kind, size)[0] for kind in (Value, heavy_leaf))
    assert 100 < light < 2000
    assert heavy > 3 * 100_000 / operations_in_chain(size)  # three leaves


def test_sections_measure():
    result = measure(size=50, rounds=2)
    assert set(result["workloads"]) == {"a chain", "a layer"}
    assert result["memory"]["Variable"]["forward_and_backward"] > result["memory"]["Variable"]["forward"] > 0
    (row,) = measure_gradients(sizes=[(4, 3, 2)], rounds=2)
    assert row["parameters"] == 4 * 3 + 3 + 3 * 2 + 2 and row["ratio"] > 1
