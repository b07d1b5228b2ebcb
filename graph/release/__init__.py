"""From articles to disk.

In: what graph.mapping proves, article by article. Out: a release under `build/`, switched in
whole, or what is wrong.
Nobody imports it but the command line and tests; the server meets it at the release.
"""
