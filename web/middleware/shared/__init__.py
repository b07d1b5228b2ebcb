"""What the processes that answer on one socket have in common.

In: what each counts and charges. Out: the sums, so that limits and metrics are of the server.
Made before the processes are forked; web.middleware and web.server import it.
"""
