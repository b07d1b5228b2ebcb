"""Looking up names from a spreadsheet: the Reconciliation Service API 0.2.

In: the search index and the view of the release. Out: /reconcile with candidates for names,
suggestions, previews, and columns to add.
Only the application imports it.
"""
