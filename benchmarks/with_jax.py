"""The same network in JAX: one compiled step, called from Python; and many steps in one compiled scan."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from .contender import LOOK_EVERY, Contender


def mean_loss(params, x, t):
    hidden = jax.nn.relu(x @ params["W1"] + params["b1"])
    log_p = jax.nn.log_softmax(hidden @ params["W2"] + params["b2"])
    return -jnp.take_along_axis(log_p, t[:, None], axis=1).mean()


def update(params, x, t, batch, learning_rate):
    loss, grads = jax.value_and_grad(mean_loss)(params, x[batch], t[batch])
    return jax.tree.map(lambda w, g: w - learning_rate * g, params, grads), loss


# The parameters that come in are given up, so that the new ones may take their place.
one_step = jax.jit(update, donate_argnums=0)


@partial(jax.jit, donate_argnums=0)
def many_steps(params, x, t, batches, learning_rate):
    return jax.lax.scan(lambda params, batch: update(params, x, t, batch, learning_rate), params, batches)


class Jitted(Contender):
    """One call of a compiled step after the other. Losses are read at the end: JAX computes while Python goes on."""

    label = "JAX jit"

    def prepare(self):
        self._params = {name: jnp.asarray(value, jnp.float32) for name, value in self.first.items()}
        self.x, self.t = jnp.asarray(self.digits.x), jnp.asarray(self.digits.t)
        self.batches = self.new_batches()

    def step(self):
        self._params, loss = one_step(self._params, self.x, self.t, next(self.batches), self.learning_rate)
        return loss

    def run(self, steps, look=None):
        def look_when_ready():
            jax.block_until_ready(self._params)  # or the wait would fall into the look, which isn't timed
            return look()

        losses = super().run(steps, look and look_when_ready)
        jax.block_until_ready(self._params)
        return np.asarray(jnp.stack(losses)).tolist()

    def params(self):
        return {name: np.asarray(value) for name, value in self._params.items()}


class Scanned(Jitted):
    """All steps between two looks inside one compiled loop; without looks, 100 at a time as well."""

    label = "JAX scanned"

    def run(self, steps, look=None):
        losses = []
        while len(losses) < steps:
            count = min(LOOK_EVERY, steps - len(losses))
            batches = np.stack([next(self.batches) for _ in range(count)])
            self._params, part = many_steps(self._params, self.x, self.t, batches, self.learning_rate)
            losses += np.asarray(part).tolist()
            if look is not None and count == LOOK_EVERY and look():
                break
        return losses
