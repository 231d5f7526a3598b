"""Right answers in other people's styles: loops, einsum, SciPy, plain Python, float32. All must pass."""

import math
from collections import OrderedDict, deque
from fractions import Fraction
from functools import partial, reduce

import numpy as np
from scipy.signal import convolve2d, correlate2d
from scipy.special import expit, log_softmax, logsumexp, softmax


def clip_like_torch(grads, largest):
    total = np.linalg.norm([np.linalg.norm(g) for g in grads.values()])
    factor = min(1.0, largest / (total + 1e-12))
    return {name: g * factor for name, g in grads.items()}


def affine_in_loops(x, W, g):
    grad_x, grad_W, grad_b = np.zeros(x.shape), np.zeros(W.shape), np.zeros(W.shape[1])
    for n in range(len(x)):
        for m in range(W.shape[1]):
            grad_b[m] += g[n][m]
            for d in range(W.shape[0]):
                grad_x[n, d] += g[n, m] * W[d, m]
                grad_W[d, m] += g[n, m] * x[n, d]
    return [grad_x, grad_W, grad_b]


def chain_by_recursion(local):
    if not local:
        return []
    rest = chain_by_recursion(local[1:])
    return [local[0] * (rest[0] if rest else 1.0), *rest]


def gradient_in_place_and_put_back(f, x):
    x = np.array(x, dtype=np.float64)
    gradient = np.empty_like(x)
    walk = np.nditer(x, flags=["multi_index"])
    for _ in walk:
        kept = x[walk.multi_index]
        x[walk.multi_index] = kept + 1e-5
        above = f(x)
        x[walk.multi_index] = kept - 1e-5
        gradient[walk.multi_index] = (above - f(x)) / 2e-5
        x[walk.multi_index] = kept
    return gradient


def gradient_with_flat_steps(f, x):
    h = 1e-6
    flat = [float(value) for value in np.ravel(x)]
    slopes = []
    for i in range(len(flat)):
        sides = [f(np.array(flat[:i] + [flat[i] + step] + flat[i + 1 :]).reshape(x.shape)) for step in (h, -h)]
        slopes.append((sides[0] - sides[1]) / (2 * h))
    return np.array(slopes).reshape(x.shape)


def error_in_loops(a, b):
    result = np.zeros_like(a)
    for index in np.ndindex(a.shape):
        if a[index] != 0 or b[index] != 0:
            result[index] = abs(a[index] - b[index]) / max(abs(a[index]), abs(b[index]))
    return result


def error_with_where(a, b):
    scale = np.maximum(abs(a), abs(b))
    return np.divide(abs(a - b), scale, out=np.zeros_like(a), where=scale > 0)


def softmax_by_jacobians(y, g):
    return np.array([(np.diag(p) - np.outer(p, p)) @ upstream for p, upstream in zip(y, g)])


def counting_readers(result, inputs_of):
    readers, to_do, met = {}, [result], {result}
    while to_do:
        for source in inputs_of(to_do.pop()):
            readers[source] = readers.get(source, 0) + 1
            if source not in met:
                met.add(source)
                to_do.append(source)
    order, ready = [], [result]
    while ready:
        value = ready.pop()
        order.append(value)
        for source in inputs_of(value):
            readers[source] -= 1
            if not readers[source]:
                ready.append(source)
    order.reverse()
    return order


def by_appending_left(result, inputs_of):
    return deque(counting_readers(result, inputs_of))


def stepping(losses, patience):
    best_loss, best_epoch, in_vain = float("inf"), None, 0
    for epoch, loss in enumerate(losses):
        if loss < best_loss:
            best_loss, best_epoch, in_vain = loss, epoch, 0
        else:
            in_vain += 1
        if in_vain >= patience:
            return best_epoch, epoch
    return best_epoch, len(losses) - 1


def layer_norm_in_three_parts(x, g, eps):
    size = x.shape[1]
    centered = x - x.mean(axis=1, keepdims=True)
    variance = (centered**2).sum(axis=1, keepdims=True) / size
    s = (variance + eps) ** 0.5
    grad_variance = (g * centered).sum(axis=1, keepdims=True) * -0.5 * s**-3
    grad_mean = -g.sum(axis=1, keepdims=True) / s
    return g / s + grad_variance * 2 * centered / size + grad_mean / size


def layer_norm_by_jacobians(x, g, eps):
    rows = []
    for row, upstream in zip(x, g):
        size, s = len(row), math.sqrt(np.var(row) + eps)
        z = (row - row.mean()) / s
        rows.append((np.eye(size) - 1 / size - np.outer(z, z) / size) @ upstream / s)
    return np.stack(rows)


def softmax_loss(scores, targets):
    p = softmax(scores, axis=1)
    t = np.zeros_like(p)
    t[range(len(targets)), targets] = 1
    return float(-(t * np.log(p)).sum() / len(p)), (p - t) / len(p)


def two_relus(x, W1, W2, W3, g):
    h1 = np.maximum(0, x.dot(W1))
    h2 = np.maximum(0, h1.dot(W2))
    d2 = np.where(h2 > 0, g.dot(W3.T), 0.0)
    d1 = np.where(h1 > 0, d2.dot(W2.T), 0.0)
    return [x.T.dot(d1), h1.T.dot(d2), h2.T.dot(g)]


def masked_copy(x, W, g):
    through = g.copy()
    through[x @ W <= 0] = 0
    return g + through @ W.T, x.T @ through


def one_step(W, b, x, targets, x_test, targets_test):
    _, grad_scores = softmax_loss(x @ W + b, targets)
    guesses = [int(np.argmax(row @ W + b)) for row in x_test]
    return x.T @ grad_scores, grad_scores.sum(0), sum(g == t for g, t in zip(guesses, targets_test)) / len(guesses)


def best_of(final_loss, rates):
    best, lowest = None, math.inf
    for rate in rates:
        loss = final_loss(rate)
        if loss < lowest:
            best, lowest = rate, loss
    return best


def descent_on_copies(params, gradient, batches, rate):
    params = {name: value.copy() for name, value in params.items()}
    for batch in batches:
        for name, slope in gradient(params, batch).items():
            params[name] -= rate * slope
    return params


def descent_by_reduce(params, gradient, batches, rate):
    def step(now, batch):
        slopes = gradient(now, batch)
        return OrderedDict((name, now[name] - rate * slopes[name]) for name in now)

    return reduce(step, batches, params)


def momentum_uphill(params, gradient, batches, rate):
    velocity, params = dict.fromkeys(params, 0.0), dict(params)
    for batch in batches:
        slopes = gradient(params, batch)
        for name in params:
            velocity[name] = 0.9 * velocity[name] + rate * slopes[name]
            params[name] = params[name] - velocity[name]
    return params


def prng(seed):
    return np.random.default_rng(seed)


def shuffled_by_index(images, labels, seed):
    order = list(prng(seed).permutation(len(images)))
    return [images[i] for i in order], [labels[i] for i in order]


def inverted_dropout(y, rate, seed, training):
    if training:
        mask = (prng(seed).random(y.shape) >= rate).astype(y.dtype) / (1 - rate)
        return mask * y
    return y.copy()


def normalized(z, mean, variance, training):
    if training:
        mean, variance = np.mean(z, axis=0, keepdims=True), np.mean((z - np.mean(z, axis=0)) ** 2, axis=0)
    return (z - mean) * (variance + 1e-5) ** -0.5


def bounds(count, processes, rank):
    sizes = [count // processes + (1 if r < count % processes else 0) for r in range(processes)]
    return [sum(sizes[:rank]), sum(sizes[: rank + 1])]


def mean_of_all(gradients, counts):
    total = np.zeros(gradients[0].shape)
    for gradient, count in zip(gradients, counts):
        for _ in range(count):
            total += gradient
    return total / np.sum(counts)


def derivative_going_forward(x, u):
    h = slope = 0.0
    for x_t in x:
        before = h
        h = np.tanh(x_t + u * before)
        slope = (1 - h**2) * (before + u * slope)
    return slope


def derivative_by_chain(x, u):
    h = [0.0]
    for x_t in x.tolist():
        h.append(math.tanh(x_t + u * h[-1]))
    local = [1 - value * value for value in h]
    return sum(h[t - 1] * math.prod(local[t:]) * u ** (len(x) - t) for t in range(1, len(x) + 1))


def convolution_in_four_loops(image, kernel, g):
    grad_image, grad_kernel = np.zeros_like(image), np.zeros_like(kernel)
    for (i, j), upstream in np.ndenumerate(g):
        for a, b in np.ndindex(kernel.shape):
            grad_image[i + a, j + b] += upstream * kernel[a, b]
            grad_kernel[a, b] += upstream * image[i + a, j + b]
    return grad_image, grad_kernel


def policy_in_loops(p, actions, returns):
    grad = p.copy()
    for n, (action, gain) in enumerate(zip(actions, returns)):
        grad[n, action] -= 1
        grad[n] *= gain
    return grad / len(grad)


class Affine:
    """Callable objects are answers, too."""

    def __call__(self, x, grad_output):
        return np.einsum("nd,nm->dm", x, grad_output), np.einsum("nm->m", grad_output)


def cleared_after_the_step(setup):
    model, loss_function, optimizer, batches = setup()
    losses = []
    for x, t in batches:
        loss = loss_function(model(x), t)
        loss.backward()
        optimizer.step()
        model.zero_grad(set_to_none=False)
        losses.append(float(loss))
    return tuple(losses)


def cleared_by_hand(setup):
    model, loss_function, optimizer, batches = setup()
    losses = []
    for x, t in batches:
        for parameter in model.parameters():
            parameter.grad = None
        loss = loss_function(model(x), t)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach().numpy())
    return np.array(losses)


def evaluated_by_train(trained):
    model, x, t = trained()
    model.train(False)
    return np.mean(model(x).detach().numpy().argmax(axis=1) == t.numpy())


def inferred(trained):
    import torch

    model, x, t = trained()
    model.eval()
    with torch.inference_mode():
        return (torch.argmax(model(x), -1) == t).double().mean()


def logged_by_functions(setup):
    import torch

    first, second, loss_function, optimizer, batches = setup()
    losses, activity = [], []
    for x, t in batches:
        hidden = torch.relu(first(x))
        loss = loss_function(second(hidden), t)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            activity.append(float(hidden.mean()))
            losses.append(float(loss))
    return losses, activity


def logged_detached(setup):
    first, second, loss_function, optimizer, batches = setup()
    log = []
    for x, t in batches:
        hidden = first(x).clamp(min=0)
        optimizer.zero_grad()
        loss = loss_function(second(hidden), t)
        loss.backward()
        optimizer.step()
        log.append((loss.detach().numpy(), hidden.detach().numpy().mean()))
    return np.array(log).T


def attention_by_jacobians(shares, q, k, v, grad_output):
    rows = [(np.diag(p) - np.outer(p, p)) @ (v @ g) / math.sqrt(q.shape[1]) for p, g in zip(shares, grad_output)]
    return np.array(rows) @ k, np.array(rows).T @ q, shares.T @ grad_output


def attention_with_einsum(shares, q, k, v, grad_output):
    grad = shares * np.einsum("td,sd->ts", grad_output, v)
    grad -= shares * np.einsum("ts->t", grad)[:, np.newaxis]
    grad /= q.shape[1] ** 0.5
    of_q, of_k = np.einsum("ts,sd->td", grad, k), np.einsum("ts,td->sd", grad, q)
    return [of_q, of_k, np.einsum("ts,td->sd", shares, grad_output)]


def scaled_layer_norm_by_jacobians(x, gamma, grad_output, eps):
    D, found = x.shape[1], []
    root = np.sqrt(x.var(axis=1) + eps)
    z = (x - x.mean(axis=1, keepdims=True)) / root[:, np.newaxis]
    for row, spread, g in zip(z, root, grad_output * gamma):
        found.append(g @ (np.eye(D) - 1 / D - np.outer(row, row) / D) / spread)
    return np.array(found), np.einsum("nd,nd->d", grad_output, z), np.ones(len(x)) @ grad_output


def layer_norm_term_by_term(x, gamma, grad_output, eps):
    centered = x - x.mean(axis=1, keepdims=True)
    scale = (np.mean(centered**2, axis=1, keepdims=True) + eps) ** -0.5
    g = gamma * grad_output
    of_variance = -0.5 * np.sum(g * centered, axis=1, keepdims=True) * scale**3
    of_centered = g * scale + 2 * centered * of_variance / x.shape[1]
    return of_centered - of_centered.mean(axis=1, keepdims=True), sum(grad_output * centered * scale), sum(grad_output)


RIGHT = {
    "bill-total": [
        264,
        264.0,
        np.float64(264),
        np.array(264.0),
        Fraction(264),
        3 * 80 * 1.1,
        np.float32(264),
        lambda: 264,
    ],
    "bill-with-delivery": [
        lambda price, count, tax, delivery: delivery + tax * sum([price] * 1) * count,
        lambda *a: np.array(a[0] * a[1] * a[2] + a[3]),
    ],
    "delivery-slopes": [(2.2, 1), [2 * 1.1, 1.0], np.array([2.2, 1]), (Fraction(22, 10), Fraction(1))],
    "nudge": [lambda f, x, h: (f(x + h) - f(x)) * (1 / h), lambda f, x, h: np.diff([f(x), f(x + h)])[0] / h],
    "square-of-sum": [(-4, -4), [-4.0, -4.0], (2 * (1 - 3),) * 2],
    "cube-of-product": [
        lambda x, y: [3 * x**2 * y**3, 3 * x**3 * y**2],
        lambda x, y: 3 * (x * y) ** 2 * np.array([y, x]),
        lambda x, y: tuple(3 * math.pow(x * y, 2) * other for other in (y, x)),
    ],
    "gradients-along-a-chain": [
        chain_by_recursion,
        lambda local: np.cumprod(local[::-1])[::-1],
        lambda local: [math.prod(local[i:]) for i in range(len(local))],
        lambda local: tuple(np.prod(local[i:]) for i in range(len(local))),
        lambda local: np.array([np.prod(local[i:]) for i in range(len(local))], dtype=np.float32),
    ],
    "passes-needed": [(39760, 1), [39_760, 1.0], np.array([39760, 1])],
    "multiply-backward": [
        lambda x, y, g: np.array([y, x]) * g,
        partial(lambda k, x, y, g: [k * g * y, k * g * x], 1.0),
    ],
    "divide-backward": [lambda x, y, g: (g * y**-1, g * x * -1 * y**-2), lambda x, y, g: [g / y, -(g / y) * (x / y)]],
    "used-three-times": [11, 2 * 5 + 1.0],
    "bias-backward": [
        lambda g: np.ones(len(g)) @ g,
        lambda g: np.einsum("nm->m", g),
        lambda g: sum(g),
        lambda g: [sum(row[m] for row in g) for m in range(g.shape[1])],
        lambda g: np.add.reduce(g),
        lambda g: g.astype(np.float32).sum(0),
        lambda g: list(map(sum, zip(*g.tolist()))),
    ],
    "relu-backward": [
        lambda x, g: np.where(x > 0, g, 0),
        lambda x, g: g * np.heaviside(x, 0),
        lambda x, g: g * np.sign(np.maximum(x, 0)),
        lambda x, g: np.array([gi if xi > 0 else 0.0 for xi, gi in zip(x.flat, g.flat)]).reshape(x.shape),
        lambda x, g: np.ma.masked_where(x <= 0, g).filled(0),
        lambda x, g: (g * (x > 0)).astype(np.float32),
    ],
    "sigmoid-slope": [0.25, 1 / 4, Fraction(1, 4), np.float32(0.25)],
    "sigmoid-backward": [
        lambda y, g: g * (y - y**2),
        lambda y, g: (np.float32(1) - y) * y * g,
        lambda y, g: np.vectorize(lambda a, b: a * (1 - a) * b)(y, g),
    ],
    "stable-sigmoid": [
        expit,
        lambda x: 0.5 * (1 + np.tanh(x / 2)),
        lambda x: np.exp(-np.logaddexp(0, -x)),
        lambda x: 1 / (1 + np.exp(-np.clip(x, -500, 500))),
        np.vectorize(lambda v: 1 / (1 + math.exp(-v)) if v >= 0 else math.exp(v) / (1 + math.exp(v))),
    ],
    "leaky-relu-backward": [
        lambda x, g, slope: g * np.where(x > 0, 1, slope),
        lambda x, g, slope: g * ((x > 0) + slope * (x <= 0)),
    ],
    "prelu-slope": [
        lambda x, g: (x * g)[x < 0].sum(),
        lambda x, g: sum(a * b for a, b in zip(x.flat, g.flat) if a < 0),
        lambda x, g: np.einsum("ij,ij", np.where(x > 0, 0, x), g),
        lambda x, g: float(np.vdot(np.minimum(x, 0), g)),
    ],
    "elu-limit": [-2, -2.0, np.int64(-2)],
    "collapse": [
        lambda W1, b1, W2, b2: [W1.dot(W2), b2 + W2.T @ b1],
        lambda W1, b1, W2, b2: (np.einsum("dh,hm->dm", W1, W2), np.matmul(b1, W2) + b2),
    ],
    "softmax-backward": [
        softmax_by_jacobians,
        lambda y, g: y * g - y * np.einsum("nc,nc->n", y, g)[:, None],
        lambda y, g: np.einsum("ni,nij,nj->ni", y, np.eye(y.shape[1]) - y[:, None, :], g),
        lambda y, g: y.astype(np.float32) * (g - (g * y).sum(-1, keepdims=True)),
    ],
    "affine-shapes": [(784, 50), [784, 50], np.array([784, 50]), np.zeros((784, 50)).shape],
    "affine-backward": [
        affine_in_loops,
        lambda x, W, g: (np.dot(g, np.transpose(W)), np.dot(x.T, g), np.sum(g, 0)),
        lambda x, W, g: [np.einsum("nm,dm->nd", g, W), np.einsum("nd,nm->dm", x, g), np.einsum("nm->m", g)],
        lambda x, W, g: tuple(np.float32(part) for part in (g @ W.T, x.T @ g, g.sum(axis=0))),
    ],
    "affine-one-example": [
        lambda x, g: x[:, None] * g,
        lambda x, g: x.reshape(-1, 1) @ g.reshape(1, -1),
        lambda x, g: np.multiply.outer(x, g),
        lambda x, g: [[a * b for b in g] for a in x],
        lambda x, g: np.einsum("d,m->dm", x, g),
    ],
    "flatten-back": [
        lambda W, g, shape: (W @ g.T).T.reshape((-1,) + tuple(shape)),
        lambda W, g, shape: np.tensordot(g, W, axes=(1, 1)).reshape(g.shape[0], *shape),
        lambda W, g, shape: np.stack([(W @ row).reshape(shape) for row in g]),
    ],
    "surprise": [math.log(4), -np.log(0.25), np.log(4.0), -math.log2(0.25) * math.log(2)],
    "softmax-loss-backward": [
        lambda p, t: (p - t) / p.shape[0],
        lambda p, t: np.array([(a - b) / len(p) for a, b in zip(p, t)]),
        lambda p, t: (1 / len(t)) * np.subtract(p, t),
    ],
    "log-sum-exp": [
        partial(logsumexp, axis=1),
        lambda s: np.logaddexp.reduce(s, axis=1),
        lambda s: [max(row) + math.log(sum(math.exp(v - max(row)) for v in row)) for row in s],
        lambda s: s[:, 0] - log_softmax(s, axis=1)[:, 0],
    ],
    "mse-backward": [
        lambda y, t: (y - t) / y.shape[0],
        lambda y, t: np.stack([row / len(y) for row in y - t]),
        lambda y, t: -(t - y) * len(t) ** -1,
    ],
    "central-difference": [
        lambda f, x, h: 0.5 * (f(x + h) - f(x - h)) / h,
        lambda f, x, h: ((f(x + h) - f(x)) / h + (f(x) - f(x - h)) / h) / 2,
    ],
    "numerical-gradient": [gradient_in_place_and_put_back, gradient_with_flat_steps],
    "relative-error": [
        error_in_loops,
        error_with_where,
        lambda a, b: np.nan_to_num(np.abs(a - b) / np.maximum(np.abs(a), np.abs(b))),
    ],
    "forward-passes": [78500, 2 * (784 * 50 + 50), 78_500.0],
    "tanh-mended": [
        lambda x, g: g / np.cosh(x) ** 2,
        lambda x, g: g * (1 - np.tanh(x)) * (1 + np.tanh(x)),
        lambda x, g: 4 * g / (np.exp(x) + np.exp(-x)) ** 2,
    ],
    "descent-step": [
        lambda gradient, x, rate: x + -rate * gradient(x),
        lambda gradient, x, rate: [a - rate * b for a, b in zip(x, gradient(x))],
    ],
    "largest-rate": [0.25, 1 / 4, 2 / 8],
    "momentum-step": [
        lambda w, v, g, rate, m: [w - rate * m * v - rate * g, m * v + g],
        lambda w, v, g, rate, m: np.stack([w - rate * (g + v * m), g + v * m]),
    ],
    "adam-first-step": [-0.01, -1e-2, np.float64(-0.01), -0.01 * 50 / (50 + 1e-8)],
    "output-delta": [
        lambda A, Y: (A - Y) * (A - A**2) / A.shape[0],
        lambda A, Y: np.einsum("nm,nm,nm->nm", A - Y, A, 1 - A) * (1 / len(Y)),
    ],
    "delta-step": [
        lambda d, W, A: (1 - A) * (1 + A) * d.dot(W.T),
        lambda d, W, A: np.einsum("nm,dm,nd->nd", d, W, 1 - A * A),
        lambda d, W, A: (W @ d.T).T * (1 - A**2),
    ],
    "layer-gradients": [
        Affine(),
        lambda A, d: [sum(np.outer(a, b) for a, b in zip(A, d)), sum(d)],
        lambda A, d: ((d.T @ A).T, np.ones(len(d)) @ d),
    ],
    "first-delta": [0.008, 0.128 / 16, Fraction(8, 1000)],
    "count-parameters": [101770, (784 + 1) * 128 + 129 * 10],
    "first-loss": [
        math.log,
        np.log,
        lambda classes: -math.log(1 / classes),
        lambda classes: float(np.log(np.float32(classes))),
    ],
    "sgd-step": [
        lambda params, grads, rate: {name: value - rate * grads[name] for name, value in params.items()},
        lambda params, grads, rate: OrderedDict(
            (n, np.subtract(params[n], np.multiply(rate, grads[n]))) for n in grads
        ),
        lambda params, grads, rate: dict(zip(params, (params[n] - rate * grads[n] for n in params))),
    ],
    "accuracy": [
        lambda scores, targets: sum(np.argmax(row) == t for row, t in zip(scores, targets)) / len(targets),
        lambda scores, targets: np.count_nonzero(scores.argmax(-1) == targets) / targets.size,
        lambda scores, targets: np.mean(scores[np.arange(len(targets)), targets] >= scores.max(axis=1)),
        lambda scores, targets: np.float32(np.equal(scores.argmax(1), targets).mean()),
    ],
    "steps-in-an-epoch": [937, 60000 // 64, 937.0],
    "one-hot": [
        lambda indices, classes: (indices[:, None] == np.arange(classes)).astype(int),
        lambda indices, classes: [[1.0 if c == i else 0.0 for c in range(classes)] for i in indices],
        lambda indices, classes: np.take(np.eye(classes, dtype=np.float32), indices, axis=0),
        lambda indices, classes: indices[:, None] == np.arange(classes),
    ],
    "hidden-gradient": [
        lambda dz2, W2, a1: np.where(a1 > 0, dz2.dot(W2.T), 0),
        lambda dz2, W2, a1: np.einsum("nc,hc,nh->nh", dz2, W2, (a1 != 0).astype(float)),
        lambda dz2, W2, a1: (dz2 @ W2.T) * np.sign(a1),
    ],
    "normalise": [
        lambda pixels: pixels / 127.5 - 1,
        lambda pixels: 2 * pixels.astype(np.float32) / 255 - 1,
        lambda pixels: (pixels.astype(int) * 2 - 255) / 255,
        lambda pixels: np.interp(pixels, [0, 255], [-1, 1]),
    ],
    "linear-parameters": [2080, 65 * 32],
    "forgotten-zero-grad": [0.88, 1.6 - 0.72],
    "softplus-backward": [
        lambda y, g: -g * np.expm1(-y),
        lambda y, g: g * (np.exp(y) - 1) / np.exp(y),
        lambda y, g: g * expit(np.log(np.expm1(y))),
    ],
    "softmax-twice-bound": [
        lambda classes: np.log1p((classes - 1) / np.e),
        lambda classes: -math.log(math.e / (math.e + classes - 1)),
        lambda classes: logsumexp([1] + [0] * (classes - 1)) - 1,
    ],
    "three-walks": [28, 28.0],
    "table-backward": [
        lambda x, y, g: [(g @ y)[:, None], x[:, 0] @ g],
        lambda x, y, g: (g @ y.reshape(-1, 1), (x.T @ g).reshape(-1)),
        lambda x, y, g: (np.einsum("nm,m->n", g, y).reshape(x.shape), np.einsum("nm,nk->m", g, x)),
    ],
    "length-node": [
        lambda x, y, g: [g * x * (x * x + y * y) ** -0.5, g * y * (x * x + y * y) ** -0.5],
        lambda x, y, g: g * np.array([x, y]) / np.linalg.norm([x, y]),
    ],
    "graph-order": [counting_readers, by_appending_left],
    "gradient-factor": [0.8**10, 0.1073741824, (200 * 0.08**2 / 2) ** 5],
    "leaky-deviation": [
        lambda inputs, outputs, slope: math.sqrt(2 / inputs / (1 + slope * slope)),
        lambda inputs, outputs, slope: (inputs * (1 + slope**2) / 2) ** -0.5,
    ],
    "clip-by-norm": [
        clip_like_torch,
        lambda grads, largest: {
            n: g / max(1.0, np.sqrt(sum((h * h).sum() for h in grads.values())) / largest) for n, g in grads.items()
        },
        lambda grads, largest: {
            n: g * (largest / max(largest, math.hypot(*np.concatenate([h.ravel() for h in grads.values()]))))
            for n, g in grads.items()
        },
    ],
    "layer-norm-backward": [layer_norm_in_three_parts, layer_norm_by_jacobians],
    "l2-gradients": [
        lambda grads, params, strength: {
            n: g + strength * params[n] if n.startswith("W") else g for n, g in grads.items()
        },
        lambda grads, params, strength: {n: grads[n] + strength * params[n] * (params[n].ndim > 1) for n in grads},
        lambda grads, params, strength: grads | {n: grads[n] + strength * params[n] for n in ("W1", "W2")},
    ],
    "weight-left": [
        0.8 * 0.998**400,
        0.8 * math.exp(400 * math.log(1 - 0.002)),
        reduce(lambda w, _: w - 0.2 * 0.01 * w, range(400), 0.8),
    ],
    "dropout-passes": [
        lambda x, keep, rate, g: [np.where(keep, x / (1 - rate), 0), np.where(keep, g / (1 - rate), 0)],
        lambda x, keep, rate, g: np.array([x, g]) * keep.astype(float) / (1 - rate),
    ],
    "kept-and-stopped": [stepping, lambda losses, patience: [np.int64(n) for n in stepping(losses, patience)]],
    "clinic-1": [lambda y, g: y * g * (1 - y), lambda y, g: g * (y - y * y)],
    "clinic-2": [
        softmax_loss,
        lambda s, t: [
            np.mean(logsumexp(s, axis=1) - s[np.arange(len(t)), t]),
            (softmax(s, axis=1) - np.eye(s.shape[1])[t]) / t.size,
        ],
    ],
    "clinic-3": [Affine(), lambda x, g: [x.T.dot(g), sum(g)]],
    "clinic-4": [lambda W, g: (W @ g.T).T, lambda W, g: np.einsum("nm,dm->nd", g, W)],
    "clinic-5": [two_relus],
    "clinic-6": [Affine(), lambda x, g: (x.T @ g, np.ones(len(g)) @ g)],
    "clinic-7": [masked_copy, lambda x, W, g: (g + np.where(x @ W > 0, g, 0) @ W.T, x.T @ np.where(x @ W > 0, g, 0))],
    "clinic-8": [one_step],
    "clinic-9": [
        best_of,
        lambda final_loss, rates: rates[int(np.nanargmin([final_loss(rate) for rate in rates]))],
        lambda final_loss, rates: min(rates, key=lambda rate: np.nan_to_num(final_loss(rate), nan=np.inf)),
    ],
    "clinic-11": [
        lambda inputs, outputs, seed: prng(seed).normal(0, np.sqrt(2 / inputs), (inputs, outputs)),
        lambda i, o, seed: prng(seed).standard_normal((i, o)) / (i / 2) ** 0.5,
    ],
    "clinic-12": [
        lambda images: images.reshape(-1, 64) / 255.0,
        lambda images: [[p / 255 for p in image.ravel()] for image in images],
        lambda images: (images.astype(np.float32) / 255).reshape(len(images), 64),
    ],
    "clinic-13": [softmax_loss],
    "clinic-14": [shuffled_by_index, lambda x, t, seed: (prng(seed).permutation(x), prng(seed).permutation(t))],
    "clinic-15": [descent_on_copies, descent_by_reduce],
    "clinic-16": [descent_on_copies, descent_by_reduce],
    "clinic-17": [momentum_uphill],
    "clinic-18": [
        lambda inputs, outputs, seed: (
            prng(seed).standard_normal((inputs, outputs)) * (2 / inputs) ** 0.5,
            [0] * outputs,
        )
    ],
    "clinic-19": [
        lambda x, t: [x[len(x) // 2 :], t[len(t) // 2 :], x[: len(x) // 2], t[: len(t) // 2]],
        lambda x, t: (x[(h := len(x) // 2) :].copy(), t[h:].tolist(), x[:h].tolist(), t[:h]),
    ],
    "clinic-20": [inverted_dropout],
    "clinic-21": [
        lambda predict, x, t, x_test, t_test: sum(np.argmax(predict(x_test), axis=1) == t_test) / len(t_test)
    ],
    "clinic-22": [normalized],
    "clinic-10": [
        lambda lowest, highest, count: [lowest * (highest / lowest) ** (k / (count - 1)) for k in range(count)],
        lambda lowest, highest, count: 10 ** np.linspace(np.log10(lowest), np.log10(highest), count),
        lambda lowest, highest, count: np.logspace(np.log10(lowest), np.log10(highest), count),
    ],
    "clinic-23": [cleared_after_the_step, cleared_by_hand],
    "clinic-24": [evaluated_by_train, inferred],
    "clinic-25": [logged_by_functions, logged_detached],
    "slice-of-a-batch": [bounds, lambda count, processes, rank: np.array(bounds(count, processes, rank))],
    "average-by-counts": [
        lambda gradients, counts: np.average(gradients, axis=0, weights=counts),
        lambda gradients, counts: np.tensordot(np.array(counts) / sum(counts), np.array(gradients), axes=1),
        mean_of_all,
    ],
    "ring-seconds": [
        lambda size, processes, bandwidth, latency: (
            2 * (processes - 1) / processes * size / bandwidth + 2 * (processes - 1) * latency
        ),
        lambda size, processes, bandwidth, latency: sum(
            latency + size / processes / bandwidth for _ in range(2 * processes - 2)
        ),
    ],
    "recomputing-memory": [24, 24.0, min(144 / k + k for k in range(1, 145)), 2 * math.sqrt(144)],
    "count-convolution": [1168, 16 * (8 * 9 + 1), np.zeros((16, 8, 3, 3)).size + 16],
    "back-through-time": [derivative_going_forward, derivative_by_chain],
    "convolution-backward": [
        lambda image, kernel, g: [convolve2d(g, kernel), correlate2d(image, g, "valid")],
        convolution_in_four_loops,
    ],
    "policy-gradient": [
        policy_in_loops,
        lambda p, actions, returns: np.einsum(
            "nc,n->nc", p - (actions[:, None] == np.arange(p.shape[1])), returns / len(returns)
        ),
    ],
    "causal-shares": [
        lambda s: softmax(np.where(np.tri(len(s), dtype=bool), s, -np.inf), axis=1),
        lambda s: np.exp(s) * np.tri(len(s)) / (np.exp(s) * np.tri(len(s))).sum(axis=1, keepdims=True),
        lambda s: np.stack([np.pad(softmax(s[t, : t + 1]), (0, len(s) - t - 1)) for t in range(len(s))]),
    ],
    "attention-forward": [
        lambda q, k, v: softmax(np.einsum("td,sd->ts", q, k) / q.shape[1] ** 0.5, axis=1) @ v,
        lambda q, k, v: np.stack([softmax(k @ row / math.sqrt(len(row))) @ v for row in q]),
        lambda q, k, v: (v.T @ softmax(k @ (q / np.sqrt(q.shape[1])).T, axis=0)).T,
    ],
    "attention-backward": [attention_by_jacobians, attention_with_einsum],
    "embedding-backward": [
        lambda ids, rows, g: np.eye(rows)[ids].T @ g,
        lambda ids, rows, g: np.array([g[ids == i].sum(axis=0) for i in range(rows)]),
    ],
    "layer-norm-gradients": [scaled_layer_norm_by_jacobians, layer_norm_term_by_term],
    "next-tokens": [
        lambda ids, context: [
            [ids[i + k : i + k + context] for i in range(0, len(ids) - context, context)] for k in (0, 1)
        ],
        lambda ids, context: tuple(
            np.resize(part, ((len(ids) - 1) // context, context)) for part in (ids[:-1], ids[1:])
        ),
    ],
    "clinic-26": [
        lambda ids, starts, context: [[list(ids[s + k : s + k + context]) for s in starts] for k in (0, 1)],
        lambda ids, starts, context: tuple(ids[starts[:, None] + np.arange(context) + k] for k in (0, 1)),
    ],
    "carry-through": [0.045, 9 / 200, Fraction(45, 1000), np.float32(0.045)],
}
