"""From sorted runs to one dataset, over all cores.

In: runs of quads, and work to spread. Out: N-Quads in the order of all dumps, and files on disk.
Only graph.release may import it.
"""
