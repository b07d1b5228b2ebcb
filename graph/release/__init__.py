"""From quads to disk.

In: what graph.mapping proves. Out: a release under `build/`, switched in whole, or what is wrong.
Nobody imports it but the command line and tests; the server meets it at the release.
"""
