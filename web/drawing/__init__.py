"""Pictures in SVG: layouts of rows, and the files to take away.

In: rows, and drawings as templates give them. Out: marks with their places; files in SVG or PNG.
Rooms that show pictures may import it.
"""
