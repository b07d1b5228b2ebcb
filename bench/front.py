"""Measures what a Python front costs before it does anything: an empty answer, in five ways.

llhttp on uvloop, granian's WSGI with threads, and its RSGI with the body left unread, read at once,
and read piece by piece; beside them this server's answer from its cache, log written. The same POST
of a look-up by `wrk`, the candidates in turn, so that a neighbour on the machine hits all alike.

    pip install -e '.[bench]' && python bench/front.py [--seconds 3] [--rounds 3]
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import serve

CANDIDATES: Mapping[str, tuple[str, str]] = {
    "WSGI, threads": (
        "wsgi",
        """
def app(environ, start_response):
    environ["wsgi.input"].read()
    start_response("200 OK", [("content-type", "text/plain")])
    return [b"x" * 1900]
""",
    ),
    "RSGI, body unread": (
        "rsgi",
        """
async def app(scope, protocol):
    protocol.response_bytes(200, [("content-type", "text/plain")], b"x" * 1900)
""",
    ),
    "RSGI, body at once": (
        "rsgi",
        """
async def app(scope, protocol):
    await protocol()
    protocol.response_bytes(200, [("content-type", "text/plain")], b"x" * 1900)
""",
    ),
    "RSGI, body in pieces": (
        "rsgi",
        """
async def app(scope, protocol):
    async for _ in protocol:
        pass
    protocol.response_bytes(200, [("content-type", "text/plain")], b"x" * 1900)
""",
    ),
}
OURS = "policyprov, from its cache"
PARSER = "llhttp on uvloop"
ON_UVLOOP = """
import asyncio
import sys

import httptools
import uvloop

HEAD = b"HTTP/1.1 200 OK\\r\\ncontent-type: text/plain\\r\\ncontent-length: 1900\\r\\n\\r\\n"
ANSWER = HEAD + b"x" * 1900


class Connection(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.parser = transport, httptools.HttpRequestParser(self)

    def data_received(self, data):
        self.parser.feed_data(data)

    def on_message_complete(self):
        self.transport.write(ANSWER)


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Connection, "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()


uvloop.run(main())
"""


def command(name: str, folder: Path, port: int) -> tuple[list[str], dict[str, str]]:
    """How a candidate is started on this port, and in which environment."""
    if name == OURS:
        ours = {"POLICYPROV_PORT": str(port), "POLICYPROV_RATE": "0"}
        return [sys.executable, "server.py"], ours
    if name == PARSER:
        (folder / "on_uvloop.py").write_text(ON_UVLOOP, "utf-8")
        return [sys.executable, str(folder / "on_uvloop.py"), str(port)], {}
    interface, text = CANDIDATES[name]
    module = f"candidate_{list(CANDIDATES).index(name)}"
    (folder / f"{module}.py").write_text(text, "utf-8")
    granian = str(Path(sys.executable).parent / "granian")
    threads = ["--blocking-threads", "8"] if interface == "wsgi" else []
    started = [granian, "--interface", interface, "--port", str(port), "--no-ws", *threads]
    return [*started, f"{module}:app"], {"PYTHONPATH": str(folder)}


def main() -> None:
    """Run the load against every candidate in turn, and print one table of medians."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=3, help="length of each run")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each, in turn")
    options = parser.parse_args()
    load = serve.Load("look-up", (serve.LOOKUP,), serve.JSON, cold=False)
    names = [PARSER, *CANDIDATES, OURS]
    rates: dict[tuple[str, int], list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(options.rounds):
            for name in names:
                port = serve.free_port()
                started, environment = command(name, Path(folder), port)
                url = f"http://127.0.0.1:{port}/sparql"
                with serve.serving(started, url, **environment) as at:
                    for clients in (1, 16):
                        serve.measure(at, load, clients, 1, "warm")
                        found = serve.measure(at, load, clients, options.seconds, "run")
                        rates.setdefault((name, clients), []).append(found.rate)
    print("| front | 1 client | 16 clients |\n|---|---|---|")
    for name in names:
        one, many = (statistics.median(rates[name, clients]) for clients in (1, 16))
        print(f"| {name} | {one:.0f}/s | {many:.0f}/s |")


if __name__ == "__main__":
    main()
