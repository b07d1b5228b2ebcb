"""What every page is made of.

In: the release being served and the language asked for. Out: names, labels, words, rows.
Every subject may import it.
"""
