"""Which cells of a chapter others can't do without: those that define the names they use."""

import builtins
import symtable

from IPython.core.inputtransformer2 import TransformerManager


def names(source):
    """Return two sets of names: what a cell defines, and what it takes from elsewhere."""
    table = symtable.symtable(TransformerManager().transform_cell(source), "cell", "exec")
    defined = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    used = set()
    tables = [table]
    while tables:
        scope = tables.pop()
        tables += scope.get_children()
        for symbol in scope.get_symbols():
            if symbol.is_referenced() and (scope is table or symbol.is_global()):
                used.add(symbol.get_name())
    return defined, used - defined - set(dir(builtins))


def needed(sources, given):
    """Return the positions, in order, of the cells that the given ones need, and not yet hold.

    `sources` are the code cells of a chapter, by position. A name means what it would mean if the whole
    chapter had run: what the nearest cell above gave it.
    """
    known = {position: names(source) for position, source in sources.items()}
    found, to_do = set(), sorted(given)
    while to_do:
        position = to_do.pop()
        for name in known[position][1]:
            above = [other for other in sources if other < position and name in known[other][0]]
            if above and max(above) not in found | set(given):
                found.add(max(above))
                to_do.append(max(above))
    return sorted(found)
