"""The server process: in the foreground, until a signal, and then in good order."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable

import uvloop
from flask import Flask
from prometheus_client import start_http_server

from graph.settings import Settings
from web.middleware.stack import EXTENSION, Front
from web.server.bridge import Bridge
from web.server.connection import Connection
from web.server.fast_path import FAST_PATH
from web.server.listening import Doorman, handed_over, listening

_CONNECTIONS = 1024
_PATROL = 0.25
"""Seconds between two looks at clients that take too long."""
_TRY = (
    "query=PREFIX pp: <https://w3id.org/policyprov/ns#> SELECT ?quote WHERE "
    "{ GRAPH ?claim { ?figure pp:value -27.7 } ?claim pp:statedIn/pp:quote ?quote }"
)
"""The query a newcomer is offered: in which words a figure is told."""
_GREETING = 0.1
"""The same once the server is ending: a connection just accepted may still send its request."""
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
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(app, front))
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


async def _serve(app: Flask, front: Front) -> None:
    settings = front.settings
    door = listening(handed_over(os.environ), settings.host, settings.port, _CONNECTIONS)
    bridge = Bridge(app.wsgi_app, front, app.extensions.get(FAST_PATH))
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    with door:
        doorman = Doorman(
            door,
            lambda: Connection(bridge, bridge.answer),
            lambda: len(bridge.connections) < _CONNECTIONS,
        )
        patrol = asyncio.create_task(_patrol(bridge))
        _announce(settings)
        await stopping.wait()
        doorman.close()
    bridge.ending = True
    await _until(lambda: not bridge.running and not bridge.connections, settings.drain_seconds)
    # What still runs now is told so: without workers it cannot go on.
    await asyncio.to_thread(front.pool.close)
    await _until(lambda: not bridge.connections, _FAREWELL)
    patrol.cancel()
    bridge.close()


async def _patrol(bridge: Bridge) -> None:
    clock = time.perf_counter
    while True:
        await asyncio.sleep(_GREETING if bridge.ending else _PATROL)
        for connection in tuple(bridge.connections):
            connection.patrol(clock())


async def _until(done: Callable[[], bool], seconds: float) -> None:
    """Return when it is done, or after so many seconds."""
    until = time.perf_counter() + seconds
    while not done() and time.perf_counter() < until:
        await asyncio.sleep(0.02)
