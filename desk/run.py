"""`policyprov desk`: the page on this machine, until it is stopped."""

import logging
import signal
import socket
from collections.abc import Callable

from werkzeug.serving import BaseWSGIServer, make_server

from desk.gate import Gate
from desk.site import Desk, app
from graph.errors import DeskError


def server(desk: Desk, port: int = 0) -> tuple[BaseWSGIServer, Gate]:
    """A server of the desk on 127.0.0.1, not yet serving, and its gate; port 0 takes a free one.

    Raises DeskError for an article that is not there, and for a port somebody else has.
    """
    if not desk.slugs:
        what = f"no article {desk.only!r}" if desk.only else "no article"
        raise DeskError(f"{what} under {desk.articles}", "begin one with policyprov article new")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
    except OSError as error:
        listening.close()
        raise DeskError(f"port {port} is taken ({error})", "choose another with --port") from error
    listening.listen(64)
    gate = Gate(listening.getsockname()[1])
    made = make_server(
        "127.0.0.1", gate.port, app(desk, gate), threaded=True, fd=listening.fileno()
    )
    listening.detach()
    return made, gate


def serve(desk: Desk, port: int, say: Callable[[str], None]) -> int:
    """Serve a desk until SIGINT or SIGTERM; `say` is told the address. Returns an exit code.

    Raises DeskError as `server` does.
    """
    made, gate = server(desk, port)
    # Set here: a shell that starts a program in the background has it ignore SIGINT.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    say(gate.address(desk.only or ""))
    try:
        made.serve_forever()
    except KeyboardInterrupt:
        say("stopped; every decision is on disk")
    finally:
        made.server_close()
    return 0
