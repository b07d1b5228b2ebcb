"""What happened to each claim, release after release: the memory of a folder of releases.

In: the N-Quads of a release that became current. Out: `history.sqlite` beside the releases: who was
added, changed and removed when, and answers from it.
graph.release and web.site alone import it: the one writes at each switch, the other reads.
"""
