"""What is likely meant by a query that does not parse.

In: its text, and where the engine gave up. Out: a place, and words for it in each language.
web.sparql imports it.
"""
