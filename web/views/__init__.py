"""Answers looked at: a timeline or a chart of the rows of any query whose columns allow it.

In: rows in SPARQL JSON. Out: which views there are, and their drawings.
Pages that show answers may import it.
"""
