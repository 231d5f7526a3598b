"""Wrong answers that the bank's authors have not seen, written from the tasks alone: none may pass.

One that gives what a known mistake gives in every case is not among them: the bank's own tests have it. Most are right
in some cases; of those that are right in none, an exercise has one or two.
"""

import math

import numpy as np
from scipy.special import expit, softmax


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def listed_last_by_every_way(result, inputs_of):
    order, to_do = {}, [result]
    while to_do:
        value = to_do.pop()
        order.pop(value, None)
        order[value] = True
        to_do += inputs_of(value)
    return list(order)[::-1]


def written_into(params, grads, rate):
    for name in params:
        params[name] -= rate * grads[name]
    return params


def loops_for_matrices(f, x):
    x = x.astype(float)
    x2 = x if x.ndim > 1 else x[None]
    gradient = np.zeros_like(x2)
    for i in range(x2.shape[0]):
        for j in range(x2.shape[1]):
            x2[i, j] += 1e-4
            above = f(x)
            x2[i, j] -= 2e-4
            gradient[i, j] = (above - f(x)) / 2e-4
            x2[i, j] += 1e-4
    return gradient.reshape(x.shape)


def by_quotients(local_derivatives):
    total, before, result = math.prod(local_derivatives), 1.0, []
    for local in local_derivatives:
        result.append(total / before)
        before *= local
    return result


def readers_counted_by_name(result, inputs_of):
    """A value that is used twice by the same reader is counted once, and counted down twice."""
    readers, to_do = {result: set()}, [result]
    while to_do:
        value = to_do.pop()
        for source in inputs_of(value):
            if source not in readers:
                readers[source] = set()
                to_do.append(source)
            readers[source].add(value)
    left = {value: len(of) for value, of in readers.items()}
    order, ready = [], [result]
    while ready:
        value = ready.pop()
        order.append(value)
        for source in inputs_of(value):
            left[source] -= 1
            if left[source] == 0:
                ready.append(source)
    return order[::-1]


def steps(rule):
    """A training loop with a rule of the value, its gradient and the rate."""

    def learn(params, gradient, batches, rate):
        for batch in batches:
            grads = gradient(params, batch)
            params = {name: rule(params[name], grads[name], rate) for name in params}
        return params

    return learn


def writes_into_params(params, gradient, batches, rate):
    for batch in batches:
        grads = gradient(params, batch)
        for name in params:
            params[name] -= rate * grads[name]
    return params


def only_the_last_batch(params, gradient, batches, rate):
    for batch in batches:
        new = {name: params[name] - rate * grad for name, grad in gradient(params, batch).items()}
    return new


def shared_velocity(params, gradient, batches, rate):
    velocity = 0
    for batch in batches:
        grads = gradient(params, batch)
        new = {}
        for name in params:
            velocity = 0.9 * np.mean(velocity) - rate * grads[name]
            new[name] = params[name] + velocity
        params = new
    return params


def looked_ahead(params, gradient, batches, rate):
    velocity = {name: np.zeros_like(value) for name, value in params.items()}
    for batch in batches:
        grads = gradient({name: params[name] + 0.9 * velocity[name] for name in params}, batch)
        velocity = {name: 0.9 * velocity[name] - rate * grads[name] for name in params}
        params = {name: params[name] + velocity[name] for name in params}
    return params


def log_p(scores):
    return np.log(softmax(scores, axis=1))


def loss_of(scores, targets):
    return -log_p(scores)[np.arange(len(targets)), targets].mean()


def one_hot(targets, classes):
    return np.eye(classes)[targets]


def norm(grads):
    return np.sqrt(sum((g**2).sum() for g in grads.values()))


def clipped_with_two_keys(grads, largest):
    factor = min(1, largest / norm(grads))
    return {"W1": grads["W1"] * factor, "b1": grads["b1"] * factor, "W2": grads["W2"] * factor}


def clipped_in_place(grads, largest):
    if norm(grads) > largest:
        factor = largest / norm(grads)
        for g in grads.values():
            g *= factor
    return dict(grads)


def stopped(beats=lambda loss, best: loss < best, late=0, kept=lambda best, epoch: best, from_zero=0):
    def answer(losses, patience):
        best = 0
        for epoch in range(len(losses)):
            if beats(losses[epoch], losses[best]):
                best = epoch
            if epoch - best >= patience + late:
                break
        return kept(best, epoch), epoch + from_zero

    return answer


def never_stops(losses, patience):
    best = min(range(len(losses)), key=losses.__getitem__)
    return best, min(best + patience, len(losses) - 1)


def network_with(masks):
    def answer(x, W1, W2, W3, grad_scores):
        z1 = x @ W1
        y1 = np.maximum(z1, 0)
        z2 = y1 @ W2
        y2 = np.maximum(z2, 0)
        m1, m2 = masks(z1, z2)
        grad_z2 = grad_scores @ W3.T * m2
        grad_z1 = grad_z2 @ W2.T * m1
        return x.T @ grad_z1, y1.T @ grad_z2, y2.T @ grad_scores

    return answer


def one_layer(W, b, x, targets, x_test, targets_test):
    p = softmax(x @ W + b, axis=1)
    g = (p - one_hot(targets, len(b))) / len(x)
    return x.T @ g, g.sum(axis=0), ((x_test @ W + b).argmax(axis=1) == targets_test).mean()


def block(x, W, grad_output, z=None):
    z = x @ W if z is None else z
    g = grad_output * (z > 0)
    return grad_output + g @ W.T, x.T @ g


def normal(inputs, outputs, seed):
    return np.random.default_rng(seed).standard_normal((inputs, outputs))


def shuffled(images, labels, order, other=None):
    return images[order], labels[order if other is None else other]


def mask_of(y, rate, seed):
    return np.random.default_rng(seed).random(y.shape) >= rate


def layer_norm(x, g, eps, mean=lambda a: a.mean(axis=1, keepdims=True), root=np.sqrt, ddof=0):
    s = root(x.var(axis=1, keepdims=True, ddof=ddof) + eps)
    z = (x - x.mean(axis=1, keepdims=True)) / s
    return (g - mean(g) - z * mean(g * z)) / s


def convolution(image, kernel, grad_output, flip=1, into=1):
    grad_image, grad_kernel = np.zeros_like(image), np.zeros_like(kernel)
    rows, columns = kernel.shape
    for i in range(image.shape[0] - rows + into):
        for j in range(image.shape[1] - columns + into):
            grad_kernel += grad_output[i, j] * image[i : i + rows, j : j + columns][::flip, ::flip]
            grad_image[i : i + rows, j : j + columns] += grad_output[i, j] * kernel
    return grad_image, grad_kernel


def through_time(x, u, steps_back=None, start=0.0, last_only=False):
    states = [start]
    for value in x:
        states.append(np.tanh(value + u * states[-1]))
    gradient, upstream = 0.0, 1.0
    for t in range(len(x), 0, -1)[:steps_back]:
        of_sum = upstream * (1 - states[t] ** 2)
        gradient = of_sum * states[t - 1] + (0 if last_only else gradient)
        upstream = of_sum * u
    return gradient


def slice_with(count, processes, rank):
    sizes = [len(part) for part in np.array_split(np.arange(count), processes)]
    return sum(sizes[:rank]), sum(sizes[: rank + 1])


def cleared_every_other_time(setup):
    model, loss_function, optimizer, batches = setup()
    losses = []
    for number, (x, t) in enumerate(batches):
        if number % 2:
            optimizer.zero_grad()
        loss = loss_function(model(x), t)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def mean_losses(setup):
    model, loss_function, optimizer, batches = setup()
    losses = []
    for x, t in batches:
        optimizer.zero_grad()
        loss = loss_function(model(x), t)
        loss.backward()
        optimizer.step()
        losses.append(loss.item() / len(x))
    return losses


def share_of(model, x, t):
    return (model(x).argmax(dim=1) == t).float().mean().item()


def evaluated_too_late(trained):
    model, x, t = trained()
    share = share_of(model, x, t)
    model.eval()
    return share


def alone_in_training_mode(trained):
    model, x, t = trained()
    return sum(share_of(model, x[k : k + 1], t[k : k + 1]) for k in range(len(x))) / len(x)


def logged_total(setup):
    first, second, loss_function, optimizer, batches = setup()
    losses, activity = [], []
    for x, t in batches:
        hidden = first(x).relu()
        optimizer.zero_grad()
        loss = loss_function(second(hidden), t)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        activity.append(hidden.sum().item())
    return losses, activity


def activity_of_the_images(setup):
    first, second, loss_function, optimizer, batches = setup()
    losses, activity = [], []
    for x, t in batches:
        hidden = first(x).relu()
        optimizer.zero_grad()
        loss = loss_function(second(hidden), t)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        activity.append((hidden > 0).double().mean().item())
    return losses, activity


def attention_gradients(p, q, k, v, g):
    of_shares = g @ v.T
    of_scores = p * (of_shares - (of_shares * p).sum(axis=1, keepdims=True)) / np.sqrt(q.shape[1])
    return of_scores @ k, of_scores.T @ q, p.T @ g


def scaled_layer_norm(x, gamma, g, eps, ddof=0, sign=1):
    root = np.sqrt(x.var(axis=1, ddof=ddof, keepdims=True) + eps)
    z, of_z = (x - x.mean(axis=1, keepdims=True)) / root, gamma * g
    common = of_z.mean(axis=1, keepdims=True) + sign * z * (of_z * z).mean(axis=1, keepdims=True)
    return (of_z - common) / root, (g * z).sum(axis=0), g.sum(axis=0)


WRONG = {
    "bill-with-delivery": [
        lambda price, count, tax, delivery: 225.0,
        lambda price, count, tax, delivery: price * count * tax + delivery * (price * count < 100),
        lambda price, count, tax, delivery: int(price * count * tax + delivery),
    ],
    "nudge": [
        lambda f, x, h: f((x + h) - x) / h,
        lambda f, x, h: abs(f(x + h) - f(x)) / h,
        lambda f, x, h: (f(x + h) - f(x)) // h,
        lambda f, x, h: (f(x + 1e-6) - f(x)) / 1e-6,
        lambda f, x, h: (f(x + h) - f(x)) / (x * h),
    ],
    "gradients-along-a-chain": [
        by_quotients,
        lambda local: [math.prod(local[: len(local) - i]) for i in range(len(local))],
        lambda local: [local[0] * local[1] * local[2], local[1] * local[2], local[2]],
        lambda local: (math.prod(local[i:]) for i in range(len(local))),
        lambda local: local.reverse() or list(np.cumprod(local))[::-1],
    ],
    "cube-of-product": [
        lambda x, y: (3 * (x * y) ** 3 / x, 3 * (x * y) ** 3 / y),
        lambda x, y: (3 * x * y**2 * y, 3 * x * y**2 * x),
        lambda x, y: 3 * (x * y) ** 2 * (x + y),
    ],
    "multiply-backward": [
        lambda x, y, g: (g * (x * y) / x, g * (x * y) / y),
        lambda x, y, g: (220.0, 110.0)[::-1],
        lambda x, y, g: (abs(g) * y, abs(g) * x),
    ],
    "divide-backward": [
        lambda x, y, g: (g / y, -abs(g * x) / y**2),
        lambda x, y, g: (g / abs(y), -g * x / y**2),
        lambda x, y, g: (g // y, -g * x // y**2),
        lambda x, y, g: (g / y, -g * x / y / 2),
    ],
    "bias-backward": [
        lambda g: g.sum(axis=0).squeeze(),
        lambda g: np.squeeze(g).sum(axis=0),
        lambda g: np.ones(len(g)) * g.sum(axis=0) if g.shape[0] == g.shape[1] else g.sum(axis=0, keepdims=True),
        lambda g: np.abs(g).sum(axis=0),
        lambda g: g.max(axis=0),
    ],
    "relu-backward": [
        lambda x, g: g * np.sign(x),
        lambda x, g: np.heaviside(x, 0.5) * g,
        lambda x, g: [value if at > 0 else 0 for at, value in zip(x.flat, g.flat)],
    ],
    "sigmoid-backward": [lambda y, g: g * sigmoid(y), lambda y, g: g @ (y * (1 - y)).T],
    "stable-sigmoid": [
        lambda x: np.where(x >= 0, 1.0, np.exp(np.minimum(x, 0))) / (1 + np.exp(np.minimum(x, 0))),
        lambda x: np.array([1 / (1 + np.exp(-v)) if v >= 0 else np.exp(v) / (1 + np.exp(v)) for v in x]),
        lambda x: expit(x).round(4),
        lambda x: np.clip(expit(x), 1e-7, 1 - 1e-7),
        lambda x: np.tanh(x / 2),
        lambda x: [1 / (1 + math.exp(-v)) for v in x.flat],
        lambda x: np.heaviside(x, 0.5),
    ],
    "leaky-relu-backward": [
        lambda x, g, slope: np.where(x > 0, g, 0.01 * g),
        lambda x, g, slope: np.where(x > slope, g, slope * g),
    ],
    "prelu-slope": [lambda x, g: np.sum(np.minimum(g * x, 0)), lambda x, g: [np.sum(g * np.minimum(x, 0))]],
    "collapse": [lambda W1, b1, W2, b2: (W1 @ W2, W2.T @ b1 + b1), lambda W1, b1, W2, b2: (W1 @ W2, (b1 + b2[0]) @ W2)],
    "softmax-backward": [lambda y, g: y * g - (g * y).sum(axis=1, keepdims=True), lambda y, g: g * y - y**2],
    "affine-backward": [
        lambda x, W, g: (g @ W.T, x.T @ g, g.sum(axis=0).squeeze()),
        lambda x, W, g: (g @ W.T, x.T @ g),
        lambda x, W, g: (np.linalg.solve(W.T, g.T).T if W.shape[0] == W.shape[1] else g @ W.T, x.T @ g, g.sum(axis=0)),
        lambda x, W, g: (g @ W.T, np.outer(x[0], g[0]), g.sum(axis=0)),
    ],
    "affine-one-example": [
        lambda x, g: x @ g if len(x) == len(g) else np.outer(g, x),
        lambda x, g: np.outer(x, g) / len(x),
    ],
    "flatten-back": [
        lambda W, g, shape: (g @ W.T).reshape(shape),
        lambda W, g, shape: (g @ W.T).reshape(len(g), shape[0], shape[1]),
    ],
    "log-sum-exp": [
        lambda s: np.log(np.exp(np.clip(s, -700, 700)).sum(axis=1)),
        lambda s: s - np.logaddexp.reduce(s, axis=1)[:, None],
    ],
    "softmax-loss-backward": [lambda p, t: (t - p) / len(p), lambda p, t: np.subtract(p, t, out=p) / len(p)],
    "mse-backward": [lambda y, t: np.abs(y - t) / len(y), lambda y, t: np.mean(y - t)],
    "central-difference": [
        lambda f, x, h: (f(x + 1e-5) - f(x - 1e-5)) / 2e-5,
        lambda f, x, h: (f(x + h) - 2 * f(x) + f(x - h)) / h**2,
    ],
    "numerical-gradient": [
        loops_for_matrices,
        lambda f, x: np.array(
            [(f(x + 1e-4 * e) - f(x - 1e-4 * e)) / 2e-4 for e in np.eye(x.size).reshape(-1, *x.shape)]
        ),
        lambda f, x: np.gradient(x),
        lambda f, x: np.array([f(x + e) - f(x - e) for e in np.eye(x.size).reshape(-1, *x.shape)]).reshape(x.shape) / 2,
    ],
    "relative-error": [
        lambda a, b: np.nan_to_num(np.abs(a - b) / np.abs(a + b)),
        lambda a, b: np.nan_to_num(np.abs(a - b) / np.maximum(a, b)),
    ],
    "tanh-mended": [lambda x, g: g * (1 - np.tanh(x)) ** 2, lambda x, g: g * 1 - np.tanh(x) ** 2],
    "descent-step": [lambda gradient, x, rate: gradient(x - rate * x), lambda gradient, x, rate: x * (1 - rate)],
    "momentum-step": [
        lambda w, v, g, rate, m: (w - rate * (0.9 * v + g), 0.9 * v + g),
        lambda w, v, g, rate, m: (w - rate * (g + m * (m * v + g)), m * v + g),
    ],
    "output-delta": [
        lambda A, Y: (A - Y) * sigmoid(A) * (1 - sigmoid(A)) / len(A),
        lambda A, Y: (A - Y) / len(A) * A * 1 - A,
    ],
    "delta-step": [
        lambda d, W, A: d @ W * (1 - A**2) if W.shape[0] == W.shape[1] else (W @ d.T).T * (1 - A**2),
        lambda d, W, A: d @ W.T * (1 - A) ** 2,
        lambda d, W, A: d @ (W.T * (1 - A[0] ** 2)),
    ],
    "layer-gradients": [lambda A, d: (A.T @ d / len(A), d.sum(axis=0)), lambda A, d: (d.sum(axis=0), A.T @ d)],
    "first-loss": [lambda classes: math.log(10), lambda classes: math.log(1 / classes) / classes],
    "sgd-step": [
        lambda params, grads, rate: {"W": params["W"] - rate * grads["W"], "b": params["b"] - rate * grads["b"]},
        lambda params, grads, rate: {n: params[n] - rate * grads[n] for n in ("W1", "b1", "W2", "b2")},
        written_into,
    ],
    "accuracy": [
        lambda scores, targets: (scores.argmax(axis=1) == targets).sum(),
        lambda scores, targets: 100 * (scores.argmax(axis=1) == targets).mean(),
    ],
    "one-hot": [lambda indices, classes: np.eye(10)[indices], lambda indices, classes: np.eye(len(indices), classes)],
    "hidden-gradient": [
        lambda dz2, W2, a1: (W2 @ dz2.T) * (a1 > 0).T,
        lambda dz2, W2, a1: dz2 @ (W2 * (a1[0] > 0)[:, None]).T,
    ],
    "normalise": [
        lambda pixels: (pixels - 128) / 128,
        lambda pixels: (pixels - pixels.min()) / (pixels.max() - pixels.min()) * 2 - 1,
        lambda pixels: (pixels * 2 - 255) / 255,
    ],
    "softplus-backward": [lambda y, g: g * sigmoid(y), lambda y, g: g * np.exp(-y)],
    "softmax-twice-bound": [lambda classes: math.log(classes), lambda classes: math.log(math.e + 9) - 1],
    "table-backward": [
        lambda x, y, g: (g.sum(axis=1, keepdims=True) * y.sum(), g.sum(axis=0) * x.sum()),
        lambda x, y, g: ((g @ y).squeeze()[:, None], (g.T @ x).squeeze()),
    ],
    "length-node": [
        lambda x, y, g: (g * abs(x) / math.hypot(x, y), g * abs(y) / math.hypot(x, y)),
        lambda x, y, g: (g * x / (x + y), g * y / (x + y)),
        lambda x, y, g: (g / math.sqrt(1 + (y / x) ** 2), g * y / math.hypot(x, y)),
    ],
    "graph-order": [
        readers_counted_by_name,
        listed_last_by_every_way,
        lambda result, inputs_of: list(range(result + 1)),
    ],
    "leaky-deviation": [
        lambda inputs, outputs, slope: np.sqrt(4 / ((1 + slope**2) * (inputs + outputs))),
        lambda inputs, outputs, slope: np.sqrt(2) / (1 + slope**2) / np.sqrt(inputs),
    ],
    "clip-by-norm": [
        clipped_with_two_keys,
        clipped_in_place,
        lambda grads, largest: {n: g / norm(grads) for n, g in grads.items()} if norm(grads) > largest else dict(grads),
        lambda grads, largest: (
            {n: g * largest / norm(grads) for n, g in grads.items()} if norm(grads) > largest else grads
        ),
        lambda grads, largest: [g * min(1, largest / norm(grads)) for g in grads.values()],
    ],
    "layer-norm-backward": [
        lambda x, g, eps: layer_norm(x, g, eps, mean=lambda a: a.mean()),
        lambda x, g, eps: layer_norm(x, g, eps, root=lambda v: v),
        lambda x, g, eps: layer_norm(x, g, 1e-5),
        lambda x, g, eps: layer_norm(x, g, eps) / len(x),
    ],
    "l2-gradients": [
        lambda grads, params, strength: {n: grads[n] + strength * params[n] for n in ("W1", "W2")},
        lambda grads, params, strength: {n: params[n] + strength * grads[n] * (n[0] == "W") for n in grads},
    ],
    "dropout-passes": [
        lambda x, keep, rate, g: (x[keep] / (1 - rate), g[keep] / (1 - rate)),
        lambda x, keep, rate, g: (x * keep / (1 - rate), g * (x * keep > 0) / (1 - rate)),
    ],
    "kept-and-stopped": [stopped(from_zero=1), never_stops],
    "clinic-1": [lambda y, g: g * (1 - y), lambda y, g: np.sign(g) * y * (1 - y)],
    "clinic-2": [
        lambda s, t: ((softmax(s, axis=1) - one_hot(t, s.shape[1])) / len(t), loss_of(s, t)),
        lambda s, t: (loss_of(s, t), (one_hot(t, s.shape[1]) - softmax(s, axis=1)) / len(t)),
    ],
    "clinic-3": [lambda x, g: (x.T @ g, g.mean(axis=0)), lambda x, g: (x.T @ g, g.sum(axis=0).squeeze())],
    "clinic-4": [lambda W, g: g @ W if W.shape[0] == W.shape[1] else g @ W.T, lambda W, g: g @ np.linalg.pinv(W)],
    "clinic-5": [network_with(lambda z1, z2: (z1 > 0, 1)), network_with(lambda z1, z2: (z1 < 0, z2 < 0))],
    "clinic-6": [lambda x, g: (x.T @ g, g.sum(axis=0, keepdims=True)), lambda x, g: (x.T @ g, g.mean(axis=0))],
    "clinic-7": [
        lambda x, W, g: (block(x, W, g)[0], x.T @ g),
        lambda x, W, g: np.multiply(g, x @ W > 0, out=g) is g and (g + g @ W.T, x.T @ g),
    ],
    "clinic-8": [
        lambda W, b, x, t, x_test, t_test: one_layer(W, 0 * b, x, t, x_test, t_test),
        lambda W, b, x, t, x_test, t_test: tuple(
            part * len(x) / len(x_test) for part in one_layer(W, b, x, t, x_test, t_test)
        ),
        lambda W, b, x, t, x_test, t_test: (
            *one_layer(W, b, x, t, x_test, t_test)[:2],
            np.sum((x_test @ W + b).argmax(1) == t_test) / len(x),
        ),
    ],
    "clinic-9": [
        lambda final_loss, rates: rates[int(np.argmin([final_loss(rate) for rate in rates]))],
        lambda final_loss, rates: rates[len(rates) // 2],
        lambda final_loss, rates: sorted(rates, key=final_loss)[0],
    ],
    "clinic-11": [
        lambda inputs, outputs, seed: normal(inputs, outputs, 0) * np.sqrt(2 / inputs),
        lambda inputs, outputs, seed: normal(outputs, inputs, seed).T * np.sqrt(2 / inputs),
    ],
    "clinic-12": [
        lambda images: images.reshape(-1, len(images)).T / 255,
        lambda images: images.reshape(len(images), -1) / 127.5 - 1,
    ],
    "clinic-13": [
        lambda s, t: (loss_of(s, t), softmax(s, axis=1) - one_hot(t, s.shape[1])),
        lambda s, t: (loss_of(log_p(s) * 2, t), (softmax(s, axis=1) - one_hot(t, s.shape[1])) / len(t)),
    ],
    "clinic-14": [
        lambda images, labels, seed: shuffled(images, labels, np.random.default_rng(0).permutation(len(images))),
        lambda images, labels, seed: (np.random.default_rng(seed).permutation(images),) * 2,
    ],
    "clinic-15": [
        writes_into_params,
        lambda params, gradient, batches, rate: list(
            steps(lambda w, g, rate: w - rate * g)(params, gradient, batches, rate).values()
        ),
    ],
    "clinic-16": [writes_into_params, only_the_last_batch],
    "clinic-17": [looked_ahead, shared_velocity],
    "clinic-18": [
        lambda inputs, outputs, seed: (normal(inputs, outputs, seed) * np.sqrt(2 / inputs), np.full(outputs, -1.0)),
        lambda inputs, outputs, seed: (normal(inputs, outputs, seed) * np.sqrt(2 / inputs), np.zeros((1, outputs))),
    ],
    "clinic-19": [
        lambda x, t: (x[3:], t[3:], x[:3], t[:3]),
        lambda x, t: (x[len(x) // 2 + 1 :], t[len(x) // 2 + 1 :], x[: len(x) // 2], t[: len(x) // 2]),
    ],
    "clinic-20": [
        lambda y, rate, seed, training: y * mask_of(y, rate, 0) / (1 - rate) if training else y,
        lambda y, rate, seed, training: y * mask_of(y, rate, seed) / (1 - rate) if training else None,
    ],
    "clinic-21": [
        lambda predict, x_train, t_train, x_test, t_test: (x_test.argmax(axis=1) == t_test).mean(),
        lambda predict, x_train, t_train, x_test, t_test: (
            (predict(x_test).argmax(axis=1) == t_test).sum() / len(x_train)
        ),
    ],
    "clinic-22": [
        lambda z, mean, variance, training: (
            (z - z.mean(0)) / np.sqrt(z.var(0) + 1e-5) if training else (z - mean) / np.sqrt(variance)
        ),
        lambda z, mean, variance, training: (
            (z - z.mean()) / np.sqrt(z.var() + 1e-5) if training else (z - mean) / np.sqrt(variance + 1e-5)
        ),
    ],
    "clinic-10": [
        lambda lowest, highest, count: np.linspace(lowest, highest, count + 2)[1:-1],
        lambda lowest, highest, count: np.geomspace(lowest, highest, count + 1),
    ],
    "clinic-23": [cleared_every_other_time, mean_losses],
    "clinic-24": [evaluated_too_late, alone_in_training_mode],
    "clinic-25": [logged_total, activity_of_the_images],
    "slice-of-a-batch": [
        lambda count, processes, rank: (rank * count / processes, (rank + 1) * count / processes),
        lambda count, processes, rank: (rank * -(-count // processes), (rank + 1) * -(-count // processes)),
        lambda count, processes, rank: slice_with(count, processes, rank - 1),
    ],
    "average-by-counts": [
        lambda gradients, counts: sum(g / n for g, n in zip(gradients, counts) if n) * sum(counts),
        lambda gradients, counts: np.mean([g.mean() * n for g, n in zip(gradients, counts)]),
    ],
    "ring-seconds": [
        lambda size, processes, bandwidth, latency: 2 * (processes - 1) * (latency + bandwidth / (size / processes)),
        lambda size, processes, bandwidth, latency: 2 * processes - 1 * (latency + size / processes / bandwidth),
        lambda size, processes, bandwidth, latency: 2 * (processes - 1) * (latency + size // processes // bandwidth),
        lambda size, processes, bandwidth, latency: 2 * math.log2(processes) * (latency + size / processes / bandwidth),
    ],
    "back-through-time": [
        lambda x, u: through_time(x, u, steps_back=2),
        lambda x, u: through_time(x, u, steps_back=4),
        lambda x, u: through_time(x, u, start=1.0),
        lambda x, u: through_time(x, 1.0),
        lambda x, u: through_time(x[::-1], u),
        lambda x, u: sum(through_time(x[: t + 1], u) for t in range(len(x))),
    ],
    "convolution-backward": [
        lambda image, kernel, g: convolution(image, kernel, g, flip=-1),
        lambda image, kernel, g: (
            convolution(image, kernel, g)[0],
            (image[: kernel.shape[0], : kernel.shape[1]] * g.sum()),
        ),
    ],
    "policy-gradient": [
        lambda p, actions, returns: (p - np.eye(p.shape[1])[actions]) * np.abs(returns)[:, None] / len(p),
        lambda p, actions, returns: (p - np.eye(p.shape[1])[actions]) * (returns - returns.mean())[:, None] / len(p),
    ],
    "causal-shares": [
        lambda s: softmax(np.where(np.tri(len(s), dtype=bool), s, -1.0), axis=1),
        lambda s: np.exp(s) * np.tri(len(s)) / np.sum(np.exp(s) * np.tri(len(s))),
        lambda s: softmax(np.where(np.tri(len(s), dtype=bool), -s, -np.inf), axis=1),
        lambda s: np.tri(len(s)) / np.arange(1, len(s) + 1)[:, np.newaxis],
    ],
    "attention-forward": [
        lambda q, k, v: v[(q @ k.T).argmax(axis=1)],
        lambda q, k, v: np.exp(q @ k.T / np.sqrt(q.shape[1])) @ v,
        lambda q, k, v: softmax(q @ k.T / np.sqrt(q.shape[1])) @ v,
    ],
    "attention-backward": [
        lambda p, q, k, v, g: attention_gradients(p, q, k, v, g)[::-1],
        lambda p, q, k, v, g: attention_gradients(p, q, k, k, g),
    ],
    "embedding-backward": [
        lambda ids, rows, g: np.array([g[ids == i].sum(axis=0) for i in range(max(ids) + 1)]),
        lambda ids, rows, g: -np.eye(rows)[ids].T @ g,
    ],
    "layer-norm-gradients": [
        lambda x, gamma, g, eps: scaled_layer_norm(x, gamma, g, eps, ddof=1),
        lambda x, gamma, g, eps: scaled_layer_norm(x, gamma, g, eps)[::-1],
    ],
    "next-tokens": [
        lambda ids, context: (ids[:-1], ids[1:]),
        lambda ids, context: tuple(
            ids[start : start + (len(ids) - 2) // context * context].reshape(-1, context) for start in (0, 2)
        ),
    ],
    "clinic-26": [
        lambda ids, starts, context: tuple(ids[starts[:, None] + np.arange(context) + k] for k in (1, 2 - context)),
        lambda ids, starts, context: tuple(ids[starts[:, None] + np.arange(context) + k].T for k in (0, 1)),
    ],
    "carry-through": [0.09, 0.5],
}
