"""Short forms of claims, and the same claims written out.

In: a claim or a fact as it is written. Out: the same with every key that follows from the rest, or
without any of them. Only graph.mapping and the command line may import it.
"""
