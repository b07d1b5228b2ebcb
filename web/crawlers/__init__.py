"""What programs that visit on their own look for: robots.txt, the sitemap, an icon.

In: the search index of the release. Out: /robots.txt, /sitemap.xml, /favicon.ico.
Only the application imports it.
"""
