"""Finding by words, names and codes.

In: the quads of a release. Out: its `search.sqlite`, and answers from it.
The build writes it and the web reads it; it imports the rooms below both.
"""
