"""From a job to bytes.

In: jobs over one release. Out: serialized answers, or which limit ended them.
graph.sparql and web import it; nothing here knows HTTP.
"""
