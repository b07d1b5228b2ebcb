"""From a request to a job.

In: the parts of an HTTP request, without a framework. Out: the plan of its query, or an error.
web.sparql and web.server import it; for negotiation, any page may.
"""
