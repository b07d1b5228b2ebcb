"""The result cache: what is kept, for whom, in which coding, and what never is."""

import gzip
import io
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import brotli  # type: ignore[import-untyped]  # it ships no types
import pytest
import zstandard

from web.middleware.lru import Cache, Entry
from web.middleware.response_cache import Cached, Kept

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
LONG = b"<a> <b> <c> .\n" * 200
QUERY = 'SELECT * { ?s ?p "四川+%" }'


def entry(size: int) -> Entry:
    """An entry of about this many bytes."""
    return Entry((), b"x" * (size - 512), '"e"')


class TestCache:
    """The store itself."""

    def test_gives_back_what_was_put(self) -> None:
        """By key, and nothing for another key."""
        cache: Cache[Entry] = Cache(100_000)
        assert cache.put(("a",), entry(1000))
        assert cache.get(("a",)) == entry(1000)
        assert cache.get(("b",)) is None

    def test_never_exceeds_its_bytes(self) -> None:
        """What was used longest ago makes room."""
        cache: Cache[Entry] = Cache(10_000)
        for number in range(20):
            cache.put((str(number),), entry(1000))
            cache.get(("0",))
            assert cache.stats().bytes <= 10_000
        assert cache.get(("0",)) is not None
        assert cache.get(("1",)) is None
        assert cache.stats().evictions == 10

    def test_putting_again_replaces(self) -> None:
        """The old bytes are given back."""
        cache: Cache[Entry] = Cache(10_000)
        cache.put(("a",), entry(1000))
        cache.put(("a",), entry(800))
        assert (cache.stats().entries, cache.stats().bytes) == (1, 800)

    def test_refuses_what_would_empty_it(self) -> None:
        """One answer takes an eighth at most."""
        cache: Cache[Entry] = Cache(8000)
        assert not cache.put(("a",), entry(1001))
        none: Cache[Entry] = Cache(0)
        assert not none.put(("a",), entry(600))

    def test_counts_right_under_many_threads(self) -> None:
        """Bytes are the sum of the entries whatever the threads did."""
        cache: Cache[Entry] = Cache(50_000)

        def work(thread: int) -> None:
            for number in range(500):
                cache.put((str((thread * 7 + number) % 90),), entry(600 + number))

        threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        held = [cache.get((str(n),)) for n in range(90)]
        assert cache.stats().bytes == sum(e.size for e in held if e is not None) <= 50_000


@dataclass
class Origin:
    """An application that counts its calls and answers as told."""

    headers: list[tuple[str, str]] = field(default_factory=list)
    status: str = "200 OK"
    body: bytes = LONG
    calls: int = 0
    seen: bytes = b""
    on_call: Callable[[], None] = lambda: None

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer."""
        self.calls += 1
        self.seen = environ["wsgi.input"].read()
        self.on_call()
        start_response(self.status, [("Content-Type", "text/turtle"), *self.headers])
        return [self.body]


@dataclass
class Got:
    """An answer, headers by lower-case name."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Site:
    """The cache before an origin; `edition` can be changed at any time."""

    origin: Origin
    edition: str = "1-abc"
    cache: Cache[Kept] = field(default_factory=lambda: Cache(1 << 20))

    def __post_init__(self) -> None:
        self.app = Cached(self.origin, self.cache, lambda: self.edition, 10_000)

    def ask(
        self,
        method: str = "GET",
        query: str = "query=ASK%7B%7D",
        body: bytes = b"",
        path: str = "/sparql",
        **headers: str,
    ) -> Got:
        """One request; header names have underscores."""
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
        for name, value in headers.items():
            upper = name.upper()
            environ[upper if upper.startswith("CONTENT_") else f"HTTP_{upper}"] = value
        started: list[Any] = []
        chunks = self.app(environ, lambda *args: started.append(args))  # type: ignore[arg-type]  # WSGI is looser than its types
        status, fields = started[0][:2]
        return Got(int(status[:3]), {n.lower(): v for n, v in fields}, b"".join(chunks))


@pytest.fixture
def site() -> Site:
    """A site whose answers are marked for keeping."""
    return Site(Origin([("X-Policyprov-Cache", "store"), ("X-Kept", "yes")]))


def test_the_second_answer_comes_from_the_cache(site: Site) -> None:
    """It is equal in all but its Cache-Status, and the mark is never sent."""
    first, second = site.ask(), site.ask()
    assert site.origin.calls == 1
    assert first.headers.pop("cache-status") == "policyprov; fwd=miss; stored"
    assert second.headers.pop("cache-status") == "policyprov; hit"
    assert first == second
    assert first.headers["x-kept"] == "yes"
    assert first.headers["cache-control"] == "public, no-cache"
    assert first.headers["vary"] == "Accept, Accept-Encoding"
    assert first.headers["content-length"] == str(len(LONG))
    assert "x-policyprov-cache" not in first.headers
    assert (site.cache.stats().hits, site.cache.stats().misses) == (1, 1)


def test_one_question_is_one_entry_whatever_the_method(site: Site) -> None:
    """GET, form POST, direct POST and QUERY share an answer; the order of parameters is nothing."""
    graphs = [("default-graph-uri", "http://e.org/1"), ("default-graph-uri", "http://e.org/2")]
    form = urlencode([("query", QUERY), *graphs]).encode()
    site.ask("GET", urlencode([*graphs[::-1], ("query", QUERY)]))
    site.ask("GET", f"query={quote(QUERY)}&{urlencode(graphs)}", path="/sparql/")
    site.ask("POST", "", form, content_type=FORM)
    site.ask("POST", "", form, content_type=FORM + "; charset=UTF-8")
    site.ask("POST", urlencode(graphs), QUERY.encode(), content_type=DIRECT)
    site.ask("POST", urlencode(graphs), QUERY.encode(), content_type=DIRECT + ";charset=utf-8")
    site.ask("QUERY", urlencode(graphs), f"\n{QUERY}\n".encode(), content_type=DIRECT)
    assert site.origin.calls == 1


@pytest.mark.parametrize(
    "other",
    [
        {"query": "query=ASK%7B+%7D"},
        {"query": "query=ASK%7B%7D&default-graph-uri=http://e.org/"},
        {"query": "query=ASK%7B%7D&default-graph-uri="},
        {"query": "query=ASK%7B%7D&query=ASK%7B%7D"},
        {"query": "query=ASK%7B%7D&format=csv"},
        {"accept": "text/csv"},
        {"path": "/queries/x"},
    ],
)
def test_what_could_change_the_answer_is_part_of_the_key(site: Site, other: dict[str, str]) -> None:
    """Another query, dataset, format, Accept or path is another entry."""
    site.ask()
    site.ask(**other)  # type: ignore[arg-type]  # WSGI is looser than its types
    assert site.origin.calls == 2


@pytest.mark.parametrize(
    ("method", "query", "body", "headers"),
    [
        ("POST", "query=A", b"query=A", {"content_type": FORM}),
        ("POST", "query=A", b"A", {"content_type": DIRECT}),
        ("POST", "", b"A", {"content_type": DIRECT + "; charset=gb18030"}),
        ("POST", "", b"\xff", {"content_type": DIRECT}),
        ("POST", "", b"query=%FF", {"content_type": FORM}),
        ("POST", "", b"A", {"content_type": "text/plain"}),
        ("GET", "query=%FF", b"", {}),
        ("GET", "query=A", b"", {"authorization": "Basic x"}),
        ("PUT", "query=A", b"", {}),
    ],
)
def test_an_odd_request_is_left_to_the_application(
    site: Site, method: str, query: str, body: bytes, headers: dict[str, str]
) -> None:
    """It is neither answered from the cache nor kept, and its body arrives whole."""
    for _ in range(2):
        site.ask(method, query, body, **headers)
        assert site.origin.seen == body
    assert site.origin.calls == 2
    assert site.cache.stats().entries == 0


def test_a_body_over_the_limit_is_not_read(site: Site) -> None:
    """The application gets it untouched and decides."""
    body = b"x" * 10_001
    site.ask("POST", "", body, content_type=DIRECT)
    assert site.origin.seen == body
    assert site.cache.stats().entries == 0


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        ("200 OK", []),
        ("200 OK", [("X-Policyprov-Cache", "store"), ("Set-Cookie", "a=b")]),
        ("200 OK", [("X-Policyprov-Cache", "store"), ("Vary", "Accept, Cookie")]),
        ("200 OK", [("X-Policyprov-Cache", "store"), ("Content-Encoding", "gzip")]),
        ("503 Service Unavailable", [("X-Policyprov-Cache", "store")]),
    ],
)
def test_only_marked_and_shareable_answers_are_kept(
    status: str, headers: list[tuple[str, str]]
) -> None:
    """No cookie, no answer that varies by more, no error; the mark is taken off all the same."""
    site = Site(Origin(headers, status))
    for _ in range(2):
        assert "x-policyprov-cache" not in site.ask().headers
    assert site.origin.calls == 2


@pytest.mark.parametrize(
    ("accept_encoding", "coding", "decode"),
    [
        ("gzip", "gzip", gzip.decompress),
        ("br", "br", brotli.decompress),
        ("zstd", "zstd", lambda body: zstandard.ZstdDecompressor().decompress(body)),
        ("gzip, deflate, br, zstd", "zstd", None),
        ("gzip;q=0.5, br;q=0.9", "br", None),
        ("*", "zstd", None),
        ("zstd;q=0, *;q=0.1", "br", None),
        ("identity", None, None),
        ("gzip;q=0", None, None),
        ("gzip;q=x", None, None),
        ("", None, None),
    ],
)
def test_the_client_gets_the_coding_it_prefers(
    site: Site, accept_encoding: str, coding: str | None, decode: Callable[[bytes], bytes] | None
) -> None:
    """First and later answers are the same bytes, and each coding has an ETag of its own."""
    plain = site.ask()
    first = site.ask(accept_encoding=accept_encoding)
    again = site.ask(accept_encoding=accept_encoding)
    assert site.origin.calls == 1
    assert first.body == again.body
    assert first.headers.get("content-encoding") == coding
    if coding:
        assert first.headers["etag"] == plain.headers["etag"][:-1] + f'-{coding}"'
        assert len(first.body) < len(LONG)
    if decode:
        assert decode(first.body) == LONG


def test_a_coding_can_be_asked_for_first(site: Site) -> None:
    """The plain form is kept as well, so a later client without codings is served."""
    assert site.ask(accept_encoding="gzip").headers["content-encoding"] == "gzip"
    assert site.ask().body == LONG
    assert site.origin.calls == 1


def test_short_and_packed_bodies_are_sent_as_they_are() -> None:
    """A coding that saves nothing is not used."""
    site = Site(Origin([("X-Policyprov-Cache", "store")], body=b"short"))
    assert "content-encoding" not in site.ask(accept_encoding="gzip").headers


def test_an_answer_that_is_not_kept_is_compressed_all_the_same() -> None:
    """Unless it speaks of its bytes, as a file with an ETag does."""
    length = ("Content-Length", str(len(LONG)))
    got = Site(Origin([length, ("Vary", "Accept")])).ask(accept_encoding="gzip")
    assert gzip.decompress(got.body) == LONG
    assert got.headers["vary"] == "Accept, Accept-Encoding"
    assert got.headers["content-length"] == str(len(got.body))
    tagged = Site(Origin([length, ("ETag", '"x"')])).ask(accept_encoding="gzip")
    assert tagged.body == LONG


@pytest.mark.parametrize("coding", ["", "gzip", "br", "zstd"])
def test_a_client_that_has_it_gets_304(site: Site, coding: str) -> None:
    """By the ETag of its coding, in a list, weak, or by a star."""
    etag = site.ask(accept_encoding=coding).headers["etag"]
    for given in (etag, f'"x", {etag}', f"W/{etag}", "*"):
        got = site.ask(accept_encoding=coding, if_none_match=given)
        assert (got.status, got.body, got.headers["etag"]) == (304, b"", etag)
        assert got.headers["vary"] == "Accept, Accept-Encoding"
        assert "content-type" not in got.headers
    assert site.ask(accept_encoding=coding, if_none_match='"other"').status == 200


def test_the_etag_changes_with_release_query_format_and_bytes(site: Site) -> None:
    """Equal in all four means equal tags, also after a restart."""
    tags = {site.ask().headers["etag"]}
    site.edition = "2-abc"
    tags.add(site.ask().headers["etag"])
    tags.add(site.ask(query="query=other").headers["etag"])
    site.origin.body = LONG * 2
    tags.add(site.ask(query="query=third").headers["etag"])
    assert len(tags) == 4
    fresh = Site(Origin([("X-Policyprov-Cache", "store")]))
    assert fresh.ask().headers["etag"] in tags


def test_head_is_answered_from_a_get_but_never_kept(site: Site) -> None:
    """Same headers, no body."""
    site.origin.body = b""
    site.ask("HEAD")
    assert site.cache.stats().entries == 0
    site.origin.body = LONG
    got, head = site.ask("GET"), site.ask("HEAD")
    assert head.body == b""
    assert head.headers["content-length"] == got.headers["content-length"]
    assert site.origin.calls == 2


def test_a_new_release_is_never_answered_with_an_old_entry(site: Site) -> None:
    """The key holds the edition."""
    site.ask()
    site.edition = "2-def"
    site.ask()
    assert site.origin.calls == 2


def test_an_answer_that_straddles_a_switch_is_not_kept(site: Site) -> None:
    """It may come from either release: it is sent, and forgotten."""

    def switch() -> None:
        site.edition = "2-def"

    site.origin.on_call = switch
    assert site.ask().headers["cache-status"] == "policyprov; fwd=miss"
    assert site.cache.stats().entries == 0
