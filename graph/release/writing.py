"""From parts to the files of a release: merged, stored, checked, written in every format."""

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from graph.paths import ROOT
from graph.rdf import layout, store
from graph.rdf.formats import RDF_FORMATS
from graph.rdf.vocabulary import vocabulary
from graph.release import checks, dcat, dumps, part, void
from graph.release.articles import Outcome
from graph.release.part_cache import Kept
from graph.runs import files, merge
from graph.runs.crew import Crew, Progress
from graph.runs.files import Written
from graph.runs.merge import Tally
from graph.search import writer as search

_ZIPPED = tuple(f".{f.suffix}" for f in RDF_FORMATS)
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

    def version(self) -> str:
        """Write the release; returns its version.

        Raises CheckError when articles break a rule together.
        """
        self._folder.mkdir()
        tally = self._merged()
        terms = vocabulary()
        large = (self._folder / dumps.QUADS.name).stat().st_size > _LARGE
        load = partial(_stored, self._folder)
        self.crew.run(load, [dumps.QUADS.name], "store", self.progress, worth=large)
        self.progress("rules over all articles")
        self._refuse_bad()
        rest = [dump.name for dump in dumps.DUMPS if dump is not dumps.QUADS]
        make = partial(_made, self._folder, terms.context())
        # The longest first: the index of words is none of the files to download.
        work = [search.NAME, *rest]
        made = self.crew.run(make, work, "dumps and search index", self.progress, worth=large)
        made.append(dumps.finished(self._folder, dumps.QUADS.name, tally.quads))
        others = [files.write(self._folder, *each) for each in dumps.others(terms, self.entities)]
        zipped = [files.packed(self._folder, f.name) for f in others if f.name.endswith(_ZIPPED)]
        texts = self._texts()
        named = {pair[0].name: pair[0].sha256 for pair in made if pair} | {
            f.name: f.sha256 for f in others
        }
        digest = hashlib.sha256(_sums(named | texts).encode()).hexdigest()[:8]
        version = f"{project_version()}-{digest}"
        self._described(version, [*chain(*made), *others, *zipped], tally)
        return version

    def _merged(self) -> Tally:
        """Write the N-Quads of all parts together."""
        self.progress("merging")
        shared = self.work / "shared"
        shared.mkdir()
        for name, content in self.parts.shared.items():
            (shared / name).write_bytes(content)
        folders = [shared, *(each.folder for each in self.parts.kept)]
        with (self._folder / dumps.QUADS.name).open("wb") as out:
            out.write(layout.comment(dumps.QUADS.header))
            return merge.dataset(folders, vocabulary().ontology, self.work, out)

    def _refuse_bad(self) -> None:
        """Raise CheckError for what articles say together and may not."""
        found = checks.violations(store.read(self._folder / "store"), {}, checks.spanning())
        if found.problems:
            places = {k: v for each in self.parts.kept for k, v in each.places.items()}
            told = store.read(self._folder / "store")
            part.refuse(checks.violations(told, places, checks.spanning()).problems)

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
        text = json.dumps(manifest, ensure_ascii=False, indent=1).encode() + b"\n"
        made.append(files.write(self._folder, "release.json", text))
        sums = _sums({file.name: file.sha256 for file in made})
        files.write(self._folder, "SHA256SUMS", sums.encode())


def _stored(folder: Path, quads: str) -> None:
    store.load(folder / quads, folder / "store")


def _made(folder: Path, context: Mapping[str, Any], name: str) -> tuple[Written, ...]:
    """Write the search index or a dump; what is told of the dump, and of its packed form."""
    if name == search.NAME:
        files.sync(search.write(folder))
        return ()
    return dumps.make(folder, context, name)


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
