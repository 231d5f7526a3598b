"""How fast the readable layers are, beside others that do the same: `make bench`, or `python -m benchmarks --help`.

Nothing in the package `backprop` needs this folder. What stands here in other ways of writing (a textbook's loop, a
step fused by hand, an engine of closures) is there to be compared with, not to be learned from.
"""
