"""The server process: in the foreground, until a signal, and then in good order."""

import asyncio
import gc
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial

import uvloop
from flask import Flask

from graph.errors import PolicyprovError
from graph.settings import Settings
from web.middleware.shared.board import Board
from web.middleware.shared.commons import Commons
from web.middleware.shared.rooms import Rooms
from web.middleware.stack import EXTENSION, Front
from web.server.admin import admin_door, serve_admin
from web.server.bridge import Bridge
from web.server.connection import Connection
from web.server.fast_path import FAST_PATH
from web.server.listening import Doorman, handed_over, listening
from web.server.passage import Passage
from web.server.supervisor import Supervisor

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
_OBJECTS = 10_000
"""Objects made and not yet dropped until the youngest are looked through for circles."""
_FAREWELL = 2.0
"""Seconds for the last answers to be sent once nothing runs any more."""


Create = Callable[[Settings, Commons], Flask]


def run(create_app: Create, settings: Settings) -> None:
    """Serve in the foreground until SIGTERM or SIGINT, then finish what is in hand.

    Raises ReleaseError when there is nothing to serve, and OSError when the port is taken. Where
    several processes serve, one that cannot start tells so itself, and SystemExit is raised.
    """

    def ready() -> None:
        _announce(settings)

    fronts = settings.processes
    commons = Commons(board=Board(fronts), rooms=Rooms(fronts))
    # Who reaches the site reaches the metrics too: their address is there first.
    admin = admin_door(settings.admin)
    with (
        listening(handed_over(os.environ), settings.host, settings.port, _CONNECTIONS) as door,
        closing(Passage(commons.rooms, fronts)) as passage,
    ):
        front = _Serving(create_app, settings.share, commons, passage, door, admin)
        if fronts == 1:
            front.serve(ready)
            return

        def ended(number: int) -> None:
            commons.rooms.close(number)
            commons.board.end(number)

        supervisor = Supervisor(fronts, front.serve_as, ended)
        status = supervisor.run(ready, door.close, settings.drain_seconds)
    if status:
        raise SystemExit(status)


@dataclass(frozen=True)
class _Serving:
    """A front, before it is one."""

    create_app: Create
    settings: Settings
    commons: Commons
    passage: Passage
    door: socket.socket
    admin: socket.socket | None

    def serve_as(self, number: int, ready: Callable[[], None]) -> int:
        """The exit status of the front of this number, one of several."""
        try:
            replace(self, commons=replace(self.commons, front=number)).serve(ready)
        except PolicyprovError as error:
            sys.stderr.write(f"policyprov: {error}\n")
            return 1
        return 0

    def serve(self, ready: Callable[[], None]) -> None:
        """Serve until a signal; call when that has begun.

        Raises ReleaseError when there is nothing to serve.
        """
        app = self.create_app(self.settings, self.commons)
        front: Front = app.extensions[EXTENSION]
        registry = front.metrics.registry
        end_admin = serve_admin(self.admin, registry) if self.admin is not None else None
        try:
            front.log.start_batches()
            # What is there now stays: looking through it again and again costs requests their time.
            gc.collect()
            gc.freeze()
            gc.set_threshold(_OBJECTS)
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(_serve(app, front, self.passage, self.door, ready))
        finally:
            front.pool.close()
            front.log.close()
            if end_admin is not None:
                end_admin()


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


async def _serve(
    app: Flask, front: Front, passage: Passage, door: socket.socket, ready: Callable[[], None]
) -> None:
    settings, number = front.settings, front.commons.front
    bridge = Bridge(app.wsgi_app, front, passage, app.extensions.get(FAST_PATH))
    stopping = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stopping.set)
    doorman = Doorman(
        door,
        partial(Connection, bridge, bridge.answer),
        lambda: len(bridge.connections) < _CONNECTIONS,
        lambda client: passage.share(number, len(bridge.connections), client),
    )
    passage.open(number, doorman.admit)
    bridge.tell()
    bridge.tell_ready()
    patrol = asyncio.create_task(_patrol(bridge))
    ready()
    await stopping.wait()
    doorman.close()
    # Nobody holds it any more, unless others serve on, or it was handed over.
    door.close()
    bridge.ending = True
    await passage.leave(number)
    await _until(lambda: not bridge.running and not bridge.connections, settings.drain_seconds)
    # What still runs now is told so: without workers it cannot go on.
    await asyncio.to_thread(front.pool.close)
    await _until(lambda: not bridge.connections, _FAREWELL)
    patrol.cancel()
    passage.stop(number)
    bridge.close()


async def _patrol(bridge: Bridge) -> None:
    clock = time.perf_counter
    while True:
        await asyncio.sleep(_GREETING if bridge.ending else _PATROL)
        bridge.tell()
        bridge.tell_ready()
        for connection in tuple(bridge.connections):
            connection.patrol(clock())


async def _until(done: Callable[[], bool], seconds: float) -> None:
    """Return when it is done, or after so many seconds."""
    until = time.perf_counter() + seconds
    while not done() and time.perf_counter() < until:
        await asyncio.sleep(0.02)
