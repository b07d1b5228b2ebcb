"""An article as it is read, with its evidence marked.

In: an article's text and the passages on it. Out: /reader.
Only the application imports it.
"""
