"""From sorted runs to one dataset, over all cores.

In: runs of quads, and work to spread. Out: stretches of the dataset in the order of all dumps, and
dumps that are put together of what stretches are in each format. Only graph.release may import it.
"""
