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


def error_in_loops(a, b):
    result = np.zeros_like(a)
    for index in np.ndindex(a.shape):
        if a[index] != 0 or b[index] != 0:
            result[index] = abs(a[index] - b[index]) / max(abs(a[index]), abs(b[index]))
    return result


def error_with_where(a, b):
    scale = np.maximum(abs(a), abs(b))
    return np.divide(abs(a - b), scale, out=np.zeros_like(a), where=scale > 0)


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


def derivative_by_chain(x, u):
    h = [0.0]
    for x_t in x.tolist():
        h.append(math.tanh(x_t + u * h[-1]))
    local = [1 - value * value for value in h]
    return sum(h[t - 1] * math.prod(local[t:]) * u ** (len(x) - t) for t in range(1, len(x) + 1))


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
    "delivery-slopes": [(2.2, 1), [2 * 1.1, 1.0], np.array([2.2, 1])],
    "nudge": [lambda f, x, h: (f(x + h) - f(x)) * (1 / h), lambda f, x, h: np.diff([f(x), f(x + h)])[0] / h],
    "square-of-sum": [(-4, -4), [-4.0, -4.0]],
    "cube-of-product": [
        lambda x, y: [3 * x**2 * y**3, 3 * x**3 * y**2],
        lambda x, y: 3 * (x * y) ** 2 * np.array([y, x]),
    ],
    "gradients-along-a-chain": [
        lambda local: np.cumprod(local[::-1])[::-1],
        lambda local: tuple(np.prod(local[i:]) for i in range(len(local))),
        lambda local: np.array([np.prod(local[i:]) for i in range(len(local))], dtype=np.float32),
    ],
    "passes-needed": [(39760, 1), [39_760, 1.0], np.array([39760, 1])],
    "multiply-backward": [
        lambda x, y, g: np.array([y, x]) * g,
        partial(lambda k, x, y, g: [k * g * y, k * g * x], 1.0),
    ],
    "divide-backward": [lambda x, y, g: (g * y**-1, g * x * -1 * y**-2), lambda x, y, g: [g / y, -(g / y) * (x / y)]],
    "used-three-times": [11],
    "bias-backward": [
        lambda g: [sum(row[m] for row in g) for m in range(g.shape[1])],
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
    "sigmoid-slope": [0.25, Fraction(1, 4), np.float32(0.25)],
    "sigmoid-backward": [lambda y, g: g * (y - y**2)],
    "stable-sigmoid": [
        expit,
        lambda x: 0.5 * (1 + np.tanh(x / 2)),
        lambda x: np.exp(-np.logaddexp(0, -x)),
        lambda x: 1 / (1 + np.exp(-np.clip(x, -500, 500))),
        np.vectorize(lambda v: 1 / (1 + math.exp(-v)) if v >= 0 else math.exp(v) / (1 + math.exp(v))),
    ],
    "leaky-relu-backward": [lambda x, g, slope: g * np.where(x > 0, 1, slope)],
    "prelu-slope": [lambda x, g: (x * g)[x < 0].sum(), lambda x, g: float(np.vdot(np.minimum(x, 0), g))],
    "elu-limit": [-2, np.int64(-2)],
    "collapse": [
        lambda W1, b1, W2, b2: [W1.dot(W2), b2 + W2.T @ b1],
        lambda W1, b1, W2, b2: (np.einsum("dh,hm->dm", W1, W2), np.matmul(b1, W2) + b2),
    ],
    "softmax-backward": [lambda y, g: y.astype(np.float32) * (g - (g * y).sum(-1, keepdims=True))],
    "affine-shapes": [(784, 50), [784, 50], np.array([784, 50])],
    "affine-backward": [
        lambda x, W, g: [np.einsum("nm,dm->nd", g, W), np.einsum("nd,nm->dm", x, g), np.einsum("nm->m", g)],
        lambda x, W, g: tuple(np.float32(part) for part in (g @ W.T, x.T @ g, g.sum(axis=0))),
    ],
    "affine-one-example": [lambda x, g: x[:, None] * g, lambda x, g: [[a * b for b in g] for a in x]],
    "flatten-back": [lambda W, g, shape: np.stack([(W @ row).reshape(shape) for row in g])],
    "surprise": [math.log(4), -np.log(0.25)],
    "softmax-loss-backward": [lambda p, t: (1 / len(t)) * np.subtract(p, t)],
    "log-sum-exp": [
        lambda s: [max(row) + math.log(sum(math.exp(v - max(row)) for v in row)) for row in s],
        lambda s: s[:, 0] - log_softmax(s, axis=1)[:, 0],
    ],
    "mse-backward": [lambda y, t: -(t - y) * len(t) ** -1],
    "central-difference": [lambda f, x, h: 0.5 * (f(x + h) - f(x - h)) / h],
    "numerical-gradient": [gradient_in_place_and_put_back],
    "relative-error": [
        error_in_loops,
        error_with_where,
        lambda a, b: np.nan_to_num(np.abs(a - b) / np.maximum(np.abs(a), np.abs(b))),
    ],
    "forward-passes": [78500, 78_500.0],
    "tanh-mended": [lambda x, g: 4 * g / (np.exp(x) + np.exp(-x)) ** 2],
    "descent-step": [
        lambda gradient, x, rate: x + -rate * gradient(x),
        lambda gradient, x, rate: [a - rate * b for a, b in zip(x, gradient(x))],
    ],
    "largest-rate": [0.25],
    "momentum-step": [lambda w, v, g, rate, m: [w - rate * m * v - rate * g, m * v + g]],
    "adam-first-step": [np.float64(-0.01), -0.01 * 50 / (50 + 1e-8)],
    "output-delta": [lambda A, Y: (A - Y) * (A - A**2) / A.shape[0]],
    "delta-step": [lambda d, W, A: (1 - A) * (1 + A) * d.dot(W.T)],
    "layer-gradients": [Affine(), lambda A, d: [sum(np.outer(a, b) for a, b in zip(A, d)), sum(d)]],
    "first-delta": [0.008, Fraction(8, 1000)],
    "count-parameters": [101770],
    "first-loss": [np.log, lambda classes: float(np.log(np.float32(classes)))],
    "sgd-step": [
        lambda params, grads, rate: {name: value - rate * grads[name] for name, value in params.items()},
        lambda params, grads, rate: OrderedDict(
            (n, np.subtract(params[n], np.multiply(rate, grads[n]))) for n in grads
        ),
    ],
    "accuracy": [
        lambda scores, targets: sum(np.argmax(row) == t for row, t in zip(scores, targets)) / len(targets),
        lambda scores, targets: np.count_nonzero(scores.argmax(-1) == targets) / targets.size,
        lambda scores, targets: np.mean(scores[np.arange(len(targets)), targets] >= scores.max(axis=1)),
        lambda scores, targets: np.float32(np.equal(scores.argmax(1), targets).mean()),
    ],
    "steps-in-an-epoch": [937],
    "one-hot": [
        lambda indices, classes: (indices[:, None] == np.arange(classes)).astype(int),
        lambda indices, classes: [[1.0 if c == i else 0.0 for c in range(classes)] for i in indices],
        lambda indices, classes: np.take(np.eye(classes, dtype=np.float32), indices, axis=0),
    ],
    "hidden-gradient": [lambda dz2, W2, a1: np.einsum("nc,hc,nh->nh", dz2, W2, (a1 != 0).astype(float))],
    "normalise": [lambda pixels: 2 * pixels.astype(np.float32) / 255 - 1],
    "linear-parameters": [2080],
    "forgotten-zero-grad": [1.6 - 0.72],
    "softplus-backward": [lambda y, g: -g * np.expm1(-y)],
    "softmax-twice-bound": [lambda classes: np.log1p((classes - 1) / np.e)],
    "three-walks": [28],
    "table-backward": [lambda x, y, g: [(g @ y)[:, None], x[:, 0] @ g]],
    "length-node": [lambda x, y, g: [g * x * (x * x + y * y) ** -0.5, g * y * (x * x + y * y) ** -0.5]],
    "graph-order": [counting_readers, by_appending_left],
    "gradient-factor": [0.1073741824],
    "leaky-deviation": [lambda inputs, outputs, slope: math.sqrt(2 / inputs / (1 + slope * slope))],
    "clip-by-norm": [clip_like_torch],
    "layer-norm-backward": [layer_norm_in_three_parts],
    "l2-gradients": [
        lambda grads, params, strength: {
            n: g + strength * params[n] if n.startswith("W") else g for n, g in grads.items()
        }
    ],
    "weight-left": [reduce(lambda w, _: w - 0.2 * 0.01 * w, range(400), 0.8)],
    "dropout-passes": [lambda x, keep, rate, g: [np.where(keep, x / (1 - rate), 0), np.where(keep, g / (1 - rate), 0)]],
    "kept-and-stopped": [stepping, lambda losses, patience: [np.int64(n) for n in stepping(losses, patience)]],
    "clinic-1": [lambda y, g: g * (y - y * y)],
    "clinic-2": [
        lambda s, t: [
            np.mean(logsumexp(s, axis=1) - s[np.arange(len(t)), t]),
            (softmax(s, axis=1) - np.eye(s.shape[1])[t]) / t.size,
        ]
    ],
    "clinic-3": [Affine()],
    "clinic-4": [lambda W, g: np.einsum("nm,dm->nd", g, W)],
    "clinic-5": [two_relus],
    "clinic-6": [Affine()],
    "clinic-7": [masked_copy],
    "clinic-8": [one_step],
    "clinic-9": [
        best_of,
        lambda final_loss, rates: rates[int(np.nanargmin([final_loss(rate) for rate in rates]))],
        lambda final_loss, rates: min(rates, key=lambda rate: np.nan_to_num(final_loss(rate), nan=np.inf)),
    ],
    "clinic-11": [lambda i, o, seed: prng(seed).standard_normal((i, o)) / (i / 2) ** 0.5],
    "clinic-12": [
        lambda images: [[p / 255 for p in image.ravel()] for image in images],
        lambda images: (images.astype(np.float32) / 255).reshape(len(images), 64),
    ],
    "clinic-13": [softmax_loss],
    "clinic-14": [shuffled_by_index],
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
    ],
    "clinic-23": [cleared_after_the_step],
    "clinic-24": [evaluated_by_train, inferred],
    "clinic-25": [logged_detached],
    "slice-of-a-batch": [bounds, lambda count, processes, rank: np.array(bounds(count, processes, rank))],
    "average-by-counts": [mean_of_all],
    "ring-seconds": [
        lambda size, processes, bandwidth, latency: sum(
            latency + size / processes / bandwidth for _ in range(2 * processes - 2)
        )
    ],
    "recomputing-memory": [24],
    "count-convolution": [1168],
    "back-through-time": [derivative_by_chain],
    "convolution-backward": [lambda image, kernel, g: [convolve2d(g, kernel), correlate2d(image, g, "valid")]],
    "policy-gradient": [
        lambda p, actions, returns: np.einsum(
            "nc,n->nc", p - (actions[:, None] == np.arange(p.shape[1])), returns / len(returns)
        )
    ],
    "causal-shares": [lambda s: np.exp(s) * np.tri(len(s)) / (np.exp(s) * np.tri(len(s))).sum(axis=1, keepdims=True)],
    "attention-forward": [lambda q, k, v: softmax(np.einsum("td,sd->ts", q, k) / q.shape[1] ** 0.5, axis=1) @ v],
    "attention-backward": [attention_by_jacobians],
    "embedding-backward": [lambda ids, rows, g: np.eye(rows)[ids].T @ g],
    "layer-norm-gradients": [layer_norm_term_by_term],
    "next-tokens": [
        lambda ids, context: [
            [ids[i + k : i + k + context] for i in range(0, len(ids) - context, context)] for k in (0, 1)
        ]
    ],
    "clinic-26": [lambda ids, starts, context: [[list(ids[s + k : s + k + context]) for s in starts] for k in (0, 1)]],
    "carry-through": [Fraction(45, 1000), np.float32(0.045)],
}
