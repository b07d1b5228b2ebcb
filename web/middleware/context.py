"""What every view can reach: the stack in front of it, and this server's own address."""

from flask import current_app

from web.middleware.stack import EXTENSION, Front

RELEASE = "Policyprov-Release"
"""The response header that names the version an answer comes from."""
ADDED = "Policyprov-Added-Prefixes"
"""The response header that names the published prefixes declared for a query that did not."""


def front() -> Front:
    """The stack in front of this application: its settings, and the meter that evaluates."""
    found: Front = current_app.extensions[EXTENSION]
    return found


def address(path: str) -> str:
    """The URL of a path of this server, as clients reach it."""
    return front().settings.public_url + path
