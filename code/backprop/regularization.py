"""Against overfitting: an L2 penalty, decoupled weight decay, early stopping."""

import copy
import math

import numpy as np

from .values import real_number, whole_number


class WithL2:
    """A network whose loss has an L2 penalty on its weights, for `training.train` in place of the network.

    L = (the network's loss) + strength / 2 * (sum of w^2 over all weights w), so the gradient of a weight gets the
    penalty's, strength * w, as well: it points to 0, and is the larger, the farther away the weight is.

    Weights are the parameters with two axes or more. Biases and the scales of BatchNorm have one, and no penalty:
    they move or stretch an output as a whole, and no example can be memorized with them alone.

    Parameters
    ----------
    network : Sequential, TwoLayerNet, or anything with params, loss, loss_and_gradient, predict and accuracy
        Its layers are used as they are: training the pair trains the network.
    strength : float, 0 or more
        Lambda, in units of the loss per squared weight. With SGD it is what torch.optim.SGD calls weight_decay
        (torch decays the biases too, unless they are in a group of their own).

    Raises
    ------
    TypeError
        If the network can't be trained, or the strength is no number.
    ValueError
        If the strength is negative or not finite.

    Source: Hoerl and Kennard (1970) for lines, Krogh and Hertz (1991) for networks.
    """

    def __init__(self, network, strength):
        if isinstance(network, type) or not hasattr(network, "loss_and_gradient"):
            raise TypeError(f"WithL2 expected a network with loss_and_gradient, got {network!r}")
        self.network = network
        self.strength = real_number(strength, "WithL2", "strength", least=0)

    @property
    def params(self):
        return self.network.params

    @property
    def loss_function(self):
        return self.network.loss_function

    def penalty(self):
        """strength / 2 * sum of w^2, as a float in the unit of the loss."""
        return self.strength / 2 * sum(float(np.vdot(w, w)) for _, w in weights(self.params))

    def loss(self, x, t):
        """The network's mean loss over a batch, and the penalty once: it has nothing to do with the batch's size."""
        return self.network.loss(x, t) + self.penalty()

    def gradient(self, x, t):
        """dL/d(parameter) of every parameter, the penalty's gradient included."""
        return self.loss_and_gradient(x, t)[1]

    def loss_and_gradient(self, x, t):
        """Both from one forward pass. The layers' own `grads` stay without the penalty's."""
        loss, grads = self.network.loss_and_gradient(x, t)
        penalized = dict(grads)
        for name, weight in weights(self.params):
            penalized[name] = grads[name] + self.strength * weight
        return loss + self.penalty(), penalized

    def predict(self, x):
        return self.network.predict(x)

    def accuracy(self, x, t):
        return self.network.accuracy(x, t)

    def __repr__(self):
        return f"WithL2({self.network!r}, strength={self.strength:g})"


class DecoupledDecay:
    """An optimizer that also shrinks the weights, past its own rule: w <- w - learning_rate * decay * w at each step.

    With SGD this is L2 with strength = decay. With an optimizer that rescales the gradient it isn't: Adam divides the
    penalty's gradient by the size of all gradients, so that weights with large gradients hardly shrink at all. Here
    the decay goes around that division. `DecoupledDecay(Adam(), 0.01)` is AdamW (Loshchilov and Hutter, 2019,
    Algorithm 2).

    Weights are the parameters with two axes or more, as for `WithL2`.

    Parameters
    ----------
    optimizer : SGD, Momentum, Adam, or anything with step and learning_rate
    decay : float, 0 or more
        The share of a weight that is lost in each step is learning_rate * decay, as in torch.optim.AdamW.

    Raises
    ------
    TypeError
        If the optimizer can't step, or the decay is no number.
    ValueError
        If the decay is negative or not finite.
    """

    def __init__(self, optimizer, decay):
        if isinstance(optimizer, type) or not (hasattr(optimizer, "step") and hasattr(optimizer, "learning_rate")):
            raise TypeError(f"DecoupledDecay expected an optimizer, such as Adam(0.001), got {optimizer!r}")
        self.optimizer = optimizer
        self.decay = real_number(decay, "DecoupledDecay", "decay", least=0)

    def step(self, params, grads):
        """One step of the optimizer and of the decay; both start from the same weights."""
        shares = {name: self.optimizer.learning_rate * self.decay * weight for name, weight in weights(params)}
        self.optimizer.step(params, grads)  # where it refuses, nothing has been changed
        for name, share in shares.items():
            weight = params[name]
            weight -= share

    def __repr__(self):
        return f"DecoupledDecay({self.optimizer!r}, decay={self.decay:g})"


class EarlyStopping:
    """For `training.train(stop=...)`: ends training when a measure hasn't improved for a while, and keeps the best.

    Parameters
    ----------
    measure : function of the network to a number; smaller is better
        Such as the loss of validation examples. Measuring must not change the network.
    patience : int, 1 or more
        How many measurements in a row may fail to beat the best before training ends.

    Attributes
    ----------
    best_network
        A copy of the network at its best (with all that its layers remember), or None before the first measurement.
        The network that was trained keeps its last weights.
    best_step : int
    steps, values : lists
        Every step at which was measured, and what came out.

    Raises
    ------
    TypeError, ValueError
        If the measure is no function, the patience no whole number of 1 or more, or a measurement no finite number.

    Source: Prechelt (1998), who compares rules for when to stop.
    """

    def __init__(self, measure, patience):
        if not callable(measure):
            raise TypeError(f"EarlyStopping expected a function of the network, got {measure!r}")
        self.measure, self.patience = measure, whole_number(patience, "EarlyStopping", "patience")
        self.steps, self.values = [], []
        self.best_network = self.best_step = None
        self._best = math.inf
        self._since_best = 0

    def __call__(self, network, step):
        """Measure, remember, and say whether to stop."""
        value = real_number(self.measure(network), "EarlyStopping", f"the measurement at step {step}")
        self.steps.append(step)
        self.values.append(value)
        if value < self._best:
            self._best, self._since_best = value, 0
            self.best_network, self.best_step = copy.deepcopy(network), step
        else:
            self._since_best += 1
        return self._since_best >= self.patience

    def __repr__(self):
        best = f", best {self._best:.4g} at step {self.best_step}" if self.values else ""
        return f"EarlyStopping(patience={self.patience}{best})"


def prediction_loss(network, x, t):
    """The mean loss of a batch as the network predicts it: Dropout and BatchNorm switched over, no penalty added."""
    return network.loss_function.forward(network.predict(x), t)


def weights(params):
    """The parameters that L2 and decay act on: (name, array) of all with two axes or more."""
    return [(name, value) for name, value in params.items() if value.ndim >= 2]
