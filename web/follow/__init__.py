"""How programs and readers follow what changes: an event stream.

In: the history of claims. Out: /changes.trig (LDES) and its pages.
Only the application imports it.
"""
