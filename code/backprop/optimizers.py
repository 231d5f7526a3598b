"""Optimizers: what to do with a gradient once it is there."""

import numpy as np

from .values import is_finite, real_number


class Optimizer:
    """What all optimizers share: checks, and one loop over all arrays. A subclass adds `update`, its rule.

    What a subclass remembers of an array lasts as long as the array, or one in its place in the same params. Another
    network's array of the same name starts afresh.

    Parameters
    ----------
    learning_rate : float above 0
        Step length. It may be set anew between two steps.
    """

    memories = ()  # the attributes in which a subclass remembers something of each array, by its name

    def __init__(self, learning_rate=0.01):
        self.learning_rate = real_number(learning_rate, type(self).__name__, "learning_rate", above=0)
        self._params, self._met = None, {}  # of the last step; every array that is known, by name

    def step(self, params, grads):
        """Change every array in params, in place, by its gradient in grads. The gradients stay as they are.

        Parameters
        ----------
        params, grads : mappings of str to array, with the same names
            Each gradient has its parameter's shape.

        Raises
        ------
        ValueError
            If names or shapes don't fit, or a gradient holds nan or inf. Nothing has been changed then.
        TypeError
            If a parameter is no array of floats, so that it can't be changed in place.
        """
        if params.keys() != grads.keys():
            raise ValueError(f"params {sorted(params)} and grads {sorted(grads)} don't name the same arrays")
        checked = [self._checked(name, params[name], gradient) for name, gradient in grads.items()]
        for name, parameter, _ in checked:
            if parameter is not self._met.get(name):
                self._meet(name, parameter, params)
        self._params = params
        for name, parameter, gradient in checked:
            self.update(name, parameter, gradient)

    def update(self, name, parameter, gradient):
        """Change one array in place. Both arrays have the same shape and dtype, and no nan."""
        raise NotImplementedError(f"{type(self).__name__} has no update")

    def prepare(self, name, parameter):
        """Make room for what `update` remembers. Called when an array first stands under its name."""

    def remember(self, memory, name, parameter):
        """Put zeros like the parameter into memory[name]; what is there already, from a file say, stays."""
        zeros = memory.setdefault(name, np.zeros_like(parameter))
        if zeros.shape != parameter.shape or zeros.dtype != parameter.dtype:
            raise ValueError(
                f"{type(self).__name__} remembers {name!r} as {zeros.dtype} of shape {zeros.shape}, got "
                f"{parameter.dtype} of shape {parameter.shape}: give every network an optimizer of its own"
            )

    def _checked(self, name, parameter, gradient):
        if not isinstance(parameter, np.ndarray) or parameter.dtype.kind != "f":
            shown = f"{parameter.dtype}" if isinstance(parameter, np.ndarray) else type(parameter).__name__
            raise TypeError(
                f"{type(self).__name__} changes arrays of floats in place, but {name!r} is {shown}: "
                "make it np.array(value, dtype=float)"
            )
        gradient = np.asarray(gradient, parameter.dtype)
        if gradient.shape != parameter.shape:
            raise ValueError(
                f"{type(self).__name__} expected the gradient of {name!r} to have its shape {parameter.shape}, "
                f"got {gradient.shape}"
            )
        if not is_finite(gradient):
            raise ValueError(f"{type(self).__name__} got a gradient of {name!r} with nan or inf; nothing was changed")
        return name, parameter, gradient

    def _meet(self, name, parameter, params):
        known = self._met.get(name, parameter)
        alike = (known.shape, known.dtype) == (parameter.shape, parameter.dtype)
        if known is not parameter and not (alike and params is self._params):
            for memory in self.memories:
                getattr(self, memory).pop(name, None)
        self.prepare(name, parameter)
        self._met[name] = parameter


class SGD(Optimizer):
    """Stochastic gradient descent: w <- w - learning_rate * dL/dw (Robbins and Monro, 1951).

    Parameters
    ----------
    learning_rate : float above 0
        Step length, in units of the parameter squared per unit of loss.

    Raises
    ------
    TypeError, ValueError
        If a hyperparameter is no number, or out of range.
    """

    def update(self, name, parameter, gradient):
        parameter -= self.learning_rate * gradient

    def __repr__(self):
        return f"SGD(learning_rate={self.learning_rate})"


class Momentum(Optimizer):
    """Descent that keeps rolling: each step follows the gradients of the steps before, too.

    v <- momentum * v + dL/dw; w <- w - learning_rate * v, with v = 0 at first.

    A gradient that stays the same makes v grow to gradient / (1 - momentum); one that changes sign cancels out.
    This is Polyak's (1964) heavy ball; Sutskever et al. (2013, equations 1 and 2) took it to deep networks.

    Convention: the learning rate multiplies v as a whole, as in torch. Sutskever et al. have it inside,
    v <- momentum * v - learning_rate * dL/dw; w <- w + v. Both take the same path until the learning rate
    changes: here that rescales the whole v at once, there only what is added from then on.

    Parameters
    ----------
    learning_rate : float above 0
        Step length, in units of the parameter squared per unit of loss.
    momentum : float, 0 to below 1
        The share of v that is left after each step; 0 is SGD.

    Attributes
    ----------
    velocity : dict of str to ndarray
        v of every parameter, in its shape and dtype.

    Raises as `SGD` does.
    """

    memories = ("velocity",)

    def __init__(self, learning_rate=0.01, momentum=0.9):
        super().__init__(learning_rate)
        self.momentum = real_number(momentum, "Momentum", "momentum", least=0, below=1)
        self.velocity = {}

    def prepare(self, name, parameter):
        self.remember(self.velocity, name, parameter)

    def update(self, name, parameter, gradient):
        velocity = self.velocity[name]
        velocity *= self.momentum
        velocity += gradient
        parameter -= self.learning_rate * velocity

    def __repr__(self):
        return f"Momentum(learning_rate={self.learning_rate}, momentum={self.momentum})"


class RMSProp(Optimizer):
    """Steps shortened where gradients have been large (Tieleman and Hinton, 2012, lecture 6e).

    With g = dL/dw, and v = 0 at first: v <- beta * v + (1 - beta) * g^2; w <- w - learning_rate * g / (sqrt(v) + eps).

    v is an exponential moving average of g^2, so each element is divided by about the size of its own gradients.
    Since v starts at 0, the first steps are up to 1 / sqrt(1 - beta) times too long. Convention: eps stands outside
    the root, as in torch, whose `alpha` is this beta.

    Parameters
    ----------
    learning_rate : float above 0
        About the length of a step in each element, in units of the parameter.
    beta : float, 0 to below 1
        The share of v that is left after each step.
    eps : float above 0
        Keeps the division safe where gradients are 0, in units of the gradient.

    Attributes
    ----------
    square : dict of str to ndarray
        v of every parameter, in its shape and dtype.

    Raises as `SGD` does.
    """

    memories = ("square",)

    def __init__(self, learning_rate=0.01, beta=0.99, eps=1e-8):
        super().__init__(learning_rate)
        self.beta = real_number(beta, "RMSProp", "beta", least=0, below=1)
        self.eps = real_number(eps, "RMSProp", "eps", above=0)
        self.square = {}

    def prepare(self, name, parameter):
        self.remember(self.square, name, parameter)

    def update(self, name, parameter, gradient):
        square = self.square[name]
        square *= self.beta
        square += (1 - self.beta) * gradient * gradient
        parameter -= self.learning_rate * gradient / (np.sqrt(square) + self.eps)

    def __repr__(self):
        return f"RMSProp(learning_rate={self.learning_rate}, beta={self.beta}, eps={self.eps})"


class Adam(Optimizer):
    """Steps of about the learning rate in every direction, however steep (Kingma and Ba, 2015, Algorithm 1).

    With g = dL/dw, t = 1 at the first step, and m = v = 0 before it:

    m <- beta1 * m + (1 - beta1) * g; v <- beta2 * v + (1 - beta2) * g^2;
    w <- w - learning_rate * m_hat / (sqrt(v_hat) + eps),
    m_hat = m / (1 - beta1^t), v_hat = v / (1 - beta2^t).

    m and v are running means of g and of g^2. They start at 0, so they are too small at first: the hats correct
    that bias. Convention: eps stands outside the root, as in torch.

    Parameters
    ----------
    learning_rate : float above 0
        About the length of a step in each element, in units of the parameter.
    beta1, beta2 : floats, 0 to below 1
        The shares of m and v that are left after each step.
    eps : float above 0
        Keeps the division safe where gradients are 0, in units of the gradient.

    Attributes
    ----------
    mean, square : dicts of str to ndarray
        m and v of every parameter, in its shape and dtype.
    steps : dict of str to int
        t of every parameter.

    Raises as `SGD` does.
    """

    memories = ("mean", "square", "steps", "_buffers")

    def __init__(self, learning_rate=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        super().__init__(learning_rate)
        self.beta1 = real_number(beta1, "Adam", "beta1", least=0, below=1)
        self.beta2 = real_number(beta2, "Adam", "beta2", least=0, below=1)
        self.eps = real_number(eps, "Adam", "eps", above=0)
        self.mean, self.square, self.steps = {}, {}, {}
        self._buffers = {}  # for results in between: new arrays at each line would cost time

    def prepare(self, name, parameter):
        for memory in (self.mean, self.square, self._buffers):
            self.remember(memory, name, parameter)
        self.steps.setdefault(name, 0)

    def update(self, name, parameter, gradient):
        mean, square, buffer = self.mean[name], self.square[name], self._buffers[name]
        self.steps[name] += 1
        t = self.steps[name]

        mean *= self.beta1
        mean += np.multiply(gradient, 1 - self.beta1, out=buffer)

        square *= self.beta2
        np.multiply(gradient, gradient, out=buffer)
        buffer *= 1 - self.beta2
        square += buffer

        np.divide(square, 1 - self.beta2**t, out=buffer)  # v_hat
        np.sqrt(buffer, out=buffer)
        buffer += self.eps
        np.divide(mean, buffer, out=buffer)
        buffer *= self.learning_rate / (1 - self.beta1**t)  # with this, m becomes m_hat
        parameter -= buffer

    def __repr__(self):
        settings = f"beta1={self.beta1}, beta2={self.beta2}, eps={self.eps}"
        return f"Adam(learning_rate={self.learning_rate}, {settings})"


class AdamW(Adam):
    """Adam with weight decay: each step begins with w <- w - learning_rate * weight_decay * w.

    Loshchilov and Hutter (2019), Algorithm 2, with their eta being 1.

    An L2 penalty in the loss would add to g, and Adam would divide it by sqrt(v_hat): weights with large gradients
    would hardly shrink. Here all shrink at the same rate. Convention: every array decays, biases too, as in torch.

    Parameters
    ----------
    weight_decay : float, 0 or more
        0 is Adam. The others are Adam's.

    Raises as `SGD` does.
    """

    def __init__(self, learning_rate=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
        super().__init__(learning_rate, beta1, beta2, eps)
        self.weight_decay = real_number(weight_decay, "AdamW", "weight_decay", least=0)

    def update(self, name, parameter, gradient):
        parameter *= 1 - self.learning_rate * self.weight_decay
        super().update(name, parameter, gradient)

    def __repr__(self):
        return f"{super().__repr__()[:-1]}, weight_decay={self.weight_decay})".replace("Adam(", "AdamW(")
