"""Who may come in: whoever has the token that the console printed, from this very address.

The desk listens on 127.0.0.1 alone. A page of another origin could still send its visitor's
browser here: so the host asked for must be ours (a name that is made to point here is not), what
writes must come from our own page, and all but the first request carries a cookie that no other
site sees sent.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Flask, Request, Response, redirect, request

from graph.errors import DeskError

COOKIE = "policyprov-desk"
MOST = 1 << 20
"""Bytes of the largest request."""
_HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Without any, a browser sends a form's origin as null, which the gate refuses.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True)
class Gate:
    """The one door of a desk on this port."""

    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    def address(self, slug: str = "") -> str:
        """Where the page of an article is, or the list of all, with the token that lets in."""
        return f"http://127.0.0.1:{self.port}/{slug}?token={self.token}"

    @property
    def _hosts(self) -> tuple[str, ...]:
        return (f"127.0.0.1:{self.port}", f"localhost:{self.port}")

    def check(self, asked: Request) -> Response | None:
        """Let a request in, or answer it: a first visit is given its cookie and sent on.

        Raises DeskError (403) for one from elsewhere or without the token.
        """
        if asked.host not in self._hosts:
            raise DeskError(
                f"this desk is not {asked.host!r}", f"open {self._hosts[0]} on this machine", 403
            )
        origin = asked.headers.get("Origin")
        if origin is not None and origin not in [f"http://{host}" for host in self._hosts]:
            raise DeskError(f"a page of {origin} may not come in", "use the desk's own page", 403)
        given = asked.args.get("token")
        if asked.method == "GET" and given is not None and self._fits(given):
            kept = {k: v for k, v in asked.args.items() if k != "token"}
            query = "&".join(f"{k}={v}" for k, v in kept.items() if k == "lang" and v.isalpha())
            sent = redirect(asked.path + (f"?{query}" if query else ""))
            sent.set_cookie(
                f"{COOKIE}-{self.port}", self.token, httponly=True, samesite="Strict", path="/"
            )
            return sent  # type: ignore[return-value]  # flask's redirect is typed as werkzeug's
        if not self._fits(asked.cookies.get(f"{COOKIE}-{self.port}", "")):
            raise DeskError(
                "this browser has no key to the desk",
                "open the address that `policyprov desk` printed", 403,
            )  # fmt: skip
        if asked.method == "POST" and origin is None:
            raise DeskError("a change without an origin", "use the desk's own page", 403)
        return None

    def _fits(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self.token.encode())

    def install(self, app: Flask) -> None:
        """Put the door before every view, and its headers on every answer."""
        app.config["MAX_CONTENT_LENGTH"] = MOST
        app.before_request(lambda: self.check(request))

        @app.after_request
        def close(response: Response) -> Response:
            response.headers.update(_HEADERS)
            return response
