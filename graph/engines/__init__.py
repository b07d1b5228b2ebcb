"""An engine elsewhere that holds the quads: from a query to its answer over HTTP.

In: a query and its graphs. Out: results as the engine in this process would give them.
graph.workers imports it, and web.site for look-ups; nothing here knows our own HTTP.
"""
