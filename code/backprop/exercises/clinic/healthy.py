"""The parts of a small training program, as they should be. Each patient has one of them wrong."""

import numpy as np

from ...initialization import he
from ...layers import Softmax
from ...layers.softmax import shifted_exponentials
from ...losses import SoftmaxWithLoss
from ...optimizers import SGD, Momentum


def scaled(images):
    """Pixels 0 to 255 as numbers from 0 to 1, one row for each image: (N, 8, 8) -> (N, 64)."""
    return images.reshape(len(images), -1) / 255


def shuffled(images, labels, seed):
    """Images and labels in a random order, the same for both."""
    order = np.random.default_rng(seed).permutation(len(images))
    return images[order], labels[order]


def split(images, labels):
    """The first half to test with, the other to learn from: (train images, train labels, test images, test labels)."""
    count = len(images) // 2
    return images[count:], labels[count:], images[:count], labels[:count]


def first_weights(inputs, outputs, seed):
    """Normal random weights with the standard deviation sqrt(2 / inputs), (D, M) (He and others, 2015)."""
    return he(inputs, outputs, np.random.default_rng(seed))


def first_layer(inputs, outputs, seed):
    """Random weights (D, M), and biases (M,) of 0."""
    return first_weights(inputs, outputs, seed), np.zeros(outputs)


def sigmoid_backward(y, grad_output):
    """dL/dz = y (1 - y) dL/dy, with y the output of forward; both (N, M)."""
    return grad_output * y * (1 - y)


def softmax(scores):
    """Probabilities in rows: (N, C) in, (N, C) out."""
    return Softmax().forward(scores)


def softmax_backward(p, grad_output):
    """dL/ds = p (g - sum of g p), row by row (chapter 5)."""
    return p * (grad_output - (grad_output * p).sum(axis=1, keepdims=True))


def log_softmax(scores):
    """The logarithms of the probabilities, without overflow: (N, C) in, (N, C) out."""
    shifted, _, sums = shifted_exponentials(scores)
    return shifted - np.log(sums)


def softmax_with_loss(scores, targets):
    """Softmax inside: the mean loss in nats, and its gradient (p - t) / N, for class indices (N,)."""
    loss = SoftmaxWithLoss()
    return loss.forward(scores, targets), loss.backward()


def parameter_gradients(x, grad_output):
    """dL/dW = x.T @ dL/dY and dL/db = the sum of its rows, for Y = x @ W + b: (D, M) and (M,)."""
    return x.T @ grad_output, grad_output.sum(axis=0)


def input_gradient(W, grad_output):
    """dL/dx = dL/dY @ W.T, for Y = x @ W + b: (N, D)."""
    return grad_output @ W.T


def network_gradients(x, W1, W2, W3, grad_scores):
    """The gradients of three matrices with two ReLUs between them, from the gradient of the scores."""
    y1 = np.maximum(x @ W1, 0)
    y2 = np.maximum(y1 @ W2, 0)
    grad_z2 = (grad_scores @ W3.T) * (y2 > 0)
    grad_z1 = (grad_z2 @ W2.T) * (y1 > 0)
    return x.T @ grad_z1, y1.T @ grad_z2, y2.T @ grad_scores


def block_gradients(x, W, grad_output):
    """dL/dx and dL/dW of a block that adds to its input: x + relu(x @ W), (N, D) in and out."""
    grad_z = grad_output * (x @ W > 0)
    return grad_output + grad_z @ W.T, x.T @ grad_z


def step(W, b, x, targets, x_test, targets_test):
    """The gradients of one affine layer with softmax and loss, and the accuracy on a test batch."""
    accuracy = np.mean((x_test @ W + b).argmax(axis=1) == targets_test)
    _, gradient = softmax_with_loss(x @ W + b, targets)
    return x.T @ gradient, gradient.sum(axis=0), accuracy


def learn(params, gradient, batches, rate):
    """Gradient descent: a step against gradient(params, batch) for each batch. The caller's params stay as they are."""
    return _trained(SGD(rate), params, gradient, batches)


def learn_with_momentum(params, gradient, batches, rate):
    """The same with a velocity v = 0.9 v - rate * gradient, which is added to the parameters.

    The package's Momentum has the rate outside; with one rate for all steps, the parameters are the same.
    """
    return _trained(Momentum(rate, 0.9), params, gradient, batches)


def _trained(optimizer, params, gradient, batches):
    params = {name: np.array(value, dtype=float) for name, value in params.items()}
    for batch in batches:
        optimizer.step(params, gradient(params, batch))
    return params


def best_rate(final_loss, rates):
    """The rate with the lowest final_loss(rate); a loss that is not finite counts for nothing."""
    losses = {rate: final_loss(rate) for rate in rates}
    return min((rate for rate in rates if np.isfinite(losses[rate])), key=losses.get)


def rates_by_factors(lowest, highest, count):
    """`count` rates from the lowest to the highest, both among them, each by one factor above the one before."""
    return np.geomspace(lowest, highest, count)


def dropout(y, rate, seed, training):
    """In training y * mask / (1 - rate), with the mask drawn at random; else y."""
    if not training:
        return y
    kept = np.random.default_rng(seed).random(y.shape) >= rate
    return y * kept / (1 - rate)


def normalized(z, mean, variance, training):
    """z less its mean over its standard deviation: in training the batch's own, else those that are given."""
    if training:
        mean, variance = z.mean(axis=0), z.var(axis=0)
    return (z - mean) / np.sqrt(variance + 1e-5)


def reported(predict, x_train, t_train, x_test, t_test):
    """The accuracy that goes into the report, 0 to 1: on images that nothing was learned from."""
    return np.mean(predict(x_test).argmax(axis=1) == t_test)


def examples(ids, starts, context):
    """What a language model reads, (N, context) tokens from each start on, and for each of them the token after it."""
    rows = np.stack([ids[start : start + context + 1] for start in starts])
    return rows[:, :-1], rows[:, 1:]


def train_with_torch(setup):
    """Train in PyTorch, a step for each batch: the list of losses. setup() gives model, loss, optimizer and batches."""
    model, loss_function, optimizer, batches = setup()
    losses = []
    for x, t in batches:
        optimizer.zero_grad()
        loss = loss_function(model(x), t)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def accuracy_with_torch(trained):
    """The accuracy of a PyTorch model, 0 to 1. trained() gives model, images and class indices."""
    import torch

    model, x, t = trained()
    model.eval()
    with torch.no_grad():
        right = model(x).argmax(dim=1) == t
    return right.float().mean().item()


def train_and_log(setup):
    """As train_with_torch, with two modules and a ReLU between them: losses, and the mean hidden output of each step."""
    first, second, loss_function, optimizer, batches = setup()
    losses, activity = [], []
    for x, t in batches:
        hidden = first(x).relu()
        activity.append(hidden.mean().item())
        optimizer.zero_grad()
        loss = loss_function(second(hidden), t)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses, activity
