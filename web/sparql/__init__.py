"""The endpoint, its canned queries, the graphs, and the query page.

In: a plan from graph.sparql. Out: an answer in the format its client wants.
Only the application imports it, and web.server its renderers.
"""
