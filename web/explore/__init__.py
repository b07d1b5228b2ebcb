"""Pictures of the release.

In: the rows of the queries in `queries/pictures/`. Out: pure layouts, drawn by templates.
Only the application imports it.
"""
