"""From words of an old text to the same words of a new one, or to nothing.

In: two texts, and where words stand in the old one. Out: where they stand in the new one, and how
sure that is.
Only graph.draft may import it.
"""
