"""The parts that are wrong in the patients, each as somebody has written it.

None of it is right. The chapter prints these functions one by one, so none has a docstring that would tell.
"""

import numpy as np

from .healthy import learn, log_softmax, softmax, softmax_backward, softmax_with_loss


def sigmoid_backward(y, grad_output):
    return y * (1 - y)


def loss_and_gradient(scores, targets):
    rows = np.arange(len(targets))
    logarithms = log_softmax(scores)
    loss = -logarithms[rows, targets].mean()
    gradient = np.exp(logarithms)
    gradient[rows, targets] -= 1
    return loss, gradient


def parameter_gradients(x, grad_output):
    grad_W = x.T @ grad_output / len(x)
    grad_b = grad_output.mean(axis=0)
    return grad_W, grad_b


def input_gradient(W, grad_output):
    return grad_output @ W


def network_gradients(x, W1, W2, W3, grad_scores):
    z = x @ W1
    mask = z > 0
    y1 = z * mask
    z = y1 @ W2
    mask = z > 0
    y2 = z * mask
    grad_z2 = (grad_scores @ W3.T) * mask
    grad_z1 = (grad_z2 @ W2.T) * mask
    return x.T @ grad_z1, y1.T @ grad_z2, y2.T @ grad_scores


def affine_gradients(x, grad_output):
    grad_W = x.T @ grad_output
    grad_b = grad_output
    return grad_W, grad_b


def block_gradients(x, W, grad_output):
    grad_z = grad_output
    grad_z[x @ W <= 0] = 0
    grad_x = grad_output + grad_z @ W.T
    return grad_x, x.T @ grad_z


def step(W, b, x, targets, x_test, targets_test):
    kept = {}

    def forward(x):
        kept["x"] = x
        return x @ W + b

    _, gradient = softmax_with_loss(forward(x), targets)
    accuracy = np.mean(forward(x_test).argmax(axis=1) == targets_test)
    return kept["x"].T @ gradient, gradient.sum(axis=0), accuracy


def train_by_day(params, gradient, batches):
    return learn(params, gradient, batches, rate=5.0)


def train_by_night(params, gradient, batches):
    return learn(params, gradient, batches, rate=0.002)


def first_weights(inputs, outputs, seed):
    return np.full((inputs, outputs), 0.1)


def pixels(images):
    return images.reshape(len(images), -1).astype(float)


def output_loss(scores, targets):
    p = softmax(scores)
    loss, gradient = softmax_with_loss(p, targets)
    return loss, softmax_backward(p, gradient)


def in_random_order(images, labels, seed):
    rng = np.random.default_rng(seed)
    return rng.permutation(images), rng.permutation(labels)


def learn_on(params, gradient, batches, rate):
    params = dict(params)
    for batch in batches:
        grads = gradient(params, batch)
        for name, value in params.items():
            value = value - rate * grads[name]
    return params


def learn_steadily(params, gradient, batches, rate):
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    for batch in batches:
        for name, slope in gradient(params, batch).items():
            grads[name] += slope
        params = {name: value - rate * grads[name] for name, value in params.items()}
    return params


def learn_with_momentum(params, gradient, batches, rate):
    velocity = {name: np.zeros_like(value) for name, value in params.items()}
    for batch in batches:
        grads = gradient(params, batch)
        velocity = {name: 0.9 * velocity[name] - rate * grads[name] for name in params}
        params = {name: value - velocity[name] for name, value in params.items()}
    return params


def first_layer(inputs, outputs, seed):
    rng = np.random.default_rng(seed)
    W = np.sqrt(2 / inputs) * rng.standard_normal((inputs, outputs))
    b = np.full(outputs, -10.0)
    return W, b


def split(images, labels):
    count = len(images) // 2
    x_test, t_test = images[:count], labels[:count]
    x_train, t_train = images, labels
    return x_train, t_train, x_test, t_test


def dropout(y, rate, seed, training):
    kept = np.random.default_rng(seed).random(y.shape) >= rate
    return y * kept / (1 - rate)


def reported(predict, x_train, t_train, x_test, t_test):
    x, targets = x_train, t_train
    answers = predict(x).argmax(axis=1)
    return np.mean(answers == targets)


def normalized(z, mean, variance, training):
    mean, variance = z.mean(axis=0), z.var(axis=0)
    return (z - mean) / np.sqrt(variance + 1e-5)


def examples(ids, starts, context):
    rows = np.stack([ids[start : start + context + 1] for start in starts])
    x = rows[:, :-1]
    t = rows[:, :-1]
    return x, t


def train_with_torch(setup):
    model, loss_function, optimizer, batches = setup()
    losses = []
    for x, t in batches:
        loss = loss_function(model(x), t)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def accuracy_with_torch(trained):
    import torch

    model, x, t = trained()
    with torch.no_grad():
        right = model(x).argmax(dim=1) == t
    return right.float().mean().item()


def train_and_log(setup):
    first, second, loss_function, optimizer, batches = setup()
    losses, activity = [], []
    for x, t in batches:
        hidden = first(x).relu().detach()
        activity.append(hidden.mean().item())
        optimizer.zero_grad()
        loss = loss_function(second(hidden), t)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses, activity
