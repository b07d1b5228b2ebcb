"""From the text of an article to proposed claims, which a person accepts, edits or rejects.

In: an article's folder, and proposals made elsewhere. Out: `draft.jsonl` beside the article, never
a release.
The command line and the desk may import it; the server and the pages never do.
"""
