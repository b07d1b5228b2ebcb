"""The metrics of all fronts as one: each writes up what it counts, and any of them adds it up."""

import json
import struct
from collections.abc import Iterable, Iterator

from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from web.middleware.shared.region import Region

_LENGTH = struct.Struct("=I")
_SIZE = 1 << 19
"""Bytes for what one front counts: the labels have few values, so this is more than enough."""
_ALIKE = "policyprov_release"
"""The one gauge that fronts do not add to: it says what is the same in all."""

Family = tuple[str, str, str, list[tuple[str, dict[str, str], float]]]
"""Name, help, type, samples; a sample has a name, labels and a value."""
Families = list[Family]


class Board:
    """A place for each of so many fronts, and one for those that have ended."""

    def __init__(self, fronts: int) -> None:
        self._places = [Region(_SIZE) for _ in range(fronts + 1)]

    def write(self, front: int, metrics: Iterable[Metric]) -> None:
        """What this front counts from now on."""
        _put(self._places[front], [_told(metric) for metric in metrics])

    def end(self, front: int) -> None:
        """Keep what a front has counted that ended, without what it was doing."""
        ended, past = self._places[front], self._places[-1]
        counted = [family for family in _taken(ended) if family[2] != "gauge"]
        _put(past, list(_added([*_taken(past), *counted])))
        _put(ended, [])

    def sums(self) -> Iterator[Metric]:
        """All of it, added up."""
        for name, text, kind, samples in _added(f for place in self._places for f in _taken(place)):
            metric = Metric(name, text, kind)
            for sample, labels, value in samples:
                metric.add_sample(sample, labels, value)
            yield metric


class Sums(Collector):
    """The metrics of all fronts, for Prometheus to read in any of them."""

    def __init__(self, board: Board) -> None:
        self._board = board

    def collect(self) -> Iterator[Metric]:
        """The sums of this moment."""
        return self._board.sums()

    def describe(self) -> Iterator[Metric]:
        """Nothing: without this, registering would call `collect`."""
        return iter(())


def _told(metric: Metric) -> Family:
    # When a counter was made cannot be added up.
    counted = (s for s in metric.samples if not s.name.endswith("_created"))
    samples = [(s.name, dict(s.labels), float(s.value)) for s in counted]
    return metric.name, metric.documentation, metric.type, samples


def _added(families: Iterable[Family]) -> Iterator[Family]:
    heads: dict[str, tuple[str, str]] = {}
    sums: dict[str, dict[tuple[str, tuple[tuple[str, str], ...]], float]] = {}
    for name, text, kind, samples in families:
        heads[name] = text, kind
        found = sums.setdefault(name, {})
        for sample, labels, value in samples:
            key = sample, tuple(labels.items())
            before = found.get(key, 0.0)
            found[key] = max(before, value) if name == _ALIKE else before + value
    for name, (text, kind) in heads.items():
        rows = [(sample, dict(labels), value) for (sample, labels), value in sums[name].items()]
        yield name, text, kind, rows


def _put(place: Region, families: Families) -> None:
    text = json.dumps(families).encode()
    with place.held():
        _LENGTH.pack_into(place.bytes, 0, len(text))
        place.bytes[_LENGTH.size : _LENGTH.size + len(text)] = text


def _taken(place: Region) -> Families:
    with place.held():
        (length,) = _LENGTH.unpack_from(place.bytes)
        text = place.bytes[_LENGTH.size : _LENGTH.size + length]
    found: Families = json.loads(text or b"[]")
    return found
