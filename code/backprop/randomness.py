"""Random generators inside a layer or a network, found and brought back to an earlier state."""

import contextlib
import copy

import numpy as np


def generators_in(thing):
    """Every random generator inside `thing`. deepcopy notes what it has copied: the list at id(memo)."""
    memo = {}
    with contextlib.suppress(Exception):  # what can't be copied holds none
        copy.deepcopy(thing, memo)
    return [found for found in memo.get(id(memo), ()) if isinstance(found, np.random.Generator)]
