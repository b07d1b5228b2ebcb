"""How to quote and cite: a claim, a passage, a figure, an article, a picture, the dataset.

In: the passages of the release. Out: citations in five styles, /cite, cards to embed.
Pages that show a fact may import it.
"""
