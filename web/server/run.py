"""The server process: granian in the foreground, until a signal, and then in good order."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable

from flask import Flask
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from prometheus_client import start_http_server

from graph.settings import Settings
from web.middleware.stack import EXTENSION, Front
from web.server.fast_path import FAST_PATH
from web.server.listening import Embedded, handed_over, let_go
from web.server.rsgi import Bridge

_CONNECTIONS = 1024
_HEADER_MILLISECONDS = 10_000
_TRY = (
    "query=PREFIX pp: <https://w3id.org/policyprov/ns#> SELECT ?quote WHERE "
    "{ GRAPH ?claim { ?figure pp:value -27.7 } ?claim pp:statedIn/pp:quote ?quote }"
)
"""The query a newcomer is offered: in which words a figure is told."""
_GREETING = 0.1
"""Seconds for a connection just accepted to send its request."""
_FAREWELL = 2.0
"""Seconds for the last answers to be sent once nothing runs any more."""


def run(create_app: Callable[[Settings], Flask], settings: Settings) -> None:
    """Serve in the foreground until SIGTERM or SIGINT, then finish what is in hand.

    Raises ReleaseError when there is nothing to serve, and OSError when the port is taken.
    """
    app = create_app(settings)
    front: Front = app.extensions[EXTENSION]
    end_admin = _admin(front)
    try:
        front.log.start_batches()
        asyncio.run(_serve(Bridge(app.wsgi_app, front, app.extensions.get(FAST_PATH)), front))
    finally:
        front.pool.close()
        front.log.close()
        end_admin()


def _admin(front: Front) -> Callable[[], None]:
    """Start the metrics' own address, if there is one; call the result to end it."""
    host, _, port = front.settings.admin.rpartition(":")
    if not host:
        return lambda: None
    server, thread = start_http_server(int(port), host.strip("[]"), front.metrics.registry)

    def end() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return end


def _announce(settings: Settings) -> None:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    url = settings.public_url
    lines = [
        f"listening on http://{host}:{settings.port}",
        f"pages {url}/   reader {url}/reader   query editor {url}/query   dumps {url}/dumps",
        f"SPARQL endpoint {url}/sparql; try this:",
        f"  curl -G {url}/sparql -H 'Accept: text/csv' --data-urlencode '{_TRY}'",
    ]
    if ":" in settings.admin:
        lines.append(f"metrics on http://{settings.admin}/metrics")
    sys.stderr.writelines(f"policyprov: {line}\n" for line in lines)
    sys.stderr.flush()


async def _serve(bridge: Bridge, front: Front) -> None:
    settings = front.settings
    handed = handed_over(os.environ)
    server = Embedded(
        bridge,
        handed=handed,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.RSGI,
        websockets=False,
        backlog=_CONNECTIONS,
        backpressure=_CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_MILLISECONDS),
        log_enabled=False,
    )
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    serving = asyncio.create_task(server.serve())
    stopped = asyncio.create_task(stopping.wait())
    _announce(settings)
    await asyncio.wait((serving, stopped), return_when=asyncio.FIRST_COMPLETED)
    if handed is not None:
        let_go(handed)
        await asyncio.sleep(_GREETING)
    if not serving.done():
        server.stop()  # type: ignore[no-untyped-call]  # granian leaves it untyped
    await _drain(bridge, settings.drain_seconds)
    # What still runs now is told so: without workers it cannot go on.
    await asyncio.to_thread(front.pool.close)
    await asyncio.wait((serving,), timeout=_FAREWELL)


async def _drain(bridge: Bridge, seconds: float) -> None:
    """Return when no request is in hand any more, or after so many seconds."""
    until = asyncio.get_running_loop().time() + seconds
    while bridge.running and asyncio.get_running_loop().time() < until:
        await asyncio.sleep(0.02)
