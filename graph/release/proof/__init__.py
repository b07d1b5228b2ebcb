"""All that is checked, article by article and piece by piece, with nothing published.

In: sources. Out: what each check looked at and found wrong; what was proven is kept.
Only the command line may import it.
"""
