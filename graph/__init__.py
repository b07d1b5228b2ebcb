"""policyprov: a provenance knowledge graph of policy news.

The modules that lie flat here, and graph.rdf, are the floor: anyone may import them.
"""
