"""Text as numbers, and two texts that the project makes itself: sums of two numbers, and the prose of this book."""

from importlib.resources import files

import numpy as np

from .transformer import IGNORED
from .values import generator, whole_number

DIGITS = "0123456789+="


class Characters:
    """A vocabulary of single characters: each has a number, its place in the alphabet.

    Parameters
    ----------
    alphabet : str
        The characters; of several like ones the first counts. Characters("hello") knows h, e, l and o.
    """

    def __init__(self, alphabet):
        self.alphabet = "".join(dict.fromkeys(alphabet))
        self._places = {character: place for place, character in enumerate(self.alphabet)}

    def encode(self, text):
        """The text's numbers, an int64 array (T,). ValueError where a character isn't in the alphabet."""
        unknown = sorted(set(text) - self._places.keys())
        if unknown:
            raise ValueError(f"Characters knows {self.alphabet!r}, which doesn't hold {unknown[0]!r}")
        return np.array([self._places[character] for character in text], dtype=np.int64)

    def decode(self, ids):
        """The text whose numbers these are: ids is an array (T,)."""
        return "".join(self.alphabet[i] for i in ids)

    def __len__(self):
        return len(self.alphabet)

    def __repr__(self):
        return f"Characters({self.alphabet!r})"


def written_sum(a, b):
    """ "27+58=580": two digits, two digits, and the three of the result, from the ones to the hundreds, as with a pen."""
    return f"{a:02d}+{b:02d}={f'{a + b:03d}'[::-1]}"


def load_sums(rng, train=9_000):
    """All 10,000 sums of two numbers from 0 to 99, in a random order, as tokens and the tokens that follow.

    Returns (ids, targets), (ids_test, targets_test), each (N, 8) of int64: of "27+58=580", the ids are "27+58=58" and
    the targets "7+58=580" with IGNORED (-1) for all but the three digits of the result. No sum is in both parts.
    `Characters(DIGITS)` turns them into text again.

    Parameters
    ----------
    rng : numpy.random.Generator
        Decides which sums are held out.
    train : int
        How many come first; the other 10,000 - train are for testing.
    """
    generator(rng, "load_sums")
    if whole_number(train, "load_sums", "train") >= 10_000:
        raise ValueError(f"load_sums expected train to be below 10,000, the number of all sums, got {train}")
    characters = Characters(DIGITS)
    rows = np.array([characters.encode(written_sum(*divmod(n, 100))) for n in rng.permutation(10_000)])
    ids, targets = rows[:, :-1], rows[:, 1:].copy()
    targets[:, :5] = IGNORED
    return (ids[:train], targets[:train]), (ids[train:], targets[train:])


def load_prose():
    """The prose of chapters 1 to 19 as one string, without formulas, code and links: a paragraph in each line."""
    return files(__package__).joinpath("prose.txt").read_text(encoding="utf-8")


def windows(ids, context):
    """A long text as pieces that a model can see at once: ids and targets, (N, context) each.

    The targets are the ids one place further on. Pieces don't overlap; what is left over at the end is dropped.
    """
    count = (len(ids) - 1) // whole_number(context, "windows", "context")
    if count == 0:
        raise ValueError(
            f"windows of {context} tokens, and one that follows, need at least {context + 1} ids, got {len(ids)}"
        )
    length = count * context
    return ids[:length].reshape(count, context), ids[1 : length + 1].reshape(count, context)
