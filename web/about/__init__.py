"""What this is, who answers for it, and its documentation, on the site itself.

In: the documents of the checkout in Markdown, and the contact setting. Out: pages, security.txt.
server.py imports it.
"""
