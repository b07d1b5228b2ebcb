"""What helps whoever writes claims: schemas for editors, and claims written short.

In: the ontology, an article on disk. Out: JSON Schemas, the same claims in fewer lines.
Only graph.release may import it.
"""
