"""From an article to quads.

In: an article's folder, the registry, the vocabulary. Out: proven claims, and the quads they make.
Only graph.release may import it.
"""
