"""Variable: hand-worked graphs, every operator in both orders, what backward leaves behind, and depth."""

import gc

import numpy as np
import pytest
from helpers import DTYPES, assert_same_as_torch, central_difference, not_near_zero, positive, upstream_like

from backprop import Variable
from backprop.operations import Add

# By hand


def test_bookshop_with_books_and_pens():
    price, count, pen_price, pen_count, tax = (Variable(value) for value in (100, 2, 10, 3, 1.1))
    total = (price * count + pen_price * pen_count) * tax
    total.backward()
    assert str(total.data) == "253.00000000000003"
    shown = f"{price.grad} {count.grad} {pen_price.grad} {pen_count.grad} {tax.grad}"
    assert shown == "2.2 110.00000000000001 3.3000000000000003 11.0 230.0"


# Every operator, in both orders, with what a person writes beside a variable

OPERATORS = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "**": lambda a, b: a**b,
    "@": lambda a, b: a @ b,
}
MATRIX = np.array([[1.0, 2.0, -1.0], [3.0, 4.0, 0.5], [0.5, 0.25, 2.0]])
BESIDE = {
    "float": 1.5,
    "bool": True,
    "float64": np.float64(1.5),
    "float32": np.float32(1.5),
    "array that broadcasts": np.array([[1.5], [0.5]]),
    "array of bytes": np.array([1, 200, 3], np.uint8),
    "0-dimensional array": np.array(1.5),
    "list": [1.5, 0.5, 2.0],
}
DATA = {"number": 1.25, "array": np.array([1.25, 0.75, 1.5])}


@pytest.mark.parametrize("operator", OPERATORS.values(), ids=OPERATORS)
@pytest.mark.parametrize("variable_first", [True, False], ids=["x.o", "o.x"])
def test_operators_beside_plain_numbers_and_arrays(operator, variable_first):
    def apply(x, constant):
        return operator(x, constant) if variable_first else operator(constant, x)

    if operator is OPERATORS["@"]:
        assert_right(apply, DATA["array"], MATRIX)
        return
    for data in DATA.values():
        for other in BESIDE.values():
            assert_right(apply, data, other)


def assert_right(apply, data, other):
    x, constant = Variable(data), np.asarray(other, dtype=np.float64)
    result = apply(x, other)
    assert type(result) is Variable
    accuracy = 1e-6 if isinstance(other, np.float32) else 1e-14
    np.testing.assert_allclose(result.data, apply(np.asarray(data), constant), rtol=accuracy)
    result.sum().backward()
    expected = central_difference(lambda moved: np.sum(apply(moved, constant)), data)
    assert np.shape(x.grad) == np.shape(data)
    np.testing.assert_allclose(x.grad, expected, rtol=1e-6, atol=1e-8)


# Which gradients add up, and which don't


def test_diamonds_in_a_row_are_walked_once_each():
    """60 of them hold 2**60 paths: a walk along every path would not end."""
    x = y = Variable(1.0)
    for _ in range(60):
        y = y + y
    y.backward()
    assert x.grad == 2.0**60


def test_a_path_that_is_longer_than_another():
    """A plain walk back, breadth or depth first, would leave x before its last contribution came."""
    x = Variable(2.0)
    a = x * x
    ((a * a) * a + a + x).backward()  # x**6 + x**2 + x
    assert x.grad == 6 * 2.0**5 + 2 * 2.0 + 1


def test_leaves_accumulate_until_zero_grad():
    x = Variable(3.0)
    for expected in (6.0, 12.0):
        (x * x).backward()
        assert x.grad == expected
    x.zero_grad()
    assert x.grad is None
    (x * x).backward()
    assert x.grad == 6.0


def test_second_backward_on_the_same_graph():
    """Leaves get the same again; a stale gradient of an intermediate would be counted twice."""
    x = Variable(3.0)
    a = x * 2
    b = a * a
    for times in (1, 2, 3):
        b.backward()
        assert (b.grad, a.grad) == (1.0, 12.0)
        assert x.grad == times * 24.0


def test_two_outputs_that_share_an_intermediate():
    x = Variable(3.0)
    shared = x * 2
    first, second = shared + 1, shared * 5
    first.backward()
    second.backward()
    assert shared.grad == 5.0
    assert x.grad == 2.0 + 10.0


def test_backward_from_the_middle():
    x = Variable(3.0)
    middle = x * x
    end = middle * 10
    middle.backward()
    assert (x.grad, middle.grad, end.grad) == (6.0, 1.0, None)


@pytest.mark.parametrize("written", range(5))
def test_every_gradient_is_an_array_of_its_own(written):
    """Addition hands the same array to both sides, and a sum a read-only one: what is written must stay there."""
    x, y, upstream = Variable(np.zeros((3, 2))), Variable(np.zeros(2)), np.ones(2)
    left, right = x.sum(axis=0), y * 1
    total = left + right
    total.backward(upstream)
    variables = [x, y, left, right, total]
    variables[written].grad[...] = 10
    for variable in variables[:written] + variables[written + 1 :]:
        np.testing.assert_array_equal(variable.grad, np.ones(variable.shape))
    np.testing.assert_array_equal(upstream, [1, 1])


def test_a_gradient_that_was_taken_away_is_not_changed_by_the_next_backward():
    x = Variable(np.ones(2))
    (x * 3).sum().backward()
    taken = x.grad
    (x * 3).sum().backward()
    np.testing.assert_array_equal(taken, [3, 3])
    np.testing.assert_array_equal(x.grad, [6, 6])


def test_data_is_not_changed_by_anything():
    data = np.array([[1.0, -2.0], [3.0, 4.0]])
    x, before = Variable(data), data.copy()
    ((x @ x.T).relu().sum(axis=0) / x.mean() - x.exp().maximum(x)).sum().backward()
    np.testing.assert_array_equal(data, before)
    assert not np.may_share_memory(x.grad, data)


# Arrays


def test_sum_mean_reshape_transpose_by_hand():
    x = Variable(np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
    cases = [
        (x.sum(), 21.0, np.ones((2, 3))),
        (x.mean(), 3.5, np.full((2, 3), 1 / 6)),
        (x.mean(axis=0), [2.5, 3.5, 4.5], np.full((2, 3), 1 / 2)),
        (x.mean(axis=1, keepdims=True), [[2], [5]], np.full((2, 3), 1 / 3)),
        (x.sum(axis=(0, 1), keepdims=True), [[21]], np.ones((2, 3))),
        (x.T, [[1, 4], [2, 5], [3, 6]], np.ones((2, 3))),
        (x.maximum(3.5), [[3.5, 3.5, 3.5], [4, 5, 6]], [[0, 0, 0], [1, 1, 1]]),
        (x.broadcast_to((4, 2, 3)), np.broadcast_to(x.data, (4, 2, 3)), np.full((2, 3), 4)),
    ]
    for result, data, gradient in cases:
        x.zero_grad()
        result.sum().backward()
        np.testing.assert_allclose(result.data, data)
        np.testing.assert_allclose(x.grad, gradient)


@pytest.mark.parametrize("shape", [(6,), ((3, 2),), (3, 2), (3, -1), ((-1,),), (1, 2, 3)], ids=str)
def test_reshape_takes_a_shape_or_its_numbers(shape):
    x, weights = Variable(np.arange(6.0).reshape(2, 3)), np.arange(6.0)
    result = x.reshape(*shape)
    np.testing.assert_array_equal(result.data, np.arange(6.0).reshape(*shape))
    (result * weights.reshape(*shape)).sum().backward()
    np.testing.assert_array_equal(x.grad, weights.reshape(2, 3))


def test_mean_of_nothing():
    with pytest.raises(ValueError, match=r"mean\(\) of an array of shape \(0,\)"):
        Variable(np.zeros(0)).mean()


@pytest.mark.parametrize("shape", [(1,), (1, 1)])
def test_an_array_of_one_element_is_a_single_number(shape):
    x = Variable(np.full(shape, 3.0))
    (x * x).backward()
    np.testing.assert_array_equal(x.grad, np.full(shape, 6.0), strict=True)


# Types


@pytest.mark.parametrize("data", [2, 2.0, True, np.int64(2), np.array(2), np.float64(2)], ids=repr)
def test_a_number_is_a_python_float(data):
    x = Variable(data)
    (x * 2 + 1).exp().sigmoid().tanh().relu().backward()
    assert type(x.data) is type(x.grad) is float


@pytest.mark.parametrize("dtype", DTYPES)
def test_dtype_is_kept_beside_python_numbers(dtype):
    x = Variable(np.array([[0.5, 1.5]], dtype))
    results = [2 * x, x / 3, 1 - x, x**2, 2.0**x, x.exp(), x.log(), x.sigmoid(), x.tanh(), x.relu(), x.maximum(1), x.T]
    results += [x.sum(), x.mean(axis=0), x @ x.T, x.reshape(2), x.broadcast_to((3, 2)), -x, x.reciprocal()]
    for result in results:
        assert np.asarray(result.data).dtype == dtype
        result.sum().backward()
        assert x.grad.dtype == dtype


def test_float32_beside_a_float64_array_keeps_its_own_gradient_float32():
    x = Variable(np.ones(2, np.float32))
    result = x * np.array([0.1, 0.2])
    result.sum().backward()
    assert result.data.dtype == np.float64
    (x * 1).backward(np.array([0.1, 0.2]))
    np.testing.assert_array_equal(x.grad, 2 * np.array([0.1, 0.2], np.float32), strict=True)


# Depth


def test_twenty_thousand_operations_deep():
    """Walked back without recursion, and deleted without it too."""
    x = Variable(1.0)
    y = x
    for _ in range(10_000):
        y = y * 1.0 + 1.0
    y.backward()
    assert (y.data, x.grad) == (10_001.0, 1.0)
    assert len(y.topological_order()) == 20_001
    del y
    gc.collect()


def test_topological_order_puts_inputs_first():
    x, y = Variable(1.0), Variable(2.0)
    a = x * y
    b = a + x
    c = b * a
    order = c.topological_order()
    assert len(order) == 5 and order[-1] is c
    places = {id(variable): place for place, variable in enumerate(order)}
    for variable in order:
        assert all(places[id(source)] < places[id(variable)] for source in variable.inputs)


# Errors


def test_backward_on_an_array_needs_an_upstream_gradient():
    x = Variable(np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"shape \(2, 3\).*\.sum\(\) or \.mean\(\).*grad_output"):
        (x * 2).backward()
    assert x.grad is None


@pytest.mark.parametrize("wrong", [np.ones(3), np.ones((3, 2)), 1.0, np.ones((1, 2, 3))])
def test_upstream_gradient_of_another_shape(wrong):
    with pytest.raises(ValueError, match=r"Variable\.backward expected grad_output of shape \(2, 3\), got "):
        (Variable(np.ones((2, 3))) * 2).backward(wrong)


def test_what_is_no_number_makes_no_variable_and_no_constant():
    with pytest.raises(TypeError, match="Variable expected data to be a number or an array of numbers, got '2'"):
        Variable("2")
    for formula in (lambda x: x + "2", lambda x: "2" + x):
        with pytest.raises(TypeError, match="Add expected a constant to be a number or an array of numbers, got '2'"):
            formula(Variable(2.0))


def test_a_variable_of_a_variable():
    with pytest.raises(TypeError, match="got a Variable: use its .data"):
        Variable(Variable(1.0))


def test_shapes_that_do_not_fit():
    with pytest.raises(ValueError, match=r"Add got x of shape \(2,\), y of shape \(3,\)"):
        Variable(np.ones(2)) + np.ones(3)
    with pytest.raises(ValueError, match=r"MatMul got x of shape \(2,\), y of shape \(3,\)"):
        Variable(np.ones(2)) @ np.ones(3)
    with pytest.raises(ValueError, match=r"Broadcast"):
        Variable(np.ones(2)).broadcast_to((3,))
    with pytest.raises(ValueError, match=r"Reshape"):
        Variable(np.ones(2)).reshape(3)


# Names, repr, record


@pytest.mark.parametrize(
    "data, name, text",
    [
        (220.00000000000003, "total", "Variable(220.0, name='total')"),
        (1 / 3, None, "Variable(0.3333333333)"),
        (np.array([1.0, 2.5]), "x", "Variable([1. , 2.5], name='x')"),
        (np.float32(2.5), None, "Variable(2.5)"),
    ],
)
def test_repr(data, name, text):
    assert repr(Variable(data, name=name)) == text


def test_repr_shows_the_gradient():
    x = Variable(100.0, name="price")
    (x * 2).backward()
    assert repr(x) == "Variable(100.0, grad=2.0, name='price')"
    y = Variable(np.ones((2, 3)))
    y.sum().backward()
    assert repr(y).endswith("grad of shape (2, 3))")
    assert len(repr(Variable(np.zeros((1000, 1000))))) < 200


def test_names():
    price = Variable(100.0, name="price")
    total = (price * 2).named("total")
    assert (price.name, total.name, (price * 2).name) == ("price", "total", None)
    with pytest.raises(TypeError, match="name to be a string, got 3"):
        Variable(1.0, name=3)
    with pytest.raises(TypeError, match="named expected a string, got None"):
        total.named(None)


def test_what_a_variable_records():
    x = Variable(2.0)
    y = 3 + x
    assert (x.operation, x.inputs) == (None, ())
    assert isinstance(y.operation, Add) and y.inputs == (3, x)
    assert (x.shape, Variable(np.ones((2, 1))).shape) == ((), (2, 1))


# PyTorch

EXPRESSIONS = {
    "polynomial": lambda x, y: 3 * x * x * y - y / 2 + 1,
    "powers": lambda x, y: (x * x + 1) ** y + 2**x + y**3 + y**-0.5,
    "all operators": lambda x, y: -(x - 1) / (2 + y) * (1 / y) + (3 - x) ** 2,
    "functions": lambda x, y: (x * y).exp() + y.log() * x.sigmoid() - x.tanh() * y.reciprocal() + x.relu(),
    "maximum": lambda x, y: x.maximum(y) * x.maximum(y * 0.5),
    "composed sigmoid": lambda x, y: y / (1 + (-x).exp()),
    "softmax": lambda x, y: x.exp() / x.exp().sum(axis=-1, keepdims=True) * y,
    "shared": lambda x, y: (x + y) * (x + y) - (x * y) * (x * y) * x,
    "standardize": lambda x, y: (x - x.mean(axis=0)) / ((x - x.mean()) ** 2).mean() ** 0.5 * y,
}
MATRIX_EXPRESSIONS = {
    "two layers": lambda x, w: ((x @ w).sigmoid() @ w.T).tanh(),
    "quadratic form": lambda x, w: (x @ w @ w.T) * x,
    "transposed": lambda x, w: (w.T @ x.T).T.relu() + 1,
    "reshaped": lambda x, w: (x.reshape((3, 2)) @ x).sum(axis=0) @ w,
    "broadcast": lambda x, w: x.sum(axis=0).broadcast_to((4, 3)) @ w - w.mean(axis=0, keepdims=True),
}


def assert_expression_agrees_with_torch(torch, formula, a, b, dtype):
    x, y = Variable(a), Variable(b)
    result = formula(x, y)
    upstream = upstream_like(result.data)
    result.backward(upstream)
    tensors = [torch.tensor(value, requires_grad=True) for value in (a, b)]
    expected = formula(*tensors)
    expected.backward(torch.tensor(upstream))
    assert_same_as_torch(result.data, expected, dtype)
    for variable, tensor in zip((x, y), tensors, strict=True):
        assert np.asarray(variable.grad).dtype == dtype
        assert_same_as_torch(variable.grad, tensor.grad, dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("x_shape, y_shape", [((2, 3), (3,)), ((3,), (4, 1)), ((2, 3), ())], ids=str)
@pytest.mark.parametrize("formula", EXPRESSIONS.values(), ids=EXPRESSIONS)
def test_expressions_agree_with_torch(formula, x_shape, y_shape, dtype):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    a, b = (np.asarray(draw(rng, shape), dtype)[()] for draw, shape in ((not_near_zero, x_shape), (positive, y_shape)))
    assert_expression_agrees_with_torch(torch, formula, a, b, dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("formula", MATRIX_EXPRESSIONS.values(), ids=MATRIX_EXPRESSIONS)
def test_matrix_expressions_agree_with_torch(formula, dtype):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    assert_expression_agrees_with_torch(
        torch, formula, rng.normal(size=(2, 3)).astype(dtype), rng.normal(size=(3, 4)).astype(dtype), dtype
    )


# What is assigned


ASSIGNED = {
    "integers": (np.array([1, 3]), np.array([1.0, 3.0])),
    "bytes": (np.array([200, 3], np.uint8), np.array([200.0, 3.0])),
    "truth values": (np.array([True, False]), np.array([1.0, 0.0])),
    "list": ([1, 3], np.array([1.0, 3.0])),
    "float32": (np.array([1, 3], np.float32), np.array([1, 3], np.float32)),
    "matrix": (np.array([[1.0, 3.0]]).view(np.matrix), np.array([[1.0, 3.0]])),
    "nothing masked": (np.ma.array([1.0, 3.0], mask=[False, False]), np.array([1.0, 3.0])),
    "number": (2, 2.0),
}


@pytest.mark.parametrize("data, kept", ASSIGNED.values(), ids=ASSIGNED)
def test_data_are_the_same_assigned_as_at_the_start(data, kept):
    assigned = Variable(np.ones(2))
    assigned.data = data
    for variable in (Variable(data), assigned):
        assert type(variable.data) is type(kept)
        np.testing.assert_array_equal(variable.data, kept, strict=True)
        (variable * 0.5).sum().backward()
        np.testing.assert_array_equal(variable.grad, np.full_like(kept, 0.5))


@pytest.mark.parametrize("wrong", [None, "2", 1j, [[1], [1, 2]], {}, np.ma.array([1.0, 2.0], mask=[True, False])])
def test_data_that_the_constructor_refuses_are_refused_when_assigned(wrong):
    x = Variable(2.0)
    for assign in (Variable, lambda value: setattr(x, "data", value)):
        with pytest.raises(TypeError, match="Variable expected data"):
            assign(wrong)
    assert x.data == 2.0
    with pytest.raises(TypeError, match="got a Variable: use its .data"):
        x.data = Variable(3.0)


def test_masked_constants_are_refused_and_matrices_are_elementwise():
    x, matrix = Variable(np.ones((2, 2))), np.arange(4.0).reshape(2, 2)
    for product in (x * matrix.view(np.matrix), matrix.view(np.matrix) * x):
        np.testing.assert_array_equal(product.data, matrix)
    with pytest.raises(TypeError, match="without masked elements"):
        x * np.ma.array(matrix, mask=matrix == 0)


def test_data_of_another_shape_take_the_old_gradient_away():
    x = Variable(np.ones(3))
    x.sum().backward()
    x.data = x.data * 2
    assert x.grad is not None
    x.data = np.ones(2)
    assert x.grad is None
