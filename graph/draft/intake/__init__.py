"""From files of other programs to offers: words somebody proposes, and what they would say.

In: JSON lines, Web Annotation, Label Studio, sheets. Out: offers, each with its place in the file.
Only graph.draft may import it.
"""
