"""Which names occur in a release, and which names of a query do not.

In: the release, a query. Out: what the query editor completes, and what it says of an empty answer.
Only web.sparql may import it.
"""
