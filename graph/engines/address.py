"""Where an engine is and how it is asked, as one setting says it.

`sparql+http://user:password@host:port/path?default-graph-uri=IRI&timeout={milliseconds}`: the graph
that holds what is our default graph, where the engine has none of its own, and any other parameter
the engine is to get. {release}, {seconds} and {milliseconds} stand for what they say.
"""

import base64
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from pyoxigraph import NamedNode

from graph.errors import SettingError
from graph.tokens import IRI

SCHEME = "sparql+"
EXAMPLE = "sparql+http://127.0.0.1:3030/policyprov/query"
_DEFAULT = "default-graph-uri"
_OURS = frozenset(("query", "named-graph-uri", "format"))
_HOLE = re.compile(r"\{(\w*)\}")
_HOLES = frozenset(("release", "seconds", "milliseconds"))
_SENDABLE = re.compile(IRI, re.VERBOSE)


@dataclass(frozen=True)
class Address:
    """One engine over one release; `target` is path and parameters, `shown` names it in messages.

    `default` is the graph that holds our default graph; empty if the engine's own does.
    """

    secure: bool
    host: str
    port: int
    target: str
    default: str
    shown: str
    authorization: str = field(default="", repr=False)

    @classmethod
    def of(cls, setting: str, release: str, seconds: float) -> "Address":
        """The address that POLICYPROV_STORE gives for this release and this deadline of a query.

        Raises SettingError, naming what is wrong; never with the password.
        """
        scheme, _, rest = setting.removeprefix(SCHEME).partition("://")
        if not setting.startswith(SCHEME) or scheme not in ("http", "https") or not rest:
            raise _refused("it must begin with sparql+http:// or sparql+https://")
        values = {
            "release": release,
            "seconds": f"{max(1, round(seconds))}",
            "milliseconds": f"{round(seconds * 1000)}",
        }
        return cls._parsed(f"{scheme}://{_filled(rest, values)}")

    @classmethod
    def _parsed(cls, url: str) -> "Address":
        parts = urlsplit(url)
        try:
            port, host = parts.port, parts.hostname
        except ValueError as error:
            raise _refused("its port is no number up to 65535") from error
        if not host or parts.fragment:
            raise _refused("it needs a host, and takes no #")
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        if taken := sorted(_OURS & {name for name, _ in pairs}):
            raise _refused(f"{', '.join(taken)} is written for each query")
        graphs = [value for name, value in pairs if name == _DEFAULT]
        if len(graphs) > 1 or not all(map(_is_iri, graphs)):
            raise _refused(f"{_DEFAULT} is one absolute IRI")
        others = urlencode([(name, value) for name, value in pairs if name != _DEFAULT])
        secure = parts.scheme == "https"
        port = port or (443 if secure else 80)
        path = parts.path or "/"
        return cls(
            secure=secure,
            host=host,
            port=port,
            target=f"{path}?{others}" if others else path,
            default=(graphs or [""])[0],
            shown=f"{parts.scheme}://{host}:{port}{path}",
            authorization=_basic(parts.username, parts.password),
        )


def _filled(rest: str, values: dict[str, str]) -> str:
    def value(hole: re.Match[str]) -> str:
        if hole[1] not in _HOLES:
            known = ", ".join(f"{{{name}}}" for name in sorted(_HOLES))
            raise _refused(f"{hole[0]} stands for nothing; there are {known}")
        return values[hole[1]]

    return _HOLE.sub(value, rest)


def _is_iri(text: str) -> bool:
    try:
        NamedNode(text)
    except ValueError:
        return False
    return _SENDABLE.fullmatch(f"<{text}>") is not None


def _basic(user: str | None, password: str | None) -> str:
    if user is None:
        return ""
    pair = f"{unquote(user)}:{unquote(password or '')}".encode()
    return "Basic " + base64.b64encode(pair).decode()


def _refused(what: str) -> SettingError:
    return SettingError(f"POLICYPROV_STORE: {what}, as in {EXAMPLE}")
