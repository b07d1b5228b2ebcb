"""How programs and readers follow what changes, and go back to what was.

In: the history of claims, the releases that are kept. Out: /changes.trig (LDES), feeds in Atom,
TimeMaps and a TimeGate.
The application and pages that link to a change import it.
"""
