"""Rules that read a text: where it names dates, figures, places, bodies, documents and people.

In: the text of an article and the day of its publication. Out: findings, in the order of the text.
Only graph.draft may import it.
"""
