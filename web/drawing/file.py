"""A picture to take away: which forms there are, and the answer that hands one over."""

from flask import Response

from graph.sparql.negotiation import Page
from web.drawing.pixels import png
from web.drawing.sheet import Sheet, svg
from web.middleware.context import RELEASE
from web.site.page_context import frame

SVG = Page("svg", ("image/svg+xml",))
PNG = Page("png", ("image/png",))


def file(sheet: Sheet, form: Page, name: str) -> Response:
    """The picture as SVG or PNG, called `name` with the suffix of its form.

    Raises what `png` raises.
    """
    here, drawn = frame(), svg(sheet)
    body = drawn.encode()
    if form is PNG:
        body = here.view.remember("png", drawn, lambda: png(drawn), most=32)
    response = Response(body, content_type=form.media_types[0])
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.{form.name}")
    response.headers[RELEASE] = here.view.version
    # The style of the file is in the file; it loads nothing, from here or elsewhere.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return response
