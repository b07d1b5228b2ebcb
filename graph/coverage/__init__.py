"""How good the claims of an article are: what they cover, and what a second reader makes of it.

In: an article mapped, and the list of its facts. Out: what is not covered, quotes too long, and in
how many sentences two readers agree. graph.release and the desk import it; the server does not.
"""
