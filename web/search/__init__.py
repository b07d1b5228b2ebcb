"""Finding things and leafing through them.

In: the search index of the release. Out: /search, an index page of every kind, type-ahead.
Only the application imports it.
"""
