"""How well the rules do: a draft compared with what a person marked in the same text.

In: texts with gold. Out: counts by kind, as numbers and as a table.
Only graph.draft may import it.
"""
