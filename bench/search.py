"""How large and how quick the search index is with many passages: `python bench/search.py 1000000`.

The passages are sentences drawn from the quotations of the release, cut and joined anew.
"""

import random
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

from graph.paths import BUILD
from graph.rdf import store
from graph.search.entries import PASSAGES, Entry, entries
from graph.search.index import Index
from graph.search.question import Question
from graph.search.writer import NAME, fill

ASKED = (
    "的",
    "减负",
    "形式主义",
    "27.7%",
    "南浔",
    "2020年",
    "干部",
    "jianfu",
    "xingshizhuyi",
    "减",
)
TURNS = 7


def drawn(many: int) -> Iterator[Entry]:
    """So many passages, made of the pieces of real ones."""
    found = [e for e in entries(store.read(BUILD / "current" / "store")) if e.kind == PASSAGES]
    pieces = [piece for e in found for piece in e.quote.split("，") if piece]
    draw = random.Random(1)  # noqa: S311 (a sample, not a secret)
    for n in range(many):
        like = draw.choice(found)
        quote = "，".join(draw.choice(pieces) for _ in range(draw.randint(1, 4)))
        yield Entry(
            f"{like.iri}-{n}", PASSAGES, like.labels, (), quote, like.claims, like.article,
            ((0, len(quote), 0),), (f"{like.iri}-{n}",), like.facets,
        )  # fmt: skip


def main() -> None:
    """Print what was measured."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        start = perf_counter()
        connection = sqlite3.connect(path)
        fill(connection, drawn(many))
        connection.close()
        print(
            f"{many} passages: {perf_counter() - start:.1f} s, {path.stat().st_size / 1e6:.0f} MB"
        )
        index = Index(Path(folder))
        for words in ASKED:
            times = []
            for _ in range(TURNS):
                start = perf_counter()
                answer = index.search(Question(words))
                times.append((perf_counter() - start) * 1000)
            more = "+" if answer.more else ""
            told = f"first {times[0]:.1f} ms, p50 {median(times):.1f} ms"
            print(f"{words}: {answer.total}{more} hits, {told}")


if __name__ == "__main__":
    main()
