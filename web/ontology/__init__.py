"""The documentation of the vocabulary.

In: the ontology's files in the release. Out: its terms, diagrams, /ontology.
web.sparql imports its terms, for completion.
"""
