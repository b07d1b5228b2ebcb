"""How much of an article its claims cover: records of the inventory, printed characters.

In: an article mapped, and the list of its facts. Out: what is not covered, and quotes too long.
graph.release imports it; the server does not.
"""
