"""A small language model: a transformer whose every gradient is one of the rules of the layers."""

import numpy as np

from .initialization import lecun, normal
from .layers import GELU, Affine, Attention, Embedding, LayerNorm, Linear, Positions
from .layers.layer import replace_all
from .losses import SoftmaxWithLoss
from .networks import Parameters
from .operations.keeping import unwatched
from .values import generator, plain_array, real_number, whole_number

IGNORED = -1  # a target that doesn't count
BATCH = 256  # sequences that `accuracy` takes at once


class Block:
    """x <- x + attention(norm(x)), then x <- x + network(norm(x)), the network being Affine, GELU, Affine.

    The norms are in front of what is added, so that gradients pass all blocks by additions only (Xiong et al., 2020,
    figure 1b). With residual=False nothing is added: x <- attention(norm(x)), x <- network(norm(x)).
    """

    def __init__(self, width, heads, rng, dtype=np.float64, residual=True):
        self.norm1, self.norm2 = (LayerNorm(np.ones(width, dtype), np.zeros(width, dtype)) for _ in range(2))
        self.attention = Attention(*(lecun(width, width, rng, dtype) for _ in range(4)), heads=heads)
        self.expand = Affine(lecun(width, 4 * width, rng, dtype), np.zeros(4 * width, dtype))
        self.gelu = GELU("tanh")
        self.contract = Affine(lecun(4 * width, width, rng, dtype), np.zeros(width, dtype))
        self.residual = residual

    @property
    def layers(self):
        """Those with parameters, by name."""
        return {name: getattr(self, name) for name in ("norm1", "attention", "norm2", "expand", "contract")}

    def forward(self, x, cache=None):
        """(N, T, D) in and out. With a cache, x holds the tokens that come after those in it: see Attention.extend."""
        normalized = self.norm1.forward(x)
        mixed = self.attention.forward(normalized) if cache is None else self.attention.extend(normalized, cache)
        x = x + mixed if self.residual else mixed
        rows = self.norm2.forward(x).reshape(-1, x.shape[2])  # each token by itself: a sequence is a larger batch
        computed = self.contract.forward(self.gelu.forward(self.expand.forward(rows))).reshape(x.shape)
        return x + computed if self.residual else computed

    def backward(self, grad_output):
        rows = grad_output.reshape(-1, grad_output.shape[2])
        rows = self.expand.backward(self.gelu.backward(self.contract.backward(rows)))
        grad_x = self.norm2.backward(rows.reshape(grad_output.shape))
        grad_output = grad_x + grad_output if self.residual else grad_x
        grad_x = self.norm1.backward(self.attention.backward(grad_output))
        return grad_x + grad_output if self.residual else grad_x


class TinyTransformer:
    """Scores for the next token, from this token and those before it (Radford et al., 2019, with fewer weights).

    Embedding plus positions, blocks, LayerNorm, and a product with a matrix (D, V): GPT-2 in small, but that the
    attention has no biases, and the output a matrix of its own.

    Parameters
    ----------
    vocabulary, context : int
        V tokens, numbered from 0; T, how many of them the model sees at once.
    width, heads, blocks : int
        D numbers for each token; heads of D / heads columns in each of the blocks.
    rng : numpy.random.Generator, optional
        Where the weights come from; `numpy.random.default_rng(0)` when left out.
    dtype
        float64, which gradient checks want, or float32, which is faster.
    residual : bool
        False leaves out the residual connections, to see what they are for.

    Attributes
    ----------
    layers : dict of str to Layer
        Those with parameters: "tokens", "positions", "block1.norm1", "block1.attention", ..., "norm", "output".
    params, grads : mappings of str to ndarray
        The layers' own arrays: "tokens.W", "block1.attention.W_q", "block1.expand.b", ...

    Raises
    ------
    TypeError, ValueError
        If a size is no whole number, or heads don't divide the width.
    """

    def __init__(self, vocabulary, context, width=32, heads=4, blocks=2, rng=None, dtype=np.float64, residual=True):
        sizes = {"vocabulary": vocabulary, "context": context, "width": width, "heads": heads, "blocks": blocks}
        for name, size in sizes.items():
            whole_number(size, "TinyTransformer", name)
        rng = np.random.default_rng(0) if rng is None else generator(rng, "TinyTransformer")
        self.vocabulary, self.context = vocabulary, context
        self.tokens = Embedding(normal(vocabulary, width, rng, dtype, deviation=0.1))
        self.positions = Positions(normal(context, width, rng, dtype, deviation=0.1))
        self.blocks = [Block(width, heads, rng, dtype, residual) for _ in range(blocks)]
        self.norm = LayerNorm(np.ones(width, dtype), np.zeros(width, dtype))
        self.output = Linear(normal(width, vocabulary, rng, dtype, deviation=0.02))  # a first loss near ln V
        self.loss_function = SoftmaxWithLoss()
        self.layers = {"tokens": self.tokens, "positions": self.positions}
        for number, block in enumerate(self.blocks, start=1):
            self.layers |= {f"block{number}.{name}": layer for name, layer in block.layers.items()}
        self.layers |= {"norm": self.norm, "output": self.output}
        self._params, self.grads = NamedParameters(self.layers, "params"), NamedParameters(self.layers, "grads")

    @property
    def params(self):
        return self._params

    @params.setter
    def params(self, loaded):
        replace_all(self._params, loaded, repr(self))

    def forward(self, ids, counts=...):
        """Scores (N, T, V); or (M, V) of those M tokens only where `counts`, (N, T), is True."""
        ids = self._checked(ids)
        x = self.positions.forward(self.tokens.forward(ids))
        for block in self.blocks:
            x = block.forward(x)
        self.x_shape, self.counts = x.shape, counts
        return self.output.forward(self.norm.forward(x[counts]))

    def backward(self, grad_output):
        """The gradients of all parameters from that of the scores; ids have none."""
        grad_x = np.zeros(self.x_shape, grad_output.dtype)
        grad_x[self.counts] = self.norm.backward(self.output.backward(grad_output))
        for block in reversed(self.blocks):
            grad_x = block.backward(grad_x)
        self.tokens.backward(self.positions.backward(grad_x))

    def predict(self, ids):
        """Scores (N, T, V): row t says which token follows t."""
        with unwatched():
            return self.forward(ids)

    def loss(self, ids, targets):
        """The mean cross-entropy in nats over all tokens whose target isn't IGNORED, which is -1.

        ids, targets : (N, T) whole numbers; targets[n, t] is the token that follows ids[n, t].
        """
        targets = plain_array(targets, "TinyTransformer", "targets")
        if targets.shape != np.shape(ids) or targets.dtype.kind not in "iu":
            shown = f"{targets.dtype} of shape {targets.shape}"
            raise ValueError(
                f"TinyTransformer expected targets of whole numbers in the shape of ids, {np.shape(ids)}, got {shown}"
            )
        counts = targets != IGNORED
        if not counts.any():
            raise ValueError(f"TinyTransformer got no target that counts: all are {IGNORED}")
        return self.loss_function.forward(self.forward(ids, counts), targets[counts])

    def loss_and_gradient(self, ids, targets):
        """The loss, and its gradient for every parameter by name."""
        with unwatched():
            loss = self.loss(ids, targets)
            self.backward(self.loss_function.backward())
        return loss, dict(self.grads)

    def accuracy(self, ids, targets):
        """The share, 0 to 1, of targets that count which got the greatest score."""
        ids, targets = np.asarray(ids), np.asarray(targets)
        right = [
            self.predict(ids[start : start + BATCH]).argmax(axis=-1) == targets[start : start + BATCH]
            for start in range(0, len(ids), BATCH)
        ]
        return float(np.mean(np.concatenate(right)[targets != IGNORED]))

    def generate(self, prompt, temperature=1.0, rng=None, length=None, cache=True):
        """Continue a prompt, one token at a time, each drawn with probability softmax(scores / temperature).

        Parameters
        ----------
        prompt : (T,) or (N, T) whole numbers, T of at least 1
        temperature : float, 0 or more
            Below 1 likely tokens become likelier; 0 takes the likeliest.
        rng : numpy.random.Generator
            Needed unless temperature is 0.
        length : int, optional
            How many tokens to add. When left out, as many as can be foreseen without forgetting any.
        cache : bool
            Keep the keys and values of earlier tokens instead of computing them anew for each one: the same scores.

        Returns
        -------
        ids (T + length,) or (N, T + length), the prompt among them. Where they outgrow the context, the older half of
        what the model sees is dropped.
        """
        given = plain_array(prompt, "TinyTransformer", "prompt")
        ids = np.atleast_2d(given)
        if temperature := real_number(temperature, "generate", "temperature", least=0):
            generator(rng, "generate")
        if length is None:
            length = max(self.context + 1 - ids.shape[1], 1)
        whole_number(length, "generate", "length", least=0)
        seen = ids[:, -self.context :]
        self._checked(seen)
        memory = None
        for _ in range(length):
            if seen.shape[1] > self.context:
                seen, memory = seen[:, -max(self.context // 2, 1) :], None
            if memory is None or not cache:
                memory = [{} for _ in self.blocks]
                fresh = seen
            chosen = draw(self.next_scores(fresh, memory), temperature, rng)
            fresh = chosen[:, np.newaxis].astype(ids.dtype)
            ids, seen = np.hstack([ids, fresh]), np.hstack([seen, fresh])
        return ids[0] if given.ndim == 1 else ids

    def next_scores(self, ids, memory):
        """Scores (N, V) of what follows ids (N, T), which come after the tokens whose keys and values are in memory.

        memory : list with a dict for each block, {} at first; it grows by T tokens.
        """
        start = memory[0]["k"].shape[2] if memory[0] else 0
        with unwatched():
            x = self.tokens.forward(ids) + self.positions.params["W"][start : start + ids.shape[1]]
            for block, cache in zip(self.blocks, memory):
                x = block.forward(x, cache)
            return self.output.forward(self.norm.forward(x[:, -1]))

    def _checked(self, ids):
        ids = plain_array(ids, "TinyTransformer", "ids")
        if ids.ndim != 2 or not 1 <= ids.shape[1] <= self.context:
            hint = ": a single sequence is a batch of one, ids[np.newaxis]" if ids.ndim == 1 else ""
            raise ValueError(
                f"TinyTransformer expected ids of shape (N, T) with T of 1 to {self.context}, got {ids.shape}{hint}"
            )
        return ids

    def __repr__(self):
        count = sum(value.size for value in self.params.values())
        heads, width = self.blocks[0].attention.heads, self.positions.params["W"].shape[1]
        return f"TinyTransformer({len(self.blocks)} blocks of width {width}, {heads} heads, {count:,} parameters)"


class NamedParameters(Parameters):
    """The dictionaries of named layers as one, with names such as "block1.attention.W_q"."""

    def __init__(self, layers, kind):
        self._kind = kind
        self._places = {f"{name}.{key}": (layer, key) for name, layer in layers.items() for key in layer.params}


def draw(scores, temperature, rng):
    """One token for each row of scores (N, V); rows are divided by the temperature, and 0 takes the greatest."""
    if temperature == 0:
        return scores.argmax(axis=-1)
    scores = scores.astype(np.float64) / temperature
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True)).cumsum(axis=-1)
    return (weights < rng.random((len(scores), 1)) * weights[:, -1:]).sum(axis=-1)
