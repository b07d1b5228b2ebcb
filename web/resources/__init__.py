"""Every IRI of the data, answered for.

In: the name of a thing. Out: its page, its data, its links.
Only the application imports it.
"""
