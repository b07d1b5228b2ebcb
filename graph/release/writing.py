"""From parts to the files of a release: merged, stored, checked, written in every format."""

import hashlib
import json
import shutil
import tomllib
import zlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from graph import examples, queries
from graph.paths import ROOT
from graph.rdf import layout, store
from graph.rdf.formats import RDF_FORMATS
from graph.rdf.vocabulary import vocabulary
from graph.release import checks, dcat, dumps, part, void
from graph.release.articles import Outcome
from graph.release.part_cache import Kept
from graph.runs import buckets, files, merge, pieces, plan, tally
from graph.runs.assembly import Order
from graph.runs.buckets import SEAM
from graph.runs.chapters import Table
from graph.runs.crew import Crew, Progress
from graph.runs.difference import Difference, difference
from graph.runs.files import Written
from graph.runs.joining import together
from graph.runs.pieces import StaleError, Walk
from graph.runs.plan import Plan
from graph.runs.tally import Tally
from graph.search import writer as search

_ZIPPED = tuple(f".{f.suffix}" for f in RDF_FORMATS)
_TOGETHER = "together"
"""Who owns the run of what follows from several parts."""
_MANY = 2
"""How many batches of stretches are worth the start of workers."""
_LARGE = 8 << 20
"""From how many bytes of N-Quads on the dumps are worth the start of workers."""


def project_version() -> str:
    """The version in pyproject.toml."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


@dataclass(frozen=True)
class Parts:
    """What a release is made of: articles' parts, what no article says, and what is to be told."""

    kept: tuple[Kept, ...]
    shared: Mapping[str, bytes]
    left_out: tuple[Outcome, ...]
    disagreements: tuple[str, ...]
    """What articles tell otherwise than others, and may."""


@dataclass(frozen=True)
class Made:
    """A release that was written: its version, and how it differs from the last one, if known."""

    version: str
    since: Difference | None


@dataclass(frozen=True)
class Writing:
    """From parts to the files of a release, in a folder of its own."""

    work: Path
    parts: Parts
    entities: Path
    crew: Crew
    progress: Progress
    last: Path
    """The release that is current, if there is one: unchanged files are shared with it."""

    @property
    def _folder(self) -> Path:
        return self.work / "release"

    def release(self) -> Made:
        """Write the release.

        Raises CheckError when articles break a rule together.
        """
        try:
            return self._made(self.last)
        except StaleError:
            # What the last release holds is not what it was: nothing is copied from it.
            for each in self.work.iterdir():
                shutil.rmtree(each) if each.is_dir() else each.unlink()
            return self._made(self.work / "none")

    def _made(self, last: Path) -> Made:
        (self._folder / pieces.FOLDER).mkdir(parents=True)
        terms = vocabulary()
        laid = self._laid_out(last)
        order = Order(self._folder, laid.path, tuple(b.parent for b in laid.batches), last, _code())
        large = len(laid.batches) > _MANY
        self.crew.run(
            dumps.cut_quads, laid.batches, "quads of stretches", self.progress, worth=large
        )
        tally = _counted(order)
        make = partial(_file, order, terms.context())
        (quads,) = self.crew.run(make, [dumps.QUADS.name], "quads", self.progress, worth=False)
        self.progress("store")
        full = quads[0].bytes > _LARGE
        since = _since(order)
        if since is None or not store.changed(
            last / "store", self._folder / "store", since.removed, since.added
        ):
            load = partial(_stored, self._folder)
            self.crew.run(load, [dumps.QUADS.name], "store", self.progress, worth=full)
        # Before the other dumps are made, which is most of the work: what is refused costs little.
        self._refuse_bad(since, worth=full)
        cut = partial(dumps.cut, terms.context())
        self.crew.run(cut, laid.batches, "pieces of dumps", self.progress, worth=large)
        rest = [dump.name for dump in dumps.DUMPS if dump is not dumps.QUADS]
        # The longest first: the index of words is none of the files to download.
        work = [search.NAME, *rest]
        made = self.crew.run(make, work, "dumps and search index", self.progress, worth=full)
        made.append(quads)
        others = [files.write(self._folder, *each) for each in dumps.others(terms, self.entities)]
        zipped = [files.packed(self._folder, f.name) for f in others if f.name.endswith(_ZIPPED)]
        texts = self._texts()
        named = {pair[0].name: pair[0].sha256 for pair in made if pair} | {
            f.name: f.sha256 for f in others
        }
        digest = hashlib.sha256(_sums(named | texts).encode()).hexdigest()[:8]
        version = f"{project_version()}-{digest}"
        self._described(version, [*chain(*made), *others, *zipped], tally)
        return Made(version, since)

    def _laid_out(self, last: Path) -> Plan:
        """The plan of all parts together, and of what follows from several."""
        self.progress("merging")
        parts = {each.folder.name: each.folder for each in self.parts.kept}
        with Table(last / pieces.FOLDER / pieces.STRETCHES, _code()) as table:
            known = Walk((line.rpartition(SEAM)[0], line) for line in table)
            return laid_out(parts, self.parts.shared, self.work, known)

    def _refuse_bad(self, since: Difference | None, *, worth: bool) -> None:
        """Raise CheckError for what articles say together and may not."""
        path = self._folder / "store"
        near = None if since is None else since.things
        rules = broken(path, self.crew, self.progress, near, worth=worth)
        if rules:
            places = {k: v for each in self.parts.kept for k, v in each.places.items()}
            part.refuse(checks.violations(store.read(path), places, rules, near).problems)

    def _texts(self) -> dict[str, str]:
        """Put the articles' words beside the dumps; returns the digest of each file.

        They are their publishers': on disk for the reader, in neither manifest nor checksums.
        """
        found = {}
        for each in self.parts.kept:
            slug, sums = each.slug, each.sums
            for name in part.TEXTS:
                path = f"articles/{slug}/{name}"
                files.link(each.folder / name, self._folder / path)
                found[path] = sums[name]
        return found

    def _described(self, version: str, made: list[Written], tally: Tally) -> None:
        """Write what a release tells of itself: VoID, the manifest, the checksums."""
        about = dcat.describe(version, tally, made)
        made.append(files.write(self._folder, dcat.NAME, about))
        for file in made:
            files.share(self.last / file.name, self._folder / file.name)
        manifest = _manifest(version, made, tally, self.parts)
        manifest["examples"] = examples.chosen(
            store.read(self._folder / "store"), queries.canned().values(), tally.things.drawn
        )
        text = json.dumps(manifest, ensure_ascii=False, indent=1).encode() + b"\n"
        made.append(files.write(self._folder, "release.json", text))
        sums = _sums({file.name: file.sha256 for file in made})
        files.write(self._folder, "SHA256SUMS", sums.encode())


def laid_out(
    parts: Mapping[str, Path], shared: Mapping[str, bytes], work: Path, known: Walk[bytes]
) -> Plan:
    """The plan of what these parts say together, what no article says and what follows from all.

    `parts` are their folders by the names they are listed under, `shared` the files of what no
    article says. What is `known` is not made again. `work` is a folder for files of its own.
    """
    folders = {part.SHARED: work / part.SHARED, _TOGETHER: work / _TOGETHER}
    for folder in folders.values():
        folder.mkdir()
    for name, content in shared.items():
        (folders[part.SHARED] / name).write_bytes(content)
    joined = [folders[part.SHARED], *parts.values()]
    run = folders[_TOGETHER] / merge.FOLLOWS
    with run.open("wb") as out:
        out.writelines(together(joined, vocabulary().ontology, work))
    with run.open("rb") as rows, (folders[_TOGETHER] / merge.BUCKETS).open("wb") as out:
        out.writelines(buckets.cut(rows, merge.FOLLOWS, _TOGETHER))
    return plan.laid_out(folders | dict(parts), work, known)


def broken(
    path: Path, crew: Crew, progress: Progress, near: Collection[str] | None = None, *, worth: bool
) -> list[str]:
    """The rules that articles break together in the store at `path`; `near` as of `violations`."""
    rules = sorted(checks.spanning())
    found = crew.run(
        partial(_sound, path, near), rules, "rules over all articles", progress, worth=worth
    )
    return [rule for rule, sound in zip(rules, found, strict=True) if not sound]


def _sound(path: Path, near: Collection[str] | None, rule: str) -> bool:
    """Whether nothing breaks a rule; the store is opened for each, which gives its memory back."""
    return checks.violations(store.read(path), {}, [rule], near).passed


def _code() -> str:
    """What decides how pieces are written, beside what they are made of."""
    return f"{part.code()} zlib {zlib.ZLIB_RUNTIME_VERSION}"


def _counted(order: Order) -> Tally:
    """What is counted of all stretches, which is kept with the release, too."""
    table = pieces.STRETCHES
    found = Tally()
    spools = [spool / table for spool in order.spools]
    with (
        Table(order.last / pieces.FOLDER / table, order.code) as old,
        (order.folder / pieces.FOLDER / table).open("wb") as out,
        order.plan.open("rb") as names,
    ):
        out.write(pieces.head(order.code))
        known = Walk((line.rpartition(SEAM)[0], line) for line in old)
        made = (line for path in spools for line in path.read_bytes().splitlines(keepends=True))
        for name in names:
            if not plan.is_shadow(name):
                line = known.find(name[:-1]) or next(made)
                found.add(tally.read(line.rpartition(SEAM)[2]))
                out.write(line)
    return found


def _since(order: Order) -> Difference | None:
    """How a release differs from the last one, once its quads are written."""
    head = len(layout.comment(dumps.QUADS.header))
    return difference(order.last, order.folder, dumps.QUADS.name, head, order.code)


def _stored(folder: Path, quads: str) -> None:
    store.load(folder / quads, folder / "store")


def _file(order: Order, context: Mapping[str, Any], name: str) -> tuple[Written, ...]:
    """Write the search index or a dump; what is told of the dump, and of its packed form."""
    if name == search.NAME:
        since = _since(order)
        last, quads = (order.last, since.quads) if since else (None, ())
        files.sync(search.write(order.folder, last, quads))
        return ()
    return dumps.make(order, context, name)


def _sums(digests: Mapping[str, str]) -> str:
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items()))


def _manifest(version: str, made: Iterable[Written], tally: Tally, parts: Parts) -> dict[str, Any]:
    types = {f.suffix: f.media_type for f in RDF_FORMATS}
    types |= {"csv": "text/csv", "gz": "application/gzip"}
    missing = [{"article": each.slug, "because": str(each.error)} for each in parts.left_out]
    return {
        "version": version,
        "files": [
            {
                "name": file.name,
                "media_type": types.get(file.name.rpartition(".")[2], "application/octet-stream"),
                "bytes": file.bytes,
                "sha256": file.sha256,
                "triples": file.triples,
            }
            for file in sorted(made, key=lambda each: each.name)
        ],
        "counts": void.counts(tally),
        **({"left_out": missing} if missing else {}),
        **({"disagreements": parts.disagreements} if parts.disagreements else {}),
    }
