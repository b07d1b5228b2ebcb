"""The metrics at an address of their own, answered by whichever front takes the connection."""

import socket
import threading
from collections.abc import Callable
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from prometheus_client import CollectorRegistry, make_wsgi_app

from web.server.listening import listening

_WAITING = 16


def admin_door(address: str) -> socket.socket | None:
    """The listening socket of `HOST:PORT`; None for an address without a colon.

    Raises OSError when the address is taken.
    """
    host, _, port = address.rpartition(":")
    if not host:
        return None
    door = listening(None, host.strip("[]"), int(port), _WAITING)
    # Another front may have taken the connection that this one was woken for.
    door.settimeout(0)
    return door


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def server_bind(self) -> None:
        """Nothing: the socket is there."""


class _Handler(WSGIRequestHandler):
    timeout = 30

    def log_message(self, *_: object) -> None:
        """Nothing: only requests to the site are logged."""


def serve_admin(door: socket.socket, registry: CollectorRegistry) -> Callable[[], None]:
    """Answer at this socket in threads, until the result is called."""
    server = _Server(door.getsockname()[:2], _Handler, bind_and_activate=False)
    server.socket.close()
    server.socket = door
    host, port = door.getsockname()[:2]
    server.server_name, server.server_port = str(host), int(port)
    server.setup_environ()
    server.set_app(make_wsgi_app(registry))
    thread = threading.Thread(target=server.serve_forever, name="admin", daemon=True)
    thread.start()

    def end() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return end
