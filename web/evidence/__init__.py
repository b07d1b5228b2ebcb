"""The words behind a statement.

In: claims and statements of the release. Out: quotation cards, annotations, /evidence.
Every subject that shows a fact with its source may import it.
"""
