"""A second reading at the desk: sentences drawn by lot, read blind, compared field by field.

In: the proven claims of an article. Out: a journal of answers beside them, and in how many both
readers agree. The desk's site imports it.
"""
