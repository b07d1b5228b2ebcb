"""The desk: a page on this machine where the claims of an article are read, decided on and proven.

In: a folder of articles and the registry. Out: claims.yaml, and the journal of what was decided.
Nobody imports it but the command line: it is no part of the server.
"""
