"""Every setting of the server: name, environment variable, default, unit, range and reason.

The fields of Settings are the one table. The environment, the checks and `docs/settings.md`
(`python -m graph.settings` prints it) are derived from it.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from graph.errors import SettingError
from graph.options import PREFIX, Option, about, cores, options
from graph.paths import BUILD

MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class Settings:
    """What an operator may choose; every value is checked when the object is made.

    Raises SettingError, naming the variable, its value and what it may be.
    """

    public_url: str = field(
        default="http://127.0.0.1:8000",
        metadata=about(
            "where clients reach this server: every absolute link in an answer starts with "
            "it, never with the Host header; when unset, it follows HOST and PORT",
            pattern=r"https?://[^/?#\s]+(/[^?#\s]*[^/?#\s])?",
            shape="an http(s) URL without a slash at its end",
        ),
    )
    host: str = field(
        default="127.0.0.1",
        metadata=about(
            "the address to listen on; loopback, so that nothing is public by accident",
            pattern=r"[0-9A-Za-z.:_-]+",
            shape="a host name or an IP address",
        ),
    )
    port: int = field(
        default=8000,
        metadata=about("the TCP port to listen on", least=1, most=65535),
    )
    release: Path = field(
        default=BUILD / "current",
        metadata=about("the release to serve; a symlink, followed again whenever it is switched"),
    )
    store: str = field(
        default="",
        metadata=about(
            "another SPARQL engine that holds the quads of this release and answers in place of "
            "the release's own store: see docs/engines.md",
            # What else is wrong with it is told without it: it may hold a password.
            pattern=r"\S*",
            shape="empty, or sparql+http://HOST:PORT/PATH or sparql+https://…",
        ),
    )
    fronts: int = field(
        default=0,
        metadata=about(
            "processes that answer requests on the one socket, each with its share of workers, "
            "spares, queue and cache; 0 means one for each core, at most 16",
            least=0,
            most=64,
        ),
    )
    workers: int = field(
        default=0,
        metadata=about(
            "queries evaluated at one time, each in its own process; 0 means twice the "
            "cores (at least 4), so that a few long queries leave room for short ones",
            least=0,
            most=256,
        ),
    )
    spares: int = field(
        default=2,
        metadata=about(
            "further worker processes kept warm, so that a query after a kill does not wait "
            "for a start",
            least=0,
            most=64,
        ),
    )
    threads: int = field(
        default=0,
        metadata=about(
            "requests in hand at one time; more than workers and queue together, so that "
            "health and cached answers still pass when every worker is busy; 0 means 24 more",
            least=0,
            most=2048,
        ),
    )
    queue: int = field(
        default=32,
        metadata=about(
            "queries that may wait for a worker; past it a client is told to come back (503)",
            least=0,
            most=1000,
        ),
    )
    query_seconds: float = field(
        default=10.0,
        metadata=about(
            "wall-clock seconds a query may take, and may wait for a worker; past it the "
            "worker is killed (503)",
            least=0.05,
            most=3600,
        ),
    )
    query_memory_mb: int = field(
        default=512,
        metadata=about(
            "MiB a query may allocate above what an idle worker holds; all workers together "
            "may reach workers × this",
            least=16,
            most=65536,
        ),
    )
    answer_mb: int = field(
        default=64,
        metadata=about(
            "MiB of one serialized answer, before compression; past it 503", least=1, most=2047
        ),
    )
    request_mb: int = field(
        default=4,
        metadata=about(
            "MiB of one request body, which bounds a query text; past it 413", least=1, most=256
        ),
    )
    body_seconds: float = field(
        default=10.0,
        metadata=about(
            "seconds a client may take to send its request body; past it 408", least=0.1, most=600
        ),
    )
    cache_mb: int = field(
        default=64,
        metadata=about(
            "MiB of answers kept in memory with their compressed forms; 0 turns the cache off",
            least=0,
            most=65536,
        ),
    )
    rate: float = field(
        default=60.0,
        metadata=about(
            "seconds of evaluation a client may cost per minute; past it 429; 0 turns the "
            "limit off",
            least=0,
            most=100000,
        ),
    )
    proxies: int = field(
        default=0,
        metadata=about(
            "reverse proxies in front, whose X-Forwarded-For is believed; one too many lets "
            "a client name itself, one too few makes all clients one",
            least=0,
            most=10,
        ),
    )
    service_allow: tuple[str, ...] = field(
        default=(),
        metadata=about(
            "IRIs, separated by spaces, that a SERVICE clause may call; empty refuses "
            "federation and takes the network away from the workers",
            pattern=r"https?://[^\s<>\"{}|\\^`]+",
            shape="http(s) IRIs separated by spaces",
        ),
    )
    admin: str = field(
        default="off",
        metadata=about(
            "where /metrics answers: `off`, `on` (beside the site), or HOST:PORT (an "
            "address of its own, for the operator's network)",
            pattern=r"off|on|[0-9A-Za-z.:_\[\]-]+:[0-9]{1,5}",
            shape="off, on or HOST:PORT",
        ),
    )
    log: str = field(
        default="json",
        metadata=about(
            "the access log on standard output: one JSON object a request, without personal data",
            choices=("json", "off"),
        ),
    )
    source_text: str = field(
        default="full",
        metadata=about(
            "how much of the articles' own words the site shows: the whole text, the quotes "
            "that back facts, or positions only; the words belong to their publisher",
            choices=("full", "quotes", "offsets"),
        ),
    )
    prefixes: str = field(
        default="page",
        metadata=about(
            "which queries may leave the published prefixes undeclared: those of the query page "
            "(they say so: `prefixes=published`), or none",
            choices=("page", "none"),
        ),
    )
    contact: str = field(
        default="",
        metadata=about(
            "where people reach whoever runs this server: shown on /about, in the OpenAPI "
            "description and in security.txt; without it the site says that there is none",
            pattern=r"(mailto:[^\s@]+@[^\s@]+|https?://[^\s]+)?",
            shape="a mailto: or http(s) address",
        ),
    )
    drain_seconds: float = field(
        default=15.0,
        metadata=about(
            "seconds that requests in hand may still take after SIGTERM", least=0, most=3600
        ),
    )

    def __post_init__(self) -> None:
        for row in table():
            row.check(getattr(self, row.name))
        if self.store and self.service_allow:
            raise SettingError(
                "POLICYPROV_SERVICE_ALLOW: an engine elsewhere (POLICYPROV_STORE) calls nobody for "
                "this endpoint; leave one of the two empty"
            )
        held = self.concurrency + self.queue
        if self.threads and self.threads <= held:
            raise SettingError(
                f"POLICYPROV_THREADS={self.threads}: it must be more than {held}, which is what "
                f"{self.concurrency} workers and a queue of {self.queue} may hold"
            )

    @cached_property
    def concurrency(self) -> int:
        """Queries evaluated at one time, with `workers=0` resolved for this machine."""
        return self.workers or max(4, 2 * cores())

    @cached_property
    def hands(self) -> int:
        """Requests in hand at one time, with `threads=0` resolved."""
        return self.threads or self.concurrency + self.queue + 24

    @property
    def processes(self) -> int:
        """Processes that answer requests, with `fronts=0` resolved for this machine."""
        return self.fronts or min(cores(), 16)

    @property
    def share(self) -> "Settings":
        """The settings of one of them: its part of all that they have together."""
        whole = ("spares", "queue", "cache_mb")
        named = {"workers": self.concurrency, **{name: getattr(self, name) for name in whole}}
        parts: dict[str, Any] = {name: -(-n // self.processes) for name, n in named.items()}
        return self if self.processes == 1 else replace(self, fronts=1, threads=0, **parts)

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """The settings that these environment variables describe; the rest keep their default.

        Raises SettingError for a value that cannot be used and for an unknown POLICYPROV_ name.
        """
        rows = {row.variable: row for row in table()}
        given = {name: text for name, text in environ.items() if name.startswith(PREFIX)}
        for name in sorted(given.keys() - rows.keys()):
            raise SettingError(f"{name} is not a setting; there are: {', '.join(rows)}")
        values: dict[str, Any] = {rows[n].name: rows[n].read(text) for n, text in given.items()}
        values.setdefault("public_url", _address(values))
        return cls(**values)


def _address(values: Mapping[str, Any]) -> str:
    host = values.get("host", Settings.host)
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{values.get('port', Settings.port)}"


def table() -> tuple[Option, ...]:
    """The settings table, in the order of the documentation."""
    return options(Settings)


def markdown() -> Iterator[str]:
    """The lines of the settings table in the documentation."""
    head = ("| Variable | Default | Value | Why |", "|---|---|---|---|")
    return iter((*head, *(option.markdown for option in table())))


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in markdown())
